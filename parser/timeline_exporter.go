package parser

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// exporterTable gathers what Prometheus' exporters measured, and says it under the names of load timelines.
type exporterTable struct {
	cells map[exporterCell]exporterFigures
	order []exporterCell
	// ticks are the last values of counters, by series; values of one series come in the order of time.
	ticks map[string]exporterTick
}

// exporterCell is one host at one moment.
type exporterCell struct {
	host string
	at   moment
}

type exporterTick struct {
	at    moment
	value float64
}

// exporterFigures are the parts of a metric, by name: "cpu idle", "mem total".
type exporterFigures struct {
	line  int64
	span  int64 // that the growth of counters was taken over, µs
	parts map[string]float64
}

// Bounds of a table.
const (
	maxExporterCells  = 200_000
	maxExporterSeries = 20_000
)

// exporterGauges are metrics that are taken as they are.
var exporterGauges = map[string]string{
	"node_load1": "load1", "node_procs_running": "runq", "node_procs_blocked": "blocked", "node_sockstat_TCP_inuse": "tcp_inuse",
	"node_sockstat_TCP_tw": "tcp_tw", "phpfpm_listen_queue": "fpm_listen_queue", "phpfpm_active_processes": "fpm_active_processes",
	"phpfpm_idle_processes": "fpm_idle_processes", "php_fpm_listen_queue": "fpm_listen_queue", "haproxy_backend_current_queue": "haproxy_queue",
	"haproxy_frontend_current_sessions": "haproxy_sessions", "nginx_connections_active": "nginx_active", "nginx_connections_waiting": "nginx_waiting",
	"mysql_global_status_threads_running": "mysql_threads_running", "mysql_global_status_threads_connected": "mysql_threads_connected",
	"apache_workers": "apache_workers",
}

// exporterParts are metrics that make one only together.
var exporterParts = map[string]string{
	"node_memory_MemTotal_bytes": "mem total", "node_memory_MemAvailable_bytes": "mem available", "node_memory_SwapTotal_bytes": "swap total",
	"node_memory_SwapFree_bytes": "swap free",
}

// add takes one value. It returns false if there are more than the table holds.
func (x *exporterTable) add(labels map[string]string, at moment, line int64, value float64) bool {
	name := labels["__name__"]
	if value != value {
		return true
	}
	if x.cells == nil {
		x.cells, x.ticks = map[exporterCell]exporterFigures{}, map[string]exporterTick{}
	}
	part, scale := exporterPart(name, labels)
	if part == "" {
		return true
	}
	span := int64(0)
	if scale != 0 {
		key := seriesKey(labels)
		last, known := x.ticks[key]
		if !known && len(x.ticks) >= maxExporterSeries {
			return false
		}
		x.ticks[key] = exporterTick{at, value}
		if !known || value < last.value || at.micros <= last.at.micros {
			return true
		}
		span = at.micros - last.at.micros
		value = scale * (value - last.value) / (float64(span) / float64(second))
	}
	cell := exporterCell{host: hostOf(labels), at: at}
	figures, known := x.cells[cell]
	if !known {
		if len(x.cells) >= maxExporterCells {
			return false
		}
		figures = exporterFigures{line: line, parts: map[string]float64{}}
		x.order = append(x.order, cell)
	}
	figures.span = max(figures.span, span)
	x.cells[cell] = figures
	if part == "files" || strings.HasPrefix(part, "max ") {
		figures.parts[part] = max(figures.parts[part], value)
	} else {
		figures.parts[part] += value
	}
	return true
}

