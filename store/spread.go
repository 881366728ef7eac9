package store

import "math/bits"

// A cell that was joined out of many tells how much there was between its first slot and its last, not when. It is taken to have been
// even: put into one slot, the requests of an hour would look like a burst.

// reach is how far in front of a time the cells that tell of it may start.
func (f *folding) reach(s *Source) int64 {
	if reach := f.engine.reach(f.kind, s.ID); reach >= f.kind.width() {
		return reach
	}
	return 0
}

// spread adds what a joined cell tells of w.
func (f *folding) spread(group int32, shift int64, w window, c *storedCell) {
	if f.q.Bucket == 0 && c.first+shift-f.kind.width() >= w.from && c.last+shift < w.to {
		f.include(group, shift, c)
		return
	}
	width := f.kind.width()
	start := slotOf(c.first, width) + shift
	slots := slotsIn(slotOf(c.last, width)+shift-start, width) + 1
	from, to := max(slotsBefore(w.from-start, width), 0), min(slotsBefore(w.to-start, width), slots)
	if from >= to {
		return
	}
	if f.isEven(slots) {
		f.even(group).add(c, slots, from, to, int64(f.bucketAt(start+from*width)))
		return
	}
	if f.q.Bucket == width && c.arrived == 0 && c.count <= slots {
		f.deal(group, start, shift, slots, window{from, to}, c)
		return
	}
	e := evenly{count: shareOf(c.count, slots, from), arrived: shareOf(c.arrived, slots, from), bytes: shareOf(c.bytes, slots, from)}
	for i := from; i < to; {
		bucket, end := f.bucketOf(start+i*width), to
		if f.q.Bucket > 0 {
			end = min(to, slotsBefore(bucket+f.q.Bucket-start, width))
		}
		count, arrived, bytes := e.count.next(i, end), e.arrived.next(i, end), e.bytes.next(i, end)
		if count != 0 || arrived != 0 {
			first, last := max(start+i*width, c.first+shift), min(start+end*width-1, c.last+shift)
			place := f.sums.at(f.bucketAt(bucket), group, first)
			f.sum(place, count, arrived, bytes, first, last)
			if middle := slots / 2; f.q.Durations && i <= middle && middle < end {
				f.sums.observe(place, c.durations)
			}
		}
		i = end
	}
}

// deal adds those slots of a joined cell that have one of those it counts, as evenly would where there are at least as many slots.
func (f *folding) deal(group int32, start, shift, slots int64, in window, c *storedCell) {
	width := f.kind.width()
	for r := inRow(c.count, slots, in.from); r.nth <= c.count && r.slot < in.to; r.step() {
		at, bytes := start+r.slot*width, int64(0)
		if c.bytes > 0 {
			share := shareOf(c.bytes, slots, r.slot)
			bytes = share.next(r.slot, r.slot+1)
		}
		first, last := max(at, c.first+shift), min(at+width-1, c.last+shift)
		place := f.sums.at(f.bucketAt(at), group, first)
		f.sum(place, 1, 0, bytes, first, last)
		if f.q.Durations && r.slot == slots/2 {
			f.sums.observe(place, c.durations)
		}
	}
}

// row tells the slots to which a share deals one, where there are at least as many slots: the nth of a count has n*slots/count, rounded
// up, slots up to its own.
type row struct {
	nth, slot  int64
	count      int64
	each, rest int64 // slots are each*count + rest
	over       int64 // what was rounded up, less than count
}

// inRow begins with the first that stands in a slot or behind it.
func inRow(count, slots, slot int64) row {
	if count == 0 {
		return row{nth: 1}
	}
	r := row{nth: count*slot/slots + 1, count: count, each: slots / count, rest: slots % count}
	upTo := r.nth*slots + count - 1
	r.slot, r.over = upTo/count-1, upTo%count
	return r
}

func (r *row) step() {
	r.nth++
	r.slot += r.each
	if r.over += r.rest; r.over >= r.count {
		r.over -= r.count
		r.slot++
	}
}

// include adds a joined cell that lies in the window and in one bucket.
func (f *folding) include(group int32, shift int64, c *storedCell) {
	if c.count == 0 && c.arrived == 0 {
		return
	}
	place := f.sums.at(0, group, c.first+shift)
	f.sum(place, c.count, c.arrived, c.bytes, c.first+shift, c.last+shift)
	if f.q.Durations {
		f.sums.observe(place, c.durations)
	}
}

// evenly is what a joined cell counts, over its slots.
type evenly struct{ count, arrived, bytes share }

// share deals n out to slots, each of which has n*(slot+1)/slots less what those in front of it have: all parts add up to n.
type share struct {
	n, slots   int64
	each, rest int64 // n is each*slots + rest
	dealt      int64 // to the slots in front of the next one
	over       int64 // what is left of n*slot/slots, in parts of slots
}

// shareOf is a share of which the slots in front of one have had theirs.
func shareOf(n, slots, slot int64) share {
	s := share{n: n, slots: slots, each: n / slots, rest: n % slots}
	if slot > 0 {
		s.deal(slot)
	}
	return s
}

// deal has the slots in front of one had theirs. The product may take more than 64 bits; the quotient is at most n, for slot is at
// most slots.
func (s *share) deal(slot int64) {
	high, low := bits.Mul64(uint64(s.n), uint64(slot))
	dealt, over := bits.Div64(high, low, uint64(s.slots))
	s.dealt, s.over = int64(dealt), int64(over)
}

// next returns the part of the slots from i to before end; those in front of i have had theirs.
func (s *share) next(i, end int64) int64 {
	before := s.dealt
	if end > i+1 {
		s.deal(end)
		return s.dealt - before
	}
	s.dealt += s.each
	if s.over += s.rest; s.over >= s.slots {
		s.over -= s.slots
		s.dealt++
	}
	return s.dealt - before
}

// slotsBefore is how many slots begin before a time that is counted from the start of the first.
func slotsBefore(time, width int64) int64 {
	if time <= 0 {
		return 0
	}
	return slotsIn(time-1, width) + 1
}
