package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"culprit/rules"
)

// smallDisk mounts a disk of so many bytes, if this user may.
func smallDisk(t *testing.T, size int) string {
	t.Helper()
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d", size)); err != nil {
		t.Skipf("a disk that can be filled cannot be mounted (%v): run this as root", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// spoken is what a service says, from several goroutines.
type spoken struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *spoken) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}
func (s *spoken) count(what string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Count(s.text.String(), what)
}

// TestFullDiskIsSurvived fills the disk of the database under a service that reads on, makes room, and wants every line counted once.
func TestFullDiskIsSurvived(t *testing.T) {
	if testing.Short() {
		t.Skip("fills a disk")
	}
	disk, logs := smallDisk(t, 64<<20), t.TempDir()
	filler, db, path := filepath.Join(disk, "filler"), filepath.Join(disk, "c.db"), filepath.Join(logs, "access.log")
	if err := os.WriteFile(filler, make([]byte, 62<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	catalogue, err := rules.Load()
	if err != nil {
		t.Fatal(err)
	}
	said := &spoken{}
	g := &globals{streams: streams{strings.NewReader(""), said, said}}
	s := &service{
		tailing: &tailing{globals: g, db: db, every: 100 * time.Millisecond, window: 30 * time.Minute, backlog: 64},
		paths:   []string{path}, db: db, rules: catalogue, zone: time.UTC, retry: 50 * time.Millisecond,
	}
	ctx, cancel := context.WithCancel(t.Context())
	ran := make(chan error, 1)
	go func() { ran <- s.run(ctx) }()
	written := 0
	log, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	eventually(t, "the disk is full", func() bool {
		for range 500 {
			written++
			stamp := time.Now().UTC().Format("02/Jan/2006:15:04:05 -0700")
			if _, err := fmt.Fprintf(log, "203.0.113.%d - - [%s] \"GET /item/%d HTTP/1.1\" 502 7 \"-\" \"agent %d\"\n", written%200, stamp, written, written); err != nil {
				t.Fatal(err)
			}
		}
		return said.count("reading waits") > 0
	})
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	eventually(t, "reading goes on", func() bool { return said.count("can be written again") > 0 })
	eventually(t, "all is read", func() bool {
		status := s.following.Load().Status()
		return len(status.Files) > 0 && status.Lag == 0 && requestsIn(t, db) >= int64(written)
	})
	cancel()
	if err := <-ran; err != nil {
		t.Error(err)
	}
	if got := requestsIn(t, db); got != int64(written) {
		t.Errorf("%d requests counted of %d", got, written)
	}
	if n := said.count("reading waits"); n > 3 {
		t.Errorf("said %d times that the disk is full:\n%s", n, said.text.String())
	}
}
