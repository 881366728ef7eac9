package store

import (
	"bytes"
	"encoding/binary"
)

// cellColumn holds cells at rest, packed: some ten bytes each. It is a list of chunks, so that reading passes over what lies outside
// of the time asked for.
type cellColumn struct {
	chunks []cellChunk
	size   int   // bytes
	reach  int64 // how far behind the start of its slot a cell may tell of, µs
}

// cellChunk is a run of packed cells in the order they came in. Each is a byte of flags, the varint of its slot (the distance to that
// of the cell in front, in seconds), the uvarint of its class, and what the flags tell of.
type cellChunk struct {
	from, to int64 // starts of the first and the last slot
	last     int64 // start of the slot of the cell added last
	width    int64 // what its slots were coarsened to, 0 if some were not
	packed   []byte
	pieces   []chunkPiece
}

// chunkPiece is a part of a chunk that may be passed over.
type chunkPiece struct {
	from, to int64 // starts of the first and the last slot
	before   int64 // start of the slot of the cell in front of it
	begin    int   // where it begins in packed
}

// What a packed cell has beside its slot and class: a count that is not told is 1, all else is 0.
const (
	packedCount = 1 << iota
	packedArrived
	packedBytes
	packedSpan
	packedDurations
)

// chunkSize is when a chunk is not added to any more, in bytes.
const chunkSize = 48 << 10

// pieceSize is when another piece of a chunk begins, in bytes.
const pieceSize = 2 << 10

// add puts a cell to rest under a class of the owner's, whose slot is of the given width: see cellChunk.
func (k *cellColumn) add(c *cell, class int32, width int64) {
	k.reach = max(k.reach, c.last-c.at)
	chunk := k.open(width)
	before := len(chunk.packed)
	chunk.add(c, class)
	k.size += len(chunk.packed) - before
}

// open returns the chunk for cells of a width: one of the last two, or else a new one.
func (k *cellColumn) open(width int64) *cellChunk {
	n := len(k.chunks)
	for i := n - 1; i >= 0 && i >= n-2; i-- {
		if c := &k.chunks[i]; c.width == width && len(c.packed) <= chunkSize {
			return c
		}
	}
	k.chunks = append(k.chunks, cellChunk{from: lastMoment, to: firstMoment, width: width, packed: k.trimmed(width)})
	return &k.chunks[n]
}

// trimmed cuts the chunk that was added to last to its size, and returns its room for another.
func (k *cellColumn) trimmed(width int64) []byte {
	for i := len(k.chunks) - 1; i >= 0; i-- {
		last := &k.chunks[i]
		if last.width != width {
			continue
		}
		size := len(last.packed)
		if cap(last.packed)-size <= size/8 {
			return nil
		}
		room := last.packed[:0]
		last.packed = bytes.Clone(last.packed)
		return room
	}
	return nil
}

func (k *cellChunk) add(c *cell, class int32) {
	var room [1 + 8*binary.MaxVarintLen64]byte
	b := binary.AppendVarint(room[:1], (c.at-k.last)/second)
	b = binary.AppendUvarint(b, uint64(class))
	if c.count != 1 {
		b[0] |= packedCount
		b = binary.AppendUvarint(b, uint64(c.count))
	}
	if c.arrived != 0 {
		b[0] |= packedArrived
		b = binary.AppendUvarint(b, uint64(c.arrived))
	}
	if c.bytes != 0 {
		b[0] |= packedBytes
		b = binary.AppendVarint(b, c.bytes)
	}
	if c.first != c.at || c.last != c.at {
		b[0] |= packedSpan
		b = binary.AppendVarint(b, c.first-c.at)
		b = binary.AppendVarint(b, c.last-c.first)
	}
	if !c.durations.empty() {
		b[0] |= packedDurations
	}
	piece := k.piece()
	piece.from, piece.to = min(piece.from, c.at), max(piece.to, c.at)
	k.packed = append(k.packed, b...)
	if !c.durations.empty() {
		k.packed = c.appendDurations(k.packed)
	}
	k.from, k.to, k.last = min(k.from, c.at), max(k.to, c.at), c.at
}

// piece returns the one that is added to.
func (k *cellChunk) piece() *chunkPiece {
	n := len(k.pieces)
	if n == 0 || len(k.packed) >= k.pieces[n-1].begin+pieceSize {
		k.pieces = append(k.pieces, chunkPiece{from: lastMoment, to: firstMoment, before: k.last, begin: len(k.packed)})
		n++
	}
	return &k.pieces[n-1]
}

// each yields the cells of a span in no particular order. It may leave out those of classes that are not wanted; nil: all are.
func (k *cellColumn) each(from, to int64, classes *places, yield func(*storedCell)) {
	for i := range k.chunks {
		if c := &k.chunks[i]; c.to >= from && c.from < to {
			c.each(from, to, classes, yield)
		}
	}
}

// each yields the cells of a chunk that start at from or later and before to. The cell is borrowed.
func (k *cellChunk) each(from, to int64, classes *places, yield func(*storedCell)) {
	var p packedCells
	for i := range k.pieces {
		piece, end := &k.pieces[i], len(k.packed)
		if piece.to < from || piece.from >= to {
			continue
		}
		if i+1 < len(k.pieces) {
			end = k.pieces[i+1].begin
		}
		p.packed, p.place, p.cell.at = k.packed[:end], piece.begin, piece.before
		for p.place < end {
			flags := p.next()
			if p.cell.at < from || p.cell.at >= to || classes.refuse(p.cell.class) {
				p.pass(flags)
				continue
			}
			p.read(flags)
			yield(&p.cell)
		}
	}
}

// next returns the start of the first cell that starts at from or later, or just from where it is in the middle of many.
func (k *cellColumn) next(from int64) (at int64, ok bool) {
	at = lastMoment
	for i := range k.chunks {
		c := &k.chunks[i]
		switch {
		case c.to < from || c.from >= at:
		case c.from >= from:
			at = c.from
		case c.isDense():
			at = from
		default:
			c.each(from, at, nil, func(c *storedCell) { at = min(at, c.at) })
		}
	}
	return at, at < lastMoment
}

// isDense reports whether a chunk has so many cells for its time that there is nothing to pass over between them.
func (k *cellChunk) isDense() bool { return (k.to-k.from)/minute < int64(len(k.packed)) }
