package store

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// SQLite keeps everything in a database: aggregates, events, and how far each source was read. What belongs together is written in
// one transaction: after the process is killed, nothing is lost that was read before the positions a database holds, and nothing is
// counted twice when reading goes on there.
//
// One goroutine writes. Any number may append, each a source or piece of its own, and ask.
type SQLite struct {
	pages     string // cache of each reader as SQLite takes it; "": the usual one
	path      string
	temporary string // directory to remove in the end
	becomes   string // what path is renamed to in the end, "": nothing; see CreateSQLite
	readOnly  bool   // there is no writer: see Reading
	shifts    *overlay
	byTime    bool  // events are indexed by time as well
	ahead     int64 // of the writer: how large the log ahead may become, bytes; 0: as SQLite pleases
	jobs      chan job
	stopped   chan error
	failure   atomic.Pointer[error] // that ended writing

	mu      sync.Mutex // guards what follows
	open    []*Appender
	free    []*harvest
	readers []*reader
	indexed bool // by class
	closed  bool
}

// job is something for the writer to do: take a harvest, or run a function within the transaction.
type job struct {
	harvest *harvest
	source  int32
	numbers *numbering
	do      func(w *writer) error
	commit  bool
	done    chan error // told the outcome; nil for harvests
}

// ErrClosed is returned when a closed database is used.
var ErrClosed = errors.New("the database is closed")

// queuedHarvests bounds what may wait for the writer.
const queuedHarvests = 4

// OpenSQLite opens the database at path and makes it if there is none. It lasts: readers see whole transactions while it is
// written, and after a crash it is as of the last one.
func OpenSQLite(path string) (*SQLite, error) {
	s, err := openSQLite(path, keptPragmas)
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", path, err)
	}
	return s, nil
}

// OpenTemporary makes a database in a new directory below dir ("": where the system keeps temporary files). It is faster than one
// that lasts, does not survive a crash, and is removed by Close.
func OpenTemporary(dir string) (*SQLite, error) {
	dir, err := os.MkdirTemp(dir, "culprit-")
	if err != nil {
		return nil, fmt.Errorf("make a temporary database: %w (set TMPDIR to a directory with room, or use --db none)", err)
	}
	s, err := openSQLite(filepath.Join(dir, "events.db"), temporaryPragmas)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open a temporary database in %s: %w", dir, err), os.RemoveAll(dir))
	}
	s.temporary = dir
	return s, nil
}

const (
	// Before there are tables: larger pages cost less per row than the 4 KiB that is the default.
	pagePragmas = `PRAGMA page_size = 8192`

	// WAL lets readers and the writer go on side by side. NORMAL does not wait for the disk at each commit: a power failure may
	// cost the last transactions, events and positions alike, so that they are read again.
	keptPragmas = `PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536`

	// Nobody needs the database after a crash, for it is thrown away or made anew: nothing is kept to roll back to, and the disk is never
	// waited for. A write that fails ends all writing, see writer.fail.
	temporaryPragmas = `PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16384`

	// eventIndexes are made at once in a database that lasts. In one that is made in one go it is faster to make them in the end: that by
	// class before the first question, that by time, which only Search and Forget need, when the database is finished.
	eventIndexes = classIndex + "; " + timeIndex
	classIndex   = "CREATE INDEX IF NOT EXISTS event_class_time ON event (class, time, source)"
	timeIndex    = "CREATE INDEX IF NOT EXISTS event_source_time ON event (source, time)"

	// sortingPragmas come before indexes of what is there already: SQLite sorts in pieces as large as its cache, fastest where they fit into
	// that of the processor, and where a second thread sorts the last piece while the next is filled.
	sortingPragmas = "PRAGMA cache_size = -2048; PRAGMA threads = 2; "
)

// lockWait is how long to wait for a lock that another process holds.
const lockWait = 10 * time.Second

// connParams are those of every connection.
func connParams() url.Values {
	return url.Values{"_busy_timeout": {strconv.FormatInt(lockWait.Milliseconds(), 10)}}
}

func openSQLite(path, pragmas string) (*SQLite, error) {
	c, err := dial(path, connParams())
	if err != nil {
		return nil, err
	}
	s := &SQLite{path: path, jobs: make(chan job, queuedHarvests), stopped: make(chan error, 1)}
	w, err := s.prepare(c, pragmas)
	if err != nil {
		return nil, errors.Join(err, c.close())
	}
	go func() { s.stopped <- w.run(s.jobs) }()
	return s, nil
}

// prepare brings a new connection and its database into the state to write in.
func (s *SQLite) prepare(c *conn, pragmas string) (*writer, error) {
	if err := c.script(pagePragmas); err != nil {
		return nil, err
	}
	if err := patient(c, pragmas); err != nil {
		return nil, err
	}
	if err := migrate(c); err != nil {
		return nil, err
	}
	if pragmas == keptPragmas {
		if err := c.script(eventIndexes); err != nil {
			return nil, err
		}
		s.indexed, s.byTime = true, true
	}
	w := newWriter(c, s)
	return w, w.load()
}

