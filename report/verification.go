package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"culprit/correlate"
)

// outcomes are the verdicts on a fix in words.
var outcomes = map[correlate.Outcome]string{
	correlate.Fixed:        "FIXED: as before the incident",
	correlate.NotFixed:     "NOT FIXED: it still fails",
	correlate.ChangedShape: "CHANGED SHAPE: it no longer fails as it did, but something is still wrong",
	correlate.TooEarly:     "TOO EARLY TO TELL",
}

// Verification writes for people what became of an incident.
func Verification(w io.Writer, v *correlate.Verification, width int) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", outcomes[v.Outcome])
	fmt.Fprintf(&b, "  incident    %s %s, from %s\n", Clean(v.Incident.ID, 40), Clean(v.Incident.Title, 80), v.Incident.Start.Format("2006-01-02 15:04:05 UTC"))
	fmt.Fprintf(&b, "  fix         %s\n", v.Fix.Format("2006-01-02 15:04:05 UTC"))
	if v.Scope != "" { // nothing was compared where the logs end too early
		fmt.Fprintf(&b, "  compared    %s: before the incident, during it, after the fix\n", Clean(v.Scope, 160))
	}
	for _, why := range v.Reasons {
		for i, line := range strings.Split(wrapped(Clean(why, 400), width-14), "\n") {
			label := "            "
			if i == 0 {
				label = "because     "
			}
			fmt.Fprintf(&b, "  %s%s\n", label, line)
		}
	}
	if len(v.Measures) > 0 {
		b.WriteByte('\n')
		b.WriteString(indented(measureTable(v, width-2)))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func measureTable(v *correlate.Verification, width int) string {
	state := map[string]string{"back": "as before", "off": "not as before", "open": "cannot be told yet"}
	rows := [][]string{
		{"from", clockOf(&v.Before, true), clockOf(&v.During, true), clockOf(&v.After, true), ""},
		{"to", clockOf(&v.Before, false), clockOf(&v.During, false), clockOf(&v.After, false), ""},
		{"requests", fmt.Sprint(v.Before.Requests), fmt.Sprint(v.During.Requests), fmt.Sprint(v.After.Requests), ""},
	}
	for i := range v.Measures {
		m := &v.Measures[i]
		rows = append(rows, []string{m.Name + ", " + m.Unit, figure(m.Before), figure(m.During), figure(m.After), state[m.Verdict]})
	}
	return Table([]Column{{Name: ""}, {Name: "before", Kind: Number}, {Name: "during", Kind: Number}, {Name: "after", Kind: Number}, {Name: "", Kind: Word}}, rows, width)
}

func clockOf(p *correlate.Passage, begin bool) string {
	at := p.To
	if begin {
		at = p.From
	}
	if !p.To.After(p.From) {
		return "–"
	}
	return at.Format("15:04:05")
}

// figure writes a number with three figures.
func figure(v *float64) string {
	switch {
	case v == nil:
		return "–"
	case *v >= 100:
		return strconv.FormatFloat(*v, 'f', 0, 64)
	}
	return strconv.FormatFloat(*v, 'g', 3, 64)
}

func indented(text string) string {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	return "  " + strings.Join(lines, "\n  ") + "\n"
}

// wrapped breaks a sentence into lines of at most so many characters.
func wrapped(text string, width int) string {
	var b strings.Builder
	n := 0
	for _, word := range strings.Fields(text) {
		size := len([]rune(word))
		switch {
		case n > 0 && n+1+size > max(width, 30):
			b.WriteByte('\n')
			n = 0
		case n > 0:
			b.WriteByte(' ')
			n++
		}
		b.WriteString(word)
		n += size
	}
	return b.String()
}

// VerificationJSON writes v in the form of schema culprit/verify/v1, indented and harmless for a terminal.
func VerificationJSON(w io.Writer, v *correlate.Verification) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("write what became of the incident: %w", err)
	}
	_, err := w.Write(EscapeJSON(b.Bytes()))
	return err
}
