package accuracy

import (
	"fmt"
	"io"
	"slices"
	"time"

	"culprit/correlate"
)

// Board holds the scores of all variants, and one over everything.
type Board struct {
	names  []string
	scores map[string]*Score
	all    Score
	muted  mutedScore
	strays int
}

// mutedScore counts what was said where the telling files were missing.
type mutedScore struct {
	verdicts, silent, right, wrong int
}

// sure is the confidence from which a verdict counts as one.
const sure = 0.6

func (b *Board) add(variant string, t *Truth, r *correlate.Report) {
	if variant == Abstain {
		b.addMuted(t, r)
		return
	}
	if b.scores == nil {
		b.scores = map[string]*Score{}
	}
	s := b.scores[variant]
	if s == nil {
		s = new(Score)
		b.scores[variant] = s
		b.names = append(b.names, variant)
	}
	s.Add(t, r)
	named := *t
	if variant != Recorded {
		named.ID += "/" + variant
	}
	b.all.Add(&named, r)
}

func (b *Board) addMuted(t *Truth, r *correlate.Report) {
	b.muted.verdicts++
	lead := leading(t, r)
	if lead == nil || lead.Hypotheses[0].Cause == "unknown" || lead.Hypotheses[0].Confidence < sure {
		b.muted.silent++
	} else if t.accepts(lead.Hypotheses[0].Cause) {
		b.muted.right++
	} else {
		b.muted.wrong++
		b.all.remarks = append(b.all.remarks, remark{t.ID + "/" + Abstain, t.Cause, causes(lead), "confident without the telling files"})
	}
	if lead != nil { // with the telling files gone, that the cause is not in the logs is the right answer too
		h := lead.Hypotheses[0]
		b.all.predictions = append(b.all.predictions, prediction{h.Confidence, h.Cause == "unknown" || t.accepts(h.Cause)})
	}
}

// addStrays counts the incidents of a report that belong to none of its truths. Those of a healthy recording are false alarms already.
func (b *Board) addStrays(variant string, truths []Truth, r *correlate.Report) {
	if len(truths) == 0 || truths[0].Healthy() {
		return
	}
	for i := range r.Incidents {
		in := &r.Incidents[i]
		meant := slices.ContainsFunc(truths, func(t Truth) bool { return t.near(in) })
		if !meant {
			b.strays++
			b.all.remarks = append(b.all.remarks, remark{truths[0].ID + "/" + variant, truths[0].Cause, causes(in), "stray incident at " + in.Start.UTC().Format(time.TimeOnly)})
		}
	}
}

// Recorded is the score of the incidents as they are.
func (b *Board) Recorded() *Score {
	if s := b.scores[Recorded]; s != nil {
		return s
	}
	return new(Score)
}

// Variants is the score of everything that was told differently.
func (b *Board) Variants() *Score {
	var sum Score
	for _, name := range b.names {
		if name != Recorded {
			sum.merge(b.scores[name])
		}
	}
	return &sum
}

// ConfidentlyWrong is the share of wrong names, said with confidence, where the telling files were missing.
func (b *Board) ConfidentlyWrong() float64 {
	if b.muted.verdicts == 0 {
		return 0
	}
	return share(b.muted.wrong, b.muted.verdicts)
}

// Print writes a row for every variant, the measures over everything, and a line for each verdict that was not right.
func (b *Board) Print(w io.Writer) {
	fmt.Fprintf(w, "%-10s %13s %13s %8s %15s %15s  %s\n", "variant", "top-1", "top-3", "alarms", "trigger", "no trigger", "onset median/90th")
	for _, name := range b.names {
		b.scores[name].row(w, name)
	}
	if len(b.names) > 2 {
		b.Variants().row(w, "variants")
	}
	fmt.Fprintln(w)
	if m := b.muted; m.verdicts > 0 {
		fmt.Fprintf(w, "%-28s %d without the telling files: %d silent or below %.1f, %d right all the same, %d confident and wrong = %.1f %%\n",
			"abstention", m.verdicts, m.silent, sure, m.right, m.wrong, 100*b.ConfidentlyWrong())
	}
	if b.strays > 0 {
		fmt.Fprintf(w, "%-28s %d reported beside the real ones\n", "stray incidents", b.strays)
	}
	b.all.Print(w)
}

func (s *Score) row(w io.Writer, name string) {
	of := func(n, of int) string { return fmt.Sprintf("%d/%d %3.0f %%", n, of, 100*share(n, of)) }
	median, late, _ := s.onset()
	fmt.Fprintf(w, "%-10s %13s %13s %8s %15s %15s  %.1f s/%.1f s\n", name, of(s.top1, s.incidents), of(s.top3, s.incidents),
		fmt.Sprintf("%d/%d", s.falseAlarms, s.controls), of(s.triggersRight, s.triggers), of(s.calmRight, s.calm), median, late)
}

// merge adds another score's counts.
func (s *Score) merge(o *Score) {
	s.incidents += o.incidents
	s.top1 += o.top1
	s.top3 += o.top3
	s.controls += o.controls
	s.falseAlarms += o.falseAlarms
	s.triggers += o.triggers
	s.triggersRight += o.triggersRight
	s.calm += o.calm
	s.calmRight += o.calmRight
	s.onsets = append(s.onsets, o.onsets...)
	s.predictions = append(s.predictions, o.predictions...)
	s.remarks = append(s.remarks, o.remarks...)
}
