package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"culprit/ingest/follow"
	"culprit/rules"
)

// session is a service from opening its database to leaving it, which is for good or because it can no longer be written.
type session struct {
	*service
	store    keeper
	matcher  *rules.Matcher
	ledger   *ledger
	follower *follow.Follower
	caughtUp chan struct{} // closed when what was there before has been read
	noted    int           // remarks of the follower that were passed on
	consumers
}

// session opens the database and follows until ctx ends or the database fails.
func (s *service) session(ctx context.Context, reload <-chan os.Signal) (err error) {
	st, stopped, err := s.keeper(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	matcher := rules.NewMatcher(s.rules)
	book := &ledger{store: st, matcher: matcher, pulse: newPulse()}
	known, err := book.known(ctx)
	if err != nil {
		return err
	}
	f := follow.New(follow.Options{Paths: s.paths, Ledger: book, Matcher: matcher, Known: known, Stopped: stopped, Backlog: s.backlog << 20, Plain: s.plain})
	s.following.Store(f)
	defer func() { err = errors.Join(err, f.Close()) }()
	n := &session{service: s, store: st, matcher: matcher, ledger: book, follower: f, caughtUp: make(chan struct{})}
	return n.run(ctx, reload)
}

// run reads from all sources, each in a goroutine of its own, and looks for incidents once the past was read.
func (s *session) run(ctx context.Context, reload <-chan os.Signal) error {
	inner, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var reading sync.WaitGroup
	defer reading.Wait()
	defer cancel(nil)
	for _, source := range s.sources() {
		reading.Go(func() {
			if err := source.run(inner); err != nil {
				cancel(fmt.Errorf("%s: %w", source.name, err))
			}
		})
	}
	var err error
	select {
	case <-inner.Done():
	case <-s.caughtUp:
		if s.ship {
			err = s.onlyShip(inner, reload)
		} else {
			err = s.watch(inner, reload)
		}
	}
	if ctx.Err() != nil {
		_ = s.systemd.Notify("STOPPING=1") // systemd notices by itself
		return nil
	}
	if cause := context.Cause(inner); cause != nil {
		return cause
	}
	return err
}

// files follows logs for as long as ctx lasts.
func (s *session) files(ctx context.Context) error {
	if err := s.catchUp(ctx); err != nil || ctx.Err() != nil {
		return err
	}
	close(s.caughtUp)
	return s.follower.Run(ctx, pollInterval, time.Now, time.After)
}

// commitStep is how often what was read is committed while the past is read.
const commitStep = 5 * time.Second

// catchUp reads what was there before.
func (s *session) catchUp(ctx context.Context) error {
	begun := time.Now()
	committed := begun
	for ctx.Err() == nil {
		more, err := s.follower.Step(time.Now())
		if err != nil {
			return err
		}
		if now := time.Now(); now.Sub(committed) > commitStep {
			if err := s.store.Commit(); err != nil {
				return err
			}
			committed = now
			_ = s.systemd.Notify("WATCHDOG=1\nEXTEND_TIMEOUT_USEC=60000000") // the past, or what an outage has left, may take long to read
		}
		if !more && s.follower.Status().Lag < 1<<20 {
			break
		}
	}
	if !s.outage.since.IsZero() {
		if err := s.store.Commit(); err != nil {
			return err
		}
		s.recovered()
	}
	if !s.met {
		s.met = true
		s.introduce(s.follower.Status(), time.Since(begun))
	}
	s.ready.Store(true)
	return s.systemd.Notify("READY=1")
}

// introduce names what is followed and what is not.
func (s *service) introduce(status follow.Status, took time.Duration) {
	for _, path := range status.Files {
		s.say("following %s", path)
	}
	for _, path := range status.Waiting {
		s.say("waiting for %s", path)
	}
	for _, note := range status.Refused {
		s.say("leaving aside %s: %s", note.Path, note.Text)
	}
	if len(status.Files) == 0 && len(s.paths) > 0 {
		s.say("no log was found yet; culprit tail PATH… names others")
	}
	s.say("read %d bytes in %s; watching", status.Bytes, took.Round(time.Millisecond))
}
