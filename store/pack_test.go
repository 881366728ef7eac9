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
		c.span(at)
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
	rows := 0
	h.seconds.minutes(func(r *minuteRow) {
		rows++
		packed := r.appendCells(nil, second)
		c := storedCell{at: r.at, class: r.class}
		whole := unpackCells(packed, second, firstMoment, lastMoment, &c, func(c *storedCell) {
			var h Histogram
			h.addPacked(c.durations)
			got[c.plain(&h)]++
		})
		if !whole {
			t.Error("the cells were taken for damaged")
		}
		for cut := range packed {
			c := storedCell{at: r.at}
			unpackCells(packed[:cut], second, firstMoment, lastMoment, &c, func(*storedCell) {})
		}
	})
	if rows != 4 || !reflect.DeepEqual(got, want) {
		t.Errorf("%d rows with %v, want 4 with %v", rows, got, want)
	}
}

// plain makes a cell comparable, with a number that stands for its histogram.
func (c storedCell) plain(h *Histogram) [8]int64 {
	var sum int64
	for i, n := range h {
		sum += int64(i+1) * int64(n)
	}
	return [8]int64{c.at, c.first, c.last, int64(c.class), c.count, c.arrived, c.bytes, sum}
}
