package accuracy

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"culprit/correlate"
)

// Score sums up verdicts.
type Score struct {
	incidents, top1, top3   int
	controls, falseAlarms   int
	triggers, triggersRight int
	calm, calmRight         int // incidents that nothing set off, and where nothing was blamed
	onsets                  []float64
	predictions             []prediction
	remarks                 []remark
	byCause                 map[string][2]int
}

// prediction is a confidence with whether it was right.
type prediction struct {
	confidence float64
	right      bool
}

type remark struct{ id, cause, got, what string }

// Add scores one report.
func (s *Score) Add(t *Truth, r *correlate.Report) {
	if s.byCause == nil {
		s.byCause = map[string][2]int{}
	}
	lead := leading(t, r)
	if t.Healthy() {
		s.controls++
		if lead != nil {
			s.falseAlarms++
			s.remarks = append(s.remarks, remark{t.ID, t.Cause, causes(lead), "false alarm"})
		}
		return
	}
	s.incidents++
	var notes []string
	n := s.byCause[t.Cause]
	n[1]++
	right := lead != nil && t.accepts(lead.Hypotheses[0].Cause)
	if right {
		s.top1++
		n[0]++
	} else {
		notes = append(notes, "cause")
	}
	s.byCause[t.Cause] = n
	if inTop3(t, lead) {
		s.top3++
	} else {
		notes = append(notes, "not in top 3")
	}
	if lead != nil {
		s.predictions = append(s.predictions, prediction{lead.Hypotheses[0].Confidence, right})
	}
	notes = append(notes, s.addTrigger(t, lead)...)
	notes = append(notes, s.addOnset(t, lead)...)
	if len(notes) > 0 {
		s.remarks = append(s.remarks, remark{t.ID, t.Cause, causes(lead), strings.Join(notes, "; ")})
	}
}

// slack is how far from its window an incident may be seen, and still be the one meant.
const slack = 2 * time.Minute

// leading is the incident of a report that is to be scored: the gravest that overlaps the truth's window. Where the truth has no
// window, it is the gravest of all.
func leading(t *Truth, r *correlate.Report) *correlate.Incident {
	if len(r.Incidents) == 0 {
		return nil
	}
	if t.Window.Start == nil || t.Window.End == nil {
		return &r.Incidents[0]
	}
	var near *correlate.Incident
	for i := range r.Incidents {
		in := &r.Incidents[i]
		switch {
		case t.overlaps(in, 0):
			return in
		case near == nil && t.near(in):
			near = in
		}
	}
	return near
}

// near says that an incident may be the one that happened.
func (t *Truth) near(in *correlate.Incident) bool { return t.overlaps(in, slack) }

// overlaps says that an incident lies in the truth's window, or no further from it than d.
func (t *Truth) overlaps(in *correlate.Incident, d time.Duration) bool {
	if t.Window.Start == nil || t.Window.End == nil {
		return true
	}
	end := in.Start
	if in.Ongoing {
		end = *t.Window.End
	} else if in.End != nil {
		end = *in.End
	}
	return !in.Start.After(t.Window.End.Add(d)) && !end.Before(t.Window.Start.Add(-d))
}

func inTop3(t *Truth, in *correlate.Incident) bool {
	if in == nil {
		return false
	}
	return slices.ContainsFunc(in.Hypotheses[:min(3, len(in.Hypotheses))], func(h correlate.Hypothesis) bool { return t.accepts(h.Cause) })
}

func (s *Score) addTrigger(t *Truth, in *correlate.Incident) []string {
	if t.TriggerOpen {
		return nil
	}
	var named *correlate.TriggerRef
	if in != nil {
		named = in.Hypotheses[0].Trigger
	}
	if t.Trigger.Time == nil {
		s.calm++
		if named == nil {
			s.calmRight++
			return nil
		}
		return []string{fmt.Sprintf("blamed %s %q, nothing is to blame", named.Kind, named.Summary)}
	}
	if t.untold {
		s.calm++
		if named == nil || math.Abs(named.Time.Sub(*t.Trigger.Time).Seconds()) <= 5 {
			s.calmRight++
			return nil
		}
		return []string{fmt.Sprintf("blamed %s %q, which was not to blame", named.Kind, named.Summary)}
	}
	s.triggers++
	if named == nil {
		return []string{"trigger missed"}
	}
	off := named.Time.Sub(*t.Trigger.Time).Seconds()
	if math.Abs(off) <= 5 {
		s.triggersRight++
		return nil
	}
	return []string{fmt.Sprintf("trigger off by %+.0f s", off)}
}

