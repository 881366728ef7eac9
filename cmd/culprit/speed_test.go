package main

import (
	"bytes"
	"compress/gzip"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"time"
)

var speed = flag.Float64("speed", 0, "print the table of speeds, measured on made-up logs of so many million error records, and of others in proportion; 0: do not")

// measured is what one run of a program took.
type measured struct {
	cpu, wall time.Duration
	peak      int64 // bytes
}

// speeds measures culprit beside other programs on the same files, one after the other.
type speeds struct {
	*testing.T
	dir, binary string
	n           int
	logs        map[string]string // by kind
	missing     []string          // programs
}

// TestSpeedTable prints how culprit compares with programs that do a part of its work on the same files. It measures and judges
// nothing: a busy machine must fail no test.
func TestSpeedTable(t *testing.T) {
	if *speed <= 0 {
		t.Skip("make bench prints the table")
	}
	s := &speeds{T: t, dir: t.TempDir(), n: int(*speed * 1e6), logs: map[string]string{}}
	s.binary = filepath.Join(s.dir, "culprit")
	if out, err := exec.Command("go", "build", "-o", s.binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, kind := range corpusKinds {
		s.logs[kind.name] = makeCorpus(t, s.dir, kind, int(float64(s.n)*kind.share)).path
	}
	forgetPeak()
	plain := s.errorLogs()
	s.accessLogs()
	s.storage()
	s.databases()
	s.scale(plain)
	s.wholeVerdict()
	if len(s.missing) > 0 {
		t.Logf("not installed, so that rows are missing: %s", strings.Join(s.missing, ", "))
	}
}

// analyze measures a run that keeps nothing, on one processor unless told otherwise.
func (s *speeds) analyze(args ...string) measured {
	return s.measure(append([]string{s.binary, "analyze", "--db", "none"}, args...)...)
}

// forgetPeak makes the peak of this process what it holds now: what a process had before it became another counts as its peak.
func forgetPeak() {
	debug.FreeOSMemory()
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) // where that is not possible, peaks are told too large
}

func (s *speeds) errorLogs() (plain measured) {
	nginx := s.logs["nginx-error"]
	plain = s.analyze("--workers", "1", nginx)
	s.ratio(" 1 nginx error log: CPU / grep -cE of 20 signatures", "≤ 2.0", plain.cpu, s.measure("grep", "-cE", twentySignatures, nginx).cpu)
	for _, other := range []string{"apache-error", "php-fpm"} {
		m := s.analyze("--workers", "1", s.logs[other])
		s.figure(" 2 "+other+" log: bytes per CPU-second / nginx's", "≥ 0.7", rate(sizeOf(s.T, s.logs[other]), m)/rate(sizeOf(s.T, nginx), plain))
	}
	return plain
}

func (s *speeds) accessLogs() {
	access, haproxy := s.logs["nginx-access"], s.logs["haproxy"]
	ours, split := s.analyze("--workers", "1", access), s.splitter(access)
	s.figure(" 3 access log: speed / hand-written splitter", "≥ 0.5", split.Seconds()/ours.cpu.Seconds())
	s.ratio(" 4 HAProxy log: CPU / halog -srv", "≤ 3", s.analyze("--workers", "1", haproxy).cpu, s.measure("sh", "-c", "command -v halog > /dev/null && exec halog -srv < "+haproxy).cpu)
}

// databases measures what is kept: the whole of an error log with two indexes, and the roll-ups of an access log.
func (s *speeds) databases() {
	nginx, access := s.logs["nginx-error"], s.logs["nginx-access"]
	kept := filepath.Join(s.dir, "kept.db")
	s.ratio(" 6 all events, two indexes: C / whole run, CPU", "≥ 0.60", s.insertC(s.n, 2), s.measureOnce(s.binary, "analyze", "--workers", "1", "--db", kept, nginx).cpu)
	s.figure(" 7 database / raw, all events", "≤ 0.7", float64(sizeOf(s.T, kept))/float64(sizeOf(s.T, nginx)))
	rolled := filepath.Join(s.dir, "rolled.db")
	s.measureOnce(s.binary, "analyze", "--db", rolled, access)
	s.figure(" 7 database / raw, access log", "≤ 0.02", float64(sizeOf(s.T, rolled))/float64(sizeOf(s.T, access)))
}

