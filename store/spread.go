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
	width := f.kind.width()
	start := slotOf(c.first, width) + shift
	e := evenly{cell: c, slots: (slotOf(c.last, width)+shift-start)/width + 1}
	from, to := max(slotsBefore(w.from-start, width), 0), min(slotsBefore(w.to-start, width), e.slots)
	for i := from; i < to; {
		bucket, end := f.bucketOf(start+i*width), to
		if f.q.Bucket > 0 {
			end = min(to, slotsBefore(bucket+f.q.Bucket-start, width))
		}
		first, last := max(start+i*width, c.first+shift), min(start+end*width-1, c.last+shift)
		f.addPart(bucket, group, first, last, &e, i, end)
		i = end
	}
}

// addPart adds the slots of a joined cell from i to before end.
func (f *folding) addPart(bucket int64, group int32, first, last int64, e *evenly, i, end int64) {
	count, arrived, bytes := e.part(e.cell.count, i, end), e.part(e.cell.arrived, i, end), e.part(e.cell.bytes, i, end)
	if count == 0 && arrived == 0 {
		return
	}
	point := f.point(bucket, group, first)
	point.Count += count
	point.Arrived += arrived
	if f.q.Table != Requests {
		point.Arrived += count
	}
	point.Bytes += bytes
	point.First, point.Last = min(point.First, first), max(point.Last, last)
	if middle := e.slots / 2; point.Durations != nil && i <= middle && middle < end {
		point.Durations.addPacked(e.cell.durations)
	}
}

// evenly is a joined cell over its slots.
type evenly struct {
	cell  *storedCell
	slots int64
}

// part is what the slots from i to before end have of n. All parts add up to n.
func (e *evenly) part(n, i, end int64) int64 { return e.upTo(n, end) - e.upTo(n, i) }

// upTo is n*slot/slots, whose product may take more than 64 bits.
func (e *evenly) upTo(n, slot int64) int64 {
	high, low := bits.Mul64(uint64(n), uint64(slot))
	share, _ := bits.Div64(high, low, uint64(e.slots)) // at most n, for slot is at most slots
	return int64(share)
}

// slotsBefore is how many slots begin before a time that is counted from the start of the first.
func slotsBefore(time, width int64) int64 {
	if time <= 0 {
		return 0
	}
	return (time-1)/width + 1
}
