package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"culprit/rules"
	"culprit/store"
	"culprit/store/clickhouse"
	"culprit/store/clickhouse/servertest"
)

// TestTailOutlastsTheCluster has the servers hang, and then refuse, under a tail that sends to them and one that is started meanwhile. Both
// read on, and every line is counted once in the end.
func TestTailOutlastsTheCluster(t *testing.T) {
	if testing.Short() {
		t.Skip("starts and stops servers")
	}
	c := servertest.Shards(t, 1)
	url := c.URL("away", 0) + "?timeout=1s"
	tell(t, "store", "init", "--store", url, "--cluster", c.Name)
	dir := t.TempDir()
	log := &growing{t: t, path: filepath.Join(dir, "access.log"), at: time.Now().Add(-time.Minute)}
	log.grow(100)
	spool := filepath.Join(dir, "spool-away")
	first := sendingTail(t, dir, log.path, url)
	eventually(t, "the cluster has the first lines", func() bool { return log.inCluster(url) })

	c.Pause(0)
	log.grow(100)
	eventually(t, "it is said that the store hangs", func() bool { return first.said.count("the store cannot be asked") > 0 })
	eventually(t, "what is read while the store hangs is in the spool", func() bool { return first.hasRead(log) && blocksIn(spool) > 0 })
	c.Resume(0)
	eventually(t, "the cluster has what was read meanwhile", func() bool { return log.inCluster(url) })
	eventually(t, "it is said that the store answers", func() bool { return first.said.count("the store answers again") > 0 })

	c.Kill(0)
	log.grow(100)
	eventually(t, "what is read while the store refuses is in the spool", func() bool { return first.hasRead(log) && blocksIn(spool) > 0 })
	if m := first.spoolMetrics(); len(m) != 2 || m[0].Value < 1 || m[1].Value < 1 {
		t.Errorf("metrics of the spool: %+v", m)
	}
	first.end()
	log.grow(100)
	second := sendingTail(t, dir, log.path, url)
	eventually(t, "a tail that begins without the store reads", func() bool { return second.hasRead(log) })
	if n := first.said.count("reading waits") + second.said.count("reading waits"); n > 0 {
		t.Errorf("reading has waited:\n%s\n%s", first.said.text.String(), second.said.text.String())
	}
	c.Start(0)
	c.Wait(0)
	eventually(t, "the cluster has all", func() bool { return log.inCluster(url) })
	second.end()
	if !log.inCluster(url) {
		t.Error("the cluster has too many")
	}
}

// growing is a log that is written.
type growing struct {
	t     *testing.T
	path  string
	at    time.Time
	lines int64
}

func (g *growing) grow(lines int) {
	g.t.Helper()
	f, err := os.OpenFile(g.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		g.t.Fatal(err)
	}
	defer f.Close()
	for range lines {
		g.at, g.lines = g.at.Add(10*time.Millisecond), g.lines+1
		if _, err := fmt.Fprintf(f, "203.0.113.7 - - [%s] \"GET /item HTTP/1.1\" 200 7 \"-\" \"curl/8\"\n", g.at.UTC().Format("02/Jan/2006:15:04:05 -0700")); err != nil {
			g.t.Fatal(err)
		}
	}
}

// inCluster reports whether a store has counted every line, and none twice.
func (g *growing) inCluster(url string) bool {
	g.t.Helper()
	address, err := clickhouse.ParseAddress(url)
	if err != nil {
		g.t.Fatal(err)
	}
	st, err := clickhouse.OpenReading(context.Background(), address)
	if err != nil {
		g.t.Fatal(err)
	}
	points, err := st.Top(context.Background(), store.Query{Table: store.Requests})
	_ = st.Close() // it only read
	return err == nil && len(points) == 1 && points[0].Count == g.lines
}

// sending is a tail that sends to a cluster.
type sending struct {
	*service
	said *spoken
	end  func()
}

func sendingTail(t *testing.T, dir, path, url string) *sending {
	t.Helper()
	catalogue, err := rules.Load()
	if err != nil {
		t.Fatal(err)
	}
	said, db := &spoken{}, filepath.Join(dir, "c.db")
	g := &globals{streams: streams{strings.NewReader(""), said, said}}
	s := &service{
		tailing: &tailing{globals: g, db: db, shared: url, every: 100 * time.Millisecond, window: 30 * time.Minute, backlog: 64, spoolSize: 64},
		paths:   []string{path}, db: db, rules: catalogue, zone: time.UTC, host: "web1", retry: 50 * time.Millisecond,
	}
	ctx, cancel := context.WithCancel(t.Context())
	ran := make(chan error, 1)
	go func() { ran <- s.run(ctx) }()
	return &sending{s, said, func() {
		t.Helper()
		cancel()
		if err := <-ran; err != nil {
			t.Errorf("%v:\n%s", err, said.text.String())
		}
	}}
}

// hasRead reports whether all of a log was read.
func (s *sending) hasRead(g *growing) bool {
	f := s.following.Load()
	if f == nil {
		return false
	}
	info, err := os.Stat(g.path)
	status := f.Status()
	return err == nil && len(status.Files) > 0 && status.Lag == 0 && s.ready.Load() && info.Size() > 0
}

// blocksIn is how many blocks wait in a spool.
func blocksIn(spool string) int {
	names, _ := filepath.Glob(filepath.Join(spool, "*.block")) // the pattern is proper
	return len(names)
}
