package report

import (
	"fmt"
	"io"
	"sort"
	"strings"
	"time"

	"culprit/correlate"
)

// TextOptions says what the terminal can show.
type TextOptions struct {
	// Width in columns; 0 means 100.
	Width int
	Color bool
	// Details adds everything beyond the first screen: all hypotheses, the ledger of changes, the inputs.
	Details bool
}

// Text writes r for a terminal: the first screen holds verdict, impact, evidence and the next step of every incident.
func Text(w io.Writer, r *correlate.Report, opts TextOptions) error {
	if opts.Width == 0 {
		opts.Width = 100
	}
	t := &text{opts: opts}
	if len(r.Incidents) == 0 {
		t.calm(r)
	}
	for i := range r.Incidents {
		t.incident(&r.Incidents[i], i, len(r.Incidents))
	}
	t.reading(r)
	_, err := io.WriteString(w, t.b.String())
	if err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

// text builds one report.
type text struct {
	b    strings.Builder
	opts TextOptions
}

const (
	bold  = "\x1b[1m"
	red   = "\x1b[1;31m"
	green = "\x1b[1;32m"
	faint = "\x1b[2m"
	reset = "\x1b[0m"
)

func (t *text) paint(color, s string) string {
	if !t.opts.Color {
		return s
	}
	return color + s + reset
}

func (t *text) line(format string, args ...any) { fmt.Fprintf(&t.b, format+"\n", args...) }

// label writes a name in the margin and a text beside it, wrapped.
func (t *text) label(name, s string) {
	for i, part := range wrap(s, t.opts.Width-14) {
		if i > 0 {
			name = ""
		}
		t.line("  %s %s", t.paint(faint, fmt.Sprintf("%-10s", name)), part)
	}
}

func (t *text) calm(r *correlate.Report) {
	t.line("%s", t.paint(green, "No incident"))
	var lines int64
	for _, in := range r.Inputs {
		lines += in.Lines
	}
	t.label("", fmt.Sprintf("Nothing in these %d lines of %d logs says that users were hurt.", lines, len(r.Inputs)))
}

func (t *text) incident(in *correlate.Incident, i, n int) {
	h := &in.Hypotheses[0]
	title := "INCIDENT"
	if n > 1 {
		title = fmt.Sprintf("INCIDENT %d of %d", i+1, n)
	}
	if i > 0 {
		t.line("")
	}
	t.line("%s  %s  %s", t.paint(red, title), t.paint(bold, h.Title), t.paint(faint, fmt.Sprintf("%s · %.0f %% sure", h.Cause, 100*h.Confidence)))
	t.line("")
	for _, part := range wrap(Clean(h.Summary, 0), t.opts.Width-2) {
		t.line("  %s", part)
	}
	t.line("")
	t.label("when", when(in))
	t.label("hurt", damage(&in.Requests))
	t.label("where", Clean(in.Hop, 0))
	t.label("set off by", setOff(in, h))
	t.label("chain", strings.Join(h.Chain, " → "))
	t.evidence(h)
	t.next(h)
	if t.opts.Details {
		t.details(in)
	}
}

func when(in *correlate.Incident) string {
	start := in.Start.Format("2006-01-02 15:04:05")
	if in.End == nil {
		return start + " UTC, and still going on"
	}
	return fmt.Sprintf("%s – %s UTC (%s)", start, in.End.Format("15:04:05"), in.End.Sub(in.Start).Round(time.Second))
}

func damage(r *correlate.Requests) string {
	statuses := make([]string, 0, len(r.ByStatus))
	for s := range r.ByStatus {
		statuses = append(statuses, s)
	}
	sort.Slice(statuses, func(i, j int) bool { return r.ByStatus[statuses[i]] > r.ByStatus[statuses[j]] })
	parts := []string{}
	for _, s := range statuses {
		name := s
		if s == "0" {
			name = "no answer"
		}
		parts = append(parts, fmt.Sprintf("%s × %d", name, r.ByStatus[s]))
	}
	return fmt.Sprintf("%d of %d requests (%.0f %%): %s", r.Failed, r.Total, 100*float64(r.Failed)/float64(max(r.Total, 1)), strings.Join(parts, ", "))
}

func setOff(in *correlate.Incident, h *correlate.Hypothesis) string {
	if h.Trigger != nil {
		s := fmt.Sprintf("%s at %s: %s", h.Trigger.Kind, h.Trigger.Time.Format("15:04:05"), Clean(h.Trigger.Summary, 160))
		if h.Trigger.Source != "" {
			s += " (" + Clean(h.Trigger.Source, 120) + ")"
		}
		return s
	}
	acquitted := 0
	for _, c := range in.Changes {
		if c.Verdict == "acquitted" {
			acquitted++
		}
	}
	switch acquitted {
	case 0:
		return "nothing on the timelines"
	case 1:
		return "nothing on the timelines; the one change before it is acquitted"
	}
	return fmt.Sprintf("nothing on the timelines; %d changes are acquitted", acquitted)
}

// shownEvidence bounds what the first screen lists.
const shownEvidence = 3

func (t *text) evidence(h *correlate.Hypothesis) {
	t.line("")
	for i, e := range h.EvidenceFor {
		if i == shownEvidence && !t.opts.Details {
			break
		}
		t.fact("for", i == 0, e)
	}
	for i, e := range h.EvidenceAgainst {
		if i == shownEvidence-1 && !t.opts.Details {
			break
		}
		t.fact("against", i == 0, e)
	}
	if len(h.EvidenceAgainst) == 0 && h.Cause != "unknown" {
		t.label("against", "nothing found")
	}
	if len(h.Missing) > 0 {
		t.label("missing", Clean(strings.Join(h.Missing, "; "), 0))
	}
}

func (t *text) fact(name string, first bool, e correlate.EvidenceItem) {
	if !first {
		name = ""
	}
	s := Clean(e.Text, 300)
	if e.Count > 1 {
		s += fmt.Sprintf(" ×%d", e.Count)
	}
	t.label(name, s)
	if e.Source != "" {
		excerpt := ""
		if e.Excerpt != "" {
			excerpt = "  " + Clean(e.Excerpt, max(20, t.opts.Width-18-len(e.Source)))
		}
		t.line("             %s", t.paint(faint, Clean(e.Source, 0)+excerpt))
	}
}

func (t *text) next(h *correlate.Hypothesis) {
	t.line("")
	for i, c := range h.Checks {
		if i == 1 && !t.opts.Details {
			break
		}
		t.label("check", Clean(c.Command, 0))
		t.label("", "expect: "+Clean(c.Expect, 0))
	}
	for i, f := range h.Fixes {
		if i == 1 && !t.opts.Details {
			break
		}
		s := Clean(f.Text, 0)
		if f.Command != "" {
			s += "  $ " + Clean(f.Command, 0)
		}
		t.label("fix", s)
	}
	if t.opts.Details {
		for _, v := range h.Verify {
			t.label("verify", Clean(v, 0))
		}
		for _, p := range h.Prevent {
			t.label("prevent", Clean(p, 0))
		}
	}
}

// wrap breaks text into lines of at most width characters, at spaces where there are any.
func wrap(s string, width int) []string {
	var lines []string
	var line strings.Builder
	n := 0
	for _, word := range strings.Fields(s) {
		size := len([]rune(word))
		if n > 0 && n+1+size > width {
			lines = append(lines, line.String())
			line.Reset()
			n = 0
		}
		if n > 0 {
			line.WriteByte(' ')
			n++
		}
		line.WriteString(word)
		n += size
	}
	if n > 0 || len(lines) == 0 {
		lines = append(lines, line.String())
	}
	return lines
}
