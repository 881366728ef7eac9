package store

import "encoding/binary"

// packedCells reads cells at rest from their front: see cellChunk.
type packedCells struct {
	at    int64 // start of the slot of the cell that is read
	class int32
	left  []byte
	cell  storedCell
}

// next reads the slot and the class of a cell, and returns its flags. The rest has to be read or passed.
func (p *packedCells) next() (flags byte) {
	flags = p.left[0]
	p.left = p.left[1:]
	p.at += p.signed() * second
	p.class = int32(p.unsigned())
	return flags
}

// packedNumbers is how many numbers the flags tell of.
var packedNumbers = func() (numbers [packedDurations]uint8) {
	for flags := range numbers {
		for _, told := range []struct{ flag, numbers int }{{packedCount, 1}, {packedArrived, 1}, {packedBytes, 1}, {packedSpan, 2}} {
			if flags&told.flag != 0 {
				numbers[flags] += uint8(told.numbers)
			}
		}
	}
	return numbers
}()

// pass goes beyond the rest of a cell.
func (p *packedCells) pass(flags byte) {
	at := 0
	for n := packedNumbers[flags&(packedDurations-1)]; n > 0; at++ {
		if p.left[at] < 0x80 {
			n--
		}
	}
	if flags&packedDurations != 0 {
		at += histogramSize(p.left[at:])
	}
	p.left = p.left[at:]
}

// read reads the rest of a cell.
func (p *packedCells) read(flags byte) {
	c := &p.cell
	*c = storedCell{at: p.at, first: p.at, last: p.at, class: p.class, count: 1}
	if flags&packedCount != 0 {
		c.count = int64(p.unsigned())
	}
	if flags&packedArrived != 0 {
		c.arrived = int64(p.unsigned())
	}
	if flags&packedBytes != 0 {
		c.bytes = p.signed()
	}
	if flags&packedSpan != 0 {
		c.first += p.signed()
		c.last = c.first + p.signed()
	}
	if flags&packedDurations != 0 {
		size := histogramSize(p.left)
		c.durations = p.left[:size]
		p.left = p.left[size:]
	}
}

func (p *packedCells) unsigned() uint64 {
	if b := p.left; len(b) > 0 && b[0] < 0x80 {
		p.left = b[1:]
		return uint64(b[0])
	}
	return p.long()
}

func (p *packedCells) signed() int64 {
	v := p.unsigned()
	return int64(v>>1) ^ -int64(v&1)
}

// long is unsigned for more than a byte.
func (p *packedCells) long() uint64 {
	v, n := binary.Uvarint(p.left)
	p.left = p.left[max(n, 1):]
	return v
}
