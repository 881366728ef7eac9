package report

import (
	"fmt"
	"io"
	"strings"

	"culprit/correlate"
)

// Markdown writes r so that it pastes well into an issue or a chat.
func Markdown(w io.Writer, r *correlate.Report) error {
	var b strings.Builder
	if len(r.Incidents) == 0 {
		b.WriteString("# No incident\n\nNothing in these logs says that users were hurt.\n")
	}
	for i := range r.Incidents {
		markdownIncident(&b, &r.Incidents[i])
	}
	if len(r.Notes) > 0 {
		b.WriteString("\n## How the logs were read\n\n")
		for _, n := range r.Notes {
			fmt.Fprintf(&b, "- %s\n", plain(n))
		}
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

func markdownIncident(b *strings.Builder, in *correlate.Incident) {
	h := &in.Hypotheses[0]
	fmt.Fprintf(b, "# %s (%.0f %% sure)\n\n%s\n\n", plain(h.Title), 100*h.Confidence, plain(h.Summary))
	fmt.Fprintf(b, "| | |\n|---|---|\n")
	for _, row := range [][2]string{{"when", when(in)}, {"hurt", damage(&in.Requests)}, {"where", in.Hop}, {"set off by", setOff(in, h)},
		{"chain", strings.Join(h.Chain, " → ")}} {
		fmt.Fprintf(b, "| %s | %s |\n", row[0], plain(row[1]))
	}
	markdownEvidence(b, "Evidence for", h.EvidenceFor)
	markdownEvidence(b, "Evidence against", h.EvidenceAgainst)
	markdownList(b, "Missing", h.Missing)
	if len(h.Checks) > 0 {
		b.WriteString("\n## Check\n\n")
		for _, c := range h.Checks {
			fmt.Fprintf(b, "- %s — expect: %s\n", code(c.Command), plain(c.Expect))
		}
	}
	if len(h.Fixes) > 0 {
		b.WriteString("\n## Fix\n\n")
		for _, f := range h.Fixes {
			fmt.Fprintf(b, "- %s", plain(f.Text))
			if f.Command != "" {
				fmt.Fprintf(b, ": %s", code(f.Command))
			}
			b.WriteString("\n")
		}
	}
	markdownList(b, "Prevent", h.Prevent)
	markdownList(b, "Verify", h.Verify)
	b.WriteString("\n## Hypotheses\n\n| sure | cause |\n|---|---|\n")
	for _, h := range in.Hypotheses {
		fmt.Fprintf(b, "| %.0f %% | %s: %s |\n", 100*h.Confidence, plain(h.Cause), plain(h.Title))
	}
	if len(in.Changes) > 0 {
		b.WriteString("\n## Changes\n\n| time (UTC) | verdict | change | why |\n|---|---|---|---|\n")
		for _, c := range in.Changes {
			fmt.Fprintf(b, "| %s | %s | %s | %s |\n", c.Time.Format("15:04:05"), c.Verdict, plain(strings.TrimSpace(c.Kind+" "+c.Service+" "+c.Summary)), plain(c.Why))
		}
	}
	b.WriteString("\n")
}

func markdownEvidence(b *strings.Builder, title string, items []correlate.EvidenceItem) {
	if len(items) == 0 {
		return
	}
	fmt.Fprintf(b, "\n## %s\n\n", title)
	for _, e := range items {
		fmt.Fprintf(b, "- %s", plain(e.Text))
		if e.Count > 1 {
			fmt.Fprintf(b, " ×%d", e.Count)
		}
		if e.Source != "" {
			fmt.Fprintf(b, " — %s", code(e.Source))
		}
		b.WriteString("\n")
	}
}

func markdownList(b *strings.Builder, title string, items []string) {
	if len(items) == 0 {
		return
	}
	fmt.Fprintf(b, "\n## %s\n\n", title)
	for _, s := range items {
		fmt.Fprintf(b, "- %s\n", plain(s))
	}
}

var markdownEscapes = strings.NewReplacer("\\", "\\\\", "|", "\\|", "<", "&lt;", ">", "&gt;", "`", "\\`", "*", "\\*", "_", "\\_", "[", "\\[", "]", "\\]", "#", "\\#", "@", "\\@")

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