func (s *Score) addOnset(t *Truth, in *correlate.Incident) []string {
	if in == nil || t.Window.Start == nil {
		return nil
	}
	off := in.Start.Sub(*t.Window.Start).Seconds()
	s.onsets = append(s.onsets, math.Abs(off))
	if math.Abs(off) > 5 {
		return []string{fmt.Sprintf("onset off by %+.0f s", off)}
	}
	return nil
}

func causes(in *correlate.Incident) string {
	if in == nil {
		return "-"
	}
	var names []string
	for _, h := range in.Hypotheses[:min(3, len(in.Hypotheses))] {
		names = append(names, fmt.Sprintf("%s %.2f", h.Cause, h.Confidence))
	}
	return strings.Join(names, ", ")
}

// Top1 is the share of incidents whose first cause was right.
func (s *Score) Top1() float64 { return share(s.top1, s.incidents) }

// FalseAlarms is how many healthy recordings were reported as incidents.
func (s *Score) FalseAlarms() int { return s.falseAlarms }

func share(n, of int) float64 {
	if of == 0 {
		return 1
	}
	return float64(n) / float64(of)
}

// Print writes the measures, then a line for everything that was not right.
func (s *Score) Print(w io.Writer) {
	line := func(name string, n, of int) { fmt.Fprintf(w, "%-28s %d/%d = %.0f %%\n", name, n, of, 100*share(n, of)) }
	line("top-1 cause", s.top1, s.incidents)
	line("top-3 cause", s.top3, s.incidents)
	line("false alarms", s.falseAlarms, s.controls)
	line("trigger named", s.triggersRight, s.triggers)
	line("no trigger where there is none", s.calmRight, s.calm)
	if len(s.onsets) > 0 {
		median, late, worst := s.onset()
		fmt.Fprintf(w, "%-28s median %.1f s, 90th percentile %.1f s, worst %.1f s\n", "onset error", median, late, worst)
	}
	s.printCalibration(w)
	for _, r := range s.remarks {
		fmt.Fprintf(w, "%-22s %-26s %-80s %s\n", r.id, r.cause, r.got, r.what)
	}
}

// onset gives the median, the 90th percentile and the worst error of the onsets, in seconds.
func (s *Score) onset() (median, late, worst float64) {
	if len(s.onsets) == 0 {
		return 0, 0, 0
	}
	sorted := slices.Sorted(slices.Values(s.onsets))
	return sorted[len(sorted)/2], sorted[len(sorted)*9/10], sorted[len(sorted)-1]
}

// printCalibration says whether confidence means frequency: the Brier score, the expected calibration error, and the table behind it.
func (s *Score) printCalibration(w io.Writer) {
	if len(s.predictions) == 0 {
		return
	}
	var brier, ece float64
	var bins [10]struct {
		n, right int
		sum      float64
	}
	for _, p := range s.predictions {
		outcome := 0.0
		b := &bins[min(9, int(p.confidence*10))]
		b.n++
		b.sum += p.confidence
		if p.right {
			outcome = 1
			b.right++
		}
		brier += (p.confidence - outcome) * (p.confidence - outcome)
	}
	n := float64(len(s.predictions))
	for _, b := range bins {
		if b.n > 0 {
			ece += math.Abs(b.sum-float64(b.right)) / n
		}
	}
	fmt.Fprintf(w, "%-28s Brier %.3f, expected calibration error %.3f\n", "calibration", brier/n, ece)
	for i, b := range bins {
		if b.n > 0 {
			fmt.Fprintf(w, "  said %.1f–%.1f: %3d verdicts, mean %.2f, right %.2f\n", float64(i)/10, float64(i+1)/10, b.n, b.sum/float64(b.n), float64(b.right)/float64(b.n))
		}
	}
}
