package parser

import (
	"strconv"
	"strings"
	"time"
)

// sysstatTable gathers what sysstat prints of one moment, a row a CPU, device or file system, into the form of sadf -j.
type sysstatTable struct {
	at   moment
	host string
	line int64
	span int64 // since the moment before, µs; 0: not known
	now  sadfMoment
	full bool
}

// row adds one row: the names of its columns and its values. A row of another moment gives out the one before.
func (s *sysstatTable) row(t *timelineReader, at moment, span int64, host string, names, values []string) {
	if s.full && (s.at != at || s.host != host) {
		s.tell(t)
	}
	if !s.full {
		*s = sysstatTable{at: at, host: host, line: t.number, span: span, full: true}
	}
	var cpu *sadfCPU
	var disk *sadfDisk
	var device *sadfDevice
	for i, name := range names[:min(len(names), len(values))] {
		text := values[i]
		switch name {
		case "CPU":
			s.now.CPU = append(s.now.CPU, sadfCPU{CPU: text})
			cpu = &s.now.CPU[len(s.now.CPU)-1]
			continue
		case "DEV":
			s.now.Disks = append(s.now.Disks, sadfDisk{})
			disk = &s.now.Disks[len(s.now.Disks)-1]
			continue
		case "IFACE":
			s.now.Network.Devices = append(s.now.Network.Devices, sadfDevice{Name: text})
			device = &s.now.Network.Devices[len(s.now.Network.Devices)-1]
			continue
		}
		v, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
		if err != nil {
			continue
		}
		s.cell(name, v, cpu, disk, device)
	}
}

func (s *sysstatTable) cell(name string, v float64, cpu *sadfCPU, disk *sadfDisk, device *sadfDevice) {
	switch {
	case cpu != nil:
		switch name {
		case "%user", "%usr":
			cpu.User = v
		case "%system", "%sys":
			cpu.System = v
		case "%iowait":
			cpu.IOWait = v
		case "%steal":
			cpu.Steal = v
		case "%idle":
			cpu.Idle = v
		}
		return
	case disk != nil:
		if name == "%util" {
			disk.Util = v
		}
		return
	case device != nil:
		switch name {
		case "rxkB/s":
			device.RxKB = v
		case "txkB/s":
			device.TxKB = v
		}
		return
	}
	switch name {
	case "runq-sz":
		s.queue().Running = v
	case "ldavg-1":
		s.queue().Load1 = &v
	case "blocked":
		s.queue().Blocked = v
	case "%fsused":
		s.now.Files = append(s.now.Files, sadfFiles{Used: v})
	case "tcpsck", "tcp-tw":
		if s.now.Network.Sockets == nil {
			s.now.Network.Sockets = &sadfSockets{}
		}
		if name == "tcpsck" {
			s.now.Network.Sockets.TCP = v
		} else {
			s.now.Network.Sockets.Wait = v
		}
	default:
		s.memory(name, v)
	}
}

func (s *sysstatTable) queue() *sadfQueue {
	if s.now.Queue == nil {
		s.now.Queue = &sadfQueue{}
	}
	return s.now.Queue
}

func (s *sysstatTable) memory(name string, v float64) {
	var into *float64
	m := s.now.Memory
	if m == nil {
		m = &sadfMemory{}
	}
	switch name {
	case "kbmemfree":
		into = &m.Free
	case "kbavail":
		into = &m.Available
	case "kbmemused":
		into = &m.Used
	case "kbbuffers":
		into = &m.Buffers
	case "kbcached":
		into = &m.Cached
	case "%memused":
		m.UsedPercent, into = &v, new(float64)
	case "%swpused":
		m.SwapPercent, into = &v, new(float64)
	}
	if into != nil {
		*into = v
		s.now.Memory = m
	}
}

// tell gives out the measurements of the moment.
func (s *sysstatTable) tell(t *timelineReader) {
	if !s.full {
		return
	}
	t.begun, t.period = s.line, s.span
	for i := range s.now.CPU {
		if s.now.CPU[i].CPU == "all" || s.now.CPU[i].CPU == "-1" {
			s.now.CPU = s.now.CPU[i : i+1]
			break
		}
	}
	_ = s.now.each(func(metric string, value float64) error {
		t.sample(s.at, s.host, metric, value)
		return t.err
	})
	t.begun, t.period, s.full = 0, 0, false
}

