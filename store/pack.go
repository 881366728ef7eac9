package store

import (
	"cmp"
	"encoding/binary"
	"slices"
)

// A database holds the cells of a class a minute to the row, packed: a log of little traffic has nearly as many cells as lines.

// minute is the time of one row, µs.
const minute = 60 * second

// minuteRow is a run of cells of one minute and class, in the order of their slots.
type minuteRow struct {
	at    int64
	class int32
	cells []*cell
}

// minutes calls yield for each minute and class of a table; the row is borrowed.
func (t *cellTable) minutes(yield func(*minuteRow)) {
	ordered := make([]*cell, len(t.cells))
	for i := range t.cells {
		ordered[i] = &t.cells[i]
	}
	slices.SortFunc(ordered, func(a, b *cell) int {
		return cmp.Or(cmp.Compare(slotOf(a.at, minute), slotOf(b.at, minute)), cmp.Compare(a.class, b.class), cmp.Compare(a.at, b.at))
	})
	for len(ordered) > 0 {
		row := minuteRow{at: slotOf(ordered[0].at, minute), class: ordered[0].class}
		n := 1
		for n < len(ordered) && ordered[n].class == row.class && slotOf(ordered[n].at, minute) == row.at {
			n++
		}
		row.cells = ordered[:n]
		yield(&row)
		ordered = ordered[n:]
	}
}

// sum adds the cells of a row up.
func (r *minuteRow) sum() (total cell) {
	total = cell{at: r.at, class: r.class}
	for _, c := range r.cells {
		total.merge(c)
	}
	return total
}

// appendCells appends the packed form of the cells to dst: for each the uvarints of its slot within the minute, counted in
// widths, of count, arrived, bytes, first and last, µs since the start of the slot, and its packed histogram.
func (r *minuteRow) appendCells(dst []byte, width int64) []byte {
	for _, c := range r.cells {
		for _, n := range [...]int64{(c.at - r.at) / width, int64(c.count), int64(c.arrived), c.bytes, c.first - c.at, c.last - c.at} {
			dst = binary.AppendUvarint(dst, uint64(n))
		}
		dst = c.appendDurations(dst)
	}
	return dst
}

// unpackCells calls yield for each cell packed into p that starts at from or later and before to. c says their minute and class,
// and is what is yielded. It reports whether p was whole.
func unpackCells(p []byte, width, from, to int64, c *storedCell, yield func(*storedCell)) bool {
	start := c.at
	for len(p) > 0 {
		var n [6]int64
		for i := range n {
			v, size := binary.Uvarint(p)
			if size <= 0 {
				return false
			}
			n[i], p = int64(v), p[size:]
		}
		size := histogramSize(p)
		if size == 0 {
			return false
		}
		c.at = start + n[0]*width
		c.count, c.arrived, c.bytes, c.first, c.last, c.durations = n[1], n[2], n[3], c.at+n[4], c.at+n[5], p[:size]
		p = p[size:]
		if c.at >= from && c.at < to {
			yield(c)
		}
	}
	return true
}
