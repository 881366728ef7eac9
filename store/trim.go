package store

import (
	"slices"
	"strings"
)

// trimmer finds the busiest endpoints of a slot. It keeps its memory.
type trimmer struct {
	ordered []*cell         // by slot
	counts  []int64         // by endpoint; 0 where it is not among touched
	touched []int32         // endpoints of the slot
	merged  map[int32]*cell // traffic class of Other → its cell
}

// slots turns the cells of all but the heaviest endpoints of every slot into cells of Other.
func (t *trimmer) slots(table *cellTable, names []string) {
	t.ordered = t.ordered[:0]
	for i := range table.cells {
		t.ordered = append(t.ordered, &table.cells[i])
	}
	slices.SortFunc(t.ordered, func(a, b *cell) int { return compareInt(a.at, b.at) })
	for cells := t.ordered; len(cells) > 0; {
		n := 1
		for n < len(cells) && cells[n].at == cells[0].at {
			n++
		}
		t.slot(cells[:n], names)
		cells = cells[n:]
	}
	n := 0
	for i := range table.cells {
		if table.cells[i].count == 0 { // merged into another
			continue
		}
		if n < i { // the room for durations must not be shared
			table.cells[n], table.cells[i] = table.cells[i], table.cells[n]
		}
		n++
	}
	table.cells = table.cells[:n]
}

// rows has what was asked for in a minute be Other, but for its heaviest endpoints: most would be cells of their own for nothing.
func (t *trimmer) rows(rows []askedRow, names []string) {
	t.begin(names)
	for i := range rows {
		endpoint, _, _ := splitTrafficClass(rows[i].endpoint)
		t.touch(endpoint, int64(rows[i].heard))
	}
	if len(t.touched) > heaviest {
		t.rank(names)
		for i := range rows {
			if endpoint, status, zoned := splitTrafficClass(rows[i].endpoint); t.counts[endpoint] == 0 {
				rows[i].endpoint = trafficClass(otherNumber, status, zoned)
			}
		}
	}
	t.forget()
}

// begin makes room for the counts of endpoints.
func (t *trimmer) begin(names []string) {
	t.touched = t.touched[:0]
	t.counts = slices.Grow(t.counts, len(names))[:len(names)]
}

// touch counts requests of an endpoint.
func (t *trimmer) touch(endpoint int32, n int64) {
	if t.counts[endpoint] == 0 {
		t.touched = append(t.touched, endpoint)
	}
	t.counts[endpoint] += n
}

// forget sets the counts of touched endpoints to 0.
func (t *trimmer) forget() {
	for _, endpoint := range t.touched {
		t.counts[endpoint] = 0
	}
}

// slot trims one slot. Cells that it merges into others are left with a count of 0.
func (t *trimmer) slot(cells []*cell, names []string) {
	t.begin(names)
	for _, c := range cells {
		endpoint, _, _ := splitTrafficClass(c.class)
		t.touch(endpoint, int64(c.count))
	}
	if len(t.touched) > heaviest {
		t.rank(names)
		t.merge(cells)
	}
	t.forget()
}

// rank sets the counts of all but the heaviest endpoints to 0.
func (t *trimmer) rank(names []string) {
	heaviestFirst(t.touched, heaviest, func(endpoint int32) int64 { return t.counts[endpoint] }, func(a, b int32) int {
		return strings.Compare(names[a], names[b])
	})
	for _, endpoint := range t.touched[heaviest:] {
		t.counts[endpoint] = 0
	}
}

// merge adds the cells of endpoints without a count up by status.
func (t *trimmer) merge(cells []*cell) {
	if t.merged == nil {
		t.merged = make(map[int32]*cell)
	}
	clear(t.merged)
	for _, c := range cells {
		endpoint, status, zoned := splitTrafficClass(c.class)
		if t.counts[endpoint] > 0 {
			if endpoint == otherNumber {
				t.mergeInto(c, c.class)
			}
			continue
		}
		t.mergeInto(c, trafficClass(otherNumber, status, zoned))
	}
}

func (t *trimmer) mergeInto(c *cell, class int32) {
	if to := t.merged[class]; to != nil {
		to.merge(c)
		c.count = 0
		return
	}
	c.class = class
	t.merged[class] = c
}

// merge adds another cell.
func (c *cell) merge(o *cell) {
	if c.count == 0 && c.arrived == 0 {
		c.first, c.last = o.first, o.last
	}
	c.first, c.last = min(c.first, o.first), max(c.last, o.last)
	c.count += o.count
	c.arrived += o.arrived
	c.bytes += o.bytes
	c.durations.include(&o.durations)
}

func compareInt(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
