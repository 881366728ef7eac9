package clickhouse

import (
	"context"
	"fmt"

	"culprit/store"
)

// opened is an Appender with where its rows are gathered.
type opened struct {
	*store.Appender
	batch *batch
}

// Open begins a source, or another piece of the one of that path, at start. What the cluster has of it already is passed over; a file
// whose first record differs from that of the one known by its path is a source of its own.
func (s *Store) Open(path string, start store.Position) (*store.Appender, error) {
	return s.OpenFile(path, store.File{}, start)
}

// OpenFile is Open for a file whose identity is known: a path and a file make a source.
func (s *Store) OpenFile(path string, file store.File, start store.Position) (*store.Appender, error) {
	e, parts, err := s.source(path, file)
	if err != nil {
		return nil, err
	}
	b := &batch{store: s}
	o := store.AppenderOptions{Source: e.id, Start: start, Known: parts, Deliver: b.take, Settle: func() error { return s.settleOne(b) }}
	if file == (store.File{}) && start.Offset == 0 {
		o.Identify = func(first []byte) (int32, []store.Span, error) { return s.identify(e, headOf(first)) }
	}
	a := store.NewAppender(o)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open = append(s.open, &opened{a, b})
	return a, nil
}

// OpenOnward goes on with a source where it was left: for what arrives and cannot be asked for again. It returns where that is; a new
// source begins at zero.
func (s *Store) OpenOnward(path string, file store.File) (*store.Appender, store.Position, error) {
	_, parts, err := s.source(path, file)
	var start store.Position
	if err != nil {
		return nil, start, err
	}
	if n := len(parts); n > 0 {
		start = parts[n-1].End
	}
	a, err := s.OpenFile(path, file, start)
	return a, start, err
}

// source returns the source of a path and file, which is begun where there is none, and what is known of it.
func (s *Store) source(path string, file store.File) (*sourceEntry, []store.Span, error) {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil, nil, store.ErrClosed
	}
	e := s.registry.ofPath(s.Origin, path, file)
	if e == nil {
		e = s.begin(sourceKey(s.Origin, path, file, 0), path, file)
	}
	s.mu.Unlock()
	parts, err := s.parts(e)
	return e, parts, err
}

// begin enters a source that the cluster does not know. s.mu is held.
func (s *Store) begin(key uint64, path string, file store.File) *sourceEntry {
	e := &sourceEntry{key: key, path: path, file: file}
	e.news.Daemons, e.news.Formats = emptyTallies()
	return s.registry.enter(e)
}

// parts returns what the cluster and the spool have of a source. The cluster is asked where that is not known; others may append
// meanwhile.
func (s *Store) parts(e *sourceEntry) ([]store.Span, error) {
	s.mu.Lock()
	gaps, key := e.gaps, e.key
	s.mu.Unlock()
	var spans []store.Span
	if gaps {
		var err error
		if spans, err = s.client.spans(context.Background(), key); err != nil {
			return nil, fmt.Errorf("ask what the store has of %s: %w", e.path, err)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if gaps {
		e.known, e.gaps = store.JoinSpans(spans), false
	}
	return e.parts(), nil
}

// identify returns the source of a path whose first record has the hash head, given the one that OpenFile took it for.
func (s *Store) identify(e *sourceEntry, head int64) (int32, []store.Span, error) {
	s.mu.Lock()
	if e.head == 0 {
		e.head = head
	}
	if e.head != head {
		key := sourceKey(s.Origin, e.path, store.File{}, head)
		path := e.path
		if e = s.registry.byKey[key]; e == nil {
			e = s.begin(key, path, store.File{})
			e.head = head
		}
	}
	s.mu.Unlock()
	parts, err := s.parts(e)
	return e.id, parts, err
}
