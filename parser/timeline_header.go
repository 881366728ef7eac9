package parser

import (
	"bytes"
	"strings"
)

// readHeader takes line as the head of a table if it names a time and at least one thing that is measured, and nothing in it is
// a value.
func (h *csvHeader) readHeader(line []byte) bool {
	separator := csvSeparator(line)
	end := bytes.IndexByte(line, separator)
	if c := line[0]; end < 1 || c != '"' && c != '#' && c != '@' && !isWordByte(c) || !isColumnName(bytes.Trim(line[:end], `"# `)) {
		return false
	}
	head := csvHeader{separator: separator, time: -1, host: -1, metric: -1, value: -1, lastHost: h.lastHost, metrics: h.metrics}
	n := head.cut(bytes.TrimPrefix(line, []byte("#")))
	for _, field := range head.fields[:n] {
		if !isColumnName(field) {
			return false
		}
	}
	measured := 0
	head.names = make([]string, n)
	for i := range n {
		switch name := strings.ToLower(string(head.fields[i])); name {
		case "time", "timestamp", "ts", "date", "datetime", "@timestamp", "when", "epoch", "_time":
			head.time = i
		case "host", "hostname", "instance", "node", "server", "machine", "nodename":
			head.host = i
		case "metric", "name", "measurement", "series", "key", "item":
			head.metric = i
		case "value", "val", "v", "reading", "avg":
			head.value = i
		case "unit", "interval", "cpu", "dev", "iface", "tags", "labels":
			if name == "cpu" {
				head.names[i], measured = metricNamed(head.fields[i]), measured+1
			}
		default:
			head.names[i], measured = metricNamed(head.fields[i]), measured+1
		}
	}
	long := head.metric >= 0 && head.value >= 0
	if !long {
		head.metric, head.value = -1, -1
	}
	if head.time < 0 || !long && measured == 0 {
		return false
	}
	head.known = true
	*h = head
	return true
}

// assumed takes line for one of "time,host,metric,value" without a header.
func (h *csvHeader) assumed(line []byte) bool {
	head := csvHeader{separator: ',', host: 1, metric: 2, value: 3}
	if line[0]-'0' > 9 || head.cut(line) != 4 {
		return false
	}
	metric := head.fields[2]
	if _, ok := csvNumber(head.fields[3]); !ok || len(metric) == 0 || metric[0]-'0' <= 9 || !isLogfmtKey(metric) || len(head.fields[3]) == 0 {
		return false
	}
	head.known = true
	*h = head
	return true
}

func csvSeparator(line []byte) byte {
	for _, c := range []byte(",;\t") {
		if bytes.IndexByte(line, c) >= 0 {
			return c
		}
	}
	return ','
}

// isColumnName reports whether a name could head a column.
func isColumnName(name []byte) bool {
	if len(name) == 0 || len(name) > 48 || name[0]-'0' <= 9 {
		return false
	}
	for _, c := range name {
		if !isWordByte(c) && strings.IndexByte(" .%/-()@:", c) < 0 {
			return false
		}
	}
	return true
}

var metricSpelling = strings.NewReplacer(" ", "_", "-", "_", ".", "_", "%", "percent", "(", "", ")", "", "/", "_")

// metricNamed returns a metric's name as culprit writes it: the usual other names of the same thing are replaced, the
// rest become small letters with underscores.
func metricNamed(b []byte) string {
	name := metricSpelling.Replace(strings.ToLower(string(b)))
	switch name {
	case "cpu", "cpu_usage", "cpu_util", "cpu_pct", "cpupercent", "cpu_used", "percentcpu", "cpu_used_percent", "cpu_utilization", "cpu_usage_percent":
		return "cpu_percent"
	case "mem", "memory", "mem_percent", "memory_percent", "mem_pct", "memory_used_percent", "mem_usage", "percentmem", "mem_used", "memory_usage":
		return "mem_used_percent"
	case "swap", "swap_percent", "swap_pct", "swap_used", "swap_usage":
		return "swap_used_percent"
	case "disk", "disk_percent", "disk_pct", "disk_used", "disk_usage", "fs_used_percent":
		return "disk_used_percent"
	case "load", "load_1", "loadavg", "load1m", "load_avg", "ldavg_1", "load_average", "load_1m", "loadavg1":
		return "load1"
	case "iowait", "cpu_iowait", "wa", "iowait_percent", "percentiowait":
		return "cpu_iowait_percent"
	case "steal", "cpu_steal", "steal_percent", "percentsteal":
		return "cpu_steal_percent"
	case "cpu_user", "user_percent", "percentuser":
		return "cpu_user_percent"
	case "cpu_system", "system_percent", "percentsystem":
		return "cpu_system_percent"
	case "rx_bytes", "net_rx", "bytes_in", "network_in":
		return "net_rx_bytes"
	case "tx_bytes", "net_tx", "bytes_out", "network_out":
		return "net_tx_bytes"
	}
	return name
}
