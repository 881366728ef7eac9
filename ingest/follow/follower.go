package follow

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"culprit/ingest"
	"culprit/rules"
)

// Ledger keeps what was read together with how far.
type Ledger interface {
	// Open begins or goes on with a generation of the log at path.
	Open(path string, file Identity, start ingest.Position) (ingest.Feed, error)
}

// Options says what to follow.
type Options struct {
	// Paths are files, directories and patterns. What is not there yet is awaited.
	Paths   []string
	Ledger  Ledger
	Matcher *rules.Matcher
	// Known is how far an earlier run came, Stopped when it ended.
	Known   []Checkpoint
	Stopped time.Time
	// Backlog is how much of a file that was never read is read, from its end, in bytes.
	Backlog int64
	// Plain leaves hpcloud/tail out.
	Plain bool
}

// Follower follows the logs below some paths.
type Follower struct {
	opts    Options
	known   map[string][]Checkpoint
	scratch scratch
	wake    chan struct{}
	trails  []*trail
	byPath  map[string]*trail
	scanned time.Time // when the paths were last searched
	rescan  atomic.Bool
	arrived atomic.Bool // a new name was heard of since the last search
	ears    *ears       // nil: none

	bytes  atomic.Int64
	mu     sync.Mutex // guards what follows
	status Status
	opened []os.FileInfo
}

// Status is what a Follower does at a moment.
type Status struct {
	// Files are the paths that are there and followed; Waiting those that are not there yet.
	Files, Waiting []string
	// Refused names what may not be read, or is nothing to follow, and why.
	Refused []ingest.Note
	// Bytes read, and bytes that were cut off before they could be read, as far as known; Truncations without a copy.
	Bytes, Lost, Truncations int64
	// Lag is how many bytes are there to be read.
	Lag int64
	// Notes are what was remarkable, the latest of Noted.
	Notes []ingest.Note
	Noted int
}

const (
	// rescanEvery is how often directories and patterns are searched anew.
	rescanEvery = 5 * time.Second
	// rescanSoon is how soon they may be searched again when a new name was heard of.
	rescanSoon = 200 * time.Millisecond
	// pathsMost bounds what is followed.
	pathsMost = 512
	notesMost = 64
)

// New returns a Follower. Nothing is read before its first Step.
func New(o Options) *Follower {
	f := &Follower{opts: o, known: map[string][]Checkpoint{}, scratch: newScratch(), wake: make(chan struct{}, 1), byPath: map[string]*trail{}}
	for _, c := range o.Known {
		f.known[c.Path] = append(f.known[c.Path], c)
	}
	return f
}

// Step does all there is to do at a moment: looks for files, and reads a part of each. more says that there is more to read at once.
// It returns an error only if the ledger fails; what goes wrong with a file is told by Status.
func (f *Follower) Step(now time.Time) (more bool, err error) {
	if f.rescan.Swap(false) || f.due(now) {
		f.scanned = now
		f.search()
	}
	for _, t := range f.trails {
		again, err := t.step(now)
		if err != nil {
			if errors.Is(err, errLedger) {
				return false, err
			}
			t.problem = err
		}
		more = more || again
	}
	f.report()
	return more, nil
}

// due reports whether it is time to search the paths anew.
func (f *Follower) due(now time.Time) bool {
	since := now.Sub(f.scanned)
	return since >= rescanEvery || since >= rescanSoon && f.arrived.Swap(false)
}

// errLedger marks errors of the ledger; all others are of one file.
var errLedger = errors.New("store")

// Close leaves all files as far as they were read.
func (f *Follower) Close() error {
	var errs []error
	for _, t := range f.trails {
		errs = append(errs, t.stop())
	}
	return errors.Join(errs...)
}

// search finds the files that are to be followed.
func (f *Follower) search() {
	var refused []ingest.Note
	refuse := func(path, why string) { refused = append(refused, ingest.Note{Path: path, Text: why}) }
	for _, p := range f.opts.Paths {
		f.searchPath(p, refuse)
	}
	for _, t := range f.trails {
		t.revive(f.scanned)
	}
	f.attend()
	f.mu.Lock()
	f.status.Refused = refused
	f.mu.Unlock()
}

func (f *Follower) searchPath(path string, refuse func(path, why string)) {
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		f.drop(path)
		f.searchDirectory(path, 0, refuse)
	case err == nil:
		f.follow(path, refuse)
	case strings.ContainsAny(path, "*?["):
		matches, err := filepath.Glob(path)
		if err != nil {
			refuse(path, "no pattern: "+err.Error())
		}
		for _, m := range matches {
			if _, rotated := ingest.Rotated(filepath.Base(m)); !rotated {
				f.follow(m, refuse)
			}
		}
	case errors.Is(err, os.ErrNotExist):
		f.follow(path, refuse)
	default:
		refuse(path, explain(err))
	}
}

