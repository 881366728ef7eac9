package main

import (
	"context"
	"os"
	"time"

	"culprit/ingest/follow"
	"culprit/live"
)

// watch looks every few seconds.
func (s *session) watch(ctx context.Context, reload <-chan os.Signal) error {
	f, st := s.follower, s.store
	w := live.NewWatch(st, s.rules, live.Options{Window: s.window, Zone: s.zone, Local: time.Local, Host: s.host})
	ticker := time.NewTicker(s.every)
	defer ticker.Stop()
	var forgotten time.Time
	told := 0
	changed, read := time.Now(), int64(-1)
	for {
		begun := time.Now()
		if now := s.read(); now != read {
			changed, read = begun, now
		}
		if begun.Sub(changed) < settled || !w.Calm() {
			if err := s.round(ctx, w, begun); err != nil || ctx.Err() != nil {
				return err
			}
		}
		if err := s.observe(ctx, begun, begun.Sub(changed) < settled); err != nil && ctx.Err() == nil {
			return err
		}
		told = s.remarks(f, told)
		if s.keep > 0 && begun.Sub(forgotten) > retentionStep {
			forgotten = begun
			day := begun.Add(-s.keep).UTC().Truncate(24 * time.Hour)
			if err := st.Forget(day.UnixMicro()); err != nil {
				return err
			}
		}
		if err := s.systemd.Notify("WATCHDOG=1"); err != nil {
			s.say("%v", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-reload:
			s.say("searching for logs anew")
			f.Rescan()
			s.renewReceivers()
		case <-ticker.C:
		}
	}
}

// retentionStep is how often what is too old is forgotten.
const retentionStep = time.Hour

// settled is how long rounds go on after something was read: a record that is held back for more lines comes a little later.
const settled = 10 * time.Second

// round looks once and tells what is new.
func (s *service) round(ctx context.Context, w *live.Watch, begun time.Time) error {
	notices, _, err := w.Round(ctx, begun)
	if err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	s.stats.rounds.Add(1)
	s.stats.roundSeconds.Store(time.Since(begun).Microseconds())
	for i := range notices {
		s.tell(&notices[i])
	}
	return nil
}

// remarks says what the follower found remarkable since the last time.
func (s *service) remarks(f *follow.Follower, told int) int {
	status := f.Status()
	fresh := min(status.Noted-told, len(status.Notes))
	for _, n := range status.Notes[len(status.Notes)-fresh:] {
		s.say("%s %s", n.Path, n.Text)
	}
	return status.Noted
}
