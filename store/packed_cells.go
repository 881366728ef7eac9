package store

// packedCells reads cells at rest from their front: see cellChunk.
type packedCells struct {
	packed []byte
	place  int // where the next cell, or what is left of the one that is read, begins
	cell   storedCell
}

// next reads the slot and the class of a cell, and returns its flags. The rest has to be read or passed.
func (p *packedCells) next() (flags byte) {
	flags = p.packed[p.place]
	slot, at := unsigned(p.packed, p.place+1)
	class, at := unsigned(p.packed, at)
	p.cell.at += signed(slot) * second
	p.cell.class = int32(class)
	p.place = at
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
	at := p.place
	for n := packedNumbers[flags&(packedDurations-1)]; n > 0; at++ {
		if p.packed[at] < 0x80 {
			n--
		}
	}
	if flags&packedDurations != 0 {
		at += histogramSize(p.packed[at:])
	}
	p.place = at
}

// read reads the rest of a cell.
func (p *packedCells) read(flags byte) {
	c, packed, at := &p.cell, p.packed, p.place
	count, arrived, bytes, first, last := uint64(1), uint64(0), uint64(0), uint64(0), uint64(0)
	if flags&packedCount != 0 {
		count, at = unsigned(packed, at)
	}
	if flags&packedArrived != 0 {
		arrived, at = unsigned(packed, at)
	}
	if flags&packedBytes != 0 {
		bytes, at = unsigned(packed, at)
	}
	if flags&packedSpan != 0 {
		first, at = unsigned(packed, at)
		last, at = unsigned(packed, at)
	}
	c.count, c.arrived, c.bytes = int64(count), int64(arrived), signed(bytes)
	c.first = c.at + signed(first)
	c.last = c.first + signed(last)
	c.durations = nil
	if flags&packedDurations != 0 {
		begin := at
		at += histogramSize(packed[at:])
		c.durations = packed[begin:at]
	}
	p.place = at
}

// unsigned reads a uvarint, and returns where it ends.
func unsigned(packed []byte, at int) (uint64, int) {
	if b := packed[at]; b < 0x80 {
		return uint64(b), at + 1
	}
	return long(packed, at)
}

// long is unsigned for more than a byte.
func long(packed []byte, at int) (uint64, int) {
	v := uint64(packed[at] & 0x7f)
	for shift := 7; ; shift += 7 {
		at++
		b := packed[at]
		v |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return v, at + 1
		}
	}
}

// signed is a varint that was read as a uvarint.
func signed(v uint64) int64 { return int64(v>>1) ^ -int64(v&1) }
