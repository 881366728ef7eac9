package store

import "slices"

// A log of a month has too many seconds to keep in memory. When cells have come to some size, the quiet times of a source are kept
// by the minute, and when there is no more room, by longer slots; the minutes with the most events stay as they are, as long as that is
// enough.

// defaultMaxSize bounds the resting cells of a Memory, in bytes.
const defaultMaxSize = 16 << 20

// exactSize is up to where all cells keep their seconds, in bytes: those of a hundred thousand requests or so. Beyond, most are of no use and
// cost time. Recorded incidents are told the same with a sixteenth of it.
const exactSize = 256 << 10

// coarseSteps are tried one after the other. Which minutes an outage fell into has to be seen even in a log of months, so that the
// eventful ones give up their seconds last.
var coarseSteps = [...]coarseStep{
	{minute, 10 * minute, 240}, {minute, 10 * minute, 60}, {minute, 60 * minute, 60}, {10 * minute, 60 * minute, 60}, {10 * minute, day, 20}, {60 * minute, day, 20},
	{day, day, 20}, {minute, 60 * minute, 0}, {60 * minute, day, 0}, {day, day, 0}, {maxWidth, maxWidth, 0},
}

type coarseStep struct {
	width   int64 // of the slots, µs
	wide    int64 // of those of endpoints and clients, which are more
	protect int   // how many minutes of each source keep their seconds: those with the most events
}

const day = 1440 * minute

// coarsening is where cells are joined: those of protected minutes are fine.
type coarsening struct{ joined, fine *cellTable }

// isCrowded reports whether cells have to be joined.
func (m *Memory) isCrowded() bool {
	return m.size > m.maxSize || m.size > exactSize && !m.coarse
}

// makeRoom sees to it that cells take at most half of the room there is.
func (m *Memory) makeRoom() {
	m.coarse = true
	scratch := coarsening{joined: &m.joined, fine: &cellTable{width: second}}
	for _, step := range coarseSteps {
		total := 0
		for _, s := range m.sources {
			s.coarsen(step, &scratch)
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

// coarsen joins the cells of each class within slots.
func (s *memorySource) coarsen(step coarseStep, scratch *coarsening) {
	protected := s.minutes.protect(step.protect)
	for i := range s.cells {
		width := step.width
		if t := Table(i); t == Endpoints || t == Clients {
			width = step.wide
		}
		s.cells[i].coarsen(width, protected, scratch)
	}
}

// coarsen packs the column anew, in the order of time, but for the chunks that are as coarse already. Protected minutes go into chunks
// of their own: they are few, and the only ones to be packed again the next time. So do the other minutes of a slot that has protected
// ones: joined to the beginning of the slot, they would be counted into an outage that is in it.
func (k *cellColumn) coarsen(width int64, protected map[int64]bool, scratch *coarsening) {
	coarse := cellColumn{reach: k.reach}
	mixed := map[int64]bool{}
	for at := range protected {
		mixed[slotOf(at, width)] = true
	}
	slices.SortFunc(k.chunks, func(a, b cellChunk) int { return compareInt(a.from, b.from) })
	for i := range k.chunks {
		if k.chunks[i].width >= width {
			coarse.chunks = append(coarse.chunks, k.chunks[i])
			coarse.size += len(k.chunks[i].packed)
			continue
		}
		own, slot := int64(none), int64(none) // the minute and the slot of the last cell
		k.chunks[i].each(firstMoment, lastMoment, nil, func(c *storedCell) {
			if own == none || c.at < own || c.at >= own+minute {
				own, slot = slotOf(c.at, minute), slotOf(c.at, width)
			}
			switch {
			case protected[own]:
				coarse.join(scratch.fine, c.at, c, 0)
			case mixed[slot]:
				coarse.join(scratch.fine, own, c, 0)
			default:
				coarse.join(scratch.joined, slot, c, width)
			}
		})
		k.chunks[i].packed = nil
	}
	coarse.drain(scratch.joined, width)
	coarse.drain(scratch.fine, 0)
	*k = coarse
}

// join adds a cell at rest to the one of its class at a time, for which it makes room.
func (k *cellColumn) join(t *cellTable, at int64, c *storedCell, width int64) {
	if t.room() == 0 {
		k.drain(t, width)
	}
	t.at(at, c.class).include(c)
}

// drain puts all of t to rest.
func (k *cellColumn) drain(t *cellTable, width int64) {
	for i := range t.cells {
		k.add(&t.cells[i], t.cells[i].class, width)
	}
	t.clear()
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
	eachPacked(o.durations, c.durations.add)
}
