package ingest

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"culprit/rules"
)

// memory is a Sink that keeps everything.
type memory struct {
	mu    sync.Mutex
	feeds map[string]*memoryFeed // by path and start
	fail  error                  // returned by Append
}

func newMemory() *memory { return &memory{feeds: map[string]*memoryFeed{}} }

func (m *memory) Open(p Piece) (Feed, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	key := fmt.Sprintf("%s@%d", p.Path, p.Start.Offset)
	f := &memoryFeed{piece: p, fail: m.fail, end: p.Start}
	if m.feeds[key] != nil {
		return nil, fmt.Errorf("%s opened twice", key)
	}
	m.feeds[key] = f
	return f, nil
}

// memoryFeed holds one piece. Its records are kept as text, for they borrow from a buffer.
type memoryFeed struct {
	piece   Piece
	records []string
	ids     []rules.ID
	end     Position
	problem error
	closed  bool
	fail    error
}

func (f *memoryFeed) Append(b *Batch) error {
	if f.closed || len(b.Records) == 0 || len(b.Records) != len(b.Signatures) || b.End.Offset <= f.end.Offset {
		return fmt.Errorf("bad batch for %s", f.piece.Path)
	}
	for i := range b.Records {
		r := &b.Records[i]
		f.records = append(f.records, fmt.Sprintf("%d:%d+%d %d %s %s", r.Line, r.Offset, r.Lines, r.Time, r.Format, r.Raw))
	}
	f.ids = append(f.ids, b.Signatures...)
	f.end = b.End
	return f.fail
}

func (f *memoryFeed) Close(end Position, problem error) error {
	if f.closed || end.Offset < f.end.Offset {
		return fmt.Errorf("bad close of %s", f.piece.Path)
	}
	f.closed, f.end, f.problem = true, end, problem
	return nil
}

// paths lists what was opened, sorted.
func (m *memory) paths() []string {
	var paths []string
	for _, f := range m.feeds {
		paths = append(paths, f.piece.Path)
	}
	slices.Sort(paths)
	return paths
}

// source returns the only piece of path.
func (m *memory) source(t *testing.T, path string) *memoryFeed {
	t.Helper()
	f := m.feeds[path+"@0"]
	if f == nil {
		t.Fatalf("%s was not read; there are %q", path, m.paths())
	}
	if !f.closed {
		t.Errorf("%s was not closed", path)
	}
	return f
}

var matcher = rules.NewMatcher(&rules.Catalogue{Signatures: []rules.Signature{
	{ID: "nginx-refused", Daemons: []string{"nginx"}, Match: rules.Match{All: []string{"Connection refused"}}},
}})

// ingest runs over paths and fails the test on errors.
func ingestAll(t *testing.T, paths ...string) (*memory, Summary) {
	t.Helper()
	m := newMemory()
	summary, err := Run(context.Background(), Options{Paths: paths, Matcher: matcher}, m)
	if err != nil {
		t.Fatal(err)
	}
	return m, summary
}
