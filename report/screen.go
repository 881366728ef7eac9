package report

import (
	"strings"

	"culprit/correlate"
)

// impact says when, how many, where and why.
func (t *text) impact(in *correlate.Incident, h *correlate.Hypothesis) {
	zone := differing(t.opts.Zone, in.Start)
	if t.opts.Zone == nil {
		zone = zoneOf(t.report, in.Start)
	}
	t.label("when", when(in, zone))
	t.label("hurt", damage(&in.Requests))
	t.course(in)
	where := Clean(in.Hop, 0)
	if strings.Trim(h.Owner, "-–—") != "" {
		where += " (owner: " + Clean(h.Owner, 60) + ")"
	}
	t.label("where", where)
	if told := hosts(in); told != "" {
		t.label("hosts", told)
	}
	set, source := setOff(in, h)
	t.label("set off by", set)
	if source != "" {
		t.labelled("", source, faint)
	}
	if h.Cause != unknown {
		t.label("chain", chain(h))
	}
	if rivals := rivals(in); rivals != "" {
		name := "or else"
		if h.Cause == unknown {
			name = "suspected"
		}
		t.label(name, rivals)
	}
}

// course draws the failures over time in a line, where there is room for it.
func (t *text) course(in *correlate.Incident) {
	if t.tight > 0 || len(in.Timeline) < 2 {
		return
	}
	failed := make([]int64, len(in.Timeline))
	for i := range in.Timeline {
		failed[i] = in.Timeline[i].Failed
	}
	when := sparkSpan(in)
	line := Sparkline(failed, t.opts.Width-margin-len(when)-2) + "  " + t.paint(faint, when)
	t.line("  ", t.paint(faint, padded("failures", margin-2)), line)
}

// rivals names the other hypotheses that are worth considering.
func rivals(in *correlate.Incident) string {
	var names []string
	for _, h := range in.Hypotheses[1:] {
		if h.Confidence < considerable || len(names) == 3 {
			break
		}
		name := Clean(h.Cause, 40)
		if h.Cause == unknown {
			name = "something these logs do not hold"
		}
		names = append(names, name+glue+"("+sure(h.Confidence)+")")
	}
	return strings.Join(names, ", ")
}

// next says what to type now, and what mends it.
func (t *text) next(h *correlate.Hypothesis) {
	if len(h.Checks)+len(h.Fixes) > 0 {
		t.blank()
	}
	for i, c := range h.Checks {
		if i == 1 && !t.opts.Details {
			break
		}
		t.command("check", Clean(c.Command, 0))
		t.label("", "expect: "+Clean(c.Expect, 0))
	}
	for i, f := range h.Fixes {
		if i == 1 && !t.opts.Details {
			break
		}
		t.label("fix", Clean(f.Text, 0))
		t.command("", Clean(f.Command, 0))
	}
	if t.opts.Details {
		t.list("verify", h.Verify)
		t.list("prevent", h.Prevent)
	}
}

// command writes something to be typed.
func (t *text) command(name, s string) {
	if s != "" {
		t.labelled(name, "$ "+s, bold)
	}
}

func (t *text) list(name string, items []string) {
	for _, s := range items {
		t.label(name, Clean(s, 0))
		name = ""
	}
}
