package parser

import (
	"bytes"
	"strings"
)

// Words of columns that are no metric.
const (
	timeColumns = "time|timestamp|ts|date|datetime|date_time|when|epoch|unixtime|unix_time|unix_timestamp|utc|collected_at|sampled_at|recorded_at|measured_at|" +
		"created_at|observed_at|time_stamp|date_and_time|local_time|start_time|clock"
	hostColumns   = "host|hostname|host_name|instance|node|server|machine|nodename|vm|computer|computer_name|server_name|node_name"
	metricColumns = "metric|metric_name|name|measurement|series|key|item|counter|parameter|indicator|field|sensor"
	valueColumns  = "value|val|v|reading|avg|average|mean|metric_value|last|last_value"
	otherColumns  = "unit|units|interval|dev|iface|tags|labels|job|id|comment|status|region|zone|env|environment|cluster"
)

// readHeader takes line as the head of a table if it names a time and at least one thing that is measured, and nothing in it is
// a value.
func (h *csvHeader) readHeader(line []byte) bool {
	head, ok := h.headed(line)
	if !ok || head.time < 0 {
		return false
	}
	*h = head
	return true
}

// headed reads a line of names. Its time is -1 where no name says which column holds it.
func (h *csvHeader) headed(line []byte) (head csvHeader, ok bool) {
	separator := csvSeparator(line)
	end := bytes.IndexByte(line, separator)
	if c := line[0]; end < 1 || c != '"' && c != '#' && c != '@' && !isWordByte(c) || !isColumnName(bytes.Trim(line[:end], `"# `)) {
		return head, false
	}
	head = csvHeader{separator: separator, time: -1, date: -1, host: -1, metric: -1, value: -1, unit: -1, lastHost: h.lastHost, metrics: h.metrics}
	n := head.cut(bytes.TrimPrefix(line, []byte("#")))
	for _, field := range head.fields[:n] {
		if !isColumnName(field) {
			return head, false
		}
	}
	head.columns = make([]csvColumn, n)
	measured := 0
	for i := range n {
		if !head.role(i) {
			head.columns[i] = metricColumn(head.fields[i])
			measured++
		}
	}
	partOf(head.fields[:n], head.columns)
	if head.date >= 0 && head.time < 0 {
		head.time, head.date = head.date, -1
	}
	if head.metric < 0 || head.value < 0 {
		head.metric, head.value = -1, -1
	}
	head.known = true
	return head, head.metric >= 0 || measured > 0
}

// role notes a column that is no metric, and reports whether column i is one.
func (h *csvHeader) role(i int) bool {
	words := metricWords(h.fields[i])
	utc := false
	if n := len(words); n > 1 && (words[n-1] == "utc" || words[n-1] == "gmt" || words[n-1] == "z") {
		words, utc = words[:n-1], true
	}
	if n := len(words); n > 1 && hasWord(words[n-1:], "ms|s|us|ns|unix|local|iso") {
		words = words[:n-1] // the number of digits tells
	}
	name := []string{strings.Join(words, "_")}
	into := (*int)(nil)
	switch {
	case name[0] == "date":
		into = &h.date
	case hasWord(name, timeColumns):
		into = &h.time
		h.utc = h.utc || utc || name[0] == "utc"
	case hasWord(name, hostColumns):
		into = &h.host
	case hasWord(name, metricColumns):
		into = &h.metric
	case hasWord(name, valueColumns):
		into = &h.value
	case hasWord(name, "unit|units"):
		into = &h.unit
	default:
		return hasWord(name, otherColumns) || name[0] == ""
	}
	if *into < 0 {
		*into = i
	}
	return true
}

// assumed takes line for one of "time,host,metric,value" without a header.
func (h *csvHeader) assumed(line []byte) bool {
	head := csvHeader{separator: ',', host: 1, metric: 2, value: 3, date: -1, unit: -1, metrics: h.metrics}
	if line[0]-'0' > 9 || head.cut(line) != 4 {
		return false
	}
	metric := head.fields[2]
	if _, ok := csvNumber(head.fields[3], false); !ok || len(metric) == 0 || metric[0]-'0' <= 9 || !isLogfmtKey(metric) || len(head.fields[3]) == 0 {
		return false
	}
	head.known = true
	*h = head
	return true
}

// maxPending bounds a first line that is kept until the second tells whether it heads a table, in bytes.
const maxPending = 2048

// suspect keeps the first line of a source that could head a table whose time has a name nobody expects.
func (h *csvHeader) suspect(line []byte) {
	if len(line) > maxPending {
		return
	}
	if head, ok := h.headed(line); ok && head.time < 0 && len(head.columns) > 1 {
		h.pending = string(line)
	}
}

// confirm looks, by the second line of a source, whether the first one headed a table: this one begins with a time, and all else are numbers.
func (h *csvHeader) confirm(s *Scanner, line []byte) bool {
	head, _ := h.headed([]byte(h.pending))
	h.pending = ""
	n := head.cut(line)
	if n != len(head.columns) {
		return false
	}
	if _, ok := s.csvTime(&head, head.fields[0]); !ok {
		return false
	}
	for i, field := range head.fields[1:n] {
		if _, ok := csvNumber(field, head.separator != ','); !ok && i+1 != head.host {
			return false
		}
	}
	head.time, head.columns[0] = 0, csvColumn{}
	*h = head
	return true
}

func csvSeparator(line []byte) byte {
	best, most := byte(','), 0
	for _, c := range []byte(",;\t|") {
		if n := bytes.Count(line, []byte{c}); n > most {
			best, most = c, n
			if c != ',' || n > 1 {
				break
			}
		}
	}
	return best
}

// isColumnName reports whether a name could head a column.
func isColumnName(name []byte) bool {
	if len(name) == 0 || len(name) > 160 || name[0]-'0' <= 9 {
		return false
	}
	labels := false // behind a brace, where labels and their values stand
	for _, c := range name {
		labels = labels || c == '{'
		if !labels && len(name) <= 64 && (isWordByte(c) || strings.IndexByte(" .%/-()[]@:", c) >= 0) {
			continue
		}
		if !labels || c < ' ' {
			return false
		}
	}
	return true
}
