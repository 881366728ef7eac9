package receiver

import (
	"strings"

	"culprit/live"
	"culprit/report"
)

// plain makes a text from logs harmless in one line, of at most so many characters; 0: any number.
func plain(s string, limit int) string { return report.Clean(s, limit) }

// most bounds a report inside a message, in bytes: it is to be read, not to be kept.
const most = 12 << 10

// markdown is the report of an incident that is over, "" of others.
func markdown(n *live.Notice) string {
	if n.Event != live.Ended {
		return ""
	}
	var b strings.Builder
	if err := report.Markdown(&b, n.Report()); err != nil {
		return ""
	}
	return cut(b.String(), most)
}

// text is the report of an incident as a terminal shows it.
func text(n *live.Notice, width int) string {
	var b strings.Builder
	if err := report.Text(&b, n.Report(), report.TextOptions{Width: width}); err != nil {
		return ""
	}
	return cut(b.String(), most)
}

// cut shortens a text to whole lines.
func cut(s string, bytes int) string {
	if len(s) <= bytes {
		return s
	}
	s = strings.ToValidUTF8(s[:bytes], "")
	if i := strings.LastIndexByte(s, '\n'); i > 0 {
		s = s[:i]
	}
	return s + "\n…\n"
}
