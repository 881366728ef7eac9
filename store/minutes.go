package store

import (
	"cmp"
	"math"
	"slices"
)

// minutes says which times of a source keep their seconds: all of them as long as there is room, then the minutes with the most
// stored events, and those that have not been read to their end.
type minutes struct {
	quietness
	counts map[int64]int64 // stored events by minute
	read   int64           // minutes that harvests were gathered in
	open   [2]int64        // the first and the last minute of the harvest, where it holds them in part
	at     int64           // the minute asked for last
	fine   bool            // what was answered
}

// quietness says which minutes do not keep their seconds.
type quietness struct {
	full  bool  // there was no room for all seconds
	quiet int64 // minutes with so many stored events or fewer are quiet
}

// holds reports whether a minute with so many stored events is quiet.
func (q quietness) holds(stored int64) bool { return q.full && stored <= q.quiet }

// maxMinutes bounds the minutes whose events are counted; of more, those with the most events remain.
const maxMinutes = 1 << 14

// none is a minute that does not exist.
const none = math.MinInt64

// note counts the events of a harvest.
func (m *minutes) note(h *harvest) {
	m.forget()
	m.at = none
	m.open = [2]int64{none, none}
	if !h.wholeBegin {
		m.open[0] = h.firstMinute
	}
	if !h.wholeEnd {
		m.open[1] = h.lastMinute
	}
	if m.counts == nil {
		m.counts = map[int64]int64{}
	}
	if h.firstMinute != none {
		m.read += (h.lastMinute - h.firstMinute) / minute
	}
	m.noteAll(h.tallies.cells, h.classes)
	m.noteAll(h.calm.tallies.cells, h.classes)
}

// noteAll counts the events of cells.
func (m *minutes) noteAll(cells []cell, classes []eventClass) {
	at, n := int64(none), int64(0) // the minute of the last cells, and their count
	for i := range cells {
		c := &cells[i]
		if !classes[c.class].kept {
			continue
		}
		if at == none || c.at < at || c.at >= at+minute {
			m.add(at, n)
			at, n = slotOf(c.at, minute), 0
		}
		n += int64(c.count)
	}
	m.add(at, n)
}

func (m *minutes) add(at, n int64) {
	if n > 0 {
		m.counts[at] += n
	}
}

// isFine reports whether a time keeps its seconds.
func (m *minutes) isFine(time int64) bool {
	if !m.full {
		return true
	}
	if time < m.at || time >= m.at+minute || m.at == none {
		m.at = slotOf(time, minute)
		m.fine = m.counts[m.at] > m.quiet || m.at == m.open[0] || m.at == m.open[1]
	}
	return m.fine
}

// protect says how many minutes keep their seconds from now on: those with the most events, as far as these are more than usual. It
// returns their starts.
func (m *minutes) protect(n int) map[int64]bool {
	m.full, m.quiet = true, math.MaxInt64
	if n == 0 {
		return nil
	}
	starts := m.byCount()
	m.quiet = m.usual(starts)
	if len(starts) > n {
		m.quiet = max(m.quiet, m.counts[starts[n-1]])
		starts = starts[:n]
	}
	most := make(map[int64]bool, len(starts))
	for _, at := range starts {
		if m.counts[at] >= m.quiet && m.counts[at] > 0 {
			most[at] = true
		}
	}
	return most
}

// usual is how many events say nothing of a minute: twice the median. A log that has few minutes with events has no usual ones. starts
// are the minutes with events, those with the most first.
func (m *minutes) usual(starts []int64) int64 {
	if middle := m.read / 2; middle < int64(len(starts)) {
		return 2 * m.counts[starts[middle]]
	}
	return 0
}

// byCount returns the minutes with events, those with the most first.
func (m *minutes) byCount() []int64 {
	starts := make([]int64, 0, len(m.counts))
	for at := range m.counts {
		starts = append(starts, at)
	}
	slices.SortFunc(starts, func(a, b int64) int { return cmp.Or(cmp.Compare(m.counts[b], m.counts[a]), cmp.Compare(a, b)) })
	return starts
}

// forget drops the minutes with the fewest events where there are too many.
func (m *minutes) forget() {
	if len(m.counts) <= maxMinutes {
		return
	}
	for _, at := range m.byCount()[maxMinutes/4:] {
		delete(m.counts, at)
	}
}
