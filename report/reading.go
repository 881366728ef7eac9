package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"culprit/correlate"
)

// shownProblems bounds how many broken inputs and remarks the first screen names.
const shownProblems = 3

// reading says how the logs were read: what was not understood, which zones were inferred, what was left aside.
func (t *text) reading() {
	t.blank()
	remarks := t.remarks()
	if t.tight > 0 {
		remarks = remarks[:1]
	}
	for _, s := range remarks {
		t.remark(s)
	}
	if t.opts.Details {
		t.inputs()
		return
	}
	if len(t.report.Incidents) > 0 {
		t.remark("--details shows all there is, --format json is for programs.")
	}
}

func (t *text) remark(s string) {
	for i, part := range wrap(Clean(s, 0), t.opts.Width-4) {
		indent := "  "
		if i > 0 {
			indent = "    "
		}
		t.line(indent, t.paint(faint, part))
	}
}

// remarks are the sentences about the reading, few enough for the first screen unless all are wanted.
func (t *text) remarks() []string {
	r := t.report
	said := []string{understood(r.Inputs)}
	said = append(said, zones(r.Inputs)...)
	if r.LeftAside != nil && len(r.LeftAside.Files) > 0 {
		said = append(said, leftAside(r.LeftAside))
	}
	var more []string
	for i := range r.Inputs {
		if p := r.Inputs[i].Problem; p != "" {
			more = append(more, r.Inputs[i].Path+": "+p)
		}
	}
	for _, n := range r.Notes {
		if !slices.ContainsFunc(r.Inputs, func(in correlate.Input) bool { return zoneNote(&in, n) }) {
			more = append(more, n)
		}
	}
	if n := len(more); n > shownProblems && !t.opts.Details {
		more = append(more[:shownProblems-1], fmt.Sprintf("… and %s (--details)", counted(int64(n-shownProblems+1), "more remark")))
	}
	return append(said, more...)
}

// zoneNote reports whether a note only repeats which zone was inferred for an input: zones says it for all inputs at once.
func zoneNote(in *correlate.Input, note string) bool {
	return in.TimezoneFrom == "inferred" && strings.HasPrefix(note, in.Path+" ") && strings.Contains(note, in.Timezone)
}

// suspicious is the share of lines, in percent, from which not understanding them casts doubt on the verdict.
const suspicious = 20

func understood(inputs []correlate.Input) string {
	lines := sum(inputs, func(in *correlate.Input) int64 { return in.Lines })
	unread := sum(inputs, func(in *correlate.Input) int64 { return in.Unparsed })
	s := fmt.Sprintf("Read %s of %s", counted(lines, "line"), counted(int64(len(inputs)), "log"))
	if unread == 0 {
		s += ", all understood"
	} else {
		s += fmt.Sprintf("; %s (%s) not understood", grouped(unread), percent(unread, lines))
	}
	if unread > 0 && 100*unread >= suspicious*lines {
		s += ": the verdict rests on the others"
	}
	if n := broken(inputs); n > 0 {
		s += "; " + counted(n, "log") + " not read to the end"
	}
	return s + "."
}

// broken counts the logs that could not be read to their end.
func broken(inputs []correlate.Input) int64 {
	return sum(inputs, func(in *correlate.Input) int64 {
		if in.Problem == "" {
			return 0
		}
		return 1
	})
}

// unreadPart says what it means for a verdict that all is well that n logs were not read to their end.
func unreadPart(n int64) string {
	return counted(n, "log") + " could not be read to the end: users may have been hurt in what is missing."
}

// zones says which zones were taken for logs that name none.
func zones(inputs []correlate.Input) []string {
	type reading struct{ zone, from string }
	var order []reading
	logs := map[reading]int64{}
	for _, in := range inputs {
		r := reading{in.Timezone, in.TimezoneFrom}
		if in.TimezoneFrom == "log" || in.Timezone == "" {
			continue
		}
		if logs[r] == 0 {
			order = append(order, r)
		}
		logs[r]++
	}
	slices.SortStableFunc(order, func(a, b reading) int { return int(logs[b] - logs[a]) })
	var said []string
	for _, r := range order {
		verb := "name"
		if logs[r] == 1 {
			verb = "names"
		}
		said = append(said, fmt.Sprintf("%s %s no zone; read as %s (%s).", counted(logs[r], "log"), verb, r.zone, zoneOrigins[r.from]))
	}
	return said
}

var zoneOrigins = map[string]string{"inferred": "inferred", "flag": "by --tz", "local": "the zone of this machine; --tz ZONE reads them in another, such as Europe/Madrid"}

// leftAside counts the files that were no logs, by what they were.
func leftAside(l *correlate.LeftAside) string {
	var order []string
	files := map[string]int{}
	for _, f := range l.Files {
		kind, _, _ := strings.Cut(f.Why, ", ")
		if files[kind] == 0 {
			order = append(order, kind)
		}
		files[kind]++
	}
	s := counted(l.Count, "file") + " left aside"
	if len(order) == 1 {
		return s + ": " + order[0] + "."
	}
	for i, kind := range order {
		order[i] = fmt.Sprintf("%s (%d)", kind, files[kind])
	}
	return s + ": " + strings.Join(order, ", ") + "."
}

// inputs lists every log, and what of it nobody understood.
func (t *text) inputs() {
	var rows [][]string
	for i := range t.report.Inputs {
		in := &t.report.Inputs[i]
		rows = append(rows, []string{in.Path, orDash(in.Format), grouped(in.Lines), grouped(in.Unparsed), covers(in), zoneCell(in)})
	}
	t.table("Logs", []Column{{"log", Prose}, {"format", Word}, {"lines", Number}, {"unread", Number}, {"UTC", Word}, {"zone", Prose}}, rows)
	t.unread()
	t.skipped()
}

// covers is the time a log tells of.
func covers(in *correlate.Input) string {
	if in.First == nil || in.Last == nil {
		return ""
	}
	return between(*in.First, in.Last, time.UTC, "01-02 "+clock)
}

func zoneCell(in *correlate.Input) string {
	if in.Timezone == "" || in.TimezoneFrom == "log" {
		return in.Timezone
	}
	return in.Timezone + " (" + in.TimezoneFrom + ")"
}

func (t *text) unread() {
	shown := false
	for i := range t.report.Inputs {
		in := &t.report.Inputs[i]
		for _, u := range in.UnparsedSample {
			if !shown {
				t.heading("Lines not understood", "  (some of them)")
				shown = true
			}
			t.line("  ", shorten(Clean(in.Path+":"+u, 400), t.opts.Width-2))
		}
	}
}

func (t *text) skipped() {
	if t.report.LeftAside == nil {
		return
	}
	var rows [][]string
	for _, f := range t.report.LeftAside.Files {
		rows = append(rows, []string{f.Path, f.Why})
	}
	t.table("Left aside", []Column{{"file", Prose}, {"why", Prose}}, rows)
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}
