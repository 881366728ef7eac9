package store

import (
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
	total cell // see sum
}

// cellPlace is where a cell stands among the others of its table.
type cellPlace struct {
	minute, slot int64 // slot: class, and µs since the start of the minute
	cell         *cell
}

// slotBits is room for the µs of a minute.
const slotBits = 26

// minutes calls yield for each minute and class of a table; the row is borrowed.
func (t *cellTable) minutes(yield func(*minuteRow)) {
	places := make([]cellPlace, len(t.cells))
	for i := range t.cells {
		c := &t.cells[i]
		at := slotOf(c.at, minute)
		places[i] = cellPlace{at, int64(c.class)<<slotBits | (c.at - at), c}
	}
	slices.SortFunc(places, func(a, b cellPlace) int {
		if a.minute != b.minute {
			return compareInt(a.minute, b.minute)
		}
		return compareInt(a.slot, b.slot)
	})
	var row minuteRow
	for from := 0; from < len(places); from += len(row.cells) {
		row.at, row.class, row.cells = places[from].minute, places[from].cell.class, row.cells[:0]
		for _, p := range places[from:] {
			if p.minute != row.at || p.cell.class != row.class {
				break
			}
			row.cells = append(row.cells, p.cell)
		}
		yield(&row)
	}
}

// sum adds the cells of a row up. What it returns is borrowed until the next row.
func (r *minuteRow) sum() *cell {
	if len(r.cells) == 1 {
		return r.cells[0]
	}
	r.total.reset(r.at, r.class)
	for _, c := range r.cells {
		r.total.merge(c)
	}
	return &r.total
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
