package clickhouse

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
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
// is in the spool counts as read: it is sent, once, whatever becomes of this process, or of the power.
type spool struct {
	dir     string
	limit   int64
	disk    disk
	lock    *os.File
	leaving <-chan struct{} // closed when nobody waits for room any more
	left    []part          // of the blocks that an earlier process has left

	mu     sync.Mutex
	files  []string // in the order they came in
	sent   []string // that the cluster has, which parts on disk do not say yet
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
	// partsEvery is how often parts are written while there is more to send. Blocks that they do not tell of yet stay where they are.
	partsEvery = time.Second
	// partsKept is how long parts tell of a source that nothing is read of any more: a log that was rotated away.
	partsKept = 60 * 24 * time.Hour
)

// ErrSpoolBusy: two processes must not send the same blocks.
var ErrSpoolBusy = errors.New("another culprit uses this spool")

// ErrSpoolFull: the cluster has been away for so long that there is no room for what is read.
var ErrSpoolFull = errors.New("the spool is full")

func openSpool(ctx context.Context, dir string, limit int64, d disk) (*spool, error) {
	if err := makeDir(d, dir); err != nil {
		return nil, fmt.Errorf("make the spool: %w", err)
	}
	s := &spool{
		dir: dir, limit: cmp.Or(limit, defaultRoom), disk: d, leaving: ctx.Done(), size: map[string]int64{},
		ready: make(chan struct{}, 1), room: make(chan struct{}, 1), parts: map[uint64]*part{},
	}
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
		if strings.HasSuffix(name, halfway) {
			if err := s.disk.remove(filepath.Join(s.dir, name)); err != nil {
				return err
			}
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
		h, err := readHeader(filepath.Join(s.dir, name))
		if err != nil {
			return err
		}
		s.left = append(s.left, h.Part)
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
	for _, p := range s.parts {
		p.Noted = cmp.Or(p.Noted, time.Now().Unix())
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

// readHeader reads the first line of a block.
func readHeader(path string) (h header, err error) {
	f, err := os.Open(path)
	if err != nil {
		return h, err
	}
	defer f.Close()
	line, err := bufio.NewReader(f).ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &h)
	}
	if err != nil {
		return h, fmt.Errorf("%s is damaged: %w (moved away, its lines are missing in the store)", path, err)
	}
	return h, nil
}

// put writes a block down. It waits while there is no room.
func (s *spool) put(ctx context.Context, b *sealed) error {
	head, err := json.Marshal(header{b.id, b.insert, b.gzip, b.part})
	if err != nil {
		return fmt.Errorf("spool a block: %w", err)
	}
	content := slices.Concat(head, []byte{'\n'}, b.body)
	if err := s.wait(ctx); err != nil {
		return err
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

// wait returns when there is room.
func (s *spool) wait(ctx context.Context) error {
	for s.full() {
		select {
		case <-s.room:
		case <-s.leaving:
			return fmt.Errorf("%w, and nothing of it was taken", ErrSpoolFull)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	signal(s.room) // for the next who waits
	return nil
}

func (s *spool) full() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.total >= s.limit
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

// drop forgets a block that the cluster has, and notes how far that is. Its file goes when that note is on disk: without both, a source
// that the cluster cannot be asked about would be read again.
func (s *spool) drop(b *sealed) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.note(&b.part)
	s.files, s.sent = s.files[1:], append(s.sent, b.file)
	if len(s.files) > 0 && s.total < s.limit && time.Since(s.stored) < partsEvery {
		return nil
	}
	long := time.Now().Add(-partsKept).Unix()
	maps.DeleteFunc(s.parts, func(_ uint64, p *part) bool { return p.Noted < long })
	content, err := json.Marshal(s.parts)
	if err == nil {
		err = s.write(partsFile, content)
	}
	if err != nil {
		return fmt.Errorf("note what the store has: %w (has the disk room?)", err)
	}
	s.stored = time.Now()
	for _, name := range s.sent {
		if err := s.disk.remove(filepath.Join(s.dir, name)); err != nil {
			return fmt.Errorf("empty the spool: %w", err)
		}
		s.total -= s.size[name]
		delete(s.size, name)
	}
	s.sent = nil
	signal(s.room)
	return nil
}

func (s *spool) note(p *part) {
	known := s.parts[p.Key]
	if known == nil {
		known = &part{Key: p.Key, Path: p.Path, File: p.File}
		s.parts[p.Key] = known
	}
	known.Head, known.Noted = cmp.Or(p.Head, known.Head), time.Now().Unix()
	known.Spans = store.JoinSpans(append(known.Spans, p.Spans...))
}

// knows reports whether there is anything to begin with while the cluster is away.
func (s *spool) knows() bool { return len(s.parts) > 0 || len(s.left) > 0 }

// learn adds the blocks that an earlier process has left to what is known of the sources: nothing of them is read again. A nil spool has
// none.
func (s *spool) learn(r *registry) {
	if s == nil {
		return
	}
	for i := range s.left {
		r.own(&s.left[i])
	}
	s.left = nil
}

// remember fills a registry while the cluster is away.
func (s *spool) remember(r *registry) {
	for _, key := range slices.Sorted(maps.Keys(s.parts)) {
		r.own(s.parts[key])
	}
	s.learn(r)
}

// Waiting is how many blocks are in the spool that the cluster does not have yet, and how many bytes the spool takes; 0 without a spool.
func (s *Store) Waiting() (blocks int, bytes int64) {
	if s.spool == nil {
		return 0, 0
	}
	s.spool.mu.Lock()
	defer s.spool.mu.Unlock()
	return len(s.spool.files), s.spool.total
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
