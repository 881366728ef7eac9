package accuracy

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
)

// told is a change as a recording's file of changes tells of it.
type told struct {
	Time    time.Time `json:"time"`
	Kind    string    `json:"kind"`
	Service string    `json:"service"`
	Version string    `json:"version"`
	Summary string    `json:"summary"`
	Actor   string    `json:"actor"`
}

// measured are the measurements of one host at one moment, by metric.
type measured struct {
	at     time.Time
	host   string
	values map[string]float64
}

// timelines are what a recording knows of changes and load, in the order of time.
type timelines struct {
	changes []told
	load    []measured
	folder  string // that they lie in
}

// bare is the recording without timelines: the trigger may stay untold, but none may be made up.
func bare(m *material) *variation {
	left := slices.DeleteFunc(slices.Clone(m.files), func(f file) bool { return f.kind.timeline() })
	if len(left) == len(m.files) {
		return nil
	}
	v := m.as(left)
	v.truths[0].untold = true
	return v
}

// retold has the changes and the load told by other tools; it is nil where a recording has none.
func retold(tell func(t *timelines) []file) func(m *material) *variation {
	return func(m *material) *variation {
		var t timelines
		left := slices.DeleteFunc(slices.Clone(m.files), func(f file) bool { return t.take(&f) })
		if len(left) == len(m.files) {
			return nil
		}
		return m.as(append(left, slices.DeleteFunc(tell(&t), func(f file) bool { return len(f.records[0].text) == 0 })...))
	}
}

// take reads a file that is a timeline of the recorded form.
func (t *timelines) take(f *file) bool {
	var text []byte
	for i := range f.records {
		text = append(text, f.records[i].text...)
	}
	switch f.kind {
	case changes:
		for line := range bytes.Lines(text) {
			var c told
			if json.Unmarshal(line, &c) != nil {
				return false
			}
			t.changes = append(t.changes, c)
		}
	case samples:
		if !t.table(text) {
			return false
		}
	default:
		return false
	}
	t.folder = f.path[:strings.LastIndexByte(f.path, '/')+1]
	slices.SortStableFunc(t.changes, func(a, b told) int { return a.Time.Compare(b.Time) })
	return true
}

// table reads time,host,metric,value.
func (t *timelines) table(text []byte) bool {
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil || len(rows) < 2 || !slices.Equal(rows[0], []string{"time", "host", "metric", "value"}) {
		return false
	}
	at := map[string]*measured{}
	for _, r := range rows[1:] {
		when, err := time.Parse(time.RFC3339Nano, r[0])
		value, wrong := strconv.ParseFloat(r[3], 64)
		if err != nil || wrong != nil {
			return false
		}
		m := at[r[0]+r[1]]
		if m == nil {
			m = &measured{when, r[1], map[string]float64{}}
			at[r[0]+r[1]] = m
		}
		m.values[r[2]] = value
	}
	for _, m := range at {
		t.load = append(t.load, *m)
	}
	slices.SortFunc(t.load, func(a, b measured) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.host, b.host)) })
	return true
}

// made is a file of a timeline, as old as what it tells last.
func (t *timelines) made(name, text string, k kind) file {
	var last time.Time
	if n := len(t.changes); n > 0 && k == changes {
		last = t.changes[n-1].Time
	}
	if n := len(t.load); n > 0 && k == samples {
		last = t.load[n-1].at
	}
	return file{path: t.folder + name, kind: k, records: []record{{text: []byte(text), stamps: []stamp{{at: last}}}}}
}

// hosts are those that were measured.
func (t *timelines) hosts() []string {
	var names []string
	for _, m := range t.load {
		if !slices.Contains(names, m.host) {
			names = append(names, m.host)
		}
	}
	return names
}

// of returns the measurements of one host.
func (t *timelines) of(host string) []measured {
	return slices.DeleteFunc(slices.Clone(t.load), func(m measured) bool { return m.host != host })
}
