package silence

import (
	"math"
	"strings"
	"time"
)

// Log is a log as it is at a moment, whatever files it was rotated into.
type Log struct {
	Path  string
	Lines int64     // that are kept; they may become fewer
	Last  time.Time // of its latest record; zero: none
}

// Change is told when a log falls silent, and when it speaks again.
type Change struct {
	Path   string
	Silent bool
	Last   time.Time     // of the latest record, as the log says
	Quiet  time.Duration // for how long nothing came, by the clock
	Usual  time.Duration // the longest gap that is usual
}

// Listener knows the logs. The zero value knows none. It is used by one goroutine at a time.
type Listener struct {
	voices map[string]*Voice
	at     time.Time // when it listened last
}

// Voice is what is known of a log. It is kept as JSON.
type Voice struct {
	Lines  int64         `json:"lines"`
	Last   time.Time     `json:"last"`
	Spoke  time.Time     `json:"spoke"`  // by the clock, when something last came
	Began  time.Time     `json:"began"`  // by the clock, when it was first seen
	Heard  time.Duration `json:"heard"`  // for how long it was listened to
	Quiet  time.Duration `json:"quiet"`  // of that, since something last came
	Usual  time.Duration `json:"usual"`  // the longest such time lately
	Silent bool          `json:"silent"` // this was told
}

const (
	// attention is the most that counts as listened to between two calls: after a longer one the listener itself was away.
	attention = time.Minute
	// trial is for how long a log must be known before anything is expected of it, and steady how many of its usual gaps that must be.
	trial  = 3 * time.Hour
	steady = 36
	// least is the shortest silence that is told; many is how many times the usual gap it must be, but no more than a day longer.
	least = 10 * time.Minute
	many  = 10
	// fading is in which time what is usual halves, if nothing confirms it.
	fading = 24 * time.Hour
	// surprise is what part of a silence that was told counts as usual from then on: it may have been a fault.
	surprise = 5
	// near is how long before its successor speaks a log with a date in its name may have spoken last.
	near = time.Hour
)

// Hear takes the logs as they are now, by the clock, and returns what has changed, in the order of logs. Those that are missing are forgotten.
func (l *Listener) Hear(now time.Time, logs []Log) (changes []Change) {
	passed := l.pass(now)
	there := make(map[string]*Voice, len(logs))
	for i := range logs {
		log := &logs[i]
		v := l.voices[log.Path]
		if v == nil {
			v = &Voice{Lines: log.Lines, Last: log.Last, Spoke: now, Began: now}
		} else if c := v.hear(log, now, passed); c != nil {
			changes = append(changes, *c)
		}
		there[log.Path] = v
	}
	l.voices = there
	for i := range logs {
		if v := there[logs[i].Path]; v.overdue() && !l.succeeded(logs[i].Path, v) {
			v.Silent = true
			changes = append(changes, v.change(logs[i].Path))
		}
	}
	return changes
}

// Away has the time until the next call not count: what is written meanwhile is not read at once.
func (l *Listener) Away() { l.at = time.Time{} }

// pass returns for how long was listened since the last call.
func (l *Listener) pass(now time.Time) time.Duration {
	before := l.at
	l.at = now
	if before.IsZero() {
		return 0
	}
	return min(max(now.Sub(before), 0), attention)
}

// hear takes a log as it is now. It returns a change if it speaks again.
func (v *Voice) hear(log *Log, now time.Time, passed time.Duration) (again *Change) {
	spoke := log.Lines > v.Lines || log.Last.After(v.Last)
	v.Lines = log.Lines
	v.Heard += passed
	v.Quiet += passed
	v.Usual = time.Duration(float64(v.Usual) * math.Exp2(-float64(passed)/float64(fading)))
	if !spoke {
		return nil
	}
	if v.Silent {
		v.Silent = false
		c := v.change(log.Path)
		again = &c
		v.Quiet /= surprise
	}
	v.Usual = max(v.Usual, v.Quiet)
	v.Quiet, v.Spoke, v.Last = 0, now, log.Last
	return again
}

// overdue reports whether something should have come long ago, and that was not told yet.
func (v *Voice) overdue() bool {
	spoken := v.Heard - v.Quiet
	return !v.Silent && spoken >= max(trial, steady*v.Usual) && v.Quiet > max(least, min(many*v.Usual, v.Usual+fading))
}

func (v *Voice) change(path string) Change {
	return Change{Path: path, Silent: v.Silent, Last: v.Last, Quiet: v.Quiet, Usual: v.Usual}
}

// succeeded reports whether a log whose name differs in numbers only, such as one of another day, has come up since a log fell silent.
func (l *Listener) succeeded(path string, v *Voice) bool {
	shape := unnumbered(path)
	for other, o := range l.voices {
		if other != path && o.Began.After(v.Spoke.Add(-near)) && o.Began.After(v.Began) && unnumbered(other) == shape {
			return true
		}
	}
	return false
}

// unnumbered replaces the digits of a path.
func unnumbered(path string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return '#'
		}
		return r
	}, path)
}

// Silent reports whether a log was called silent and has not spoken since.
func (l *Listener) Silent(path string) bool {
	v := l.voices[path]
	return v != nil && v.Silent
}

// Memory returns what is known of each log by its path, for Recall.
func (l *Listener) Memory() map[string]*Voice { return l.voices }

// Recall goes on with what an earlier Listener knew. The time in between does not count.
func (l *Listener) Recall(known map[string]*Voice) { l.voices, l.at = known, time.Time{} }
