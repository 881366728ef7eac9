package report

import (
	"fmt"
	"io"
	"strings"

	"culprit/correlate"
)

// Markdown writes r so that it pastes well into an issue or a chat. Whatever logs say stands as text: it cannot mention, link or
// format.
func Markdown(w io.Writer, r *correlate.Report) error {
	m := &markdown{report: r}
	if len(r.Incidents) == 0 {
		says := "Nothing in these logs says that users were hurt."
		if n := broken(r.Inputs); n > 0 {
			says = "Nothing in what could be read says that users were hurt. " + unreadPart(n)
		}
		m.line("# %s\n\n%s\n", title(r), says)
	}
	for i := range r.Incidents {
		m.incident(&r.Incidents[i])
	}
	t := &text{report: r, opts: TextOptions{Details: true}}
	m.list("How the logs were read", t.remarks())
	if _, err := io.WriteString(w, plainSpaces(m.b.String())); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

// markdown builds one report.
type markdown struct {
	b      strings.Builder
	report *correlate.Report
}

func (m *markdown) line(format string, args ...any) { fmt.Fprintf(&m.b, format+"\n", args...) }

func (m *markdown) incident(in *correlate.Incident) {
	h := &in.Hypotheses[0]
	confidence := sure(h.Confidence) + " sure"
	if h.Confidence < doubtful {
		confidence = "suspected, " + confidence
	}
	m.line("# %s (%s)\n\n%s\n", plain(h.Title), confidence, plain(h.Summary))
	set, source := setOff(in, h)
	if source != "" {
		set += " (" + source + ")"
	}
	rows := [][]string{{"cause", h.Cause}, {"when", when(in, zoneOf(m.report, in.Start))}, {"hurt", damage(&in.Requests)}, {"where", in.Hop}}
	if told := hosts(in); told != "" {
		rows = append(rows, []string{"hosts", told})
	}
	m.rows([]string{"", ""}, append(rows, [][]string{{"set off by", set}, {"chain", chain(h)}, {"or else", orDash(rivals(in))}}...))
	m.evidence("Evidence for", h.EvidenceFor)
	m.evidence("Evidence against", h.EvidenceAgainst)
	m.list("Missing", h.Missing)
	m.next(h)
	m.list("Verify", h.Verify)
	m.list("Prevent", h.Prevent)
	m.timeline(in)
	m.tables(in)
}

func (m *markdown) next(h *correlate.Hypothesis) {
	if len(h.Checks) > 0 {
		m.line("\n## Check\n")
	}
	for _, c := range h.Checks {
		m.line("- %s — expect: %s", code(c.Command), plain(c.Expect))
	}
	if len(h.Fixes) > 0 {
		m.line("\n## Fix\n")
	}
	for _, f := range h.Fixes {
		if f.Command == "" {
			m.line("- %s", plain(f.Text))
			continue
		}
		m.line("- %s: %s", plain(f.Text), code(f.Command))
	}
}

func (m *markdown) tables(in *correlate.Incident) {
	var rows [][]string
	for _, h := range in.Hypotheses {
		rows = append(rows, []string{sure(h.Confidence), h.Cause, h.Title})
	}
	m.line("\n## Hypotheses\n")
	m.rows([]string{"sure", "cause", "title"}, rows)
	if len(in.Changes) == 0 {
		m.line("")
		return
	}
	rows = nil
	for _, c := range in.Changes {
		rows = append(rows, []string{c.Time.UTC().Format(dateTime), c.Verdict, change(&c), c.Why})
	}
	m.line("\n## Changes\n")
	m.rows([]string{"time (UTC)", "verdict", "change", "why"}, rows)
	m.line("")
}

// rows writes a table.
func (m *markdown) rows(header []string, rows [][]string) {
	m.line("| %s |\n|%s", strings.Join(header, " | "), strings.Repeat("---|", len(header)))
	for _, row := range rows {
		for i := range row {
			row[i] = plain(row[i])
		}
		m.line("| %s |", strings.Join(row, " | "))
	}
}

func (m *markdown) evidence(title string, items []correlate.EvidenceItem) {
	if len(items) == 0 {
		return
	}
	m.line("\n## %s\n", title)
	for i := range items {
		source := ""
		if items[i].Source != "" {
			source = " — " + code(items[i].Source)
		}
		m.line("- %s%s", plain(factText(&items[i])), source)
	}
}

func (m *markdown) list(title string, items []string) {
	if len(items) == 0 {
		return
	}
	m.line("\n## %s\n", title)
	for _, s := range items {
		m.line("- %s", plain(s))
	}
}

var markdownEscapes = strings.NewReplacer(`\`, `\\`, "&", "&amp;", "<", "&lt;", ">", "&gt;", "://", `\://`, "|", `\|`, "`", "\\`", "*", `\*`, "_", `\_`,
	"[", `\[`, "]", `\]`, "#", `\#`, "@", `\@`, "~", `\~`, "$", `\$`)

// plain makes text stand as text: no markup, no mention, no link.
func plain(s string) string { return markdownEscapes.Replace(Clean(s, 0)) }

// code sets text as code, whatever quotes it holds.
func code(s string) string {
	s = Clean(s, 0)
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	if len(fence) > 1 {
		return fence + " " + s + " " + fence
	}
	return fence + s + fence
}
