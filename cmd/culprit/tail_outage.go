package main

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"
)

const (
	// storeRetry is how long to wait before a database that failed is opened anew.
	storeRetry = 10 * time.Second
	// outageReminder is how often it is said that it still cannot be written.
	outageReminder = time.Hour
)

// interruption is a time in which the database cannot be written: its disk is full, most likely. Nothing is read meanwhile, and nothing is lost
// as long as the logs are there.
type interruption struct {
	since, said time.Time // zero: there is none
	why         string
}

// suspend waits before another attempt. It says why once, and again only where the reason changes or much time has passed.
func (s *service) suspend(ctx context.Context, err error) {
	s.stats.storeFailures.Add(1)
	now, why := time.Now(), reason(err)
	if s.outage.since.IsZero() {
		s.outage.since = now
	}
	if why != s.outage.why || now.Sub(s.outage.said) > outageReminder {
		s.outage.why, s.outage.said = why, now
		s.say("%s; reading waits and goes on where it stopped (another attempt every %s)", why, cmp.Or(s.retry, storeRetry))
	}
	_ = s.systemd.Notify("WATCHDOG=1\nSTATUS=" + why) // waiting is what it should do now
	select {
	case <-ctx.Done():
	case <-time.After(cmp.Or(s.retry, storeRetry)):
	}
}

// recovered is told that the database takes what is read.
func (s *service) recovered() {
	if s.outage.since.IsZero() {
		return
	}
	s.say("the database can be written again after %s; reading goes on", time.Since(s.outage.since).Round(time.Second))
	s.outage = interruption{}
	_ = s.systemd.Notify("STATUS=") // systemd notices by itself
}

// reason is the first of several errors that follow from one another.
func reason(err error) string {
	var f *failure
	if errors.As(err, &f) {
		err = f.err
	}
	first, _, _ := strings.Cut(err.Error(), "\n")
	return first
}
