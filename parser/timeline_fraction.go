package parser

import (
	"bytes"
	"strings"
)

// lookedAhead bounds how much of a table is looked at to tell whether it counts in fractions, in bytes.
const lookedAhead = 256 << 10

// series is what the values of one column or one named series are like.
type series struct {
	values  int
	most    float64
	between bool // some lie between 0 and 1
}

// below reports whether the values can be fractions of one.
func (s *series) below() bool { return s.values >= 2 && s.between && s.most <= 1 }

// fractions finds the shares that a table counts from 0 to 1 without saying so, by the lines behind its header as far as they are at
// hand: 0.42 for 42 %. Whoever writes lines one by one, as into a followed file, leaves nothing to tell them by.
//
// A host that does nothing has a CPU of 0.4 %, too. So a name that says "percent" is believed unless the memory, of which every system
// uses more than a hundredth, lies below one as well; and any other is taken for a percentage where one more without a unit is one.
func (h *csvHeader) fractions(ahead []byte) {
	found, about := map[string]*series{}, map[string]csvColumn{}
	probe := *h
	for len(found) < maxCSVColumns {
		end := bytes.IndexByte(ahead[:min(len(ahead), lookedAhead)], '\n')
		if end < 0 {
			break
		}
		n := probe.cut(trimEOL(ahead[:end+1]))
		ahead = ahead[end+1:]
		if probe.metric >= 0 {
			if probe.metric < n && probe.value < n && len(probe.unitOf(n)) == 0 && len(probe.fields[probe.metric]) <= 160 {
				name := string(probe.fields[probe.metric])
				about[name] = metricColumn([]byte(name))
				found[name] = found[name].with(&probe, probe.fields[probe.value])
			}
			continue
		}
		for i := range min(n, len(probe.columns)) {
			about[string(rune(i))] = probe.columns[i]
			found[string(rune(i))] = found[string(rune(i))].with(&probe, probe.fields[i])
		}
	}
	memory, percentages := false, false
	for name, s := range found {
		c := about[name]
		memory = memory || c.counted() && c.metric == "mem_used_percent" && s.below()
		percentages = percentages || c.counted() && !c.percent && s.most > 1
	}
	for name, s := range found {
		c := about[name]
		if !c.counted() || !s.below() || c.percent && !memory || !c.percent && percentages {
			continue
		}
		c.scale = 100
		if h.metric < 0 {
			h.columns[[]rune(name)[0]] = c
			continue
		}
		if h.metrics == nil {
			h.metrics = map[string]csvColumn{}
		}
		h.metrics[name] = c
	}
}

// with adds a field to the values of a series; nil is one without any. What is no number is no part of it.
func (s *series) with(h *csvHeader, field []byte) *series {
	if s == nil {
		s = &series{}
	}
	value, ok := csvNumber(field, h.separator != ',')
	if !ok || value != value {
		return s
	}
	if field[len(field)-1]-'0' > 9 || value < 0 { // it has a unit of its own
		value = 100
	}
	s.values++
	s.most = max(s.most, value)
	s.between = s.between || value > 0 && value < 1
	return s
}

// counted reports whether a column is a share whose unit is open.
func (c *csvColumn) counted() bool {
	return strings.HasSuffix(c.metric, "_percent") && c.scale == 1 && c.whole < 0
}