// Open begins a source, or another piece of the one of that path, at start. Records that the database holds of it already are
// passed over; a file whose first record differs from that of the one known by its path is a source of its own.
func (s *SQLite) Open(path string, start Position) (*Appender, error) {
	return s.OpenFile(path, File{}, start)
}

// OpenFile is Open for a file whose identity is known: a path and a file make a source.
func (s *SQLite) OpenFile(path string, file File, start Position) (*Appender, error) {
	var opened sourceRef
	err := s.do(false, func(w *writer) (err error) {
		opened, err = w.open(path, file)
		return err
	})
	if err != nil {
		return nil, err
	}
	numbers := &numbering{}
	s.mu.Lock()
	defer s.mu.Unlock()
	var a *Appender
	a = newAppender(opened.id, start, s.spare(), newCounting(), func(h *harvest) (*harvest, error) {
		return s.deliver(job{harvest: h, source: a.source, numbers: numbers})
	})
	a.known, a.settle = opened.known, s.commit
	if file == (File{}) && start.Offset == 0 {
		a.identify = func(a *Appender, first []byte) error { return s.identify(a, path, first) }
	}
	s.open = append(s.open, a)
	return a, nil
}

// identify tells by its first record whether a file is the one that is known by its path.
func (s *SQLite) identify(a *Appender, path string, first []byte) error {
	head := headOf(first)
	var is sourceRef
	err := s.do(false, func(w *writer) (err error) {
		is, err = w.identify(a.source, path, head)
		return err
	})
	if err == nil {
		a.source, a.known = is.id, is.known
	}
	return err
}

// deliver hands a harvest to the writer.
func (s *SQLite) deliver(j job) (*harvest, error) {
	if err := s.send(j); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.spare(), nil
}

// do has the writer run f within a transaction, which is committed before do returns if commit is set.
func (s *SQLite) do(commit bool, f func(w *writer) error) error {
	done := make(chan error, 1)
	if err := s.send(job{do: f, commit: commit, done: done}); err != nil {
		return err
	}
	return <-done
}

// send queues a job, unless writing has failed already.
func (s *SQLite) send(j job) error {
	if failure := s.failure.Load(); failure != nil {
		return *failure
	}
	s.jobs <- j
	return nil
}

// commit waits until what was delivered is in the database.
func (s *SQLite) commit() error {
	return s.do(true, func(*writer) error { return nil })
}

// spare returns an empty harvest. s.mu is held.
func (s *SQLite) spare() *harvest {
	if n := len(s.free); n > 0 {
		h := s.free[n-1]
		s.free = s.free[:n-1]
		return h
	}
	return newHarvest()
}

// recycle takes a harvest back.
func (s *SQLite) recycle(h *harvest) {
	h.clear()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.free = append(s.free, h)
}

// gather makes everything that was appended so far part of the answers.
func (s *SQLite) gather() error {
	s.mu.Lock()
	open, closed := slices.Clone(s.open), s.closed
	s.mu.Unlock()
	if closed {
		return ErrClosed
	}
	if s.readOnly {
		return nil
	}
	if err := flushAll(open); err != nil {
		return err
	}
	s.mu.Lock()
	s.open = slices.DeleteFunc(s.open, func(a *Appender) bool { return a.closed.Load() })
	indexed, idle := s.indexed, len(s.open) == 0
	s.indexed = true
	if idle {
		s.free = nil
	}
	s.mu.Unlock()
	return s.do(true, func(w *writer) error {
		if idle {
			w.dictionary.forget() // nothing is read meanwhile: questions need the memory
		}
		if indexed {
			return nil
		}
		return w.c.script(sortingPragmas + classIndex)
	})
}

// SetShift says how the times of a source are turned into UTC: see Source.
func (s *SQLite) SetShift(_ context.Context, id int32, shift int64, zone, zoneFrom string) error {
	known := false
	err := s.do(true, func(w *writer) (err error) {
		known, err = w.setShift(id, shift, zone, zoneFrom)
		return err
	})
	if err == nil && !known {
		return unknownSource(id)
	}
	return err
}

// Close writes what is left and closes the database. Appenders and questions must have come to an end.
func (s *SQLite) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	readers := s.readers
	s.readers = nil
	s.mu.Unlock()
	var errs []error
	for _, r := range readers {
		errs = append(errs, r.c.close())
	}
	close(s.jobs)
	errs = append(errs, s.publish(<-s.stopped))
	if s.temporary != "" {
		errs = append(errs, os.RemoveAll(s.temporary))
	}
	return errors.Join(errs...)
}
