package serve

import (
	"fmt"
	"html/template"
	"net/url"
	"strconv"
	"strings"
	"time"

	"culprit/report"
)

// phrases are what the templates say things with.
var phrases = template.FuncMap{
	"n": grouped, "size": size, "clean": func(s string) string { return report.Clean(s, longestText) }, "brief": func(s string) string { return report.Clean(s, briefText) },
	"clock":  func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") },
	"micros": func(t int64) string { return time.UnixMicro(t).UTC().Format("2006-01-02 15:04:05.000") },
	"micro":  func(d int64) string { return (time.Duration(d) * time.Microsecond).Round(time.Millisecond).String() },
	"took":   func(d time.Duration) string { return d.Round(time.Millisecond).String() },
	"sure":   func(x float64) string { return fmt.Sprintf("%.0f %%", min(99, 100*x)) },
	"rule":   func(id string) string { return "/rules/" + url.PathEscape(id) },
	"have":   func(n int64) bool { return n >= 0 },
	"long":   func(s string) bool { return len(s) > briefText },
}

// Bounds of a text on a page, in characters: one line of a table, and all of it.
const (
	briefText   = 240
	longestText = 4000
)

// grouped writes 1234567 as 1,234,567.
func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// size writes bytes for people.
func size(n int64) string {
	x, units := float64(n), []string{"bytes", "KiB", "MiB", "GiB"}
	for x >= 1024 && len(units) > 1 {
		x, units = x/1024, units[1:]
	}
	if x == float64(int64(x)) {
		return fmt.Sprintf("%.0f %s", x, units[0])
	}
	return fmt.Sprintf("%.1f %s", x, units[0])
}

// moment reads a time that somebody typed, µs UTC; 0 for "".
func moment(text string) (int64, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return 0, nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02"} {
		if t, err := time.ParseInLocation(layout, text, time.UTC); err == nil {
			return t.UnixMicro(), nil
		}
	}
	return 0, fmt.Errorf("cannot read the time %q: write 2026-11-21 06:13:00, in UTC", report.Clean(text, 60))
}