// sysstatText reads what sar prints: a head with kernel, host and date, then tables whose rows begin with a time of day, in 24 hours or in
// 12. Times are of the host's zone, and pass midnight where they go back. A first row is what was since the time in the table's head.
//
// Source: sysstat pr_stats.c, sar.c.
type sysstatText struct {
	host     string
	start    int64 // the day in the head, µs
	first    int64 // time of day in the first table's head, µs
	tables   bool  // a table was begun
	midnight int64 // of the day at hand, µs
	last     int64 // time of day of the row before, µs
	names    []string
	table    sysstatTable
}

func (g *sysstatText) line(t *timelineReader, b []byte) bool {
	words := strings.Fields(string(b))
	if len(words) == 0 {
		g.names = nil
		return true
	}
	if day, host, ok := sarHead(words, t.opts.Reference); ok {
		g.table.tell(t)
		*g = sysstatText{host: host, start: day, midnight: day}
		return true
	}
	if g.midnight == 0 {
		return false
	}
	if strings.HasPrefix(words[0], "Average") || words[0] == "Summary" || words[0] == "Summary:" {
		return true
	}
	tod, words, ok := sarClock(words)
	if !ok || len(words) == 0 {
		return false
	}
	if words[0] == "LINUX" {
		t.change(g.moment(tod), Change{Kind: "restart", Service: g.host, Summary: "the host booted"})
		return len(words) > 1 && words[1] == "RESTART"
	}
	if isSarColumns(words) {
		if g.names == nil {
			g.begin(tod)
		}
		g.names = words
		return true
	}
	if len(g.names) == 0 || len(words) < len(g.names) {
		return false
	}
	span := (tod - g.last + day) % day // of the row before, or the table's head
	g.table.row(t, g.moment(tod), span, g.host, g.names, sarValues(g.names, words))
	return true
}

func (g *sysstatText) end(t *timelineReader) { g.table.tell(t) }

// begin begins a table at a time of day: the same days over again, for other figures.
func (g *sysstatText) begin(tod int64) {
	if !g.tables {
		g.tables, g.first = true, tod
	}
	g.last, g.midnight = tod, g.start
	if tod < g.first {
		g.midnight += day
	}
}

// moment dates a time of day that follows the one before.
func (g *sysstatText) moment(tod int64) moment {
	if tod < g.last-12*3600*second {
		g.midnight += day
	}
	g.last = tod
	return moment{g.midnight + tod, second, false}
}

// sarValues cuts a row into as many values as there are names. A name of a device may hold blanks, and stands first or last.
func sarValues(names, words []string) []string {
	extra := len(words) - len(names)
	if extra == 0 {
		return words
	}
	if names[len(names)-1] == "FILESYSTEM" {
		return words[:len(names)]
	}
	return append([]string{strings.Join(words[:extra+1], " ")}, words[extra+1:]...)
}

// isSarColumns reports whether words head a table: none is a number, and one is a name that sar uses.
func isSarColumns(words []string) bool {
	known := false
	for _, w := range words {
		if w[0]-'0' <= 9 || w[0] == '-' {
			return false
		}
		known = known || w[0] == '%' || strings.Contains(w, "/s") || strings.HasPrefix(w, "kb") || w == "CPU" || w == "runq-sz" || w == "tcpsck" ||
			w == "FILESYSTEM" || strings.HasPrefix(w, "MB") || w == "dentunusd" || w == "totsck" || w == "MHz" || w == "IFACE" || w == "DEV" || w == "rpm"
	}
	return known
}

// sarHead reads "Linux 6.1.0 (web1) 	11/21/26 	_x86_64_	(2 CPU)".
func sarHead(words []string, reference int64) (midnight int64, host string, ok bool) {
	if len(words) < 4 || words[0] != "Linux" || words[2][0] != '(' || !strings.HasSuffix(words[2], ")") {
		return 0, "", false
	}
	midnight, ok = sarDate(words[3], reference)
	return midnight, strings.Trim(words[2], "()"), ok
}

// sarDate reads a date in one of the orders that locales give it. Where month and day may stand for one another, the month comes first,
// unless the file would be older than its entries.
func sarDate(s string, reference int64) (midnight int64, ok bool) {
	for _, layout := range [...]string{"2006-01-02", "01/02/06", "01/02/2006", "02/01/06", "02/01/2006", "02.01.2006", "02.01.06", "2006/01/02", "02-01-2006"} {
		at, err := time.Parse(layout, s)
		if err != nil || reference > 0 && at.UnixMicro() > reference+2*day && midnight == 0 && layout[:2] == "01" && !tooLateEitherWay(s, layout, reference) {
			continue
		}
		return at.UnixMicro(), true
	}
	return 0, false
}

// tooLateEitherWay reports whether the day, read the other way round, lies behind the reference as well.
func tooLateEitherWay(s, layout string, reference int64) bool {
	at, err := time.Parse("02/01"+layout[5:], s)
	return err != nil || at.UnixMicro() > reference+2*day
}

