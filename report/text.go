package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"culprit/correlate"
)

// TextOptions says what the terminal can show.
type TextOptions struct {
	// Width in columns; 0 means 100.
	Width int
	// Height in lines: a report of one incident is cut down to be seen without scrolling. 0 leaves it as long as it is.
	Height int
	Color  bool
	// Details adds everything beyond the first screen: all evidence and hypotheses, the ledger of changes, the inputs.
	Details bool
	// Zone is shown beside UTC; nil: the zone of the logs, where they name none and it was inferred or given.
	Zone *time.Location
}

// Bounds of the lines, in columns. Longer ones tire the eye.
const (
	usualWidth = 100
	leastWidth = 40
	mostWidth  = 120
)

// doubtful is the confidence below which a cause is only suspected; considerable is from where a rival is worth a word.
const (
	doubtful     = 0.5
	considerable = 0.1
)

// Text writes r for a terminal: the first screen of every incident holds verdict, impact, evidence and the next step.
func Text(w io.Writer, r *correlate.Report, opts TextOptions) error {
	if opts.Width == 0 {
		opts.Width = usualWidth
	}
	opts.Width = min(max(opts.Width, leastWidth), mostWidth)
	t := &text{report: r, opts: opts}
	for t.render(); !t.fits() && t.tight < tightest; t.render() {
		t.b.Reset()
		t.tight++
	}
	if _, err := io.WriteString(w, plainSpaces(t.b.String())); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

// How far a report is cut down to fit the screen: remarks on the reading go first, then evidence, then the empty lines, then more
// evidence.
const (
	unspaced = 3
	tightest = 4
)

func (t *text) render() {
	if len(t.report.Incidents) == 0 {
		t.calm()
	}
	t.overview()
	for i := range t.report.Incidents {
		t.incident(&t.report.Incidents[i], i)
	}
	if len(t.report.Inputs) > 0 { // tail tells of an incident alone
		t.reading()
	}
}

// fits reports whether the report can be seen as a whole, with a line left for the prompt, or need not.
func (t *text) fits() bool {
	return t.opts.Height == 0 || t.opts.Details || len(t.report.Incidents) > 1 || strings.Count(t.b.String(), "\n") < t.opts.Height
}

// text builds one report.
type text struct {
	b      strings.Builder
	report *correlate.Report
	opts   TextOptions
	tight  int // 0 to tightest
}

const (
	bold  = "\x1b[1m"
	red   = "\x1b[1;31m"
	green = "\x1b[1;32m"
	faint = "\x1b[2m"
	reset = "\x1b[0m"
)

func (t *text) paint(color, s string) string {
	if !t.opts.Color || s == "" {
		return s
	}
	return color + s + reset
}

// blank writes an empty line, if there is room.
func (t *text) blank() {
	if t.tight < unspaced {
		t.line()
	}
}

func (t *text) line(parts ...string) {
	for _, p := range parts {
		t.b.WriteString(p)
	}
	t.b.WriteByte('\n')
}

// margin is where texts begin that have a name on their left.
const margin = 14

// label writes a name in the margin and a text beside it, wrapped.
func (t *text) label(name, s string) { t.labelled(name, s, "") }

func (t *text) labelled(name, s, color string) {
	for _, part := range wrap(s, t.opts.Width-margin) {
		t.line("  ", t.paint(faint, padded(name, margin-2)), t.paint(color, part))
		name = ""
	}
}

// calm says that nothing happened.
func (t *text) calm() {
	lines := sum(t.report.Inputs, func(in *correlate.Input) int64 { return in.Lines })
	says := fmt.Sprintf("Nothing says that users were hurt, in %s of %s.", counted(lines, "line"), counted(int64(len(t.report.Inputs)), "log"))
	if n := broken(t.report.Inputs); n > 0 {
		for _, part := range wrap("NO INCIDENT FOUND, BUT PART OF THE INPUT COULD NOT BE READ", t.opts.Width) {
			t.line(t.paint(bold, part))
		}
		says += " " + unreadPart(n)
	} else {
		t.line(t.paint(green, "NO INCIDENT"))
	}
	t.line()
	for _, part := range wrap(says, t.opts.Width-2) {
		t.line("  ", part)
	}
}

// overview lists the incidents of a report that has several.
func (t *text) overview() {
	n := len(t.report.Incidents)
	if n < 2 {
		return
	}
	t.line(t.paint(red, fmt.Sprintf("%d INCIDENTS", n)), t.paint(faint, "  by the harm they did"))
	for i := range t.report.Incidents {
		in := &t.report.Incidents[i]
		t.line(shorten(fmt.Sprintf("  %d  %s UTC  %s failed  %s (%s)", i+1, between(in.Start, in.End, time.UTC, dateTime),
			grouped(in.Requests.Failed), Clean(in.Hypotheses[0].Cause, 40), sure(in.Hypotheses[0].Confidence)), t.opts.Width))
	}
	t.line()
}

func (t *text) incident(in *correlate.Incident, i int) {
	if i > 0 {
		t.line()
	}
	h := &in.Hypotheses[0]
	t.headline(in, h, i)
	t.blank()
	t.impact(in, h)
	t.blank()
	t.evidence(in, h)
	t.next(h)
	if t.opts.Details {
		t.details(in)
	}
}

// headline is the verdict and the sentence that explains it. What is not certain is not stated as a fact.
func (t *text) headline(in *correlate.Incident, h *correlate.Hypothesis, i int) {
	mark := "INCIDENT"
	if n := len(t.report.Incidents); n > 1 {
		mark = fmt.Sprintf("INCIDENT %d of %d", i+1, n)
	}
	title, tail, summary := Clean(h.Title, 0), Clean(h.Cause, 40)+", "+sure(h.Confidence)+glue+"sure", Clean(h.Summary, 0)
	switch {
	case h.Cause == unknown:
		tail = "unknown"
	case h.Confidence < doubtful:
		title, summary = "Cause uncertain. Suspected: "+title, "If the suspicion is right: "+summary
	}
	indent := len(mark) + 2
	for n, part := range wrap(title+"  ("+tail+")", t.opts.Width-indent) {
		head := strings.Repeat(" ", indent)
		if n == 0 {
			head = t.paint(red, mark) + "  "
		}
		t.line(head, t.paint(bold, part))
	}
	t.blank()
	for _, part := range wrap(summary, t.opts.Width-2) {
		t.line("  ", part)
	}
}

// unknown is the hypothesis that the cause is not in the logs.
const unknown = "unknown"

func sum(inputs []correlate.Input, value func(*correlate.Input) int64) (n int64) {
	for i := range inputs {
		n += value(&inputs[i])
	}
	return n
}
