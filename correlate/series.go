package correlate

import (
	"sort"

	"culprit/store"
)

// second is the unit of the timeline, in µs.
const second = 1_000_000

// span is a half-open range of whole seconds since the epoch.
type span struct{ from, to int64 }

func (s span) empty() bool                    { return s.to <= s.from }
func (s span) seconds() int64                 { return max(s.to-s.from, 0) }
func (s span) contains(sec int64) bool        { return sec >= s.from && sec < s.to }
func (s span) clip(o span) span               { return span{max(s.from, o.from), min(s.to, o.to)} }
func (s span) widen(before, after int64) span { return span{s.from - before, s.to + after} }
func (s span) micros() (from, to int64)       { return s.from * second, s.to * second }

// slotSeconds is the width of the slots of the tables that count by endpoint and client.
const slotSeconds = store.EndpointBucket / second

// slots is s widened to whole slots.
func (s span) slots() span { return span{floor(s.from, slotSeconds), -floor(-s.to, slotSeconds)} }

// whole is s narrowed to whole slots.
func (s span) whole() span { return span{-floor(-s.from, slotSeconds), floor(s.to, slotSeconds)} }

// floor is the greatest multiple of width that is not above n.
func floor(n, width int64) int64 {
	return n - ((n%width)+width)%width
}

// series counts something per second.
type series struct {
	from   int64
	counts []int32
}

func newSeries(s span) *series { return &series{from: s.from, counts: make([]int32, s.seconds())} }

func (s *series) span() span { return span{s.from, s.from + int64(len(s.counts))} }

func (s *series) add(sec, n int64) {
	if i := sec - s.from; i >= 0 && i < int64(len(s.counts)) {
		s.counts[i] += int32(n)
	}
}

func (s *series) at(sec int64) int64 {
	if i := sec - s.from; i >= 0 && i < int64(len(s.counts)) {
		return int64(s.counts[i])
	}
	return 0
}

func (s *series) sum(in span) (n int64) {
	for _, count := range s.within(in).counts {
		n += int64(count)
	}
	return n
}

// within is the part of s that lies in a span.
func (s *series) within(in span) *series {
	in = in.clip(s.span())
	if in.empty() {
		return &series{from: in.from}
	}
	return &series{from: in.from, counts: s.counts[in.from-s.from : in.to-s.from]}
}

// rate is the mean count per second over in.
func (s *series) rate(in span) float64 {
	if in.empty() {
		return 0
	}
	return float64(s.sum(in)) / float64(in.seconds())
}

// median returns the middle of values, which it sorts; 0 for none.
func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sort.Float64s(values)
	mid := len(values) / 2
	if len(values)%2 == 1 {
		return values[mid]
	}
	return (values[mid-1] + values[mid]) / 2
}
