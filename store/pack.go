package store

import (
	"encoding/binary"
	"slices"
)

// A database holds the cells of a minute to the row, packed: a log of little traffic has nearly as many cells as lines. The packed form is
// that of one class after the other:
//
//	class   varint, less that of the class before
//	cells   uvarint: their number, doubled, and 1 where they have durations
//	a cell  uvarints: its slot within the minute, counted in widths, less that of the cell before; count; of Requests arrived; bytes;
//	        of Events first, µs since the start of the slot, and last, µs since first; then the packed histogram where there are durations

// minute is the time of one row, µs.
const minute = 60 * second

// cellPlace is where a cell stands among the others of its table.
type cellPlace struct {
	minute, slot int64 // slot: class, and µs since the start of the minute
	cell         *cell
}

// slotBits is room for the µs of a minute.
const slotBits = 26

// places puts the cells of a table in the order of their minutes, classes and slots; it uses room for the answer.
func (t *cellTable) places(room []cellPlace) []cellPlace {
	room = room[:0]
	for i := range t.cells {
		c := &t.cells[i]
		at := slotOf(c.at, minute)
		room = append(room, cellPlace{at, int64(c.class)<<slotBits | (c.at - at), c})
	}
	slices.SortFunc(room, func(a, b cellPlace) int {
		if a.minute != b.minute {
			return compareInt(a.minute, b.minute)
		}
		return compareInt(a.slot, b.slot)
	})
	return room
}

// runOf returns the places at the front that are of one minute and class.
func runOf(places []cellPlace) []cellPlace {
	n := 1
	for n < len(places) && places[n].minute == places[0].minute && places[n].cell.class == places[0].cell.class {
		n++
	}
	return places[:n]
}

// cellPacker packs cells of one kind and minute. The zero value, with kind set, is ready.
type cellPacker struct {
	kind   cellKind
	class  int64
	packed []byte
}

// reset begins anew and keeps the memory.
func (p *cellPacker) reset() { p.class, p.packed = 0, p.packed[:0] }

// begin begins a class with n cells.
func (p *cellPacker) begin(class int64, n int, durations bool) {
	p.packed = binary.AppendVarint(p.packed, class-p.class)
	p.class = class
	head := uint64(n) << 1
	if durations {
		head |= 1
	}
	p.packed = binary.AppendUvarint(p.packed, head)
}

// number adds a number of a cell.
func (p *cellPacker) number(n int64) { p.packed = binary.AppendUvarint(p.packed, uint64(n)) }

// run packs the cells of one class.
func (p *cellPacker) run(class int64, places []cellPlace) {
	durations := slices.ContainsFunc(places, func(o cellPlace) bool { return !o.cell.durations.empty() })
	p.begin(class, len(places), durations)
	before, width := int64(0), p.kind.width()
	for _, o := range places {
		c := o.cell
		slot := (c.at - o.minute) / width
		p.number(slot - before)
		before = slot
		p.number(int64(c.count))
		if p.kind == cellKind(Requests) {
			p.number(int64(c.arrived))
		}
		p.number(c.bytes)
		if p.kind == cellKind(Events) {
			p.number(c.first - c.at)
			p.number(c.last - c.first)
		}
		if durations {
			p.packed = c.appendDurations(p.packed)
		}
	}
}

// cellReader reads what a cellPacker has packed.
type cellReader struct {
	kind cellKind
	p    []byte
	bad  bool
}

func (r *cellReader) number() int64 {
	v, size := binary.Uvarint(r.p)
	if size <= 0 {
		r.bad, r.p = true, nil
		return 0
	}
	r.p = r.p[size:]
	return int64(v)
}

func (r *cellReader) signed() int64 {
	v, size := binary.Varint(r.p)
	if size <= 0 {
		r.bad, r.p = true, nil
		return 0
	}
	r.p = r.p[size:]
	return v
}

// unpackCells calls yield for each cell packed into p, of a minute that starts at at, in the order they were packed in. The cell is
// borrowed. It reports whether p was whole.
func unpackCells(kind cellKind, at int64, p []byte, yield func(*storedCell)) bool {
	r := cellReader{kind: kind, p: p}
	var c storedCell
	for len(r.p) > 0 {
		c.class = int32(int64(c.class) + r.signed())
		head := r.number()
		slot := int64(0)
		for range head >> 1 {
			slot += r.number()
			c.at = at + slot*kind.width()
			r.cell(&c, head&1 == 1)
			if r.bad {
				return false
			}
			yield(&c)
		}
	}
	return !r.bad
}

// cell reads the rest of a cell, whose slot is known.
func (r *cellReader) cell(c *storedCell, durations bool) {
	c.count, c.arrived, c.first, c.last, c.durations = r.number(), 0, c.at, c.at, nil
	if r.kind == cellKind(Requests) {
		c.arrived = r.number()
	}
	c.bytes = r.number()
	if r.kind == cellKind(Events) {
		c.first += r.number()
		c.last = c.first + r.number()
	}
	if !durations || r.bad {
		return
	}
	size := histogramSize(r.p)
	r.bad = size == 0
	c.durations, r.p = r.p[:size], r.p[size:]
}
