package clickhouse

import (
	"encoding/binary"
	"io"
	"math"
	"strings"
)

// block gathers rows by column, in the form of the format Native, which a server takes whole or not at all: one that is cut off
// anywhere is refused. A row mentions only what is not empty in it. The zero value is an empty block.
type block struct {
	columns [numColumns]cells
	rows    int // whole ones
	size    int // bytes, about
}

// cells is one column of a block.
type cells struct {
	rows int    // that are in data; those behind are empty
	data []byte // values; of arrays the elements
	ends []byte // of arrays: where each ends, as UInt64
	n    uint64 // elements of arrays
	gaps []gap
}

// gap is rows that are empty in a column. They are made only where the block is written: what tells of the source has a row in a thousand.
type gap struct {
	data, ends int // bytes in front of it
	rows       int
	n          uint64 // elements of arrays in front of it
}

// width is the size of a value of fixed size, 0 for texts and arrays.
func width(kind string) int {
	switch kind {
	case tUInt8:
		return 1
	case tInt32, tUInt32:
		return 4
	case tInt64, tUInt64, tFloat:
		return 8
	}
	return 0
}

// pad makes the rows before row empty where they were not mentioned.
func (k *cells) pad(row int) {
	if missing := row - k.rows; missing > 0 {
		k.gaps = append(k.gaps, gap{len(k.data), len(k.ends), missing, k.n})
	}
	k.rows = row
}

// array reports whether the values of a column are arrays.
func (c column) array() bool { return strings.HasPrefix(specs[c].kind, "Array") }

// empty is how many bytes an empty value of a column takes in data.
func (c column) empty() int {
	if c.array() {
		return 0
	}
	return max(width(specs[c].kind), 1)
}

// at returns the column to append a value of the current row to.
func (b *block) at(c column) *cells {
	k := &b.columns[c]
	if k.rows < b.rows {
		k.pad(b.rows)
	}
	k.rows++
	return k
}

func (b *block) uint8(c column, v uint8) {
	if v != 0 {
		k := b.at(c)
		k.data = append(k.data, v)
	}
}

func (b *block) bool(c column, v bool) {
	if v {
		b.uint8(c, 1)
	}
}

func (b *block) int32(c column, v int32) {
	if v != 0 {
		k := b.at(c)
		k.data = binary.LittleEndian.AppendUint32(k.data, uint32(v))
	}
}

func (b *block) int64(c column, v int64) {
	if v != 0 {
		k := b.at(c)
		k.data = binary.LittleEndian.AppendUint64(k.data, uint64(v))
	}
}

func (b *block) float64(c column, v float64) {
	b.int64(c, int64(math.Float64bits(v)))
}

func (b *block) text(c column, v string) {
	if v != "" {
		k := b.at(c)
		k.data = append(binary.AppendUvarint(k.data, uint64(len(v))), v...)
		b.size += len(v)
	}
}

// array begins an array of n elements, which the caller appends.
func (b *block) array(c column, n int) *cells {
	k := b.at(c)
	k.n += uint64(n)
	k.ends = binary.LittleEndian.AppendUint64(k.ends, k.n)
	return k
}

func (b *block) bytes(c column, v []uint8) {
	if len(v) > 0 {
		k := b.array(c, len(v))
		k.data = append(k.data, v...)
	}
}

func (b *block) counts(c column, v []uint32) {
	if len(v) == 0 {
		return
	}
	k := b.array(c, len(v))
	for _, n := range v {
		k.data = binary.LittleEndian.AppendUint32(k.data, n)
	}
}

func (b *block) longs(c column, v []int64) {
	if len(v) == 0 {
		return
	}
	k := b.array(c, len(v))
	for _, n := range v {
		k.data = binary.LittleEndian.AppendUint64(k.data, uint64(n))
	}
}

func (b *block) texts(c column, v []string) {
	if len(v) == 0 {
		return
	}
	k := b.array(c, len(v))
	for _, s := range v {
		k.data = append(binary.AppendUvarint(k.data, uint64(len(s))), s...)
	}
}

// end completes a row.
func (b *block) end() {
	b.rows++
	b.size += 64
}

// used lists the columns in which any row has something, which are those that are sent.
func (b *block) used() (columns []column) {
	for c := range numColumns {
		if b.columns[c].rows > 0 {
			columns = append(columns, c)
		}
	}
	return columns
}

// insert is the statement that takes the block.
func (b *block) insert(table string) string {
	var names []string
	for _, c := range b.used() {
		names = append(names, c.String())
	}
	return "INSERT INTO " + table + " (" + strings.Join(names, ", ") + ") FORMAT Native"
}

// native is how many bytes the block has in the format Native, at most.
func (b *block) native() (size int) {
	size = 2 * binary.MaxVarintLen64
	for _, c := range b.used() {
		k := &b.columns[c]
		k.pad(b.rows)
		size += 2*binary.MaxVarintLen64 + len(specs[c].name) + len(specs[c].kind) + len(k.ends) + len(k.data)
		for _, g := range k.gaps {
			size += g.rows * max(c.empty(), 8)
		}
	}
	return size
}

// writeNative writes the block in the format Native.
func (b *block) writeNative(to io.Writer) error {
	used := b.used()
	head := binary.AppendUvarint(nil, uint64(len(used)))
	head = binary.AppendUvarint(head, uint64(b.rows))
	for _, c := range used {
		k := &b.columns[c]
		k.pad(b.rows)
		for _, text := range [...]string{specs[c].name, specs[c].kind} {
			head = append(binary.AppendUvarint(head, uint64(len(text))), text...)
		}
		if _, err := to.Write(head); err != nil {
			return err
		}
		if err := k.write(to, c); err != nil {
			return err
		}
		head = head[:0]
	}
	return nil
}

// write writes the values of a column.
func (k *cells) write(to io.Writer, c column) error {
	at := 0
	if c.array() {
		for _, g := range k.gaps {
			if _, err := to.Write(k.ends[at:g.ends]); err != nil {
				return err
			}
			if err := writeEnds(to, g.n, g.rows); err != nil {
				return err
			}
			at = g.ends
		}
		if _, err := to.Write(k.ends[at:]); err != nil {
			return err
		}
		_, err := to.Write(k.data)
		return err
	}
	for _, g := range k.gaps {
		if _, err := to.Write(k.data[at:g.data]); err != nil {
			return err
		}
		if err := writeZeros(to, g.rows*c.empty()); err != nil {
			return err
		}
		at = g.data
	}
	_, err := to.Write(k.data[at:])
	return err
}

var zeros [4096]byte

func writeZeros(to io.Writer, size int) error {
	for size > 0 {
		n, err := to.Write(zeros[:min(size, len(zeros))])
		if err != nil {
			return err
		}
		size -= n
	}
	return nil
}

// writeEnds writes where empty arrays end, behind n elements.
func writeEnds(to io.Writer, n uint64, rows int) error {
	if n == 0 {
		return writeZeros(to, 8*rows)
	}
	var ends []byte
	for range min(rows, len(zeros)/8) {
		ends = binary.LittleEndian.AppendUint64(ends, n)
	}
	for left := 8 * rows; left > 0; left -= len(ends) {
		if _, err := to.Write(ends[:min(left, len(ends))]); err != nil {
			return err
		}
	}
	return nil
}

// clear empties the block and keeps its memory.
func (b *block) clear() {
	for c := range b.columns {
		k := &b.columns[c]
		k.rows, k.n, k.data, k.ends, k.gaps = 0, 0, k.data[:0], k.ends[:0], k.gaps[:0]
	}
	b.rows, b.size = 0, 0
}