// exporterPart says what a series is a part of, and, of a counter, what its growth a second is multiplied by; 0 for a gauge.
func exporterPart(name string, labels map[string]string) (part string, scale float64) {
	switch name {
	case "node_cpu_seconds_total", "node_cpu":
		return "cpu " + labels["mode"], 100
	case "node_network_receive_bytes_total", "node_network_transmit_bytes_total":
		if labels["device"] == "lo" {
			return "", 0
		}
		if name == "node_network_receive_bytes_total" {
			return "net_rx_bytes", 1
		}
		return "net_tx_bytes", 1
	case "node_disk_io_time_seconds_total":
		return "max disk_util_percent", 100
	case "node_netstat_TcpExt_ListenOverflows":
		return "tcp_listen_overflows", 1
	case "node_netstat_Tcp_RetransSegs":
		return "tcp_retrans", 1
	case "node_filesystem_avail_bytes", "node_filesystem_size_bytes":
		if fs := labels["fstype"]; fs == "tmpfs" || fs == "squashfs" || fs == "overlay" || fs == "ramfs" {
			return "", 0
		}
		return "files " + name[len("node_filesystem_"):len(name)-len("_bytes")] + " " + labels["mountpoint"], 0
	}
	if part = exporterParts[name]; part != "" {
		return part, 0
	}
	if part = exporterGauges[name]; part != "" {
		return part, 0
	}
	// The answer to an expression has no name, or one that was given to it.
	if strings.HasSuffix(name, "_percent") || strings.HasSuffix(name, ":percent") {
		return "max " + metricNamed([]byte(strings.TrimPrefix(name, "instance:"))), 0
	}
	return "", 0
}

// hostOf is the host that a series is of.
func hostOf(labels map[string]string) string {
	for _, name := range [...]string{"nodename", "hostname", "host", "instance"} {
		if v := labels[name]; v != "" {
			return string(withoutPort([]byte(v), true))
		}
	}
	return ""
}

func seriesKey(labels map[string]string) string {
	var out strings.Builder
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		out.WriteString(name + "\x00" + labels[name] + "\x00")
	}
	return out.String()
}

// tell gives out the metrics of all moments, in their order.
func (x *exporterTable) tell(t *timelineReader) {
	slices.SortFunc(x.order, func(a, b exporterCell) int {
		return cmp.Or(cmp.Compare(a.at.micros, b.at.micros), cmp.Compare(a.host, b.host))
	})
	for _, cell := range x.order {
		figures := x.cells[cell]
		t.begun, t.period = figures.line, figures.span
		metrics := figures.metrics()
		for _, name := range slices.Sorted(maps.Keys(metrics)) {
			t.sample(cell.at, cell.host, name, metrics[name])
		}
	}
	t.begun, t.period = 0, 0
}

// metrics makes metrics of their parts.
func (f exporterFigures) metrics() map[string]float64 {
	out := map[string]float64{}
	cpus, fullest := 0.0, -1.0
	for _, part := range slices.Sorted(maps.Keys(f.parts)) { // in order, for sums of fractions depend on it
		v := f.parts[part]
		switch {
		case strings.HasPrefix(part, "cpu "):
			cpus += v
		case strings.HasPrefix(part, "mem "), strings.HasPrefix(part, "swap "):
		case strings.HasPrefix(part, "files size "):
			free, known := f.parts["files avail "+part[len("files size "):]]
			if known && v > 0 {
				fullest = max(fullest, 100*(1-free/v))
			}
		case strings.HasPrefix(part, "files "):
		default:
			out[strings.TrimPrefix(part, "max ")] = v
		}
	}
	if fullest >= 0 {
		out["disk_used_percent"] = fullest
	}
	if total, free := f.parts["mem total"], f.parts["mem available"]; total > 0 && free > 0 {
		out["mem_used_percent"] = 100 * (1 - free/total)
	}
	if total, known := f.parts["swap total"]; known && total > 0 {
		out["swap_used_percent"] = 100 * (1 - f.parts["swap free"]/total)
	}
	if _, idle := f.parts["cpu idle"]; idle && cpus > 0 {
		// Modes of all CPUs together make the whole, which a counter that stands still does not reach quite.
		share := func(mode string) float64 { return 100 * f.parts["cpu "+mode] / cpus }
		out["cpu_percent"] = max(0, 100-share("idle"))
		out["cpu_user_percent"] = share("user") + share("nice")
		out["cpu_system_percent"] = share("system")
		out["cpu_iowait_percent"] = share("iowait")
		out["cpu_steal_percent"] = share("steal")
	}
	return out
}

