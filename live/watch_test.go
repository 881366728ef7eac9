package live

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"culprit/correlate"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func at(seconds int) time.Time { return noon.Add(time.Duration(seconds) * time.Second) }

// seen is an incident as a round reports it; end 0 stands for ongoing.
func seen(cause string, start, end int) correlate.Incident {
	in := correlate.Incident{ID: cause + "@" + at(start).Format("150405"), Start: at(start), Ongoing: end == 0,
		Hypotheses: []correlate.Hypothesis{{Cause: cause, Title: cause, Confidence: 0.9}}}
	if end != 0 {
		e := at(end)
		in.End = &e
	}
	return in
}

// story plays rounds, two seconds apart, and wants the notices of each as "event cause".
type story struct {
	t   *testing.T
	w   *Watch
	now int
}

func (s *story) round(incidents []correlate.Incident, want ...string) {
	s.t.Helper()
	s.now += 2
	s.elapse(incidents, want...)
}

func (s *story) elapse(incidents []correlate.Incident, want ...string) {
	s.t.Helper()
	var got []string
	for _, n := range s.w.compare(&correlate.Report{Incidents: incidents}, at(s.now), at(s.now)) {
		got = append(got, string(n.Event)+" "+n.Lead().Cause)
	}
	if !slices.Equal(got, want) {
		s.t.Errorf("at %d s: told %q, want %q", s.now, got, want)
	}
}

func newStory(t *testing.T) *story {
	return &story{t: t, w: &Watch{over: at(-100)}}
}

func TestOneNoticePerTurn(t *testing.T) {
	s := newStory(t)
	down := []correlate.Incident{seen("backend-down", 0, 0)}
	s.round(nil)
	s.round(down)
	s.round(down, "opened backend-down")
	for range 50 {
		s.round(down)
	}
	slow := []correlate.Incident{seen("slow-database", -1, 0)}
	s.round(slow)
	s.round(down) // it led for one round only
	s.round(slow)
	s.round(slow, "changed slow-database")
	s.round(slow)
	end := s.now
	over := []correlate.Incident{seen("slow-database", -1, end)}
	s.round(over)
	s.round(slow) // it flares up once more
	s.round(over)
	s.now = end + 119
	s.elapse(over)
	s.now = end + 121
	s.elapse(over, "ended slow-database")
	for range 10 {
		s.round(over)
	}
}

func TestShortFlickersAreNotTold(t *testing.T) {
	s := newStory(t)
	s.round([]correlate.Incident{seen("backend-down", 0, 0)})
	for range 10 {
		s.round(nil)
	}
}

func TestHistoryIsNotTold(t *testing.T) {
	s := newStory(t)
	old := []correlate.Incident{seen("backend-down", -500, -400)}
	for range 100 {
		s.round(old)
	}
}

// A watch that begins again in mid-incident goes on where it was.
func TestRestartTellsNothingTwice(t *testing.T) {
	s := newStory(t)
	down := []correlate.Incident{seen("backend-down", 0, 0)}
	s.round(down)
	s.round(down, "opened backend-down")
	kept, err := json.Marshal(s.w.Memory())
	if err != nil {
		t.Fatal(err)
	}
	var m Memory
	if err := json.Unmarshal(kept, &m); err != nil {
		t.Fatal(err)
	}
	id := s.w.open[0].id
	s.w = &Watch{}
	s.w.Recall(m)
	for range 3 {
		s.round(down)
	}
	if s.w.open[0].id != id {
		t.Errorf("the id became %q", s.w.open[0].id)
	}
	over := []correlate.Incident{seen("backend-down", 0, s.now)}
	s.now += 121
	s.elapse(over, "ended backend-down")
	m = s.w.Memory()
	s.w = &Watch{}
	s.w.Recall(m)
	s.round(over)
	s.round(over)
}

func TestTwoAtOnce(t *testing.T) {
	s := newStory(t)
	s.now = 1000
	first := seen("backend-down", 600, 880)
	s.round([]correlate.Incident{first})
	s.round([]correlate.Incident{first}, "opened backend-down", "ended backend-down")
	second := seen("dns-failure", 1001, 0)
	s.round([]correlate.Incident{first, second})
	s.round([]correlate.Incident{second, first}, "opened dns-failure")
}
