package clickhouse

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"culprit/store"
)

// Options are what may be told beside the address.
type Options struct {
	// Origin names this host in the keys of sources, so that one path on two hosts makes two; it is the host of those whose lines name none.
	// "" where logs are told by their content.
	Origin string
	// Spool is a directory in which blocks are kept until the cluster has them, also beyond the end of the process; "": they are kept in
	// memory, and a failure to send them ends writing.
	Spool string
	// SpoolLimit bounds the spool, bytes. Beyond it reading waits.
	SpoolLimit int64
	// Linger is how long rows may wait for others to be sent with; questions do not see them meanwhile.
	Linger time.Duration
	// Complain, where set, is told why the cluster does not take what it is sent.
	Complain func(error)
}

// Store is a store in ClickHouse. Any number may append, each a source or piece of its own, and ask.
type Store struct {
	Options
	client   *client
	sender   *sender
	spool    *spool
	received atomic.Int64 // rows of answers
	calm     func()       // ends hurry; nil where it does not run

	mu       sync.Mutex // guards what follows
	registry registry
	loaded   bool // the registry is as of the last question
	open     []*opened
	shifts   block // that were set and are not sent yet
	closed   bool
}

// opened is an Appender with where its rows are gathered.
type opened struct {
	*store.Appender
	batch *batch
}

// Open connects to a store that Init has prepared.
func Open(ctx context.Context, a *Address, o Options) (*Store, error) {
	s := &Store{Options: o, client: newClient(a), registry: newRegistry()}
	var err error
	if o.Spool != "" {
		if s.spool, err = openSpool(o.Spool, o.SpoolLimit); err != nil {
			return nil, err
		}
	}
	s.sender = newSender(s)
	if err = s.client.ready(ctx); err == nil {
		err = s.sender.quiet(ctx)
	}
	if err == nil {
		err = s.reload(ctx)
	}
	if err != nil {
		if s.spool == nil || !s.spool.remember(&s.registry) || !passes(err) {
			return nil, errors.Join(fmt.Errorf("open store %s: %w", a, err), s.sender.close(), s.spool.close())
		}
		s.complain(fmt.Errorf("the store is away: %w; going on with what is known here", err))
	}
	s.sender.start()
	if o.Linger > 0 {
		ctx, cancel := context.WithCancel(s.sender.ctx)
		done := make(chan struct{})
		go func() { defer close(done); s.hurry(ctx) }()
		s.calm = func() { cancel(); <-done }
	}
	return s, nil
}

func (s *Store) complain(err error) {
	if s.Complain != nil {
		s.Complain(err)
	}
}

// reload asks the cluster for its sources.
func (s *Store) reload(ctx context.Context) error {
	if err := s.sendShifts(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.registry.load(ctx, s.client); err != nil {
		return err
	}
	if s.spool != nil {
		s.spool.learn(&s.registry)
	}
	s.loaded = true
	return nil
}

// Open begins a source, or another piece of the one of that path, at start. What the cluster has of it already is passed over; a file
// whose first record differs from that of the one known by its path is a source of its own.
func (s *Store) Open(path string, start store.Position) (*store.Appender, error) {
	return s.OpenFile(path, store.File{}, start)
}

// OpenFile is Open for a file whose identity is known: a path and a file make a source.
func (s *Store) OpenFile(path string, file store.File, start store.Position) (*store.Appender, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, store.ErrClosed
	}
	e := s.registry.ofPath(s.Origin, path, file)
	if e == nil {
		e = s.begin(sourceKey(s.Origin, path, file, 0), path, file)
	}
	parts, err := s.parts(e)
	if err != nil {
		return nil, err
	}
	b := &batch{store: s}
	o := store.AppenderOptions{Source: e.id, Start: start, Known: parts, Deliver: b.take, Settle: func() error { return s.settleOne(b) }}
	if file == (store.File{}) && start.Offset == 0 {
		o.Identify = func(first []byte) (int32, []store.Span, error) { return s.identify(e, headOf(first)) }
	}
	a := store.NewAppender(o)
	s.open = append(s.open, &opened{a, b})
	return a, nil
}

// begin enters a source that the cluster does not know.
func (s *Store) begin(key uint64, path string, file store.File) *sourceEntry {
	e := &sourceEntry{key: key, path: path, file: file}
	e.news.Daemons, e.news.Formats = emptyTallies()
	return s.registry.enter(e)
}

// parts returns what the cluster and the spool have of a source.
func (s *Store) parts(e *sourceEntry) (parts []store.Span, err error) {
	if e.gaps {
		if e.known, err = s.client.spans(context.Background(), e.key); err != nil {
			return nil, err
		}
		e.gaps = false
	}
	return slices.Clone(e.known), nil
}

// identify returns the source of a path whose first record has the hash head, given the one that OpenFile took it for.
func (s *Store) identify(e *sourceEntry, head int64) (int32, []store.Span, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e.head == 0 {
		e.head = head
	}
	if e.head != head {
		key := sourceKey(s.Origin, e.path, store.File{}, head)
		if e = s.registry.byKey[key]; e == nil {
			e = s.begin(key, e.path, store.File{})
			e.head = head
		}
	}
	parts, err := s.parts(e)
	return e.id, parts, err
}

