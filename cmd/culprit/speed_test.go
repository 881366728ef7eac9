package main

import (
	"bytes"
	"compress/gzip"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"time"
)

var speed = flag.Int("speed", 0, "print the table of speeds, measured on made-up logs of so many records; 0: do not")

// measured is what one run of a program took.
type measured struct {
	cpu, wall time.Duration
	peak      int64 // bytes
}

// TestSpeedTable prints how culprit, given nothing to keep, compares with programs that count lines of the same files. It measures
// and judges nothing: a busy machine must fail no test.
func TestSpeedTable(t *testing.T) {
	if *speed == 0 {
		t.Skip("make bench prints the table")
	}
	dir := t.TempDir()
	binary := filepath.Join(dir, "culprit")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	one := writeCorpora(t, dir, corpora(*speed))
	ten := writeCorpora(t, dir, corpora(*speed * 10)[:1])
	few := writeCorpora(t, dir, corpora(20)[:1])
	packed := pack(t, one[0])
	debug.FreeOSMemory() // what a process had before it became another counts as its peak
	analyze := func(args ...string) measured {
		return measure(t, append([]string{binary, "analyze", "--db", "none"}, args...)...)
	}
	alone := analyze("--workers", "1", one[0])

	ratio(t, " 1 nginx error log: CPU / grep -cE", alone.cpu, measure(t, "grep", "-cE", "Connection refused|timed out|no live upstreams|Permission denied", one[0]).cpu)
	ratio(t, " 3 access log: CPU / mawk by status", analyze(one[1]).cpu, measure(t, "mawk", `{c[$9]++} END {for (k in c) print k, c[k]}`, one[1]).cpu)
	ratio(t, " 4 HAProxy log: CPU / halog -srv", analyze(one[2]).cpu, measure(t, "sh", "-c", "command -v halog > /dev/null && halog -srv < "+one[2]).cpu)
	tenfold := analyze("--workers", "1", ten[0])
	t.Logf(" 8 peak memory: %d MB, %d MB of ten times as much", alone.peak>>20, tenfold.peak>>20)
	ratio(t, "10 .gz: CPU / (plain + zcat)", analyze(packed).cpu, alone.cpu+measure(t, "zcat", packed).cpu)
	ratio(t, "11 two workers / one: wall", analyze("--workers", "2", ten[0]).wall, tenfold.wall)
	t.Logf("12 start-up on 20 lines: %d ms CPU", analyze(few[0]).cpu.Milliseconds())
	ratio(t, "13 CPU of ten times as much / 10", tenfold.cpu, 10*alone.cpu)
}

func ratio(t *testing.T, what string, ours, theirs time.Duration) {
	t.Helper()
	if theirs <= 0 {
		t.Logf("%s: not measured, the program is not installed", what)
		return
	}
	t.Logf("%s: %.2f (%v / %v)", what, float64(ours)/float64(theirs), ours.Round(time.Millisecond), theirs.Round(time.Millisecond))
}

// measure runs a program twice and returns the faster run; nothing where there is no such program.
func measure(t *testing.T, args ...string) (best measured) {
	t.Helper()
	for range 2 {
		cmd := exec.Command(args[0], args[1:]...)
		cmd.Stdout = new(bytes.Buffer)
		cmd.Env = append(os.Environ(), "LC_ALL=C")
		begun := time.Now()
		if err := cmd.Run(); err != nil {
			t.Logf("%s: %v", strings.Join(args[:1], " "), err)
			return measured{}
		}
		m := measured{cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), time.Since(begun), residentPeak(cmd.ProcessState)}
		if best.cpu == 0 || m.cpu < best.cpu {
			best = m
		}
	}
	return best
}

func writeCorpora(t *testing.T, dir string, made []*corpus) (paths []string) {
	t.Helper()
	dir, err := os.MkdirTemp(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range made {
		path := filepath.Join(dir, c.name+".log")
		if err := os.WriteFile(path, c.text.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	return paths
}

func pack(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path+".gz", b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path + ".gz"
}
