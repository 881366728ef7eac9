package store

import "slices"

// A day of joined cells asked for by the second is tens of cells for each minute, and each would count into sixty points. Where a query
// only adds them up, each of them changes a rate where it begins and where it ends, and points are made of the rates.

// evening is what the joined cells of one group tell of a window's slots.
type evening struct{ count, arrived, bytes rates }

// rates is a sum of shares by slot, in parts of 1<<fraction. What was dealt before a slot, rounded down, is the same in whatever window
// it is asked for, so that the parts of all windows add up.
type rates struct {
	before int64   // dealt before the first slot, by those that began there
	change []int64 // of the rate, by slot
	extra  []int64 // dealt in a slot beside the rate: what division left over
}

const fraction = 16

// isEven reports whether a joined cell is answered by rates: the query adds up counts, by the slot, and there are many.
func (f *folding) isEven(slots int64) bool {
	return slots > 16 && f.q.Bucket == f.kind.width() && f.q.Table != Events && !f.q.Durations
}

// even returns the evening of a group.
func (f *folding) even(group int32) *evening {
	if n := int(group) + 1 - len(f.evenings); n > 0 { // those of other questions are clear and keep their room
		f.evenings = slices.Grow(f.evenings, n)[:int(group)+1]
	}
	return &f.evenings[group]
}

// add deals out a joined cell of so many slots, of which those from i to before end lie in the window, i at place.
func (e *evening) add(c *storedCell, slots, i, end, place int64) {
	e.count.add(c.count, slots, i, end, place)
	e.arrived.add(c.arrived, slots, i, end, place)
	e.bytes.add(c.bytes, slots, i, end, place)
}

func (r *rates) add(n, slots, i, end, place int64) {
	if n <= 0 {
		return
	}
	if last := int(place + end - i); last >= len(r.change) {
		r.change = append(r.change, make([]int64, last+1-len(r.change))...)
		r.extra = append(r.extra, make([]int64, last+1-len(r.extra))...)
	}
	n = min(n, 1<<(62-fraction)) << fraction
	rate := n / slots
	r.before += i * rate
	r.change[place] += rate
	if end == slots {
		r.change[place+end-i] -= rate
		r.extra[place+end-i-1] += n - slots*rate
	}
}

func (e *evening) clear() {
	e.count.clear()
	e.arrived.clear()
	e.bytes.clear()
}

// clear forgets all shares.
func (r *rates) clear() {
	clear(r.change)
	clear(r.extra)
	r.before, r.change, r.extra = 0, r.change[:0], r.extra[:0]
}

// ratesReader goes through rates slot by slot.
type ratesReader struct {
	*rates
	rate, dealt, told int64
}

func (r *rates) reader() ratesReader {
	return ratesReader{rates: r, dealt: r.before, told: r.before >> fraction}
}

// step deals to slot i, the next.
func (r *ratesReader) step(i int) {
	if i < len(r.change) {
		r.rate += r.change[i]
		r.dealt += r.rate + r.extra[i]
	}
}

// tell returns what was dealt since it was last asked.
func (r *ratesReader) tell() int64 {
	before := r.told
	r.told = r.dealt >> fraction
	return r.told - before
}

// settle makes points of the rates of a window.
func (f *folding) settle(w window) {
	width := f.kind.width()
	for group := range f.evenings {
		e := &f.evenings[group]
		count, arrived, bytes := e.count.reader(), e.arrived.reader(), e.bytes.reader()
		for i := range max(len(e.count.change), len(e.arrived.change)) {
			count.step(i)
			arrived.step(i)
			bytes.step(i)
			bucket := f.first + int64(i)*width
			n, came := count.tell(), arrived.tell()
			if bucket >= w.to || n == 0 && came == 0 {
				continue
			}
			place := f.sums.at(int32(i), int32(group), bucket)
			first := f.sums.points[place].first
			f.sum(place, n, came, bytes.tell(), first, first)
		}
		e.clear()
	}
}
