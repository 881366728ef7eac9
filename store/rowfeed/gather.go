package rowfeed

import "encoding/binary"

// Gathered are rows of integers in one value, as the aggregate rowgather makes them, so that a row of an answer does not cross from C into Go
// by itself:
//
//	SELECT rowgather(a, b) FROM t
//
// It takes up to 8 columns, and has NULL where there are no rows. Each value is a varint, less the value above it.
type Gathered struct {
	packed []byte
	values []int64
}

// NewGathered reads what rowgather has made of rows of width values.
func NewGathered(packed []byte, width int) Gathered {
	return Gathered{packed, make([]int64, width)}
}

// Next returns the next row, which is borrowed; false behind the last one, or where the rest is damaged.
func (g *Gathered) Next() (row []int64, ok bool) {
	for i := range g.values {
		difference, size := binary.Varint(g.packed)
		if size <= 0 {
			g.packed = nil
			return nil, false
		}
		g.values[i] += difference
		g.packed = g.packed[size:]
	}
	return g.values, true
}

// Len returns how many rows are left.
func (g *Gathered) Len() int {
	ends := 0
	for _, b := range g.packed {
		ends += int(^b >> 7) // of varints
	}
	return ends / len(g.values)
}
