package follow

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"culprit/ingest"
)

// rotations is how often each kind of rotation is done; CULPRIT_TORTURE=200 is what a release must stand.
func rotations(t *testing.T) int {
	if n, err := strconv.Atoi(os.Getenv("CULPRIT_TORTURE")); err == nil {
		return n
	}
	if testing.Short() {
		t.Skip("writes and rotates for some seconds")
	}
	return 12
}

// torturer writes numbered lines as fast as its readers should stand, and rotates.
type torturer struct {
	t        *testing.T
	path     string
	rng      *rand.Rand
	file     *os.File
	last     atomic.Int64
	bytes    int64
	nth      int
	follower atomic.Pointer[Follower]
	ended    atomic.Bool
	kill     bool
}

func (w *torturer) must(err error) {
	if err != nil {
		w.t.Error(err)
		runtime.Goexit()
	}
}

func (w *torturer) open() {
	f, err := os.OpenFile(w.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	w.must(err)
	w.file = f
}

func (w *torturer) write(lines int) {
	for range lines {
		n := w.last.Load() + 1
		size := 20 + w.rng.IntN(300)
		if n%211 == 0 {
			size = 100 << 10
		}
		line := numbered(n, size)
		w.bytes += int64(len(line))
		if n%25 == 0 {
			cut := w.rng.IntN(len(line))
			w.put(line[:cut])
			runtime.Gosched()
			line = line[cut:]
		}
		w.put(line)
		w.last.Store(n)
		if w.rng.IntN(8) == 0 {
			time.Sleep(time.Duration(w.rng.IntN(2000)) * time.Microsecond)
		}
	}
}

func (w *torturer) put(data []byte) { _, err := w.file.Write(data); w.must(err) }

func (w *torturer) away() string { w.nth++; return fmt.Sprintf("%s.%d", w.path, w.nth) }

// noticed waits until the file at the path has been opened by the follower: what is deleted before that is gone.
func (w *torturer) noticed() {
	info, err := os.Stat(w.path)
	w.must(err)
	for !w.ended.Load() {
		if f := w.follower.Load(); f != nil && f.has(info) {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

// has reports whether a file is among those that are open.
func (f *Follower) has(info os.FileInfo) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, open := range f.opened {
		if os.SameFile(open, info) {
			return true
		}
	}
	return false
}

var kinds = map[string]func(w *torturer){
	"rename": func(w *torturer) {
		w.must(w.file.Close())
		w.must(os.Rename(w.path, w.away()))
		w.open()
	},
	"nginx": func(w *torturer) {
		old := w.file
		w.must(os.Rename(w.path, w.away()))
		fresh, err := os.OpenFile(w.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		w.must(err)
		w.write(20) // into the old one
		w.must(old.Close())
		w.file = fresh
	},
	"copytruncate": func(w *torturer) {
		data, err := os.ReadFile(w.path)
		w.must(err)
		w.must(os.WriteFile(w.away(), data, 0o600))
		w.must(os.Truncate(w.path, 0))
	},
	"delete": func(w *torturer) {
		w.noticed()
		w.must(w.file.Close())
		w.must(os.Remove(w.path))
		w.open()
	},
	"symlink": func(w *torturer) {
		w.noticed()
		w.must(w.file.Close())
		target := filepath.Join(filepath.Dir(w.path), "targets", fmt.Sprintf("%d.log", w.nth))
		w.nth++
		f, err := os.OpenFile(target, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		w.must(err)
		w.file = f
		link := w.path + "-new"
		w.must(os.Symlink(target, link))
		w.must(os.Rename(link, w.path))
	},
}

func TestTorture(t *testing.T) {
	n := rotations(t)
	for name, rotate := range kinds {
		for _, killed := range []bool{false, true} {
			if killed && (name == "delete" || name == "symlink") {
				continue // what was deleted while nobody looked cannot be had
			}
			t.Run(fmt.Sprintf("%s/killed=%v", name, killed), func(t *testing.T) {
				t.Parallel()
				torture(t, n, rotate, killed)
			})
		}
	}
	t.Run("restarts", func(t *testing.T) { t.Parallel(); torture(t, n, func(*torturer) {}, true) })
}

func torture(t *testing.T, n int, rotate func(*torturer), killed bool) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "targets"), 0o700); err != nil {
		t.Fatal(err)
	}
	w := &torturer{t: t, path: filepath.Join(dir, "a.log"), rng: rand.New(rand.NewPCG(uint64(n), 1))}
	ledger := newMemory()
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer w.ended.Store(true)
		w.open()
		for range n {
			w.write(20 + w.rng.IntN(200))
			rotate(w)
		}
		w.write(50)
		w.must(w.file.Close())
	}()
	rng := rand.New(rand.NewPCG(uint64(n), 2))
	restarts := 0
	stopped := time.Time{}
	var notes []ingest.Note
	for finished := false; !finished; {
		f := New(Options{Paths: []string{w.path}, Ledger: ledger, Matcher: matcher, Known: ledger.known(), Stopped: stopped, Backlog: 1 << 30})
		w.follower.Store(f)
		life := time.Duration(20+rng.IntN(180)) * time.Millisecond
		finished = live(t, f, ledger, w, life, killed, done)
		w.follower.Store(nil)
		notes = append(notes, f.Status().Notes...)
		if !finished {
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
			stopped = time.Now()
			ledger.crash()
			restarts++
		}
	}
	lost, twice, torn := ledger.verify(t, w.last.Load())
	if lost+twice+torn > 0 {
		t.Errorf("%d lines lost, %d twice, %d torn of %d; the followers noted %v", lost, twice, torn, w.last.Load(), notes)
	}
	t.Logf("%d lines, %d bytes, %d rotations, %d restarts", w.last.Load(), w.bytes, n, restarts)
}

// live runs a follower until its life is over, or the writer has ended and all was read.
func live(t *testing.T, f *Follower, ledger *memory, w *torturer, life time.Duration, killed bool, done <-chan struct{}) (finished bool) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	ran := make(chan error, 1)
	go func() { ran <- f.Run(ctx, 10*time.Millisecond, time.Now, time.After) }()
	end := time.After(life)
	if !killed {
		end = nil
	}
	commit := time.NewTicker(15 * time.Millisecond)
	defer commit.Stop()
	quiet := time.Time{}
	for {
		select {
		case <-commit.C:
			ledger.commit()
			if !w.ended.Load() {
				continue
			}
			if quiet.IsZero() {
				quiet = time.Now()
				end = nil
			}
			if int64(ledger.total()) >= w.last.Load() || time.Since(quiet) > 15*time.Second {
				cancel()
				if err := <-ran; err != nil {
					t.Error(err)
				}
				<-done
				return true
			}
		case <-end:
			cancel()
			if err := <-ran; err != nil {
				t.Error(err)
			}
			return false
		}
	}
}

func (m *memory) total() (n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, files := range m.pending {
		for _, k := range files {
			n += len(k.numbers)
		}
	}
	return n
}
