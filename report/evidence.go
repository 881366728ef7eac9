package report

import (
	"slices"
	"strconv"
	"strings"

	"github.com/clipperhouse/displaywidth"

	"culprit/correlate"
)

// What the first screen lists, by how little room there is.
var (
	shownFor     = [tightest + 1]int{3, 3, 2, 2, 1}
	shownAgainst = [tightest + 1]int{2, 2, 1, 1, 1}
)

// evidence writes what speaks for and against a hypothesis. Where the cause is unknown, it writes what hints at the best suspect.
func (t *text) evidence(in *correlate.Incident, h *correlate.Hypothesis) {
	if suspect := suspected(in); h.Cause == unknown && suspect != nil {
		t.facts("hints", "", distinct(suspect.EvidenceFor, max(1, shownFor[t.tight]-1), ""))
	}
	if h.Cause != unknown {
		t.facts("for", "nothing but the pattern as a whole", distinct(h.EvidenceFor, shownFor[t.tight], triggerSource(h)))
		t.facts("against", "nothing found", distinct(h.EvidenceAgainst, shownAgainst[t.tight], ""))
	}
	if len(h.Missing) > 0 {
		t.label("missing", Clean(strings.Join(h.Missing, "; "), 0))
	}
}

// suspected is the likeliest cause beside the unknown one, nil where none is worth a word.
func suspected(in *correlate.Incident) *correlate.Hypothesis {
	if len(in.Hypotheses) < 2 || in.Hypotheses[1].Confidence < considerable {
		return nil
	}
	return &in.Hypotheses[1]
}

func triggerSource(h *correlate.Hypothesis) string {
	if h.Trigger == nil {
		return ""
	}
	return h.Trigger.Source
}

// distinct picks what there is room for: the first items that say something new, none that rests on a line already shown (also not on
// the one named told), none that says the same.
func distinct(items []correlate.EvidenceItem, most int, told string) []correlate.EvidenceItem {
	var picked []correlate.EvidenceItem
	for _, e := range items {
		if e.Source != "" && e.Source == told {
			continue
		}
		same := func(p correlate.EvidenceItem) bool { return e.Text == p.Text || e.Source != "" && e.Source == p.Source }
		if slices.ContainsFunc(picked, same) {
			continue
		}
		if picked = append(picked, e); len(picked) == most {
			break
		}
	}
	return picked
}

func (t *text) facts(name, none string, items []correlate.EvidenceItem) {
	if len(items) == 0 && none != "" {
		t.label(name, none)
	}
	for _, e := range items {
		t.fact(name, &e)
		name = ""
	}
}

// fact writes one piece of evidence, and below it where it is written, with as much of the line as there is room for.
func (t *text) fact(name string, e *correlate.EvidenceItem) {
	t.label(name, factText(e))
	if e.Source == "" {
		return
	}
	place := Clean(e.Source, 0)
	room := t.opts.Width - margin - displaywidth.String(place) - 2
	if e.Excerpt == "" || room < leastExcerpt {
		t.labelled("", place, faint)
		return
	}
	excerpt := strings.Join(strings.Fields(Clean(e.Excerpt, 400)), " ")
	t.line(strings.Repeat(" ", margin), t.paint(faint, place+"  "+shorten(excerpt, room)))
}

// leastExcerpt is from how many columns on a piece of a line tells something.
const leastExcerpt = 24

func factText(e *correlate.EvidenceItem) string {
	s := Clean(e.Text, 300)
	if n := strconv.FormatInt(e.Count, 10); e.Count > 1 && !slices.Contains(strings.Fields(s), n) {
		s += glue + "×" + grouped(e.Count)
	}
	return s
}
