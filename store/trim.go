package store

import (
	"slices"
	"strings"
)

// trimmer finds the busiest endpoints of a slot. It keeps its memory.
type trimmer struct {
	counts  map[int32]int64
	ordered []int32
	merged  map[int32]int // traffic class of Other → its cell
}

// slots turns the cells of all but the heaviest endpoints of every slot into cells of Other.
func (t *trimmer) slots(table *cellTable, names []string) {
	cells := table.cells
	slices.SortFunc(cells, func(a, b cell) int { return compareInt(a.at, b.at) })
	keep := 0
	for start := 0; start < len(cells); {
		end := start
		for end < len(cells) && cells[end].at == cells[start].at {
			end++
		}
		keep += t.slot(cells[start:end], cells[keep:keep+end-start], names)
		start = end
	}
	table.cells = cells[:keep]
}

// slot trims one slot into dst, which begins at or before cells in the same array, and returns how many cells remain.
func (t *trimmer) slot(cells, dst []cell, names []string) int {
	if t.counts == nil {
		t.counts, t.merged = make(map[int32]int64), make(map[int32]int)
	}
	clear(t.counts)
	for i := range cells {
		endpoint, _, _ := splitTrafficClass(cells[i].class)
		t.counts[endpoint] += int64(cells[i].count)
	}
	t.rank(names)
	clear(t.merged)
	n := 0
	for i := range cells {
		endpoint, status, zoned := splitTrafficClass(cells[i].class)
		if _, stays := t.counts[endpoint]; stays {
			dst[n] = cells[i]
			n++
			continue
		}
		class := trafficClass(otherNumber, status, zoned)
		if at, ok := t.merged[class]; ok {
			dst[at].merge(&cells[i])
			continue
		}
		dst[n] = cells[i]
		dst[n].class = class
		t.merged[class] = n
		n++
	}
	return n
}

// rank takes all but the heaviest endpoints out of counts.
func (t *trimmer) rank(names []string) {
	if len(t.counts) <= heaviest {
		return
	}
	t.ordered = t.ordered[:0]
	for endpoint := range t.counts {
		t.ordered = append(t.ordered, endpoint)
	}
	slices.SortFunc(t.ordered, func(a, b int32) int {
		if d := compareInt(t.counts[b], t.counts[a]); d != 0 {
			return d
		}
		return strings.Compare(names[a], names[b])
	})
	for _, endpoint := range t.ordered[heaviest:] {
		delete(t.counts, endpoint)
	}
}

func (c *cell) merge(o *cell) {
	c.count += o.count
	c.arrived += o.arrived
	c.bytes += o.bytes
	c.durations.Add(&o.durations)
}

func compareInt(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
