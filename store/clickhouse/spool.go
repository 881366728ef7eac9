package clickhouse

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"culprit/store"
)

// spool keeps blocks on disk until the cluster has them, and beside them how far the cluster is known to have each source. A block that
// is in the spool counts as read: it is sent, once, whatever becomes of this process.
type spool struct {
	dir   string
	limit int64
	lock  *os.File

	mu     sync.Mutex
	files  []string // in the order they came in
	size   map[string]int64
	total  int64
	last   uint64
	ready  chan struct{} // holds one where a block came in
	room   chan struct{} // holds one where a block went
	parts  map[uint64]*part
	stored time.Time // when parts were written
}

const (
	blockSuffix = ".block"
	partsFile   = "sources.json"
	defaultRoom = 4 << 30
	// partsEvery is how often parts are written: where they are behind, the cluster is asked.
	partsEvery = time.Second
)

// ErrSpoolBusy: two processes must not send the same blocks.
var ErrSpoolBusy = errors.New("another culprit uses this spool")

func openSpool(dir string, limit int64) (*spool, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the spool: %w", err)
	}
	s := &spool{dir: dir, limit: cmp.Or(limit, defaultRoom), size: map[string]int64{}, ready: make(chan struct{}, 1), room: make(chan struct{}, 1), parts: map[uint64]*part{}}
	var err error
	if s.lock, err = os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600); err != nil {
		return nil, fmt.Errorf("open the spool: %w", err)
	}
	if err := syscall.Flock(int(s.lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", dir, ErrSpoolBusy), s.lock.Close())
	}
	if err := s.list(); err != nil {
		return nil, errors.Join(fmt.Errorf("open the spool: %w", err), s.lock.Close())
	}
	return s, nil
}

// list finds what an earlier process has left.
func (s *spool) list() error {
	entries, err := os.ReadDir(s.dir) // by name, which is by number
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := e.Name()
		if strings.HasSuffix(name, ".new") {
			if err := os.Remove(filepath.Join(s.dir, name)); err != nil {
				return err
			}
			continue
		}
		if !strings.HasSuffix(name, blockSuffix) {
			continue
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		if _, err := fmt.Sscanf(name, "%016x", &s.last); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		s.files, s.size[name] = append(s.files, name), info.Size()
		s.total += info.Size()
	}
	if len(s.files) > 0 {
		s.ready <- struct{}{}
	}
	return s.readParts()
}

func (s *spool) readParts() error {
	content, err := os.ReadFile(filepath.Join(s.dir, partsFile))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = json.Unmarshal(content, &s.parts)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", partsFile, err)
	}
	return nil
}

// header stands in front of the body of a block.
type header struct {
	ID     uint64
	Insert string
	Gzip   bool
	Part   part
}

