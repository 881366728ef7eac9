package main

import (
	"context"
	"errors"
	"time"

	"culprit/store/clickhouse"
)

// lookTime is how long a look may ask a shared store. It is less than a service manager waits for a sign of life.
const lookTime = 50 * time.Second

// outlast asks, and takes it that a shared store is away: reading goes on then, and what is read waits in the spool. It is said once, and
// again only where much time has passed. An error of ctx is none.
func (s *service) outlast(ctx context.Context, ask func(context.Context) error) error {
	limited := ctx
	if s.shared != "" {
		inTime, cancel := context.WithTimeout(ctx, lookTime)
		defer cancel()
		limited = inTime
	}
	err := ask(limited)
	switch {
	case ctx.Err() != nil:
		return nil
	case err == nil:
		s.returned()
		return nil
	case !s.away(err):
		return err
	}
	s.stats.storeFailures.Add(1)
	now := time.Now()
	if s.absence.since.IsZero() {
		s.absence.since = now
	}
	if now.Sub(s.absence.said) > outageReminder {
		s.absence.said = now
		s.say("the store cannot be asked: %s; reading goes on, what is read waits in the spool, and no incident is looked for", reason(err))
	}
	return nil
}

// away reports whether an error means that a shared store will be asked again.
func (s *service) away(err error) bool {
	return s.shared != "" && (clickhouse.Away(err) || errors.Is(err, context.DeadlineExceeded))
}

// returned is told that the store answers.
func (s *service) returned() {
	if s.absence.since.IsZero() {
		return
	}
	s.say("the store answers again after %s", time.Since(s.absence.since).Round(time.Second))
	s.absence = interruption{}
}
