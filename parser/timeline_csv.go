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
	// time, date, host, metric, value and unit are column numbers, -1 where there is none. With a date, time is the time of day.
	time, date, host, metric, value, unit int
	// utc says that the header names UTC as the zone of its times.
	utc bool
	// monthFirst and dayFirst say how the dates of the table are written, as far as one of them has shown it.
	monthFirst, dayFirst bool
	// columns say what each one measures.
	columns []csvColumn
	// next is the column the next record of the same line comes from; 0 at the beginning of a line.
	next int
	// fields is the line as it was cut last.
	fields [maxCSVColumns][]byte
	// host names come again and again: the last one is kept.
	lastHost string
	metrics  map[string]csvColumn
	// pending is a first line that may head a table.
	pending string
	// joined holds a date and a time of day put together.
	joined [64]byte
}

// maxCSVColumns bounds the columns that are looked at.
const maxCSVColumns = 48

// loadCSV reads a load timeline. Its first line names the columns: a time, and either "metric" and "value" (with "host") in any order,
// or a column for each metric, under whatever names people and tools give them (see metricColumn); units stand in headers or behind values.
// Without a first line, "time,host,metric,value" is taken for granted. Columns may be parted by commas, semicolons, tabs or bars. A line of
// several metrics becomes several records; see Scanner.next.
func (s *Scanner) loadCSV(line []byte, rec *Record) bool {
	if len(line) < 8 || len(line) > 1<<14 || len(rec.Program) > 0 {
		return false
	}
	h := &s.csv
	if h.next == 0 && h.readHeader(line) {
		h.fractions(s.shapes.ahead)
		rec.Kind, rec.Daemon = Blank, Timeline
		return true
	}
	if !h.known && !s.beginsTable(line) {
		return false
	}
	n := h.cut(line)
	next := h.next
	h.next = 0
	if n < 2 || h.time >= n {
		return false
	}
	m, ok := s.csvTime(h, h.fields[h.time])
	if !ok {
		return false
	}
	column, value, ok := h.measurement(next, n)
	if !ok {
		return false
	}
	m.stamp(rec)
	rec.Daemon = Timeline
	value = column.value(value)
	if math.IsNaN(value) || math.Abs(value) > 1e300 { // nothing that is measured, and no number of JSON
		rec.Kind = Blank
		return true
	}
	rec.Kind, rec.Sample = Measurement, &Sample{Host: column.host, Metric: column.metric, Value: value}
	if column.host == "" {
		rec.Sample.Host = h.hostName(n)
	}
	return true
}

// beginsTable looks at a line while no table is known: it is one of the usual order, or the first below a header that was not told as one.
func (s *Scanner) beginsTable(line []byte) bool {
	h := &s.csv
	switch {
	case h.assumed(line):
		return true
	case s.line == 0:
		h.suspect(line)
	case h.pending != "":
		if !h.confirm(s, line) {
			return false
		}
		h.fractions(s.shapes.ahead)
		return true
	}
	return false
}

// measurement returns the metric that is due, the first from column next on where each has a column of its own, and its
// value, NaN if the line leaves it empty. ok is false where the line does not fit the header.
func (h *csvHeader) measurement(next, n int) (c csvColumn, value float64, ok bool) {
	european := h.separator != ','
	if h.metric >= 0 {
		if h.metric >= n || h.value >= n || len(h.fields[h.metric]) == 0 || len(h.fields[h.metric]) > 160 {
			return c, 0, false
		}
		value, ok = csvNumber(h.fields[h.value], european)
		return h.named(h.fields[h.metric], h.unitOf(n)), value, ok
	}
	for i := next; i < min(n, len(h.columns)); i++ {
		c = h.columns[i]
		if c.metric == "" {
			continue
		}
		h.next = h.following(i+1, n)
		if value, ok = csvNumber(h.fields[i], european); !ok || math.IsNaN(value) {
			continue
		}
		if c.whole < 0 {
			return c, value, true
		}
		if c.whole < n {
			if total, ok := csvNumber(h.fields[c.whole], european); ok && total > 0 {
				return c, 100 * value / total, true
			}
		}
	}
	return c, math.NaN(), true
}