// exporterText reads the text that exporters serve, "node_load1 0.5", one or more snapshots behind one another. A snapshot is dated by
// the time stamps of its lines, else by its node_time_seconds, else by the file.
type exporterText struct {
	table exporterTable
	snap  []exporterLine
	at    moment // of the snapshot, where one of its lines told
	seen  bool   // a comment of the format was read
	names map[string]bool
}

type exporterLine struct {
	labels map[string]string
	value  float64
	at     moment
	line   int64
}

// maxSnapshot bounds the lines of a snapshot that are kept; only those that are of use are.
const maxSnapshot = 10_000

func (g *exporterText) line(t *timelineReader, b []byte) bool {
	if isBlank(b) {
		return true
	}
	if b[0] == '#' {
		if fields := bytes.Fields(b); len(fields) > 2 && (string(fields[1]) == "HELP" || string(fields[1]) == "TYPE") {
			g.seen = true
			if string(fields[1]) == "HELP" {
				g.begins(t, string(fields[2]))
			}
			return true
		}
		return string(b) == "# EOF" || g.seen
	}
	labels, rest, ok := exporterLabels(string(b))
	fields := strings.Fields(rest)
	if !ok || len(fields) == 0 || len(fields) > 2 {
		return false
	}
	value, err := strconv.ParseFloat(fields[0], 64)
	if err != nil {
		return false
	}
	l := exporterLine{labels: labels, value: value, line: t.number}
	if len(fields) == 2 {
		if l.at, _, ok = t.clock.epoch([]byte(fields[1])); !ok {
			return false
		}
		g.at = l.at
	} else if !g.seen {
		return false // a name and a number alone are of many formats
	}
	if labels["__name__"] == "node_time_seconds" && value > 1e9 && value < 1e10 {
		g.at = moment{int64(value * float64(second)), second / 1000, true}
	}
	if part, _ := exporterPart(labels["__name__"], labels); part != "" && len(g.snap) < maxSnapshot {
		g.snap = append(g.snap, l)
	}
	return true
}

// begins notes that a metric is described; one that was described before begins another snapshot.
func (g *exporterText) begins(t *timelineReader, name string) {
	if g.names[name] {
		g.close(t)
	}
	if g.names == nil {
		g.names = map[string]bool{}
	}
	if len(g.names) < maxSnapshot {
		g.names[name] = true
	}
}

// close dates the snapshot and adds it to the table.
func (g *exporterText) close(t *timelineReader) {
	if g.at.resolution == 0 && t.opts.Reference > 0 {
		g.at = moment{t.opts.Reference, second, true}
	}
	for _, l := range g.snap {
		if l.at.resolution == 0 {
			l.at = g.at
		}
		if l.at.resolution != 0 && !g.table.add(l.labels, l.at, l.line, l.value) {
			break
		}
	}
	g.snap, g.at, g.names = g.snap[:0], moment{}, nil
}

func (g *exporterText) end(t *timelineReader) {
	g.close(t)
	g.table.tell(t)
}

// exporterLabels reads `node_cpu_seconds_total{cpu="0",mode="idle"}` at the front of s.
func exporterLabels(s string) (labels map[string]string, rest string, ok bool) {
	n := 0
	for n < len(s) && (isWordByte(s[n]) || s[n] == ':') {
		n++
	}
	if n < 3 || n > 200 || n == len(s) || s[0]-'0' <= 9 {
		return nil, s, false
	}
	labels, rest = map[string]string{"__name__": s[:n]}, s[n:]
	if rest[0] != '{' {
		return labels, rest, rest[0] == ' '
	}
	rest = rest[1:]
	for len(labels) < 64 {
		rest = strings.TrimLeft(rest, ", ")
		if rest == "" {
			return nil, s, false
		}
		if rest[0] == '}' {
			return labels, rest[1:], true
		}
		name, value, found := strings.Cut(rest, "=")
		size := jsonStringSize([]byte(value[:min(len(value), 4096)]))
		if !found || size == 0 || len(name) > 200 {
			return nil, s, false
		}
		labels[name], rest = value[1:size-1], value[size:]
	}
	return nil, s, false
}