// put writes a block down. It waits while there is no room.
func (s *spool) put(ctx context.Context, b *sealed) error {
	head, err := json.Marshal(header{b.id, b.insert, b.gzip, b.part})
	if err != nil {
		return fmt.Errorf("spool a block: %w", err)
	}
	content := slices.Concat(head, []byte{'\n'}, b.body)
	for s.full() {
		select {
		case <-s.room:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last++
	name := fmt.Sprintf("%016x%s", s.last, blockSuffix)
	if err := s.write(name, content); err != nil {
		return fmt.Errorf("spool a block: %w (has the disk room?)", err)
	}
	s.files, s.size[name] = append(s.files, name), int64(len(content))
	s.total += int64(len(content))
	signal(s.ready)
	return nil
}

func (s *spool) full() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.total >= s.limit
}

// write makes a file of a content, wholly or not at all.
func (s *spool) write(name string, content []byte) error {
	path := filepath.Join(s.dir, name)
	f, err := os.OpenFile(path+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// next waits for a block, and returns the one that came in first. It may have been sent before.
func (s *spool) next(ctx context.Context) (*sealed, error) {
	for {
		s.mu.Lock()
		name := ""
		if len(s.files) > 0 {
			name = s.files[0]
		}
		s.mu.Unlock()
		if name != "" {
			return s.read(name)
		}
		select {
		case <-s.ready:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (s *spool) read(name string) (*sealed, error) {
	content, err := os.ReadFile(filepath.Join(s.dir, name))
	if err != nil {
		return nil, fmt.Errorf("read the spool: %w", err)
	}
	head, body, _ := bytes.Cut(content, []byte{'\n'})
	var h header
	if err := json.Unmarshal(head, &h); err != nil {
		return nil, fmt.Errorf("read the spool: %s: %w", name, err)
	}
	return &sealed{id: h.ID, key: h.Part.Key, insert: h.Insert, body: body, gzip: h.Gzip, uncertain: true, file: name, part: h.Part}, nil
}

// drop forgets a block that the cluster has, and notes how far that is.
func (s *spool) drop(b *sealed) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.note(&b.part)
	if len(s.files) == 1 || time.Since(s.stored) > partsEvery {
		content, err := json.Marshal(s.parts)
		if err == nil {
			err = s.write(partsFile, content)
		}
		if err != nil {
			return fmt.Errorf("note what the store has: %w", err)
		}
		s.stored = time.Now()
	}
	if err := os.Remove(filepath.Join(s.dir, b.file)); err != nil {
		return fmt.Errorf("empty the spool: %w", err)
	}
	s.files = s.files[1:]
	s.total -= s.size[b.file]
	delete(s.size, b.file)
	signal(s.room)
	return nil
}

func (s *spool) note(p *part) {
	known := s.parts[p.Key]
	if known == nil {
		known = &part{Key: p.Key, Path: p.Path, File: p.File}
		s.parts[p.Key] = known
	}
	known.Head = cmp.Or(p.Head, known.Head)
	known.Spans = store.JoinSpans(append(known.Spans, p.Spans...))
}

// learn adds the blocks that wait to what the sources have: nothing of them is read again.
func (s *spool) learn(r *registry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range s.files {
		if b, err := s.read(name); err == nil { // where it cannot be read, sending it will tell
			r.learn(&b.part)
		}
	}
}

// remember fills a registry while the cluster is away. It reports whether there was anything to remember.
func (s *spool) remember(r *registry) bool {
	for _, p := range s.parts {
		r.learn(p)
	}
	s.learn(r)
	return len(r.list) > 0
}

// learn adds a part to what is known of its source.
func (r *registry) learn(p *part) {
	e := r.byKey[p.Key]
	if e == nil {
		e = &sourceEntry{key: p.Key, path: p.Path, file: p.File}
		e.news.Daemons, e.news.Formats = emptyTallies()
		r.enter(e)
	}
	e.head = cmp.Or(e.head, p.Head)
	e.known = store.JoinSpans(append(e.known, p.Spans...))
}

// empty waits until the spool is, or ctx ends.
func (s *spool) empty(ctx context.Context) {
	for {
		s.mu.Lock()
		n := len(s.files)
		s.mu.Unlock()
		if n == 0 {
			return
		}
		select {
		case <-s.room:
		case <-ctx.Done():
			return
		}
	}
}

// close gives the spool free. A nil spool is closed.
func (s *spool) close() error {
	if s == nil {
		return nil
	}
	return s.lock.Close()
}

const bookmarkFile = "bookmarks.json"

func (s *spool) bookmarks() (map[string]string, error) {
	places := map[string]string{}
	content, err := os.ReadFile(filepath.Join(s.dir, bookmarkFile))
	if errors.Is(err, os.ErrNotExist) {
		return places, nil
	}
	if err == nil {
		err = json.Unmarshal(content, &places)
	}
	return places, err
}

func (s *spool) bookmark(name string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	places, err := s.bookmarks()
	return places[name], err
}

func (s *spool) setBookmark(name, value string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	places, err := s.bookmarks()
	if err != nil {
		return err
	}
	places[name] = value
	content, err := json.Marshal(places)
	if err != nil {
		return err
	}
	return s.write(bookmarkFile, content)
}