// following returns the number of the next column with a metric, 0 if there is none.
func (h *csvHeader) following(from, n int) int {
	for i := from; i < min(n, len(h.columns)); i++ {
		if h.columns[i].metric != "" {
			return i
		}
	}
	return 0
}

// csvNumber reads a value, with a unit behind it if need be; an empty one is NaN. european says that a comma may part the fraction.
func csvNumber(b []byte, european bool) (value float64, ok bool) {
	switch string(b) {
	case "", "-", "NaN", "nan", "null", "NULL", "N/A", "n/a", "undefined":
		return math.NaN(), true
	}
	if len(b) > 40 {
		return 0, false
	}
	end := len(b)
	for end > 0 && b[end-1]-'0' > 9 && b[end-1] != '.' {
		end--
	}
	unit := bytes.TrimLeft(b[end:], " ")
	scale, known := valueUnits[string(unit)]
	if !known {
		return 0, false
	}
	digits := b[:end]
	if comma := bytes.IndexByte(digits, ','); comma >= 0 {
		plain := make([]byte, 0, 40)
		decimal := european && bytes.Count(digits, []byte(",")) == 1 && bytes.IndexByte(digits, '.') < 0
		for _, c := range digits {
			switch {
			case c != ',':
				plain = append(plain, c)
			case decimal:
				plain = append(plain, '.')
			}
		}
		digits = plain
	}
	value, err := strconv.ParseFloat(string(digits), 64)
	return value * scale, err == nil && !math.IsInf(value, 0)
}

// valueUnits are what may stand behind a value, with what it is multiplied by.
var valueUnits = map[string]float64{
	"": 1, "%": 1, "B": 1, "kB": 1e3, "KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30, "TB": 1 << 40, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40,
	"K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40, "ms": 1, "µs": 1e-3, "us": 1e-3, "s": 1, "B/s": 1, "/s": 1, "req/s": 1, "ops": 1,
}

// cut parts line into h.fields, without quotes and blanks around them, and returns their number.
func (h *csvHeader) cut(line []byte) (n int) {
	for n < maxCSVColumns {
		line = trimSpace(line)
		field, size := quotedField(line, h.separator)
		line = line[size:]
		end := bytes.IndexByte(line, h.separator)
		if field == nil {
			field = line
			if end >= 0 {
				field = line[:end]
			}
		}
		h.fields[n] = bytes.TrimRight(field, " \t")
		n++
		if end < 0 {
			break
		}
		line = line[end+1:]
	}
	return n
}

// quotedField takes a field in quotes at the front of b, in which a quote is written twice, and returns its size; nil if there is none.
func quotedField(b []byte, separator byte) (field []byte, size int) {
	if len(b) == 0 || b[0] != '"' {
		return nil, 0
	}
	for i := 1; i < len(b); i++ {
		switch {
		case b[i] != '"':
		case i+1 < len(b) && b[i+1] == '"':
			i++
		default:
			field = b[1:i]
			if bytes.Contains(field, []byte(`""`)) {
				field = bytes.ReplaceAll(field, []byte(`""`), []byte(`"`))
			}
			return field, i + 1
		}
	}
	return nil, 0
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

// unitOf returns the unit of the line, nil where there is no column for it.
func (h *csvHeader) unitOf(n int) []byte {
	if h.unit < 0 || h.unit >= n || len(h.fields[h.unit]) > 20 {
		return nil
	}
	return h.fields[h.unit]
}

// named returns what a series of a name and a unit measures. Names come again and again and are kept, up to a number that no load
// timeline has.
func (h *csvHeader) named(name, unit []byte) csvColumn {
	if len(unit) == 0 {
		if c, ok := h.metrics[string(name)]; ok {
			return c
		}
	}
	key := string(name)
	if len(unit) > 0 {
		key += " " + string(unit)
		if c, ok := h.metrics[key]; ok {
			return c
		}
	}
	c := metricColumn([]byte(key))
	if h.metrics == nil {
		h.metrics = map[string]csvColumn{}
	}
	if len(h.metrics) < 256 {
		h.metrics[key] = c
	}
	return c
}
