package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// linesPerSecond is what tail must stand for as long as anybody likes.
const linesPerSecond = 20_000

// TestTailSustained writes for as long as CULPRIT_SUSTAINED says (10m is what a release must stand) and wants every line counted, and no
// growth of memory after the first minute.
func TestTailSustained(t *testing.T) {
	lasting, err := time.ParseDuration(os.Getenv("CULPRIT_SUSTAINED"))
	if err != nil {
		t.Skip("writes for minutes: CULPRIT_SUSTAINED=10m runs it")
	}
	dir := t.TempDir()
	path, db := filepath.Join(dir, "access.log"), filepath.Join(dir, "c.db")
	cmd := startTail(t, path, "--db", db)
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	log := bufio.NewWriterSize(file, 64<<10) // as nginx does with buffer=64k
	written, begun := int64(0), time.Now()
	var settled, most int64
	var late []int64 // of the last third
	for sampled := begun; time.Since(begun) < lasting; time.Sleep(5 * time.Millisecond) {
		due := int64(time.Since(begun).Seconds() * linesPerSecond)
		writeRequests(t, log, written, due)
		written = due
		if time.Since(sampled) < 5*time.Second {
			continue
		}
		sampled = time.Now()
		switch rss := residentKiB(t, cmd.Process.Pid); {
		case time.Since(begun) < min(time.Minute, lasting/2):
			settled = max(settled, rss)
		default:
			most = max(most, rss)
		}
		if time.Since(begun) > lasting*2/3 {
			late = append(late, residentKiB(t, cmd.Process.Pid))
		}
	}
	if err := log.Flush(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "all lines are counted", func() bool { return requestsIn(t, db) >= written })
	if got := requestsIn(t, db); got != written {
		t.Errorf("%d lines counted of %d", got, written)
	}
	slices.Sort(late) // what it has for a moment, between two collections of garbage, is no growth
	usual := late[len(late)/2]
	if usual > settled+settled/10 {
		t.Errorf("memory grew from %d KiB in the first minute to %d KiB", settled, usual)
	}
	t.Logf("%d lines in %s, at most %d KiB in the first minute, %d KiB later, usually %d KiB in the last third", written, lasting, settled, most, usual)
}

// writeRequests writes requests number from to to: one of a thousand fails.
func writeRequests(t *testing.T, log *bufio.Writer, from, to int64) {
	t.Helper()
	stamp := time.Now().Format("02/Jan/2006:15:04:05 -0700")
	for n := from; n < to; n++ {
		status := 200
		if n%1000 == 0 {
			status = 502
		}
		if _, err := fmt.Fprintf(log, "203.0.113.%d - - [%s] \"GET /item/%d HTTP/1.1\" %d %d \"-\" \"curl/8\"\n", n%200, stamp, n%5000, status, n%9000); err != nil {
			t.Fatal(err)
		}
	}
}

// residentKiB is the memory a process holds, without the parts of its program that were used so far.
func residentKiB(t *testing.T, pid int) (n int64) {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Skip("how much memory a process holds is not known here")
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "RssAnon:"); ok {
			if _, err := fmt.Sscan(rest, &n); err != nil {
				t.Fatal(err)
			}
		}
	}
	if testing.Verbose() {
		t.Logf("%s: %d KiB", time.Now().Format("15:04:05"), n)
	}
	return n
}
