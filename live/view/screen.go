package view

import (
	"fmt"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"culprit/live/telemetry"
	"culprit/report"
)

// Least size of a screen on which anything is drawn, in columns and lines; most is where lines become tiring to read.
const (
	leastWidth, leastHeight = 20, 4
	mostWidth               = 120
)

// Colours, as SGR sequences.
const (
	bold  = "\x1b[1m"
	red   = "\x1b[1;31m"
	green = "\x1b[32m"
	faint = "\x1b[2m"
	reset = "\x1b[0m"
)

// Screen draws a snapshot on so many columns and lines, which it never exceeds. Text from logs cannot steer the terminal.
func Screen(s *telemetry.Snapshot, width, height int, color bool) string {
	if width < leastWidth || height < leastHeight {
		return ansi.Truncate("culprit: too small a terminal", max(width, 0), "")
	}
	c := &canvas{width: min(width, mostWidth), color: color}
	c.header(s)
	c.traffic(s)
	c.blank()
	c.incidents(s, height)
	c.blank()
	foot := "q quits; culprit goes with it"
	rest := height - len(c.lines) - 1
	told := c.part(func(p *canvas) { p.told(s) })
	logs := c.part(func(p *canvas) { p.logs(s) })
	// What was told gets at most a third, the logs what is left.
	told = last(told, max(rest/3, rest-len(logs)-1))
	if len(told) > 0 && rest-len(told) > 3 {
		told = append([]string{""}, told...)
	}
	c.lines = append(c.lines, first(logs, rest-len(told), c.width)...)
	c.lines = append(c.lines, told...)
	c.lines = c.lines[:min(len(c.lines), height-1)]
	for len(c.lines) < height-1 {
		c.blank()
	}
	c.line(faint, foot)
	return strings.Join(c.lines, "\n")
}

// canvas is lines of at most width columns.
type canvas struct {
	lines []string
	width int
	color bool
}

// part draws lines beside those of c.
func (c *canvas) part(draw func(*canvas)) []string {
	p := &canvas{width: c.width, color: c.color}
	draw(p)
	return p.lines
}

func (c *canvas) blank() { c.lines = append(c.lines, "") }

// line adds a line, cleaned, cut to the width, and in a colour; "" for none.
func (c *canvas) line(color, s string) {
	s = ansi.Truncate(report.Clean(s, 0), c.width, "…")
	if c.color && color != "" && s != "" {
		s = color + s + reset
	}
	c.lines = append(c.lines, s)
}

// text adds a name in the margin and a text beside it, wrapped to at most so many lines.
func (c *canvas) text(name, s string, most int) {
	const margin = 9
	wrapped := strings.Split(ansi.Wrap(report.Clean(s, 2000), max(c.width-margin, 8), ""), "\n")
	for i, l := range wrapped[:min(len(wrapped), most)] {
		if i == most-1 && len(wrapped) > most {
			l += " …"
		}
		c.line("", fmt.Sprintf("%-*s%s", margin, name, l))
		name = ""
	}
}

// first are the first lines, and how many more there are where they are too many.
func first(lines []string, most, width int) []string {
	if len(lines) <= max(most, 0) {
		return lines
	}
	if most < 1 {
		return nil
	}
	cut := append([]string{}, lines[:most-1]...)
	return append(cut, ansi.Truncate(fmt.Sprintf("… and %d more", len(lines)-most+1), width, ""))
}

// last are the last lines.
func last(lines []string, most int) []string { return lines[len(lines)-min(max(most, 0), len(lines)):] }

// span is a duration as people say it.
func span(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d days", int(d.Hours())/24)
}
