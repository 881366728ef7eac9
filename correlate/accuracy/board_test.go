package accuracy

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"culprit/correlate"
)

// verdict is a report of one incident, offset from a window's start.
func verdict(t *Truth, offset time.Duration, cause string, confidence float64) *correlate.Report {
	start := t.Window.Start.Add(offset)
	end := start.Add(20 * time.Second)
	return &correlate.Report{Incidents: []correlate.Incident{{Start: start, End: &end, Hypotheses: []correlate.Hypothesis{{Cause: cause, Confidence: confidence}, {Cause: "unknown"}}}}}
}

func truth(cause string) *Truth {
	start := time.Date(2026, 11, 21, 7, 10, 0, 0, time.UTC)
	end := start.Add(30 * time.Second)
	t := &Truth{ID: "x", Cause: cause}
	t.Window.Start, t.Window.End = &start, &end
	return t
}

func TestBoardCountsEveryVariant(t *testing.T) {
	var b Board
	down := truth("backend-down")
	b.add(Recorded, down, verdict(down, 0, "backend-down", 0.9))
	b.add("shift", down, verdict(down, time.Second, "backend-down", 0.9))
	b.add("shift", down, verdict(down, 0, "backend-crash", 0.7))
	b.add("zone", down, verdict(down, time.Hour, "backend-down", 0.9)) // another incident than the one that happened
	b.add("zone", &Truth{ID: "calm", Cause: "none"}, verdict(down, 0, "backend-down", 0.9))
	f := func(what string, got, want any) {
		t.Helper()
		if got != want {
			t.Errorf("%s is %v, want %v", what, got, want)
		}
	}
	f("top-1 as recorded", b.Recorded().Top1(), 1.0)
	f("top-1 of the variants", b.Variants().Top1(), 1.0/3)
	f("false alarms of the variants", b.Variants().FalseAlarms(), 1)
	var text bytes.Buffer
	b.Print(&text)
	if m := missing(text.String(), "shift", "1/2", "x/zone", "calm/zone", "false alarm", "Brier"); len(m) > 0 {
		t.Errorf("missing %q in\n%s", m, text.String())
	}
}

func TestAbstentionCountsOnlyConfidentWrongNames(t *testing.T) {
	var b Board
	down := truth("backend-down")
	b.add(Abstain, down, verdict(down, 0, "unknown", 0.9))
	b.add(Abstain, down, verdict(down, 0, "backend-crash", 0.59))
	b.add(Abstain, down, &correlate.Report{})
	if b.ConfidentlyWrong() != 0 {
		t.Errorf("%.2f are wrong, and none was confident", b.ConfidentlyWrong())
	}
	b.add(Abstain, down, verdict(down, 0, "backend-crash", 0.6))
	if b.ConfidentlyWrong() != 0.25 {
		t.Errorf("%.2f are wrong, not one of four", b.ConfidentlyWrong())
	}
	b.add(Abstain, down, verdict(down, 0, "backend-down", 0.8))
	if b.muted.right != 1 || b.muted.silent != 3 {
		t.Errorf("%+v", b.muted)
	}
}

func TestSuiteRunsWhatIsAskedFor(t *testing.T) {
	rec := sample(t)
	f := func(s Suite, want string) {
		t.Helper()
		s.Analyze = func(_ context.Context, dir string) (*correlate.Report, error) {
			if _, err := open(Truth{Dir: dir}); err != nil {
				return nil, err
			}
			return verdict(&rec.truth, 0, "slow-database", 0.9), nil
		}
		b, err := s.Run(context.Background(), []Truth{rec.truth})
		if err != nil {
			t.Fatal(err)
		}
		names := strings.Join(b.names, " ")
		if b.muted.verdicts > 0 {
			names += " " + Abstain
		}
		if names != want {
			t.Errorf("%+v ran %s, want %s", s, names, want)
		}
	}
	f(Suite{}, Recorded)
	f(Suite{Variants: true, Only: []string{"skew", "zone", "none such"}}, "zone skew")
	f(Suite{Variants: true, Only: []string{"scatter"}, Keep: t.TempDir()}, "scatter")
	f(Suite{Abstain: true}, Recorded+" "+Abstain)
}
