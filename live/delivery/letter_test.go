package delivery

import (
	"slices"
	"strings"
	"testing"

	"culprit/correlate"
	"culprit/live"
)

// notice makes one of "opened a slow-database": event, incident, cause.
func notice(words string) *live.Notice {
	w := strings.Fields(words)
	n := &live.Notice{Event: live.Event(w[0]), ID: w[1]}
	n.Incident.Hypotheses = []correlate.Hypothesis{{Cause: "x", Title: "x"}}
	if len(w) > 2 {
		n.Incident.Hypotheses = []correlate.Hypothesis{{Cause: w[2], Title: w[2]}}
	}
	return n
}

func words(letters []*letter) (all []string) {
	for _, l := range letters {
		all = append(all, string(l.Notice.Event)+" "+l.Notice.ID+" "+l.Notice.Lead().Cause)
	}
	return all
}

func TestSettle(t *testing.T) {
	f := func(flying int, in, wantKept, wantOld []string) {
		t.Helper()
		var waiting []*letter
		for i, w := range in {
			waiting = append(waiting, &letter{number: int64(i), Notice: notice(w), flying: i < flying})
		}
		kept, old, _ := settle(waiting)
		if !slices.Equal(words(kept), wantKept) || !slices.Equal(words(old), wantOld) {
			t.Errorf("%q: kept %q, left out %q; want %q and %q", in, words(kept), words(old), wantKept, wantOld)
		}
	}
	f(0, []string{"opened a x", "ended a x"}, []string{"opened a x", "ended a x"}, nil)
	f(0, []string{"opened a x", "changed a y"}, []string{"opened a y"}, []string{"changed a y"})
	f(1, []string{"opened a x", "changed a y"}, []string{"opened a x", "changed a y"}, nil)
	f(1, []string{"opened a x", "changed a y", "opened b x", "changed a z"}, []string{"opened a x", "opened b x", "changed a z"}, []string{"changed a y"})
	f(0, []string{"changed a y", "changed b y", "ended a z"}, []string{"changed b y", "ended a z"}, []string{"changed a y"})
	f(1, []string{"changed a y", "changed a z"}, []string{"changed a y", "changed a z"}, nil)
	f(0, []string{"opened a x", "opened a y"}, []string{"opened a y"}, []string{"opened a y"})
	f(0, []string{"ended a x", "opened a y", "changed a z"}, []string{"ended a x", "opened a z"}, []string{"changed a z"})
	f(0, []string{"test t x", "test t x"}, []string{"test t x", "test t x"}, nil)
}
