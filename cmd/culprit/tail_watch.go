package main

import (
	"context"
	"errors"
	"os"
	"time"

	"culprit/live"
)

// lookout is what the watch of a session knows from one look to the next.
type lookout struct {
	*session
	watch *live.Watch
	// read is how much had been read at the last look, changed when that last grew.
	read      int64
	changed   time.Time
	forgotten time.Time // when what is too old was last dropped
	cramped   bool      // --keep-size is too small for the window: that was told
}

// settled is how long looks go on after something was read: a record that is held back for more lines comes a little later.
const settled = 10 * time.Second

// watch looks every few seconds, and at once where something that was read may be a sign of trouble.
func (s *session) watch(ctx context.Context, reload <-chan os.Signal) error {
	l := &lookout{session: s, watch: live.NewWatch(s.store, s.rules, live.Options{Window: s.window, Zone: s.zone, Local: time.Local, Host: s.host}), read: -1}
	if err := errors.Join(l.recall(ctx), l.recallSilence(ctx)); err != nil {
		return err
	}
	ticker := time.NewTicker(s.every)
	defer ticker.Stop()
	for {
		begun := time.Now()
		if err := l.look(ctx, begun); err != nil || ctx.Err() != nil {
			return err
		}
		var trouble <-chan struct{}
		rested := time.After(l.rest(time.Since(begun)))
		for waiting := true; waiting; {
			select {
			case <-ctx.Done():
				return nil
			case <-reload:
				if err := s.reload(); err != nil {
					return err
				}
			case <-rested:
				rested, trouble = nil, s.ledger.pulse.trouble
			case <-trouble:
				waiting = false
			case <-ticker.C:
				waiting = false
			}
		}
	}
}

const (
	// breath is how long the watch rests at least between two looks.
	breath = 40 * time.Millisecond
	// short is how long it rests before it looks whether what it saw for the first time is still there: long enough for what was
	// written together to be read together.
	short = 15 * time.Millisecond
	// share is how many times as long as a look took it rests, so that looking costs a twentieth of a core at most.
	share = 19
)

// rest is how long to wait after a look that took so long.
func (l *lookout) rest(took time.Duration) time.Duration {
	if l.watch.Doubtful() {
		return short
	}
	return min(max(breath, share*took), l.every)
}

// look sees to all that is due.
func (l *lookout) look(ctx context.Context, now time.Time) error {
	if err := l.outlast(ctx, func(ctx context.Context) error { return l.ask(ctx, now) }); err != nil {
		return err
	}
	l.beat(now)
	return nil
}

// ask is what a look wants to know of the database.
func (l *lookout) ask(ctx context.Context, now time.Time) error {
	if read := l.session.read(); read != l.read {
		l.changed, l.read = now, read
	}
	if now.Sub(l.changed) < settled || !l.watch.Calm() || l.shared != "" { // a shared store grows by what others read
		if err := l.round(ctx, now); err != nil {
			return err
		}
	}
	if err := l.observe(ctx, now, now.Sub(l.changed) < settled); err != nil {
		return err
	}
	return l.forget(now)
}

// beat shows that work goes on.
func (s *session) beat(now time.Time) {
	s.condition.alive.Store(now.UnixMicro())
	s.remarks()
	if err := s.systemd.Notify("WATCHDOG=1"); err != nil {
		s.say("%v", err)
	}
}

// round looks for incidents once and tells what is new.
func (l *lookout) round(ctx context.Context, begun time.Time) error {
	notices, _, err := l.watch.Round(ctx, begun)
	if err != nil {
		return err
	}
	l.stats.rounds.Add(1)
	l.stats.roundSeconds.Store(time.Since(begun).Microseconds())
	l.alerts.know(l.watch.Memory().Open, l.host, begun)
	if len(notices) > 0 {
		return l.announce(notices)
	}
	if l.watch.Doubtful() {
		l.ledger.pulse.again()
	}
	return nil
}

// remarks says what the follower found remarkable since the last time.
func (s *session) remarks() {
	status := s.follower.Status()
	fresh := min(status.Noted-s.noted, len(status.Notes))
	for _, n := range status.Notes[len(status.Notes)-fresh:] {
		s.say("%s %s", n.Path, n.Text)
	}
	s.noted = status.Noted
}
