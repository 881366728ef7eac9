package follow

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// hearing runs a follower on a directory that looks by itself only where it has heard of something.
func hearing(t *testing.T, dir string) *Follower {
	t.Helper()
	if ears := listen(func(bool) {}); ears == nil || distant(dir) {
		t.Skip("nothing is heard of the files here")
	} else {
		ears.close()
	}
	f := New(Options{Paths: []string{dir}, Ledger: newMemory(), Matcher: matcher, Backlog: 1 << 30, Plain: true})
	ctx, cancel := context.WithCancel(t.Context())
	ran := make(chan error, 1)
	soon := func(d time.Duration) <-chan time.Time {
		if d > rescanSoon {
			return nil
		}
		return time.After(d)
	}
	go func() { ran <- f.Run(ctx, time.Minute, time.Now, soon) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ran; err != nil {
			t.Error(err)
		}
	})
	return f
}

func TestEarsWakeUp(t *testing.T) {
	dir := t.TempDir()
	f, size := hearing(t, dir), int64(0)
	for n := range int64(6) {
		path := filepath.Join(dir, []string{"a.log", "b.log"}[n/3])
		log, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		line := numbered(n, 50)
		size += int64(len(line))
		_, err = log.Write(line)
		if err := errors.Join(err, log.Close()); err != nil {
			t.Fatal(err)
		}
		for end := time.Now().Add(30 * time.Second); f.Read() < size; time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("read %d bytes of %d", f.Read(), size)
			}
		}
	}
}