// scale measures what becomes of more of everything.
func (s *speeds) scale(plain measured) {
	nginx := s.logs["nginx-error"]
	ten := makeCorpus(s.T, s.dir, corpusKinds[0], 10*s.n).path
	few := makeCorpus(s.T, s.dir, corpusKinds[0], 20).path
	forgetPeak()
	tenfold := s.analyze("--workers", "1", ten)
	s.figure(fmt.Sprintf(" 8 peak memory of ten times as much / of one (%d MB)", plain.peak>>20), "≤ 1.2; ≤ 96 MB", float64(tenfold.peak)/float64(plain.peak))
	s.ratio(" 9 1000 signatures more / the catalogue alone: CPU", "≤ 1.5", s.analyze("--workers", "1", "--rules", s.padding(1000), nginx).cpu, plain.cpu)
	packed := s.pack(nginx)
	s.ratio("10 .gz: CPU / (plain + zcat)", "≤ 0.85", s.analyze("--workers", "1", packed).cpu, s.plus(plain.cpu, s.measure("zcat", packed).cpu))
	s.ratio("11 two workers / one: wall", "≤ 0.65", s.analyze("--workers", "2", ten).wall, tenfold.wall)
	s.Logf("%-66s %6d ms (goal ≤ 60)", "12 start-up on 20 lines: CPU", s.analyze(few).cpu.Milliseconds())
	s.ratio("13 CPU of ten times as much / 10 × CPU of one", "≤ 1.1", tenfold.cpu, 10*plain.cpu)
	if err := os.Remove(ten); err != nil {
		s.Fatal(err)
	}
}

// wholeVerdict measures the way from two logs to the verdict beside what people type instead.
func (s *speeds) wholeVerdict() {
	nginx, access := s.logs["nginx-error"], s.logs["nginx-access"]
	typed := "wc -l " + access + " " + nginx + " && grep -cE '" + twentySignatures + "' " + nginx +
		` && mawk '{m=substr($4,2,17); n[m]++} $9>=500 {c[m]++} END {for (k in n) print k, n[k], c[k]}' ` + access
	s.ratio("14 verdict on both logs / wc -l + grep -cE + mawk: wall", "≤ 1.5",
		s.measure(s.binary, "analyze", "--db", "none", nginx, access).wall, s.measure("sh", "-c", typed).wall)
	s.ratio("14 the same without --db", "≤ 1.5", s.measure(s.binary, "analyze", nginx, access).wall, s.measure("sh", "-c", typed).wall)
}

// twentySignatures is what somebody who knows nginx looks for.
const twentySignatures = `Connection refused|timed out|no live upstreams|Permission denied|No such file|No route to host|reset by peer|prematurely closed|` +
	`too big header|invalid header|Primary script unknown|Too many open files|worker_connections are not enough|could not be resolved|` +
	`SSL_do_handshake|certificate verify|limiting requests|Broken pipe|No space left|Cannot allocate memory`

func rate(size int64, m measured) float64 { return float64(size) / max(m.cpu.Seconds(), 1e-9) }

// plus is the sum of two times, 0 where one was not measured.
func (s *speeds) plus(a, b time.Duration) time.Duration {
	if a == 0 || b == 0 {
		return 0
	}
	return a + b
}

func (s *speeds) ratio(what, goal string, over, under time.Duration) {
	s.Helper()
	if over <= 0 || under <= 0 {
		s.Logf("%-66s not measured", what)
		return
	}
	s.Logf("%-66s %6.2f (goal %s; %v / %v)", what, float64(over)/float64(under), goal, over.Round(time.Millisecond), under.Round(time.Millisecond))
}

func (s *speeds) figure(what, goal string, n float64) {
	s.Helper()
	s.Logf("%-66s %6.3f (goal %s)", what, n, goal)
}

// measure runs a program twice and returns the faster run; nothing where there is no such program.
func (s *speeds) measure(args ...string) measured {
	s.Helper()
	best, again := s.measureOnce(args...), s.measureOnce(args...)
	if again.cpu < best.cpu {
		return again
	}
	return best
}

func (s *speeds) measureOnce(args ...string) measured {
	s.Helper()
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdout = new(bytes.Buffer)
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	begun := time.Now()
	if err := cmd.Run(); err != nil {
		s.missing = append(s.missing, fmt.Sprintf("%.40s (%v)", strings.Join(args, " "), err))
		return measured{}
	}
	return measured{cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), time.Since(begun), residentPeak(cmd.ProcessState)}
}

func (s *speeds) pack(path string) string {
	s.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		s.Fatal(err)
	}
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(text); err != nil {
		s.Fatal(err)
	}
	if err := w.Close(); err != nil {
		s.Fatal(err)
	}
	if err := os.WriteFile(path+".gz", b.Bytes(), 0o600); err != nil {
		s.Fatal(err)
	}
	return path + ".gz"
}
