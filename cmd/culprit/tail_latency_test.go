package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"
)

// TestTailLatency measures, as often as CULPRIT_LATENCY says, how long after the line that completes an incident it is told. Failing
// requests come half a second apart: the alert belongs to the last one before it.
func TestTailLatency(t *testing.T) {
	trials, err := strconv.Atoi(os.Getenv("CULPRIT_LATENCY"))
	if err != nil {
		t.Skip("measures by the clock: CULPRIT_LATENCY=20 runs it")
	}
	var took []time.Duration
	for range trials {
		took = append(took, alertAfter(t))
	}
	slices.Sort(took)
	p95 := took[len(took)*95/100]
	t.Logf("from the written line to the alert: median %s, p95 %s", took[len(took)/2].Round(time.Millisecond), p95.Round(time.Millisecond))
	if p95 > 100*time.Millisecond {
		t.Errorf("p95 is %s", p95)
	}
}

func alertAfter(t *testing.T) time.Duration {
	t.Helper()
	dir := t.TempDir()
	path, told := filepath.Join(dir, "access.log"), filepath.Join(dir, "told")
	log, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	request := func(status int) {
		stamp := time.Now().Format("02/Jan/2006:15:04:05 -0700")
		if _, err := fmt.Fprintf(log, "203.0.113.9 - - [%s] \"GET /item HTTP/1.1\" %d 3 \"-\" \"curl/8\"\n", stamp, status); err != nil {
			t.Fatal(err)
		}
	}
	cmd := startTail(t, path, "--db", filepath.Join(dir, "c.db"), "--exec", "cat > "+told)
	for end := time.Now().Add(3 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		request(200)
	}
	for range 60 {
		request(502)
		written := time.Now()
		for time.Since(written) < 500*time.Millisecond {
			if info, err := os.Stat(told); err == nil {
				_ = cmd.Process.Kill()
				return info.ModTime().Sub(written)
			}
			time.Sleep(time.Millisecond)
		}
	}
	t.Fatal("no alert")
	return 0
}
