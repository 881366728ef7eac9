package report

import (
	"strings"

	"github.com/clipperhouse/displaywidth"
)

// wrap breaks s into lines of at most width columns, at spaces but no others; only a word that is longer than a line is cut. It
// returns at least one line.
func wrap(s string, width int) []string {
	width = max(width, 8)
	var lines []string
	line, used := "", 0
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return r == ' ' }) {
		size := displaywidth.String(word)
		if used > 0 && used+1+size > width {
			lines = append(lines, line)
			line, used = "", 0
		}
		for size > width {
			head := cut(word, width)
			lines = append(lines, head)
			word = word[len(head):]
			size = displaywidth.String(word)
		}
		if used > 0 {
			line, used = line+" ", used+1
		}
		line, used = line+word, used+size
	}
	if used > 0 || len(lines) == 0 {
		lines = append(lines, line)
	}
	return lines
}

// cut returns the part of a word that goes on one line: up to a separator, if that is not far back.
func cut(word string, width int) string {
	head := displaywidth.TruncateString(word, width, "")
	if i := strings.LastIndexAny(head, "/-_.,;&?"); i >= len(head)/2 {
		return head[:i+1]
	}
	return head
}

// shorten keeps what fits into width columns, with a mark where something is missing.
func shorten(s string, width int) string {
	return displaywidth.TruncateString(s, max(width, 1), "…")
}

// padded fills s with spaces up to width columns.
func padded(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-displaywidth.String(s)))
}
