package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"culprit/ingest"
	"culprit/rules"
	"culprit/store"
)

// corpus is a log made up with what it holds, to count against.
type corpus struct {
	name     string
	text     bytes.Buffer
	lines    int64
	requests map[string]int64 // by status
	events   map[string]int64 // by message
}

// corpora makes a log of each kind with n records, spread over a day.
func corpora(n int) []*corpus {
	kinds := []struct {
		name string
		line func(c *corpus, rng *rand.Rand, at time.Time)
	}{{"nginx-error", errorLine}, {"nginx-access", accessLine}, {"haproxy", haproxyLine}}
	made := make([]*corpus, len(kinds))
	for i, kind := range kinds {
		c := &corpus{name: kind.name, requests: map[string]int64{}, events: map[string]int64{}}
		rng := rand.New(rand.NewPCG(7, uint64(i)))
		for r := range n {
			kind.line(c, rng, time.Date(2026, 3, 14, 0, 0, 0, 0, time.UTC).Add(time.Duration(r)*24*time.Hour/time.Duration(n)))
			c.lines++
		}
		made[i] = c
	}
	return made
}

func errorLine(c *corpus, rng *rand.Rand, at time.Time) {
	kinds := []string{
		"connect() failed (111: Connection refused) while connecting to upstream",
		"upstream timed out (110: Connection timed out) while reading response header from upstream",
	}
	text := kinds[rng.IntN(len(kinds))]
	fmt.Fprintf(&c.text, "%s [error] 12%02d#0: *%d %s, client: 198.51.%d.%d, server: shop.example, request: \"GET /item/%d HTTP/1.1\", upstream: \"http://10.0.0.%d:9000/\", host: \"shop.example\"\n",
		at.Format("2006/01/02 15:04:05"), rng.IntN(8), 1000+c.lines, text, rng.IntN(80), rng.IntN(250), rng.IntN(4000), rng.IntN(4)+1)
	c.events[text]++
}

// status is mostly 200.
func (c *corpus) status(rng *rand.Rand) int {
	status := []int{200, 200, 200, 200, 200, 200, 304, 404, 502, 504}[rng.IntN(10)]
	c.requests[strconv.Itoa(status)]++
	return status
}

func accessLine(c *corpus, rng *rand.Rand, at time.Time) {
	fmt.Fprintf(&c.text, "198.51.%d.%d - - [%s] \"GET /item/%d?q=%d HTTP/1.1\" %d %d \"-\" \"Mozilla/5.0 (X11; Linux x86_64) Firefox/%d.0\"\n",
		rng.IntN(80), rng.IntN(250), at.Format("02/Jan/2006:15:04:05 -0700"), rng.IntN(4000), rng.IntN(1e6), c.status(rng), rng.IntN(90000), 90+rng.IntN(40))
}

func haproxyLine(c *corpus, rng *rand.Rand, at time.Time) {
	fmt.Fprintf(&c.text, "%s lb1 haproxy[2201]: 198.51.%d.%d:4%04d [%s] fe_https~ be_app/web%d 0/0/%d/%d/%d %d %d - - ---- 40/38/5/2/0 0/0 \"GET /item/%d HTTP/1.1\"\n",
		at.Format("Jan _2 15:04:05"), rng.IntN(80), rng.IntN(250), rng.IntN(9999), at.Format("02/Jan/2006:15:04:05.000"), 1+rng.IntN(5),
		rng.IntN(4), rng.IntN(200), 210, c.status(rng), rng.IntN(90000), rng.IntN(4000))
}

// TestTotals reads made-up logs, cut into pieces and read by two workers, and finds every record counted once, in memory and in a
// database: speed is not had by dropping.
func TestTotals(t *testing.T) {
	catalogue, err := rules.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range corpora(30_000) {
		path := filepath.Join(t.TempDir(), c.name+".log")
		if err := os.WriteFile(path, c.text.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, db := range []string{noDatabase, ""} {
			st, done, err := openStore(db)
			if err != nil {
				t.Fatal(err)
			}
			checkTotals(t, c, path, catalogue, st)
			if err := done(); err != nil {
				t.Error(err)
			}
		}
	}
}

func checkTotals(t *testing.T, c *corpus, path string, catalogue *rules.Catalogue, st analysisStore) {
	t.Helper()
	ctx, matcher := context.Background(), rules.NewMatcher(catalogue)
	s, err := ingest.Run(ctx, ingest.Options{Paths: []string{path}, Matcher: matcher, Workers: 2}, &sink{store: st, matcher: matcher})
	if err != nil || s.Lines != c.lines || s.Records != c.lines || s.Bytes != int64(c.text.Len()) {
		t.Errorf("%s: read %+v, %v, want %d lines", c.name, s, err, c.lines)
	}
	points, err := st.Top(ctx, store.Query{Table: store.Requests, Keys: []store.Key{store.ByStatus}})
	if err != nil || len(points) != len(c.requests) {
		t.Errorf("%s: requests %v, %v, want %v", c.name, points, err, c.requests)
	}
	for _, p := range points {
		if want := c.requests[p.Keys[0]]; p.Count != want || p.Arrived != want {
			t.Errorf("%s: %d requests of status %s, %d arrived, want %d", c.name, p.Count, p.Keys[0], p.Arrived, want)
		}
	}
	if len(c.events) == 0 {
		return
	}
	points, err = st.Top(ctx, store.Query{Table: store.Events, Keys: []store.Key{store.BySignature}})
	if err != nil || len(points) != len(c.events) {
		t.Fatalf("%s: events %v, %v, want %v", c.name, points, err, c.events)
	}
	got := map[int64]bool{}
	for _, p := range points {
		got[p.Count] = true
	}
	for text, n := range c.events {
		if !got[n] {
			t.Errorf("%s: no signature counted %d times, as %q", c.name, n, text)
		}
	}
}
