package store

import (
	"encoding/binary"
	"errors"
)

// repacker is the SQL aggregate rollup_pack, by which a migration turns rows of a class and minute, as databases had them once, into one
// of all classes:
//
//	rollup_pack(kind, class, cells)
//	rollup_pack(2, class, slot, count, bytes)
type repacker struct {
	packer cellPacker
	table  cellTable
	places []cellPlace
}

var errNoCells = errors.New("rollup_pack: these are no cells of a roll-up")

// Step adds a row.
func (r *repacker) Step(args ...any) error {
	var n [5]int64
	for i := range min(len(args), len(n)) {
		n[i], _ = args[i].(int64)
	}
	r.packer.kind = cellKind(n[0])
	switch len(args) {
	case 3:
		cells, ok := args[2].([]byte)
		if !ok || n[0] < 0 || n[0] >= int64(numTables) {
			return errNoCells
		}
		return r.cells(n[1], cells)
	case 5:
		r.packer.begin(n[1], 1, false)
		for _, v := range n[2:] {
			r.packer.number(v)
		}
		return nil
	}
	return errNoCells
}

// cells packs the cells of a class anew: for each there are the uvarints of its slot within the minute, of count, arrived, bytes, first and
// last, µs since the start of the slot, and its packed histogram.
func (r *repacker) cells(class int64, p []byte) error {
	r.table.clear()
	r.table.width = r.packer.kind.width()
	for len(p) > 0 && r.table.room() > 0 {
		var n [6]int64
		for i := range n {
			v, size := binary.Uvarint(p)
			if size <= 0 {
				return errNoCells
			}
			n[i], p = int64(v), p[size:]
		}
		size := histogramSize(p)
		if size == 0 {
			return errNoCells
		}
		at := n[0] * r.table.width
		r.table.find(at, 0).include(&storedCell{at: at, count: n[1], arrived: n[2], bytes: n[3], first: at + n[4], last: at + n[5], durations: p[:size]})
		p = p[size:]
	}
	if len(r.table.cells) == 0 {
		return nil
	}
	r.places = r.table.places(r.places)
	r.packer.run(class, r.places)
	return nil
}

// Done returns the row.
func (r *repacker) Done() ([]byte, error) { return r.packer.packed, nil }
