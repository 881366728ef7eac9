package store

import (
	"reflect"
	"testing"
)

func TestPackedCells(t *testing.T) {
	h := newHarvest()
	for i, at := range []int64{noon + 59*second, noon, noon - 1, noon + second, noon + 60*second, noon} {
		c := h.seconds.at(at, int32(i%2))
		c.count++
		c.arrived += uint32(i)
		c.bytes += int64(i) << 30
		c.durations.observe(i * 20)
	}
	want := map[[8]int64]int{}
	for i := range h.seconds.cells {
		c := &h.seconds.cells[i]
		var durations Histogram
		c.durations.addTo(&durations)
		want[storedCell{at: c.at, first: c.first, last: c.last, class: c.class, count: int64(c.count), arrived: int64(c.arrived), bytes: c.bytes}.plain(&durations)]++
	}
	got := map[[8]int64]int{}
	places := h.seconds.places(nil)
	minutes := 0
	for len(places) > 0 {
		at := places[0].minute
		p := cellPacker{kind: cellKind(Requests)}
		for len(places) > 0 && places[0].minute == at {
			run := runOf(places)
			p.run(int64(run[0].cell.class), run)
			places = places[len(run):]
		}
		minutes++
		whole := unpackCells(p.kind, at, p.packed, func(c *storedCell) {
			var h Histogram
			h.addPacked(c.durations)
			got[c.plain(&h)]++
		})
		if !whole {
			t.Error("the cells were taken for damaged")
		}
		for cut := range p.packed {
			unpackCells(p.kind, at, p.packed[:cut], func(*storedCell) {})
		}
	}
	if minutes != 3 || !reflect.DeepEqual(got, want) {
		t.Errorf("%d minutes with %v, want 3 with %v", minutes, got, want)
	}
}

// Whatever a row holds, nothing outside of it is read, and SQL gets whole rows.
func FuzzUnpackCells(f *testing.F) {
	p := cellPacker{kind: cellKind(Clients)}
	p.clients(noon, []clientShare{{noon, 3, 4, 5}, {noon + EndpointBucket, 3, 1, 1 << 40}})
	f.Add(uint8(Clients), p.packed)
	f.Add(uint8(Events), []byte{2, 3, 0, 1, 0, 5, 9, 1, 7, 1})
	f.Fuzz(func(t *testing.T, kind uint8, packed []byte) {
		n := 0
		unpackCells(cellKind(kind%uint8(numTables)), noon, packed, func(*storedCell) { n++ })
		if 3*n > len(packed) {
			t.Errorf("%d cells in %d bytes", n, len(packed))
		}
		if rows := rollupRows(int64(kind), packed); int64(kind) < int64(numTables) && (len(rows) == 0 || rows[0] != rollupColumns) {
			t.Errorf("the rows begin with %v", rows)
		}
	})
}

// plain makes a cell comparable, with a number that stands for its histogram.
func (c storedCell) plain(h *Histogram) [8]int64 {
	var sum int64
	for i, n := range h {
		sum += int64(i+1) * int64(n)
	}
	return [8]int64{c.at, c.first, c.last, int64(c.class), c.count, c.arrived, c.bytes, sum}
}
