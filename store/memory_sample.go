package store

import (
	"cmp"
	"context"
	"slices"
)

// Sample returns at most q.Limit events, in time order: the first, the last and some spread evenly between them.
func (m *Memory) Sample(_ context.Context, q Query) ([]Event, error) {
	if err := m.gather(); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	var found []sampled
	for _, s := range m.byPath() {
		begin := len(found)
		found = m.sources[s.ID-1].sample(found, &s, &q)
		slices.SortFunc(found[begin:], func(a, b sampled) int {
			return cmp.Or(cmp.Compare(a.row.line, b.row.line), cmp.Compare(a.row.offset, b.row.offset))
		})
	}
	slices.SortStableFunc(found, func(a, b sampled) int { return compareInt(a.time, b.time) })
	var events []Event
	for _, f := range spread(found, q.limit()) {
		s := m.sources[f.source-1]
		e := f.row.event(&s.classes[f.row.class])
		e.Source, e.Time, e.Line = f.source, f.time, s.lineOf(e.Line)
		events = append(events, e)
	}
	return events, nil
}

// sampled is an event that a Sample is taken of.
type sampled struct {
	row    *eventRow
	time   int64 // shifted
	source int32
}

// sample appends to found the events of a source that q is about, in no particular order.
func (s *memorySource) sample(found []sampled, described *Source, q *Query) []sampled {
	const unknown, wanted, unwanted = 0, 1, 2
	known := make([]uint8, len(s.classes))
	from, to := int64(firstMoment), int64(lastMoment)
	if q.From != 0 || q.To != 0 {
		low, high := shifts(described)
		from, to = q.From-high, q.To-low
	}
	s.reservoir.each(from, to, func(row *eventRow) {
		class := &s.classes[row.class]
		time := row.time + shiftOf(described, class.zoned)
		if !within(time, q.From, q.To) || known[row.class] == unwanted {
			return
		}
		if known[row.class] == unknown {
			known[row.class] = wanted
			if !q.wantsClass(described, class) {
				known[row.class] = unwanted
				return
			}
		}
		if q.wantsDetail(row) {
			found = append(found, sampled{row, time, described.ID})
		}
	})
	return found
}

// wantsClass reports whether events of a class meet the conditions of q that are not on details.
func (q *Query) wantsClass(s *Source, c *eventClass) bool {
	for _, w := range q.Where {
		if isDetail(w.Key) {
			continue
		}
		text, _ := c.label(w.Key)
		if w.Key == BySource {
			text = decimal(int64(s.ID))
		}
		if slices.Contains(w.Values, text) == w.Not {
			return false
		}
	}
	return true
}

// wantsDetail reports whether an event meets the conditions of q on details.
func (q *Query) wantsDetail(row *eventRow) bool {
	for _, w := range q.Where {
		if !isDetail(w.Key) {
			continue
		}
		d := detailClass{method: row.method, endpoint: row.endpoint, script: row.script, client: row.client, agent: row.agent, pid: row.pid}
		if slices.Contains(w.Values, d.label(w.Key)) == w.Not {
			return false
		}
	}
	return true
}
