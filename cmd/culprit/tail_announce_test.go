package main

import (
	"context"
	"encoding/json"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"culprit/correlate"
	"culprit/live"
	"culprit/live/delivery"
	"culprit/store"
)

// listener is a receiver that keeps what it is told; deaf ones refuse for now.
type listener struct {
	mu   sync.Mutex
	deaf bool
	told []string
}

func (l *listener) Name() string { return "listener" }

func (l *listener) Tell(_ context.Context, group []*live.Notice) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.deaf {
		return context.DeadlineExceeded
	}
	for _, n := range group {
		l.told = append(l.told, string(n.Event)+" "+n.ID)
	}
	return nil
}

// A process that was killed when it had written down what it was about to tell tells it in its next life, but not what it had already
// handed to its receiver.
func TestPendingIsToldOnce(t *testing.T) {
	dir := t.TempDir()
	st, err := store.OpenLean(filepath.Join(dir, "c.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	now := time.Date(2026, 11, 21, 12, 0, 0, 123456789, time.UTC)
	notice := func(e live.Event, id string) *live.Notice {
		return &live.Notice{Event: e, Time: now, ID: id, Incident: correlate.Incident{ID: id, Start: now, Hypotheses: []correlate.Hypothesis{{Cause: "unknown", Title: "Not known"}}}}
	}
	handed, waiting := notice(live.Ended, "first"), notice(live.Opened, "second")
	begin := func(deaf bool) (*lookout, *listener) {
		to := &listener{deaf: deaf}
		g := &globals{streams: streams{strings.NewReader(""), io.Discard, io.Discard}}
		s := &service{tailing: &tailing{globals: g}}
		s.alerts.couriers = []courier{{"listener", delivery.NewCourier(&patient{to, &s.alerts.handing}, delivery.Options{Dir: filepath.Join(dir, "spool")})}}
		n := &session{service: s, store: st}
		return &lookout{session: n, watch: live.NewWatch(st, nil, live.Options{})}, to
	}
	kept := func(pending ...*live.Notice) {
		t.Helper()
		text, err := json.Marshal(live.Memory{Over: now, Pending: append(pending, nil, &live.Notice{Event: live.Opened, ID: "of no use"})})
		if err == nil {
			err = st.SetBookmark(toldMark, string(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	// The first life hands one of two notices over, and is killed before it has the other.
	l, _ := begin(true)
	l.alerts.tell(handed)
	kept(handed, waiting)
	l.alerts.end(0)
	for life, want := range []string{"ended first, opened second", ""} {
		l, to := begin(false)
		if err := l.recall(t.Context()); err != nil {
			t.Fatal(err)
		}
		l.alerts.end(10 * time.Second)
		if got := strings.Join(to.told, ", "); got != want {
			t.Errorf("life %d: told %q, want %q", life, got, want)
		}
	}
}
