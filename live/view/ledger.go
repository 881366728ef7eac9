package view

import (
	"fmt"
	"strings"

	"github.com/clipperhouse/displaywidth"

	"culprit/live"
	"culprit/live/telemetry"
	"culprit/report"
)

// Widths of the columns of the ledger behind the path.
const (
	numbers = 11
	leastOf = 12 // the path
)

// logs shows how the reading goes: those that need attention first.
func (c *canvas) logs(s *telemetry.Snapshot) {
	room := max(c.width-3*numbers-6, leastOf)
	c.line(faint, fmt.Sprintf("%-*s%*s%*s%*s", room, "log", numbers, "lines", numbers, "unparsed", numbers+6, "last line"))
	for _, pass := range []bool{true, false} {
		for i := range s.Sources {
			source := &s.Sources[i]
			if odd := source.Silent || source.Unparsed > 0; odd == pass {
				c.log(s, source, room)
			}
		}
	}
	if s.LagBytes > 1<<20 {
		c.line("", fmt.Sprintf("%d MiB are still to be read", s.LagBytes>>20))
	}
	for _, path := range s.Waiting {
		c.line(faint, "awaited: "+path)
	}
	for _, r := range s.Refused {
		c.line("", fmt.Sprintf("not read: %s: %s", r.Path, r.Why))
	}
}

func (c *canvas) log(s *telemetry.Snapshot, source *telemetry.Source, room int) {
	ago, color := "none yet", ""
	if !source.Last.IsZero() {
		ago = span(source.Lag(s.Time)) + " ago"
	}
	if source.Silent {
		ago, color = "silent "+span(source.Lag(s.Time)), bold
	}
	path := tailOf(report.Clean(source.Path, 0), room-1)
	pad := strings.Repeat(" ", room-displaywidth.String(path))
	c.line(color, fmt.Sprintf("%s%s%*d%*d%*s", path, pad, numbers, source.Lines, numbers, source.Unparsed, numbers+6, ago))
}

// tailOf keeps the end of a path, where paths differ.
func tailOf(path string, width int) string {
	if displaywidth.String(path) <= width {
		return path
	}
	runes := []rune(path)
	for len(runes) > 0 && displaywidth.String(string(runes)) > width-1 {
		runes = runes[1:]
	}
	return "…" + string(runes)
}

// told shows what was told and said, and who does not hear it. What comes last is kept where room is short.
func (c *canvas) told(s *telemetry.Snapshot) {
	for _, r := range s.Remarks {
		c.line(faint, r)
	}
	marks := map[live.Event]string{live.Opened: "opened", live.Changed: "update", live.Ended: "over"}
	for _, n := range s.Recent {
		c.line("", fmt.Sprintf("%s  %-7s %s", n.Time.UTC().Format("15:04:05"), marks[n.Event], live.Headline(n)))
	}
	for i := range s.Receivers {
		r := &s.Receivers[i]
		if r.Problem == "" {
			continue
		}
		waiting := ""
		if r.Waiting > 0 {
			waiting = fmt.Sprintf(", %d waiting since %s", r.Waiting, r.WaitingSince.UTC().Format("15:04:05"))
		}
		c.line(red, fmt.Sprintf("receiver %s: %s%s", r.Label, r.Problem, waiting))
	}
}
