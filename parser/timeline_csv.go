package parser

import (
	"bytes"
	"math"
	"strconv"
)

// csvHeader is what the columns of a load timeline are.
type csvHeader struct {
	known     bool
	separator byte
	// time, host, metric and value are column numbers, -1 where there is none.
	time, host, metric, value int
	// names are the metrics of a table with one column each, "" for columns that are none.
	names []string
	// next is the column the next record of the same line comes from; 0 at the beginning of a line.
	next int
	// fields is the line as it was cut last.
	fields [maxCSVColumns][]byte
	// host names come again and again: the last one is kept.
	lastHost string
	metrics  map[string]string
}

// maxCSVColumns bounds the columns that are looked at.
const maxCSVColumns = 48

// loadCSV reads a load timeline. Its first line names the columns: "time,host,metric,value" in any order, or a time and a
// column for each metric. Without a first line the named order is taken for granted. Times are RFC 3339 or epochs; columns
// may be parted by commas, semicolons or tabs. A line of several metrics becomes several records; see Scanner.next.
func (s *Scanner) loadCSV(line []byte, rec *Record) bool {
	if len(line) < 8 || len(line) > 1<<14 || len(rec.Program) > 0 {
		return false
	}
	h := &s.csv
	if h.next == 0 && h.readHeader(line) {
		rec.Kind, rec.Daemon = Blank, Timeline
		return true
	}
	if !h.known && !h.assumed(line) {
		return false
	}
	n := h.cut(line)
	next := h.next
	h.next = 0
	if n < 2 || h.time >= n {
		return false
	}
	m, rest, ok := s.appTime(h.fields[h.time])
	if !ok || len(rest) > 0 || m.resolution == 0 {
		return false
	}
	name, value, ok := h.measurement(next, n)
	if !ok {
		return false
	}
	m.stamp(rec)
	rec.Daemon = Timeline
	if math.IsNaN(value) {
		rec.Kind = Blank
		return true
	}
	rec.Kind, rec.Sample = Measurement, &Sample{Host: h.hostName(n), Metric: name, Value: value}
	return true
}

// measurement returns the metric that is due, the first from column next on where each has a column of its own, and its
// value, NaN if the line leaves it empty. ok is false where the line does not fit the header.
func (h *csvHeader) measurement(next, n int) (name string, value float64, ok bool) {
	if h.metric >= 0 {
		if h.metric >= n || h.value >= n || len(h.fields[h.metric]) == 0 || len(h.fields[h.metric]) > 100 {
			return "", 0, false
		}
		value, ok = csvNumber(h.fields[h.value])
		return h.metricName(h.fields[h.metric]), value, ok
	}
	for i := next; i < min(n, len(h.names)); i++ {
		if h.names[i] == "" {
			continue
		}
		h.next = h.following(i+1, n)
		if value, ok = csvNumber(h.fields[i]); ok && !math.IsNaN(value) {
			return h.names[i], value, true
		}
	}
	return "", math.NaN(), true
}

// following returns the number of the next column with a metric, 0 if there is none.
func (h *csvHeader) following(from, n int) int {
	for i := from; i < min(n, len(h.names)); i++ {
		if h.names[i] != "" {
			return i
		}
	}
	return 0
}

// csvNumber reads a value; an empty one is NaN.
func csvNumber(b []byte) (value float64, ok bool) {
	b = bytes.TrimSuffix(b, []byte("%"))
	switch string(b) {
	case "", "-", "NaN", "nan", "null", "NULL", "N/A", "n/a":
		return math.NaN(), true
	}
	if len(b) > 40 {
		return 0, false
	}
	value, err := strconv.ParseFloat(string(b), 64)
	return value, err == nil && !math.IsInf(value, 0)
}

// cut parts line into h.fields, without quotes and blanks around them, and returns their number.
func (h *csvHeader) cut(line []byte) (n int) {
	for n < maxCSVColumns {
		var field []byte
		end := 0
		if line = trimSpace(line); len(line) > 0 && line[0] == '"' {
			end = bytes.IndexByte(line[1:], '"') + 1
			if end > 0 {
				field = line[1:end]
				line = line[end+1:]
			}
		}
		end = bytes.IndexByte(line, h.separator)
		if field == nil {
			field = line
			if end >= 0 {
				field = line[:end]
			}
		}
		h.fields[n] = bytes.TrimRight(field, " ")
		n++
		if end < 0 {
			break
		}
		line = line[end+1:]
	}
	return n
}

// hostName returns the host of the line, "" where there is no column for it.
func (h *csvHeader) hostName(n int) string {
	if h.host < 0 || h.host >= n {
		return ""
	}
	if b := h.fields[h.host]; string(b) != h.lastHost {
		h.lastHost = string(b)
	}
	return h.lastHost
}

// metricName returns the metric's name as culprit writes it. Names come again and again and are kept, up to a number that
// no load timeline has.
func (h *csvHeader) metricName(b []byte) string {
	if name, ok := h.metrics[string(b)]; ok {
		return name
	}
	name := metricNamed(b)
	if h.metrics == nil {
		h.metrics = map[string]string{}
	}
	if len(h.metrics) < 256 {
		h.metrics[string(b)] = name
	}
	return name
}
