package store

import (
	"cmp"
	"slices"
)

// A log of a month has too many seconds to keep in memory. When there is no more room for cells, the quiet times of a source are kept
// by the minute, then by longer slots; the minutes with the most events stay as they are, as long as that is enough.

// defaultMaxSize bounds the resting cells of a Memory, in bytes.
const defaultMaxSize = 16 << 20

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

// makeRoom sees to it that cells take at most half of the room there is.
func (m *Memory) makeRoom() {
	for _, step := range coarseSteps {
		total := 0
		for _, s := range m.sources {
			s.coarsen(step.width, step.protect)
			total += s.size()
		}
		if m.size = total; total <= m.maxSize/2 {
			return
		}
	}
}

func (s *memorySource) size() (n int) {
	for i := range s.cells {
		n += s.cells[i].size
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
	s.cells[Events].each(firstMoment, lastMoment, func(c *storedCell) {
		if s.classes[c.class].kept {
			counts[slotOf(c.at, 60*second)] += c.count
		}
	})
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

// coarsen packs the column anew, in the order of time, but for the chunks that are as coarse already.
func (k *cellColumn) coarsen(width int64, protected map[int64]bool) {
	var coarse cellColumn
	joined := cellTable{width: second}
	reached := width // by all cells of joined
	rest := func() {
		coarse.begin(reached)
		for i := range joined.cells {
			coarse.put(&joined.cells[i], joined.cells[i].class)
		}
		joined.clear()
		reached = width
	}
	slices.SortFunc(k.chunks, func(a, b cellChunk) int { return compareInt(a.from, b.from) })
	for i := range k.chunks {
		if k.chunks[i].width >= width {
			coarse.chunks = append(coarse.chunks, k.chunks[i])
			coarse.size += len(k.chunks[i].packed)
			continue
		}
		k.chunks[i].each(firstMoment, lastMoment, func(c *storedCell) {
			at := slotOf(c.at, width)
			if protected[slotOf(c.at, 60*second)] {
				at, reached = c.at, 0
			}
			if joined.room() == 0 {
				rest()
			}
			joined.at(at, c.class).include(c)
		})
		k.chunks[i].packed = nil
	}
	rest()
	*k = coarse
}

// include adds a cell at rest.
func (c *cell) include(o *storedCell) {
	if c.count == 0 && c.arrived == 0 {
		c.first, c.last = o.first, o.last
	}
	c.count += uint32(o.count)
	c.arrived += uint32(o.arrived)
	c.bytes += o.bytes
	c.first, c.last = min(c.first, o.first), max(c.last, o.last)
	eachPacked(o.durations, c.observed)
}
