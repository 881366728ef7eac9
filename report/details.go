package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"culprit/correlate"
)

// details writes what lies behind the first screen of an incident.
func (t *text) details(in *correlate.Incident) {
	t.picture(in)
	t.weighed(in)
	t.hypotheses(in)
	t.changes(in)
	t.shares("Endpoints", "endpoint", in.Endpoints)
	t.shares("Hosts", "host", in.VHosts)
	t.machines(in)
}

func (t *text) heading(s, remark string) {
	t.line()
	t.line(t.paint(bold, s), t.paint(faint, remark))
}

// table writes rows under a heading, indented.
func (t *text) table(title string, columns []Column, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	t.heading(title, "")
	for i, l := range strings.Split(strings.TrimSuffix(Table(columns, rows, t.opts.Width-2), "\n"), "\n") {
		if i == 0 {
			l = t.paint(faint, l)
		}
		t.line("  ", l)
	}
}

// sourced is a text with the place where it is written below it.
func sourced(s, source string) string {
	if s = Clean(s, 0); source == "" {
		return s
	}
	return s + "\n" + Clean(source, 0)
}

// weighed lists all evidence for the leading hypothesis, with what each piece is worth.
func (t *text) weighed(in *correlate.Incident) {
	var rows [][]string
	add := func(items []correlate.EvidenceItem, sign string) {
		for _, e := range items {
			rows = append(rows, []string{fmt.Sprintf("%s%.1f", sign, max(e.Weight, -e.Weight)), orDash(strings.TrimPrefix(grouped(e.Count), "0")), moments(e.First, e.Last),
				sourced(e.Text, e.Source)})
		}
	}
	add(in.Hypotheses[0].EvidenceFor, "+")
	add(in.Hypotheses[0].EvidenceAgainst, "−")
	t.table("Evidence", []Column{{"weight", Number}, {"count", Number}, {"UTC", Word}, {"what", Prose}}, rows)
}

func moments(first, last *time.Time) string {
	if first == nil {
		return ""
	}
	from := first.UTC().Format(clock)
	if last == nil || last.UTC().Format(clock) == from {
		return from
	}
	return from + "–" + last.UTC().Format(clock)
}

func (t *text) hypotheses(in *correlate.Incident) {
	best := func(items []correlate.EvidenceItem) string {
		if len(items) == 0 {
			return "–"
		}
		return factText(&items[0])
	}
	var rows [][]string
	for _, h := range in.Hypotheses {
		rows = append(rows, []string{sure(h.Confidence), h.Cause, best(h.EvidenceFor), best(h.EvidenceAgainst)})
	}
	t.table("Hypotheses", []Column{{"sure", Number}, {"cause", Word}, {"best evidence for", Prose}, {"best evidence against", Prose}}, rows)
}

func (t *text) changes(in *correlate.Incident) {
	var rows [][]string
	for _, c := range in.Changes {
		rows = append(rows, []string{c.Time.UTC().Format(clock), c.Verdict, sourced(change(&c), c.Source), c.Why})
	}
	t.table("Changes", []Column{{"UTC", Word}, {"verdict", Word}, {"change", Prose}, {"why", Prose}}, rows)
}

// change says in one line what was changed.
func change(c *correlate.ChangeVerdict) string {
	what := strings.TrimSpace(c.Kind + " " + c.Service)
	switch {
	case c.Summary == "":
		return what
	case strings.HasPrefix(c.Summary, c.Service+":"):
		what = c.Kind
	}
	return what + ": " + c.Summary
}

func (t *text) shares(title, noun string, shares []correlate.Share) {
	var rows [][]string
	for _, s := range shares {
		rows = append(rows, []string{s.Name, grouped(s.Failed), grouped(s.Total), percent(s.Failed, s.Total)})
	}
	t.table(title, []Column{{noun, Prose}, {"failed", Number}, {"requests", Number}, {"share", Number}}, rows)
}

var bars = []rune("▁▂▃▄▅▆▇█")

// picture draws requests and failures of each bucket.
func (t *text) picture(in *correlate.Incident) {
	if len(in.Timeline) == 0 {
		return
	}
	each := max(1, (len(in.Timeline)+t.opts.Width-margin-1)/max(1, t.opts.Width-margin))
	points := merged(in.Timeline, each)
	var top int64 = 1
	for _, p := range points {
		top = max(top, p.Total, p.Failed)
	}
	bucket := time.Duration(in.BucketSeconds) * time.Second
	first, last := in.Timeline[0].Time.UTC(), in.Timeline[len(in.Timeline)-1].Time.UTC().Add(bucket)
	step := bucket * time.Duration(each)
	t.heading("Timeline", fmt.Sprintf("  %s – %s UTC, %s a step, at most %s in one", first.Format(clock), last.Format(clock), lasting(step),
		counted(top, noun(in))))
	if !in.Requests.Unlogged {
		t.bars("requests", points, top, func(p *correlate.TimelinePoint) int64 { return p.Total })
	}
	t.bars("failed", points, top, func(p *correlate.TimelinePoint) int64 { return p.Failed })
}

// noun is what the picture counts.
func noun(in *correlate.Incident) string {
	if in.Requests.Unlogged {
		return "failure"
	}
	return "request"
}

// merged adds up so many points at a time, so that a row of them fits on a line.
func merged(points []correlate.TimelinePoint, each int) []correlate.TimelinePoint {
	if each <= 1 {
		return points
	}
	var sums []correlate.TimelinePoint
	for part := range slices.Chunk(points, each) {
		sum := correlate.TimelinePoint{Time: part[0].Time}
		for i := range part {
			sum.Total += part[i].Total
			sum.Failed += part[i].Failed
		}
		sums = append(sums, sum)
	}
	return sums
}

// bars draws one row of the picture. A bucket with anything in it shows.
func (t *text) bars(name string, points []correlate.TimelinePoint, top int64, value func(*correlate.TimelinePoint) int64) {
	row := make([]rune, 0, len(points))
	for i := range points {
		n := value(&points[i])
		if n == 0 {
			row = append(row, ' ')
			continue
		}
		row = append(row, bars[min(len(bars)-1, int(float64(n)/float64(top)*float64(len(bars))))])
	}
	t.line("  ", t.paint(faint, padded(name, margin-2)), strings.TrimRight(string(row), " "))
}
