package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"culprit/live/silence"
	"culprit/live/telemetry"
)

const (
	// silenceMark is under what the database keeps which logs are silent, and what is usual of each.
	silenceMark = "silence"
	// silenceStep is how often that is written down though nothing was told.
	silenceStep = 10 * time.Minute
	// silencesMost bounds the logs that are named at once.
	silencesMost = 5
	// behind is from how many unread bytes on a log that seems silent may only not have been read.
	behind = 1 << 20
)

// hush says which logs have fallen silent, and which speak again, and marks them in logs.
func (s *session) hush(now time.Time, logs []telemetry.Source) error {
	h := &s.condition.silence
	if s.follower.Status().Lag > behind {
		h.Away()
		return nil
	}
	heard := make([]silence.Log, len(logs))
	for i := range logs {
		heard[i] = silence.Log{Path: logs[i].Path, Lines: logs[i].Lines, Last: logs[i].Last}
	}
	changes := h.Hear(now, heard)
	for i := range logs {
		logs[i].Silent = h.Silent(logs[i].Path)
	}
	for i := range changes[:min(len(changes), silencesMost)] {
		s.say("%s", hushed(&changes[i]))
	}
	if n := len(changes) - silencesMost; n > 0 {
		s.say("so it is with %d more logs; /metrics has all of them as culprit_source_silent", n)
	}
	if len(changes) == 0 && now.Sub(s.condition.hushed) < silenceStep {
		return nil
	}
	s.condition.hushed = now
	known, err := json.Marshal(h.Memory())
	if err != nil {
		return err
	}
	return s.store.SetBookmark(silenceMark, string(known))
}

// hushed puts a change into words.
func hushed(c *silence.Change) string {
	if !c.Silent {
		return fmt.Sprintf("%s is written to again after %s", c.Path, c.Quiet.Round(time.Second))
	}
	last := ""
	if !c.Last.IsZero() {
		last = ", the last record is of " + c.Last.UTC().Format("2006-01-02 15:04:05Z")
	}
	return fmt.Sprintf("%s has been silent for %s%s; usually %s pass at most: was its daemon told of a rotation, does it log elsewhere now, does it run?",
		c.Path, c.Quiet.Round(time.Second), last, max(c.Usual, time.Second).Round(time.Second))
}

// recallSilence goes on with what an earlier run knew of the logs.
func (s *session) recallSilence(ctx context.Context) error {
	h := &s.condition.silence
	if h.Memory() != nil {
		return nil // an earlier session of this run
	}
	kept, err := s.store.Bookmark(ctx, silenceMark)
	if err != nil || kept == "" {
		return err
	}
	var known map[string]*silence.Voice
	if err := json.Unmarshal([]byte(kept), &known); err != nil {
		s.say("which logs were silent cannot be read, and is learned anew: %v", err)
		return nil
	}
	for path, v := range known {
		if v == nil {
			delete(known, path)
		}
	}
	h.Recall(known)
	return nil
}
