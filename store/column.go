package store

import (
	"slices"
)

// cellColumn holds cells at rest, compactly.
type cellColumn struct {
	cells     []restingCell
	durations []byte
	unsorted  bool
}

// restingCell is a cell with its histogram packed away.
type restingCell struct {
	at             int64
	bytes          int64
	class          int32
	count, arrived uint32
	first, last    int64  // µs, unshifted
	durations      uint32 // where they begin; 0: none
}

func (k *cellColumn) add(c *cell, class int32) {
	r := restingCell{
		at: c.at, bytes: c.bytes, class: class, count: c.count, arrived: c.arrived,
		first: c.first, last: c.last,
	}
	if len(k.durations) == 0 {
		k.durations = append(k.durations, 0)
	}
	if begin := len(k.durations); begin < 1<<32-1024 {
		k.durations = appendHistogram(k.durations, &c.durations)
		if k.durations[begin] == 0 {
			k.durations = k.durations[:begin]
		} else {
			r.durations = uint32(begin)
		}
	}
	k.unsorted = k.unsorted || len(k.cells) > 0 && k.cells[len(k.cells)-1].at > r.at
	k.cells = append(k.cells, r)
}

// sorted returns the cells in the order of their starts.
func (k *cellColumn) sorted() []restingCell {
	if k.unsorted {
		slices.SortStableFunc(k.cells, func(a, b restingCell) int { return compareInt(a.at, b.at) })
		k.unsorted = false
	}
	return k.cells
}

func (k *cellColumn) unpack(r *restingCell, c *storedCell) {
	*c = storedCell{
		at: r.at, first: r.first, last: r.last, class: r.class,
		count: int64(r.count), arrived: int64(r.arrived), bytes: r.bytes,
	}
	if r.durations > 0 {
		c.durations = k.durations[r.durations:]
	}
}

// firstAt returns the index of the first cell that starts at from or later.
func firstAt(cells []restingCell, from int64) int {
	i, _ := slices.BinarySearchFunc(cells, from, func(c restingCell, from int64) int { return compareInt(c.at, from) })
	return i
}