// drop no longer awaits a file where a directory has come to be.
func (f *Follower) drop(path string) {
	abs, err := filepath.Abs(path)
	if t := f.byPath[abs]; err == nil && t != nil && len(t.gens) == 0 {
		delete(f.byPath, abs)
		f.trails = slices.DeleteFunc(f.trails, func(other *trail) bool { return other == t })
	}
}

// depthMost bounds directories inside directories.
const depthMost = 4

func (f *Follower) searchDirectory(dir string, depth int, refuse func(path, why string)) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		refuse(dir, explain(err))
		return
	}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		info, err := os.Stat(path)
		switch {
		case err != nil || strings.HasPrefix(e.Name(), "."):
		case info.IsDir() && depth < depthMost:
			f.searchDirectory(path, depth+1, refuse)
		case info.Mode().IsRegular():
			if _, rotated := ingest.Rotated(e.Name()); !rotated {
				f.follow(path, refuse)
			}
		}
	}
}

// follow adds a file, if it is one to be followed.
func (f *Follower) follow(path string, refuse func(path, why string)) {
	abs, err := filepath.Abs(path)
	if err != nil || f.byPath[abs] != nil {
		return
	}
	if own := f.followedAs(abs); own != "" {
		refuse(abs, "is another name of "+own)
		return
	}
	if ok, why := examine(abs); !ok {
		refuse(abs, why)
		return
	}
	if len(f.trails) >= pathsMost {
		refuse(abs, fmt.Sprintf("more than %d files", pathsMost))
		return
	}
	t := &trail{f: f, path: abs, name: abs}
	f.trails = append(f.trails, t)
	f.byPath[abs] = t
	slices.SortFunc(f.trails, func(a, b *trail) int { return strings.Compare(a.path, b.path) })
}

// examine looks whether a file may be read and looks like a log. One that is not there yet does.
func examine(path string) (ok bool, why string) {
	file, err := openRegular(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return true, ""
	case err != nil:
		return false, explain(err)
	}
	defer file.Close()
	beginning := make([]byte, 16<<10)
	n, _ := file.ReadAt(beginning, 0) // an error shows when it is followed
	return ingest.LooksLikeLog(beginning[:n], n < len(beginning), path)
}

// explain adds what an operator can do.
func explain(err error) string {
	if errors.Is(err, os.ErrPermission) {
		return "may not be read: add culprit's user to the group of the file (often adm), or setfacl -m u:culprit:r FILE and a create line in logrotate"
	}
	return err.Error()
}

// report brings the status up to date.
func (f *Follower) report() {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := &f.status
	s.Files, s.Waiting, s.Lag, s.Bytes = s.Files[:0], s.Waiting[:0], 0, f.bytes.Load()
	f.opened = f.opened[:0]
	for _, t := range f.trails {
		if len(t.gens) == 0 {
			s.Waiting = append(s.Waiting, t.name)
			continue
		}
		s.Files = append(s.Files, t.name)
		for _, g := range t.gens {
			s.Lag += max(0, g.size-g.read)
			f.opened = append(f.opened, g.info)
		}
	}
}

// Status says what the Follower does. It may be called at any time.
func (f *Follower) Status() Status {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.status
	s.Files, s.Waiting, s.Refused, s.Notes = slices.Clone(s.Files), slices.Clone(s.Waiting), slices.Clone(s.Refused), slices.Clone(s.Notes)
	return s
}

// Read returns how many bytes have been read.
func (f *Follower) Read() int64 { return f.bytes.Load() }

func (f *Follower) count(n int64) { f.bytes.Add(n) }

// lost tells of a truncation whose copy was not found.
func (f *Follower) lost(name string, n int64) {
	text := "was truncated and no copy of it was found; lines written right before may be lost"
	if n > 0 {
		text = fmt.Sprintf("was truncated before its last %d bytes were read, and no copy of it was found", n)
	}
	f.mu.Lock()
	f.status.Lost += n
	f.status.Truncations++
	f.mu.Unlock()
	f.note(name, text)
}

func (f *Follower) note(name, text string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.status.Notes = append(f.status.Notes, ingest.Note{Path: name, Text: text})
	f.status.Notes = f.status.Notes[max(0, len(f.status.Notes)-notesMost):]
	f.status.Noted++
}
