package store

import "math/bits"

// cell counts what one class of records did in one slot of time. It fills two lines of the cache.
type cell struct {
	at             int64 // start of the slot, µs, as the log tells it (unshifted)
	bytes          int64
	first, last    int64 // µs, unshifted, of what is counted; events only
	class          int32
	count, arrived uint32
	durations      durationCounts
}

// reset makes c a cell that has counted nothing. It must have been a proper cell before.
func (c *cell) reset(at int64, class int32) {
	c.durations.reset()
	c.at, c.class, c.count, c.arrived, c.bytes, c.first, c.last = at, class, 0, 0, 0, at, at
}

// appendDurations appends the packed durations to dst: see appendHistogram.
func (c *cell) appendDurations(dst []byte) []byte { return c.durations.appendPacked(dst) }

// maxCells bounds a cellTable: it is drained when it is full.
const maxCells = 4096

// cellTable holds the cells that are being counted, found by slot and class. It grows to maxCells and never shrinks, so that
// counting allocates nothing once it is warm. The zero value, with width set, is ready.
type cellTable struct {
	width int64 // of a slot, µs
	slot  int64 // start of the one met last
	cells []cell
	index []int32 // open addressing; cell number + 1, 0 is free
	last  int32   // cell found last, + 1
}

// room is how many cells may be added before the table has to be drained.
func (t *cellTable) room() int {
	return maxCells - len(t.cells)
}

// slotOf returns the start of the slot a time falls in.
func slotOf(time, width int64) int64 {
	at := slotsIn(time, width) * width
	if at > time {
		at -= width
	}
	return at
}

// slotsIn is how many slots of a width fit into a time. To divide by what is known is many times as fast, and most widths are these.
func slotsIn(time, width int64) int64 {
	switch width {
	case second:
		return time / second
	case EndpointBucket:
		return time / EndpointBucket
	}
	return time / width
}

// at returns the cell of class in the slot of time. The caller has made sure that there is room.
func (t *cellTable) at(time int64, class int32) *cell {
	if time < t.slot || time >= t.slot+t.width {
		t.slot = slotOf(time, t.width)
	}
	return t.find(t.slot, class)
}

// earlier is at for a time in front of the one met last, which stays so.
func (t *cellTable) earlier(time int64, class int32) *cell {
	return t.find(slotOf(time, t.width), class)
}

// find returns the cell of class in the slot that begins at slot.
func (t *cellTable) find(slot int64, class int32) *cell {
	if t.last > 0 {
		if c := &t.cells[t.last-1]; c.at == slot && c.class == class {
			return c
		}
	}
	if 2*len(t.cells) >= len(t.index) {
		t.grow()
	}
	mask := uint64(len(t.index) - 1)
	for i := hashOfCell(slot, class) & mask; ; i = (i + 1) & mask {
		n := t.index[i]
		if n == 0 {
			t.index[i] = t.add(slot, class)
			return &t.cells[t.last-1]
		}
		if c := &t.cells[n-1]; c.at == slot && c.class == class {
			t.last = n
			return c
		}
	}
}

func (t *cellTable) add(slot int64, class int32) int32 {
	if len(t.cells) < cap(t.cells) {
		t.cells = t.cells[:len(t.cells)+1]
	} else {
		t.cells = append(t.cells, cell{})
		clear(t.cells[len(t.cells):cap(t.cells)]) // memory that is read before it is written is mapped twice
	}
	t.last = int32(len(t.cells))
	t.cells[t.last-1].reset(slot, class)
	return t.last
}

func hashOfCell(slot int64, class int32) uint64 {
	h := (uint64(slot) + uint64(class)<<44) * 0x9E3779B97F4A7C15
	return bits.RotateLeft64(h, 29) * 0xBF58476D1CE4E5B9 >> 20
}

func (t *cellTable) grow() {
	size := max(64, 2*len(t.index))
	t.index = make([]int32, size)
	mask := uint64(size - 1)
	for n := range t.cells {
		i := hashOfCell(t.cells[n].at, t.cells[n].class) & mask
		for t.index[i] != 0 {
			i = (i + 1) & mask
		}
		t.index[i] = int32(n + 1)
	}
}

// span notes the time of more, which is not counted yet.
func (c *cell) span(time int64) {
	if c.count == 0 {
		c.first, c.last = time, time
	}
	c.first, c.last = min(c.first, time), max(c.last, time)
}

// clear forgets all cells but keeps their room.
func (t *cellTable) clear() {
	if len(t.cells) == 0 {
		return
	}
	t.cells = t.cells[:0]
	clear(t.index)
	t.last = 0
}