// gather makes everything that was appended part of the answers, but for what may linger.
func (s *Store) gather(ctx context.Context) error {
	if err := s.handOver(s.Linger); err != nil {
		return err
	}
	if s.spool != nil {
		return nil // what the cluster does not have yet, it does not tell of
	}
	return s.sender.wait(ctx)
}

// handOver sends what was gathered longer ago than linger.
func (s *Store) handOver(linger time.Duration) error {
	s.mu.Lock()
	open := slices.Clone(s.open)
	s.mu.Unlock()
	var ended []*opened
	for _, o := range open {
		done, err := o.HandOver()
		if err == nil {
			err = o.batch.send(linger)
		}
		if err != nil {
			return err
		}
		if done && o.batch.empty() {
			ended = append(ended, o)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open = slices.DeleteFunc(s.open, func(o *opened) bool { return slices.Contains(ended, o) })
	return nil
}

// hurry sends what has lingered, for as long as the store is open.
func (s *Store) hurry(ctx context.Context) {
	for s.client.sleep(ctx, s.Linger) == nil {
		if err := s.handOver(s.Linger); err != nil {
			s.sender.failed.CompareAndSwap(nil, &err)
		}
	}
}

// settleOne waits until what one Appender has delivered lasts.
func (s *Store) settleOne(b *batch) error {
	if err := b.send(0); err != nil || s.spool != nil {
		return err
	}
	return s.sender.wait(context.Background())
}

// settle waits until all that was appended lasts: in the cluster, or in the spool.
func (s *Store) settle() error {
	if err := s.handOver(0); err != nil || s.spool != nil {
		return err
	}
	return s.sender.wait(context.Background())
}

// Commit makes everything appended so far durable, with the positions it belongs to.
func (s *Store) Commit() error { return s.settle() }

// current returns the sources that answers are about.
func (s *Store) current(ctx context.Context) (*known, error) {
	if err := s.gather(ctx); err != nil {
		return nil, err
	}
	s.mu.Lock()
	loaded := s.loaded
	s.mu.Unlock()
	if !loaded {
		if err := s.reload(ctx); err != nil {
			return nil, err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	k := &known{sources: s.registry.sources()}
	for i := range k.sources {
		k.keys = append(k.keys, s.registry.byID(k.sources[i].ID).key)
	}
	return k, nil
}

// SetShift says how the times of a source are turned into UTC: see store.Source. Other processes learn of it when this one asks for the
// sources again, or closes.
func (s *Store) SetShift(_ context.Context, id int32, shift int64, zone, zoneFrom string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.registry.byID(id)
	if e == nil {
		return fmt.Errorf("there is no source %d", id)
	}
	if e.shift == shift && e.zone == zone && e.zoneFrom == zoneFrom {
		return nil
	}
	e.shift, e.zone, e.zoneFrom = shift, zone, zoneFrom
	b := &s.shifts
	b.uint8(colKind, kindShift)
	b.int64(colSource, int64(e.key))
	b.int64(colAt, int64(e.key>>1))
	b.int32(colWeek, weekOf(time.Now().UnixMicro())) // that of the first one is the first to be forgotten
	b.int64(colStamp, time.Now().UnixNano())
	b.int64(colShift, shift)
	b.text(colZone, zone)
	b.text(colZoneFrom, zoneFrom)
	b.end()
	return nil
}

// sendShifts sends the shifts that were set. A shift that is there twice does no harm.
func (s *Store) sendShifts(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shifts.rows == 0 {
		return nil
	}
	var body bytes.Buffer
	if err := s.shifts.writeNative(&body); err != nil {
		return err
	}
	answer, err := s.client.ask(ctx, &request{sql: s.shifts.insert("record"), body: body.Bytes(), settings: writing()})
	if err != nil {
		return fmt.Errorf("keep the shifts of sources: %w", err)
	}
	s.shifts.clear()
	return answer.Close()
}

// Reached returns how far the reading of each source came.
func (s *Store) Reached(context.Context) ([]store.Checkpoint, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var checkpoints []store.Checkpoint
	for _, e := range s.registry.list {
		if n := len(e.known); n > 0 {
			checkpoints = append(checkpoints, store.Checkpoint{Path: e.path, File: e.file, End: e.known[n-1].End})
		}
	}
	return checkpoints, nil
}

// Received is how many rows of answers have come back from the cluster so far; those that tell of sources are not counted.
func (s *Store) Received() int64 { return s.received.Load() }

// Close sends what is left, or leaves it in the spool where the cluster does not take it now. Appenders and questions must have come to
// an end.
func (s *Store) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	s.mu.Unlock()
	if s.calm != nil {
		s.calm()
	}
	err := s.handOver(0)
	err = errors.Join(err, s.sender.close())
	ctx, cancel := context.WithTimeout(context.Background(), s.client.Timeout)
	defer cancel()
	if s.spool == nil || err == nil {
		err = errors.Join(err, s.sendShifts(ctx))
	}
	s.client.http.CloseIdleConnections()
	return errors.Join(err, s.spool.close())
}
