package main

import (
	"context"
	"errors"
	"os"
	"time"
)

// errRulesRead ends a session: another begins where it stopped, by the rules that were read anew.
var errRulesRead = errors.New("the rules were read anew")

// reload does what SIGHUP asks for: logs are searched for, and the receivers and the rules read anew.
func (s *session) reload() error {
	s.say("searching for logs anew")
	s.follower.Rescan()
	s.renewReceivers()
	return s.renewRules()
}

// renewRules reads the rules of --rules anew. Where they are wrong, all stays as it is.
func (s *session) renewRules() error {
	if len(s.ruleDirs) == 0 {
		return nil // the built-in ones do not change
	}
	catalogue, err := s.catalogue()
	if err != nil {
		s.say("%s; the rules stay as they were", reason(err))
		return nil
	}
	s.rules = catalogue
	s.say("read the rules anew: %d signatures", len(catalogue.Signatures))
	return errRulesRead
}

// onlyShip waits for the end of a session that leaves looking for incidents to others.
func (s *session) onlyShip(ctx context.Context, reload <-chan os.Signal) error {
	ticker := time.NewTicker(observeEvery)
	defer ticker.Stop()
	for {
		s.beat(time.Now())
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		case <-reload:
			if err := s.reload(); err != nil {
				return err
			}
		}
	}
}
