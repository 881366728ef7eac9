package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"culprit/store"
)

// TestTailProcess is no test: it is what TestKilledTail runs as a process of its own.
func TestTailProcess(t *testing.T) {
	args := os.Getenv("CULPRIT_TAIL_ARGS")
	if args == "" {
		t.Skip("runs as a child of TestKilledTail")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, strings.Split(args, "\x1f"), streams{os.Stdin, os.Stdout, os.Stderr}))
}

func startTail(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestTailProcess$")
	cmd.Env = append(os.Environ(), "CULPRIT_TAIL_ARGS="+strings.Join(append([]string{"tail"}, args...), "\x1f"))
	cmd.Stderr = os.Stderr
	if testing.Verbose() {
		cmd.Stdout = os.Stdout
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if cmd.ProcessState == nil {
			_ = cmd.Process.Kill()
			_ = cmd.Wait() // it was killed
		}
	})
	return cmd
}

// requestsIn asks a database how many requests it holds.
func requestsIn(t *testing.T, db string) (n int64) {
	t.Helper()
	st, err := store.OpenSQLite(db)
	if err != nil {
		t.Fatal(err)
	}
	points, err := st.Top(context.Background(), store.Query{Table: store.Requests})
	if err = errors.Join(err, st.Close()); err != nil {
		t.Fatal(err)
	}
	for _, p := range points {
		n += p.Count
	}
	return n
}

// A process that is killed again and again, while logs are rotated, counts every request once.
func TestKilledTail(t *testing.T) {
	if testing.Short() {
		t.Skip("starts and kills processes")
	}
	dir := t.TempDir()
	db, path := filepath.Join(dir, "c.db"), filepath.Join(dir, "access.log")
	rng := rand.New(rand.NewPCG(1, 2))
	var written int64
	began := time.Now().Add(-time.Hour)
	write := func(n int) {
		f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		for range n {
			written++
			when := began.Add(time.Duration(written) * 10 * time.Millisecond).Format("02/Jan/2006:15:04:05 -0700")
			if _, err := fmt.Fprintf(f, "192.0.2.%d - - [%s] \"GET /item/%d HTTP/1.1\" 200 %d \"-\" \"curl/8\"\n", written%200, when, written, written%5000); err != nil {
				t.Fatal(err)
			}
		}
	}
	kills := 8
	for range kills {
		cmd := startTail(t, path, "--db", db, "--every", "100ms")
		end := time.Now().Add(time.Duration(300+rng.IntN(700)) * time.Millisecond)
		for time.Now().Before(end) {
			write(rng.IntN(40))
			time.Sleep(time.Millisecond)
			if rng.IntN(50) == 0 {
				if err := os.Rename(path, fmt.Sprintf("%s.%d", path, written)); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait() // it was killed
		write(10)
	}
	cmd := startTail(t, path, "--db", db, "--every", "100ms")
	deadline := time.Now().Add(2 * time.Minute)
	for requestsIn(t, db) < written && time.Now().Before(deadline) {
		time.Sleep(200 * time.Millisecond)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if got := requestsIn(t, db); got != written {
		t.Errorf("%d requests counted, %d written, after %d kills", got, written, kills)
	}
	t.Logf("%d requests, %d kills", written, kills)
}
