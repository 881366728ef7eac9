package store

import (
	"cmp"
	"slices"
)

// A log of a month has too many seconds to keep in memory. When there is no more room for cells, the quiet times of a source are kept
// by the minute, then by longer slots; the minutes with the most events stay as they are, as long as that is enough.

// defaultMaxCells bounds the resting cells of a Memory, 48 bytes and a histogram each.
const defaultMaxCells = 3 << 20

// protectedMinutes is how many minutes of each source keep their seconds.
const protectedMinutes = 240

// coarseSteps are tried one after the other.
var coarseSteps = [...]struct {
	width   int64 // of the slots, µs
	protect bool  // the minutes with the most events
}{
	{60 * second, true}, {600 * second, true}, {3600 * second, true}, {24 * 3600 * second, true},
	{60 * second, false}, {3600 * second, false}, {24 * 3600 * second, false}, {maxWidth, false},
}

// makeRoom sees to it that there are at most half as many cells as there may be.
func (m *Memory) makeRoom() {
	for _, step := range coarseSteps {
		total := 0
		for _, s := range m.sources {
			s.coarsen(step.width, step.protect)
			total += s.cellCount()
		}
		if m.cells = total; total <= m.maxCells/2 {
			return
		}
	}
}

func (s *memorySource) cellCount() (n int) {
	for i := range s.cells {
		n += len(s.cells[i].cells)
	}
	return n
}

// coarsen joins the cells of each class within slots of a width.
func (s *memorySource) coarsen(width int64, protect bool) {
	protected := map[int64]bool{}
	if protect {
		protected = s.eventful()
	}
	for i := range s.cells {
		s.cells[i].coarsen(width, protected)
	}
}

// eventful returns the starts of the minutes with the most stored events.
func (s *memorySource) eventful() map[int64]bool {
	counts := map[int64]int64{}
	for _, c := range s.cells[Events].cells {
		if s.classes[c.class].kept {
			counts[slotOf(c.at, 60*second)] += int64(c.count)
		}
	}
	minutes := make([]int64, 0, len(counts))
	for minute := range counts {
		minutes = append(minutes, minute)
	}
	slices.SortFunc(minutes, func(a, b int64) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b)) })
	most := make(map[int64]bool, protectedMinutes)
	for _, minute := range minutes[:min(len(minutes), protectedMinutes)] {
		most[minute] = true
	}
	return most
}

func (k *cellColumn) coarsen(width int64, protected map[int64]bool) {
	var coarse cellColumn
	joined := map[int32]*cell{}
	var slot int64
	flush := func() {
		classes := make([]int32, 0, len(joined))
		for class := range joined {
			classes = append(classes, class)
		}
		slices.Sort(classes)
		for _, class := range classes {
			coarse.add(joined[class], class)
		}
		clear(joined)
	}
	var stored storedCell
	for i := range k.sorted() {
		k.unpack(&k.cells[i], &stored)
		at := slotOf(stored.at, width)
		if protected[slotOf(stored.at, 60*second)] {
			at = stored.at
		}
		if at != slot {
			flush()
			slot = at
		}
		c := joined[stored.class]
		if c == nil {
			c = &cell{at: at, first: stored.first, last: stored.last}
			joined[stored.class] = c
		}
		c.count += uint32(stored.count)
		c.arrived += uint32(stored.arrived)
		c.bytes += stored.bytes
		c.first, c.last = min(c.first, stored.first), max(c.last, stored.last)
		c.durations.addPacked(stored.durations)
	}
	flush()
	coarse.unsorted = true // slots of several widths are mixed
	*k = coarse
}
