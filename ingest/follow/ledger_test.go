package follow

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"culprit/ingest"
	"culprit/parser"
	"culprit/rules"
)

// memory is a ledger that can be killed: what was not committed is gone then.
type memory struct {
	mu        sync.Mutex
	committed map[string]map[Identity]*kept
	pending   map[string]map[Identity]*kept
}

type kept struct {
	numbers []int64 // of the lines
	bad     []string
	end     ingest.Position
}

func newMemory() *memory {
	return &memory{committed: map[string]map[Identity]*kept{}, pending: map[string]map[Identity]*kept{}}
}

func clone(all map[string]map[Identity]*kept) map[string]map[Identity]*kept {
	out := map[string]map[Identity]*kept{}
	for path, files := range all {
		out[path] = map[Identity]*kept{}
		for id, k := range files {
			out[path][id] = &kept{k.numbers[:len(k.numbers):len(k.numbers)], k.bad[:len(k.bad):len(k.bad)], k.end}
		}
	}
	return out
}

func (m *memory) commit() { m.mu.Lock(); defer m.mu.Unlock(); m.committed = clone(m.pending) }
func (m *memory) crash()  { m.mu.Lock(); defer m.mu.Unlock(); m.pending = clone(m.committed) }

func (m *memory) known() (all []Checkpoint) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for path, files := range m.committed {
		for id, k := range files {
			all = append(all, Checkpoint{path, id, k.end.Offset, k.end.Line})
		}
	}
	return all
}

func (m *memory) Open(path string, file Identity, start ingest.Position) (ingest.Feed, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	files := m.pending[path]
	if files == nil {
		files = map[Identity]*kept{}
		m.pending[path] = files
	}
	k := files[file]
	if k == nil {
		k = &kept{end: start}
		files[file] = k
	}
	if k.end != start {
		k.bad = append(k.bad, fmt.Sprintf("opened at %v, known to %v", start, k.end))
	}
	return &memoryFeed{m, k}, nil
}

type memoryFeed struct {
	m *memory
	k *kept
}

func (f *memoryFeed) Append(b *ingest.Batch) error {
	f.m.mu.Lock()
	defer f.m.mu.Unlock()
	for i := range b.Records {
		f.k.take(&b.Records[i])
	}
	f.k.end = b.End
	return nil
}

func (f *memoryFeed) Close(end ingest.Position, _ error) error {
	f.m.mu.Lock()
	defer f.m.mu.Unlock()
	f.k.end = end
	return nil
}

const lineHead = "2026/11/21 06:12:40 [error] 7#7: *"

// take checks that a record is one whole line as numbered wrote it.
func (k *kept) take(rec *parser.Record) {
	rest, ok := bytes.CutPrefix(rec.Raw, []byte(lineHead))
	number, rest, ok2 := bytes.Cut(rest, []byte(" "))
	size, rest, ok3 := bytes.Cut(rest, []byte(" "))
	n, err := strconv.ParseInt(string(number), 10, 64)
	want, err2 := strconv.Atoi(string(size))
	if !ok || !ok2 || !ok3 || err != nil || err2 != nil || len(rest) != want {
		k.bad = append(k.bad, fmt.Sprintf("line %d at %d: %.60q", rec.Line, rec.Offset, rec.Raw))
		return
	}
	k.numbers = append(k.numbers, n)
}

func numbered(n int64, size int) []byte {
	return fmt.Appendf(nil, "%s%d %d %s\n", lineHead, n, size, bytes.Repeat([]byte{'x'}, size))
}

// verify reports how many of the lines from 1 to last are missing, there twice, or torn.
func (m *memory) verify(t testing.TB, last int64) (lost, twice, torn int) {
	t.Helper()
	count := make([]int, last+1)
	for path, files := range m.pending {
		for id, k := range files {
			for _, bad := range k.bad {
				torn++
				if torn < 6 {
					t.Logf("%s %v: %s", path, id, bad)
				}
			}
			for _, n := range k.numbers {
				count[n]++
			}
		}
	}
	for n, c := range count[1:] {
		switch {
		case c == 0:
			lost++
			if lost < 4 {
				t.Logf("line %d is missing", n+1)
			}
		case c > 1:
			twice++
			if twice < 4 {
				t.Logf("line %d is there %d times", n+1, c)
			}
		}
	}
	return lost, twice, torn
}

var matcher = rules.NewMatcher(&rules.Catalogue{})

// stage is a directory with a log, a clock that moves only by hand, and a follower that reads without hpcloud/tail.
type stage struct {
	t      *testing.T
	dir    string
	ledger *memory
	f      *Follower
	now    time.Time
	lines  int64
}

func newStage(t *testing.T) *stage {
	s := &stage{t: t, dir: t.TempDir(), ledger: newMemory(), now: time.Now()}
	s.begin()
	return s
}

func (s *stage) path(name string) string { return filepath.Join(s.dir, name) }

// begin starts a follower where the last one has committed.
func (s *stage) begin() {
	s.f = New(Options{Paths: []string{s.path("a.log")}, Ledger: s.ledger, Matcher: matcher, Known: s.ledger.known(), Stopped: s.now.Add(-time.Second), Backlog: 1 << 20, Plain: true})
}

// write appends n numbered lines to a file.
func (s *stage) write(name string, n int) {
	s.t.Helper()
	for range n {
		s.lines++
		s.append(name, numbered(s.lines, int(s.lines%97)))
	}
}

func (s *stage) append(name string, data []byte) {
	s.t.Helper()
	f, err := os.OpenFile(s.path(name), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = f.Write(data)
		f.Close()
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *stage) rename(from, to string) {
	s.t.Helper()
	if err := os.Rename(s.path(from), s.path(to)); err != nil {
		s.t.Fatal(err)
	}
}

// step lets time pass and reads what there is.
func (s *stage) step(after time.Duration) {
	s.t.Helper()
	s.now = s.now.Add(after)
	for {
		more, err := s.f.Step(s.now)
		if err != nil {
			s.t.Fatal(err)
		}
		if !more {
			return
		}
	}
}

// stop ends the follower as a signal would, and keeps all it read.
func (s *stage) stop() {
	s.t.Helper()
	if err := s.f.Close(); err != nil {
		s.t.Fatal(err)
	}
	s.ledger.commit()
}

// kill ends the follower without a word.
func (s *stage) kill() {
	s.t.Helper()
	_ = s.f.Close()
	s.ledger.crash()
}

// check wants every line written so far exactly once.
func (s *stage) check() {
	s.t.Helper()
	if lost, twice, torn := s.ledger.verify(s.t, s.lines); lost+twice+torn > 0 {
		s.t.Errorf("%d lines lost, %d twice, %d torn, of %d", lost, twice, torn, s.lines)
	}
}
