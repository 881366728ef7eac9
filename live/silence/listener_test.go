package silence

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// stage plays logs to a listener on a clock of its own, looking every 15 s.
type stage struct {
	l     Listener
	now   time.Time
	lines map[string]int64
	last  map[string]time.Time
	told  []string
}

func newStage() *stage {
	return &stage{now: noon, lines: map[string]int64{}, last: map[string]time.Time{}}
}

const looks = 15 * time.Second

// play goes on for a while; a log is written to whenever gap has passed since it last was, never if gap is 0.
func (s *stage) play(lasting time.Duration, gaps map[string]func(at time.Duration) time.Duration) {
	for at := time.Duration(0); at < lasting; at += looks {
		s.now = s.now.Add(looks)
		for path, gap := range gaps {
			if g := gap(at); g > 0 && s.now.Sub(s.last[path]) >= g {
				s.lines[path]++
				s.last[path] = s.now
			}
		}
		s.hear()
	}
}

func (s *stage) hear() {
	var logs []Log
	for path, n := range s.lines {
		logs = append(logs, Log{Path: path, Lines: n, Last: s.last[path].Add(-72 * time.Hour)}) // logs may be played back
	}
	for _, c := range s.l.Hear(s.now, logs) {
		what := "speaks"
		if c.Silent {
			what = "silent"
		}
		s.told = append(s.told, fmt.Sprintf("%s %s %s", c.Path, what, c.Quiet.Round(time.Minute)))
	}
}

func (s *stage) want(t *testing.T, want ...string) {
	t.Helper()
	if fmt.Sprint(s.told) != fmt.Sprint(want) {
		t.Errorf("told %q, want %q", s.told, want)
	}
	s.told = nil
}

func every(d time.Duration) func(time.Duration) time.Duration {
	return func(time.Duration) time.Duration { return d }
}

type voices = map[string]func(at time.Duration) time.Duration

func TestSilent(t *testing.T) {
	f := func(name string, usual func(at time.Duration) time.Duration, lasting, quiet time.Duration, want ...string) {
		t.Helper()
		s := newStage()
		s.play(lasting, voices{"a": usual})
		s.want(t)
		s.play(quiet, voices{"a": every(0)})
		s.play(time.Minute, voices{"a": every(looks)})
		t.Log(name)
		s.want(t, want...)
	}
	f("always busy", every(looks), 6*time.Hour, time.Hour, "a silent 10m0s", "a speaks 1h0m0s")
	f("a short pause", every(looks), 6*time.Hour, 9*time.Minute)
	f("every quarter of an hour", every(15*time.Minute), 12*time.Hour, 2*time.Hour)
	f("every quarter of an hour, gone", every(15*time.Minute), 12*time.Hour, 4*time.Hour, "a silent 2h20m0s", "a speaks 4h15m0s")
	f("not known for long", every(looks), 2*time.Hour, 12*time.Hour)
	f("now and then", every(3*time.Hour), 48*time.Hour, 24*time.Hour)
	f("falls away", func(at time.Duration) time.Duration { // 15 s at first, twice as long every hour
		return looks << min(at/time.Hour, 10)
	}, 10*time.Hour, 10*time.Hour)
}

// A log that falls silent every night is told at most once.
func TestNights(t *testing.T) {
	s := newStage()
	for range 5 {
		s.play(10*time.Hour, voices{"a": every(looks)})
		s.play(14*time.Hour, voices{"a": every(0)})
	}
	if len(s.told) > 2 {
		t.Errorf("told %q", s.told)
	}
}

// A log with the date in its name is followed by that of the next day; another of its kind beside it is no successor.
func TestSuccessor(t *testing.T) {
	s := newStage()
	s.play(12*time.Hour, voices{"site1-21.log": every(looks), "site1-22.log": every(0)})
	s.play(12*time.Hour, voices{"site1-22.log": every(looks)})
	s.want(t)
	s = newStage()
	s.play(12*time.Hour, voices{"site1.log": every(looks), "site2.log": every(looks)})
	s.play(time.Hour, voices{"site2.log": every(looks)})
	s.want(t, "site1.log silent 10m0s")
}

// Nothing is concluded from time in which nobody listened, and a restart tells nothing twice.
func TestAway(t *testing.T) {
	s := newStage()
	s.play(6*time.Hour, voices{"a": every(looks)})
	s.now = s.now.Add(24 * time.Hour) // the machine slept
	s.play(5*time.Minute, voices{"a": every(0)})
	s.want(t)
	s.l.Away()
	s.now = s.now.Add(50 * time.Second)
	s.play(4*time.Minute+15*time.Second, voices{"a": every(0)})
	s.want(t) // 10:15 by the clock with the first minute, but not 10 of attention
	s.play(time.Minute, voices{"a": every(0)})
	s.want(t, "a silent 10m0s")
	kept, err := json.Marshal(s.l.Memory())
	if err != nil {
		t.Fatal(err)
	}
	var known map[string]*Voice
	if err := json.Unmarshal(kept, &known); err != nil {
		t.Fatal(err)
	}
	s.l = Listener{}
	s.l.Recall(known)
	s.play(time.Hour, voices{"a": every(0)})
	s.want(t)
	if !s.l.Silent("a") || s.l.Silent("b") {
		t.Error("what is silent is forgotten")
	}
	s.lines["a"] = 3 // the others were forgotten for their age, which is no sign of life
	s.play(5*time.Minute, voices{"a": every(0)})
	s.want(t)
	s.play(time.Minute, voices{"a": every(looks)})
	s.want(t, "a speaks 1h16m0s")
	// A log that is gone is forgotten.
	delete(s.lines, "a")
	s.play(5*time.Hour, voices{"b": every(looks)})
	s.want(t)
	if len(s.l.Memory()) != 1 {
		t.Errorf("%d logs are remembered", len(s.l.Memory()))
	}
}