// sarClock reads "06:13:00" or "06:13:00 AM".
func sarClock(words []string) (tod int64, rest []string, ok bool) {
	if len(words[0]) != 8 {
		return 0, nil, false
	}
	if len(words) > 1 && (words[1] == "AM" || words[1] == "PM") {
		tod, _, ok = halfDay([]byte(words[0] + " " + words[1]))
		return tod, words[2:], ok
	}
	tod, ok = timeOfDay([]byte(words[0]))
	return tod, words[1:], ok
}

// sadfText reads the other outputs of sadf: -d, tables parted by semicolons ("# hostname;interval;timestamp;CPU;%user;…"), and -p, a
// value a line parted by tabs ("web1	600	2026-11-21 06:13:00 UTC	all	%user	0.50").
//
// Source: sysstat rndr_stats.c.
type sadfText struct {
	names []string
	table sysstatTable
}

func (g *sadfText) line(t *timelineReader, b []byte) bool {
	text := string(b)
	if head, ok := strings.CutPrefix(text, "# hostname;interval;timestamp"); ok {
		g.names = nil
		if head = strings.TrimPrefix(head, ";"); head != "" {
			g.names = strings.Split(head, ";")
		}
		for i := range g.names {
			g.names[i] = strings.TrimSuffix(g.names[i], "[...]")
		}
		return true
	}
	separator := "\t"
	if g.names != nil {
		separator = ";"
	}
	cells := strings.Split(text, separator)
	if len(cells) < 4 {
		return false
	}
	interval, err := strconv.Atoi(cells[1])
	at, ok := g.moment(t, cells[2])
	if err != nil || !ok || interval < -1 {
		return false
	}
	if separator == ";" {
		if len(cells) == 4 && strings.HasPrefix(cells[3], "LINUX-RESTART") || strings.HasPrefix(cells[3], "COM ") {
			return true
		}
		g.table.row(t, at, int64(interval)*second, cells[0], g.names, cells[3:])
		return len(cells)-3 >= len(g.names)
	}
	if len(cells) != 6 {
		return strings.HasPrefix(cells[3], "LINUX-RESTART")
	}
	g.value(t, sadfRow{at, int64(interval) * second, cells[0]}, cells[3], cells[4], cells[5])
	return true
}

// sadfRow is what every line begins with: the host, when it was measured, and the period before.
type sadfRow struct {
	at   moment
	span int64 // µs
	host string
}

// value takes one value of -p; device is "-" where it is of the host.
func (g *sadfText) value(t *timelineReader, of sadfRow, device, name, text string) {
	kind := ""
	switch name {
	case "%user", "%usr", "%system", "%sys", "%iowait", "%steal", "%idle", "%nice":
		kind = "CPU"
		if device != "all" {
			return
		}
	case "%util":
		kind = "DEV"
	case "rxkB/s", "txkB/s":
		kind = "IFACE"
	default:
		g.table.row(t, of.at, of.span, of.host, []string{name}, []string{text})
		return
	}
	g.table.row(t, of.at, of.span, of.host, []string{kind, name}, []string{device, text})
	g.join()
}

// join brings the values of one CPU or device, which come as rows of their own, together.
func (g *sadfText) join() {
	now := &g.table.now
	if n := len(now.CPU); n > 1 && now.CPU[n-1].CPU == now.CPU[n-2].CPU {
		a, b := &now.CPU[n-2], now.CPU[n-1]
		a.User, a.System, a.IOWait, a.Steal, a.Idle = a.User+b.User, a.System+b.System, a.IOWait+b.IOWait, a.Steal+b.Steal, a.Idle+b.Idle
		now.CPU = now.CPU[:n-1]
	}
	in := now.Network.Devices
	if n := len(in); n > 1 && in[n-1].Name == in[n-2].Name {
		in[n-2].RxKB, in[n-2].TxKB = in[n-2].RxKB+in[n-1].RxKB, in[n-2].TxKB+in[n-1].TxKB
		now.Network.Devices = in[:n-1]
	}
}

// moment reads "2026-11-21 06:13:00 UTC", the same without zone (-t), or an epoch (-T, -U).
func (g *sadfText) moment(t *timelineReader, s string) (moment, bool) {
	m, rest, ok := t.clock.iso([]byte(s))
	if !ok {
		m, rest, ok = t.clock.epoch([]byte(s))
	}
	return m, ok && len(rest) < 8
}

func (g *sadfText) end(t *timelineReader) { g.table.tell(t) }
