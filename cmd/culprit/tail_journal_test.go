package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestKilledWhileFollowingTheJournal kills a process again and again that follows a journal, and wants every entry counted once.
func TestKilledWhileFollowingTheJournal(t *testing.T) {
	if testing.Short() {
		t.Skip("starts and kills processes")
	}
	dir := shortDir(t)
	script, err := filepath.Abs("../../ingest/journal/testdata")
	if err != nil {
		t.Fatal(err)
	}
	journal, db := filepath.Join(dir, "journal.json"), filepath.Join(dir, "c.db")
	t.Setenv("PATH", script+":"+os.Getenv("PATH"))
	t.Setenv("JOURNAL", journal)
	emptyDatabase(t, db)
	rng := rand.New(rand.NewPCG(1, 2))
	var written int64
	write := func(n int) {
		f, err := os.OpenFile(journal, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		for range n {
			written++
			now := time.Now()
			program := []string{"nginx", "haproxy-access", "shop"}[rng.IntN(3)]
			entry, err := json.Marshal(map[string]string{"__CURSOR": fmt.Sprintf("s=a;i=%x", written), "__REALTIME_TIMESTAMP": fmt.Sprint(now.UnixMicro()),
				"_HOSTNAME": "web1", "SYSLOG_IDENTIFIER": program,
				"MESSAGE": fmt.Sprintf(`192.0.2.%d - - [%s] "GET /item/%d HTTP/1.1" 200 512 "-" "curl/8"`, written%200, now.Format("02/Jan/2006:15:04:05 -0700"), written)})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := f.Write(append(entry, '\n')); err != nil {
				t.Fatal(err)
			}
		}
	}
	write(50)
	const kills = 6
	for range kills {
		cmd := startTail(t, "--journal", "all", "--db", db, "--every", "100ms")
		for end := time.Now().Add(time.Duration(300+rng.IntN(1500)) * time.Millisecond); time.Now().Before(end); time.Sleep(time.Millisecond) {
			write(rng.IntN(20))
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait() // it was killed
		write(10)
	}
	cmd := startTail(t, "--journal", "all", "--db", db, "--every", "100ms")
	eventually(t, "all entries are counted", func() bool { return requestsIn(t, db) >= written })
	stopTail(t, cmd)
	if got := requestsIn(t, db); got != written {
		t.Errorf("%d requests counted, %d entries written, after %d kills", got, written, kills)
	}
	t.Logf("%d entries, %d kills", written, kills)
}

// A pipe that is the only source ends tail with it, all of it counted.
func TestTailOfAPipe(t *testing.T) {
	dir := t.TempDir()
	db := filepath.Join(dir, "c.db")
	var in strings.Builder
	const lines = 2000
	for i := range lines {
		fmt.Fprintf(&in, "192.0.2.%d - - [%s] \"GET /%d HTTP/1.1\" 200 512 \"-\" \"curl/8\"\n", i%200, time.Now().Format("02/Jan/2006:15:04:05 -0700"), i)
	}
	var out, problems bytes.Buffer
	if code := run(context.Background(), []string{"tail", "-", "--db", db, "--every", "100ms"}, streams{strings.NewReader(in.String()), &out, &problems}); code != exitOK {
		t.Fatalf("exit code %d: %s", code, &problems)
	}
	if got := requestsIn(t, db); got != lines || !strings.Contains(problems.String(), "standard input has ended") {
		t.Errorf("%d requests counted, want %d: %s", got, lines, &problems)
	}
}

func TestTailSourcesRefuse(t *testing.T) {
	db := filepath.Join(t.TempDir(), "c.db")
	f := func(want string, args ...string) {
		t.Helper()
		var out, problems bytes.Buffer
		code := run(context.Background(), append([]string{"tail", "--db", db}, args...), streams{strings.NewReader(""), &out, &problems})
		if code != exitUsage || !strings.Contains(problems.String(), want) || !strings.Contains(problems.String(), "hint: ") {
			t.Errorf("%v: exit code %d, want something with %q: %s", args, code, want, &problems)
		}
	}
	f("the path of a socket", "--listen", "unix://run/log")
	f("ends with a port", "--listen", "udp://127.0.0.1")
	f("two addresses", "--listen", "127.0.0.1:1", "--listen", "127.0.0.1:2")
	f("no interface", "--listen", "tcp://198.51.100.200:5514")
	t.Setenv("PATH", t.TempDir())
	f("journalctl is not installed", "--journal", "all")
}
