package clickhouse

import (
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
	spares   spares
	received atomic.Int64  // rows of answers
	calm     func()        // ends hurry; nil where it does not run
	reading  bool          // nothing is written, shifts hold here alone
	asked    chan struct{} // holds one where somebody wants what has lingered
	// asking holds one while the cluster is asked for its sources. It is taken before mu.
	asking chan struct{}

	mu       sync.Mutex // guards what follows; the cluster is never asked while it is held
	registry registry
	changes  int64 // counts what may have made the registry old
	loaded   int64 // changes when the registry was asked for
	open     []*opened
	shifts   []shift // that were set and are not sent yet
	closed   bool
}

// introduction is how long the cluster may take to tell what it has, where the spool remembers enough to begin with.
const introduction = 15 * time.Second

// Open connects to a store that Init has prepared. With a spool that remembers what was sent, a store that is away, or does not answer for
// a while, is no error. The end of ctx also ends waiting for room in the spool.
func Open(ctx context.Context, a *Address, o Options) (*Store, error) {
	s := newStore(a, o)
	var err error
	if o.Spool != "" {
		if s.spool, err = openSpool(ctx, o.Spool, o.SpoolLimit, osDisk{}); err != nil {
			return nil, err
		}
	}
	s.sender = newSender(s)
	if err := s.introduce(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open store %s: %w", a, err), s.sender.close(), s.spool.close())
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

func newStore(a *Address, o Options) *Store {
	return &Store{Options: o, client: newClient(a), registry: newRegistry(), changes: 1, asked: make(chan struct{}, 1), asking: make(chan struct{}, 1)}
}

// introduce learns what the cluster has, or what the spool remembers of it.
func (s *Store) introduce(ctx context.Context) error {
	if s.spool == nil || !s.spool.knows() {
		if err := s.meet(ctx); err != nil {
			return err
		}
		s.spool.learn(&s.registry)
		return nil
	}
	soon, cancel := context.WithTimeout(ctx, min(introduction, s.client.Timeout))
	defer cancel()
	err := s.meet(soon)
	if err == nil {
		s.spool.learn(&s.registry)
		return nil
	}
	if ctx.Err() != nil || !passes(err) {
		return err
	}
	s.spool.remember(&s.registry)
	s.complain(fmt.Errorf("the store is away: %w; going on with what is known here", err))
	return nil
}

// meet asks the cluster for its tables and its sources.
func (s *Store) meet(ctx context.Context) error {
	if err := s.client.ready(ctx); err != nil {
		return err
	}
	if s.spool == nil { // of what is in a spool, each block is asked for
		if err := s.sender.quiet(ctx); err != nil {
			return err
		}
	}
	return s.reload(ctx)
}

func (s *Store) complain(err error) {
	if s.Complain != nil {
		s.Complain(err)
	}
}

// reload asks the cluster for its sources. Appenders go on meanwhile.
func (s *Store) reload(ctx context.Context) error {
	return s.inTurn(ctx, s.load)
}

// refresh is reload where something has changed.
func (s *Store) refresh(ctx context.Context) error {
	return s.inTurn(ctx, func(ctx context.Context) error {
		s.mu.Lock()
		old := s.loaded != s.changes
		s.mu.Unlock()
		if !old {
			return nil
		}
		return s.load(ctx)
	})
}

func (s *Store) inTurn(ctx context.Context, load func(context.Context) error) error {
	select {
	case s.asking <- struct{}{}:
		defer func() { <-s.asking }()
		return load(ctx)
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Store) load(ctx context.Context) error {
	if err := s.sendShifts(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	changes := s.changes
	s.mu.Unlock()
	fresh, err := s.client.sources(ctx)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.registry.merge(fresh)
	s.loaded = changes
	return nil
}

// changed notes that the cluster has, or will have, what the registry does not know of. s.mu is held.
func (s *Store) changed() { s.changes++ }

// gather makes everything that was appended part of the answers, but for what may linger. Where that is sent by itself, nobody waits for
// it: there may be no room for it in the spool.
func (s *Store) gather(ctx context.Context) error {
	if s.calm != nil && s.spool != nil {
		signal(s.asked)
		return s.sender.broken()
	}
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

// hurry sends what has lingered, more often while somebody asks, for as long as the store is open.
func (s *Store) hurry(ctx context.Context) {
	const often = 5
	for rested := 1; s.client.sleep(ctx, s.Linger/often) == nil; rested++ {
		select {
		case <-s.asked:
		default:
			if rested < often {
				continue
			}
		}
		rested = 0
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
	if err := s.refresh(ctx); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	k := &known{sources: s.registry.sources()}
	for i := range k.sources {
		k.keys = append(k.keys, s.registry.byID(k.sources[i].ID).key)
	}
	return k, nil
}

// Reached returns how far the reading of each source came.
func (s *Store) Reached(context.Context) ([]store.Checkpoint, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var checkpoints []store.Checkpoint
	for _, e := range s.registry.list {
		if parts := e.parts(); len(parts) > 0 {
			checkpoints = append(checkpoints, store.Checkpoint{Path: e.path, File: e.file, End: parts[len(parts)-1].End})
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
