package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"culprit/ingest/follow"
	"culprit/live/telemetry"
	"culprit/store"
)

// A log that falls silent is told once, whatever restarts; that it speaks again, too.
func TestSilenceOutlivesARestart(t *testing.T) {
	st, err := store.OpenLean(filepath.Join(t.TempDir(), "c.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	var said bytes.Buffer
	begin := func() *session {
		g := &globals{streams: streams{strings.NewReader(""), &said, &said}}
		s := &session{service: &service{tailing: &tailing{globals: g}}, store: st, follower: follow.New(follow.Options{})}
		if err := s.recallSilence(t.Context()); err != nil {
			t.Fatal(err)
		}
		return s
	}
	s, lines, now := begin(), int64(1), time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	last := now
	play := func(lasting time.Duration, writes, silent bool) {
		t.Helper()
		logs := []telemetry.Source{{Path: "/var/log/\x1b[31maccess.log"}}
		for end := now.Add(lasting); now.Before(end); now = now.Add(observeEvery) {
			if writes {
				lines, last = lines+1, now
			}
			logs[0].Lines, logs[0].Last = lines, last
			if err := s.hush(now, logs); err != nil {
				t.Fatal(err)
			}
		}
		if logs[0].Silent != silent {
			t.Errorf("silent: %v at %s", logs[0].Silent, now)
		}
	}
	want := func(silent, again int) {
		t.Helper()
		text := said.String()
		if strings.Count(text, "has been silent for 10m15s, the last record is of 2026-11-21 15:59:45Z; usually 15s pass") != silent ||
			strings.Count(text, "is written to again after") != again || strings.Contains(text, "\x1b") {
			t.Errorf("said %q", text)
		}
	}
	play(4*time.Hour, true, false)
	play(time.Hour, false, true)
	want(1, 0)
	s, now = begin(), now.Add(time.Hour)
	play(time.Hour, false, true)
	want(1, 0)
	s = begin()
	play(time.Minute, true, false)
	want(1, 1)
}
