package parser

import (
	"strconv"
	"strings"
)

// vmstatText reads "vmstat -t": two lines of heads, then rows that end in a time. The last head names the zone. Of the first row behind the
// beginning, the share of the CPU is the mean since the host booted, and left out.
//
// Source: procps vmstat.c.
type vmstatText struct {
	names []string
	zone  string
	first bool
	last  int64 // the row before, µs
}

func (g *vmstatText) line(t *timelineReader, b []byte) bool {
	words := strings.Fields(string(b))
	switch {
	case len(words) == 0:
		return true
	case strings.HasPrefix(words[0], "procs") && len(words) > 3:
		return strings.Contains(words[len(words)-1], "--")
	case words[0] == "r" && len(words) > 10 && words[1] == "b":
		if g.names == nil {
			g.first = true
		}
		g.zone = words[len(words)-1]
		g.names = words[:len(words)-1]
		return true
	case len(g.names) == 0 || len(words) != len(g.names)+2:
		return false
	}
	n := len(g.names)
	m, rest, ok := t.clock.iso([]byte(words[n] + " " + words[n+1]))
	if !ok || len(rest) > 0 {
		return false
	}
	m, _ = t.clock.namedZone(m, []byte(" "+g.zone))
	values := map[string]float64{}
	for i, name := range g.names {
		v, err := strconv.ParseFloat(words[i], 64)
		if err != nil {
			return false
		}
		values[name] = v
	}
	if g.last != 0 {
		t.period = m.micros - g.last
	}
	g.last = m.micros
	g.tell(t, m, values)
	return true
}

func (g *vmstatText) tell(t *timelineReader, m moment, values map[string]float64) {
	t.sample(m, "", "runq", values["r"])
	t.sample(m, "", "blocked", values["b"])
	if g.first {
		g.first = false
		return
	}
	t.sample(m, "", "cpu_percent", max(0, 100-values["id"]))
	t.sample(m, "", "cpu_user_percent", values["us"])
	t.sample(m, "", "cpu_system_percent", values["sy"])
	t.sample(m, "", "cpu_iowait_percent", values["wa"])
	t.sample(m, "", "cpu_steal_percent", values["st"])
	t.sample(m, "", "swap_in_rate", values["si"])
	t.sample(m, "", "swap_out_rate", values["so"])
}

func (g *vmstatText) end(*timelineReader) {}

// atopText reads "atop -P": a line a kind of figure, "CPU web1 1795241580 2026/11/21 06:13:00 600 …", "SEP" behind each moment, and "RESET"
// before the first, whose figures count since the host booted and are left out.
//
// Source: atop(1) PARSEABLE OUTPUT, parseable.c.
type atopText struct {
	reset bool
	busy  float64 // the busiest disk of the moment, percent; below zero: none yet
	disk  atopHead
}

// atopHead is what every line begins with.
type atopHead struct {
	at       moment
	host     string
	interval float64 // seconds
}

func (g *atopText) line(t *timelineReader, b []byte) bool {
	words := strings.Fields(string(b))
	switch {
	case len(words) == 0:
		return true
	case len(words) == 1:
		if words[0] == "SEP" || words[0] == "RESET" {
			g.end(t)
			g.reset = words[0] == "RESET"
			return true
		}
		return false
	case len(words) < 8 || !isAtopLabel(words[0]):
		return false
	}
	at, rest, ok := t.clock.epoch([]byte(words[2]))
	interval, err := strconv.ParseFloat(words[5], 64)
	if !ok || len(rest) > 0 || err != nil || len(words[3]) != 10 || words[3][4] != '/' || len(words[4]) != 8 {
		return false
	}
	if g.reset || interval <= 0 {
		return true
	}
	t.period = int64(interval * float64(second))
	g.figures(t, atopHead{at, words[1], interval}, words[0], words[6:])
	return true
}

// figures gives out what a line says; f are the fields behind the interval.
func (g *atopText) figures(t *timelineReader, h atopHead, label string, f []string) {
	n := func(i int) float64 {
		if i >= len(f) {
			return 0
		}
		v, err := strconv.ParseFloat(f[i], 64)
		if err != nil {
			return 0
		}
		return v
	}
	tell := func(metric string, v float64) { t.sample(h.at, h.host, metric, v) }
	switch label {
	case "CPU":
		// ticks/s, CPUs, then ticks: system, user, nice, idle, wait, irq, softirq, steal.
		all := h.interval * n(0) * n(1)
		if all <= 0 || len(f) < 10 {
			return
		}
		percent := func(ticks float64) float64 { return min(100*ticks/all, 100) }
		tell("cpu_percent", percent(n(2)+n(3)+n(4)+n(6)+n(7)+n(8)+n(9)))
		tell("cpu_user_percent", percent(n(3)+n(4)))
		tell("cpu_system_percent", percent(n(2)+n(7)+n(8)))
		tell("cpu_iowait_percent", percent(n(6)))
		tell("cpu_steal_percent", percent(n(9)))
	case "CPL":
		tell("load1", n(1))
	case "MEM":
		// Size of a page, then pages: physical, free, page cache, buffers, slab, dirty, reclaimable slab.
		if total := n(1); total > 0 && len(f) > 7 {
			tell("mem_used_percent", max(0, min(100, 100*(total-n(2)-n(3)-n(4)-n(7))/total)))
		}
	case "SWP":
		if total := n(1); total > 0 {
			tell("swap_used_percent", max(0, 100*(total-n(2))/total))
		} else {
			tell("swap_used_percent", 0)
		}
	case "DSK":
		if len(f) > 1 {
			g.busy, g.disk = max(g.busy, min(100, n(1)/h.interval/10)), h
		}
	}
}

// end gives out the busiest disk of a moment, behind all its lines.
func (g *atopText) end(t *timelineReader) {
	if g.disk.interval > 0 {
		t.sample(g.disk.at, g.disk.host, "disk_util_percent", g.busy)
	}
	g.busy, g.disk = 0, atopHead{}
}

func isAtopLabel(s string) bool {
	switch s {
	case "CPU", "cpu", "CPL", "GPU", "MEM", "SWP", "PAG", "PSI", "LVM", "MDD", "DSK", "NFM", "NFC", "NFS", "NET", "NUM", "NUC", "LLC", "IFB", "PRG", "PRC", "PRM", "PRD",
		"PRN", "PRE", "CGR":
		return true
	}
	return false
}
