package report

import (
	"fmt"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"

	"culprit/correlate"
)

// details writes what lies behind the first screen of an incident.
func (t *text) details(in *correlate.Incident) {
	t.sparkline(in)
	t.hypotheses(in)
	t.changes(in)
	t.endpoints(in)
}

// table writes rows under a header, without lines, as wide as the terminal at most.
func (t *text) table(header []string, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	var b strings.Builder
	table := tablewriter.NewTable(&b,
		tablewriter.WithRenderer(renderer.NewBlueprint(tw.Rendition{Borders: tw.BorderNone,
			Settings: tw.Settings{Separators: tw.SeparatorsNone, Lines: tw.LinesNone}})),
		tablewriter.WithHeaderAutoFormat(tw.Off), tablewriter.WithHeaderAlignment(tw.AlignLeft), tablewriter.WithMaxWidth(t.opts.Width))
	table.Header(header)
	for _, row := range rows {
		for i := range row {
			row[i] = Clean(row[i], 200)
		}
		if err := table.Append(row); err != nil {
			continue
		}
	}
	if err := table.Render(); err == nil {
		t.b.WriteString(b.String())
	}
}

func (t *text) heading(s string) { t.line("\n%s", t.paint(bold, s)) }

func (t *text) hypotheses(in *correlate.Incident) {
	t.heading("Hypotheses")
	rows := [][]string{}
	for _, h := range in.Hypotheses {
		for_, against := "", ""
		if len(h.EvidenceFor) > 0 {
			for_ = h.EvidenceFor[0].Text
		}
		if len(h.EvidenceAgainst) > 0 {
			against = h.EvidenceAgainst[0].Text
		}
		rows = append(rows, []string{fmt.Sprintf("%.0f %%", 100*h.Confidence), h.Cause, for_, against})
	}
	t.table([]string{"sure", "cause", "best evidence for", "best evidence against"}, rows)
}

func (t *text) changes(in *correlate.Incident) {
	if len(in.Changes) == 0 {
		return
	}
	t.heading("Changes")
	rows := [][]string{}
	for _, c := range in.Changes {
		rows = append(rows, []string{c.Time.Format("15:04:05"), c.Verdict, strings.TrimSpace(c.Kind + " " + c.Service), c.Summary, c.Why})
	}
	t.table([]string{"time", "verdict", "change", "summary", "why"}, rows)
}

func (t *text) endpoints(in *correlate.Incident) {
	if len(in.Endpoints) == 0 {
		return
	}
	t.heading("Endpoints")
	rows := [][]string{}
	for _, e := range in.Endpoints {
		rows = append(rows, []string{e.Name, fmt.Sprint(e.Failed), fmt.Sprint(e.Total), fmt.Sprintf("%.0f %%", 100*float64(e.Failed)/float64(max(e.Total, 1)))})
	}
	t.table([]string{"endpoint", "failed", "requests", "share"}, rows)
}

var bars = []rune("▁▂▃▄▅▆▇█")

// sparkline draws requests and failures of each bucket.
func (t *text) sparkline(in *correlate.Incident) {
	if len(in.Timeline) == 0 {
		return
	}
	var top int64 = 1
	for _, p := range in.Timeline {
		top = max(top, p.Total, p.Failed)
	}
	draw := func(value func(correlate.TimelinePoint) int64) string {
		var b strings.Builder
		for _, p := range in.Timeline {
			n := value(p)
			if n == 0 {
				b.WriteRune(' ')
				continue
			}
			b.WriteRune(bars[min(int64(len(bars)-1), n*int64(len(bars))/(top+1))])
		}
		return b.String()
	}
	first, last := in.Timeline[0].Time, in.Timeline[len(in.Timeline)-1].Time
	t.heading(fmt.Sprintf("%s – %s, %d s a step, at most %d", first.Format("15:04:05"), last.Format("15:04:05"), in.BucketSeconds, top))
	t.label("requests", draw(func(p correlate.TimelinePoint) int64 { return p.Total }))
	t.label("failed", draw(func(p correlate.TimelinePoint) int64 { return p.Failed }))
}

// reading says how the logs were read: what was not understood, which zones were inferred.
func (t *text) reading(r *correlate.Report) {
	var lines, unparsed int64
	for _, in := range r.Inputs {
		lines += in.Lines
		unparsed += in.Unparsed
	}
	t.line("")
	t.line("%s", t.paint(faint, fmt.Sprintf("%d lines of %d logs read, %d not understood.", lines, len(r.Inputs), unparsed)))
	for _, in := range r.Inputs {
		if in.Problem != "" {
			t.line("%s", t.paint(faint, Clean(in.Path+": "+in.Problem, 0)))
		}
	}
	for i, n := range r.Notes {
		if i == 2 && !t.opts.Details && len(r.Notes) > 3 {
			t.line("%s", t.paint(faint, fmt.Sprintf("… and %d more remarks (--details)", len(r.Notes)-i)))
			break
		}
		t.line("%s", t.paint(faint, Clean(n, 0)))
	}
	if !t.opts.Details {
		return
	}
	t.heading("Logs")
	rows := [][]string{}
	for _, in := range r.Inputs {
		first, last := "", ""
		if in.First != nil {
			first, last = in.First.Format("01-02 15:04:05"), in.Last.Format("15:04:05")
		}
		rows = append(rows, []string{in.Path, in.Format, fmt.Sprint(in.Lines), fmt.Sprint(in.Unparsed), first, last, in.Timezone + " (" + in.TimezoneFrom + ")"})
	}
	t.table([]string{"log", "format", "lines", "unread", "first", "last", "zone"}, rows)
	for _, in := range r.Inputs {
		for _, u := range in.UnparsedSample {
			t.line("  %s:%s", Clean(in.Path, 0), Clean(u, t.opts.Width))
		}
	}
}
