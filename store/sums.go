package store

import (
	"cmp"
	"math/bits"
	"slices"
	"sync"
)

// sums are the points of a window that are being added up, found by bucket and group: those of the first few groups, which most questions
// have, by their place in a table, the others by hash. They hold no pointers, so that the collector has nothing to do with them. The zero
// value is ready.
type sums struct {
	points     []pointSum
	met        int          // place of the point met last
	few        []int32      // by bucket and group; place in points + 1, 0 is none
	index      []int32      // of other groups, open addressing; the same
	histograms []*Histogram // by point, where durations are asked for
	order      []int32      // places, as far as they are sorted
	spare      []int32      // room for another order
	ranks      []int32      // by point: what is sorted by
	counts     []int32      // by rank
}

// tables is the room in which a query is answered. It is kept for others: to find it anew for each made the collector run.
type tables struct {
	sums     sums
	evenings []evening // by group
}

var idleTables = sync.Pool{New: func() any { return new(tables) }}

// keptIndex bounds the room that is kept, in entries of an index: it is cleared at every step.
const keptIndex = 1 << 17

func (t *tables) clear() {
	t.sums.clear()
	for i := range t.evenings {
		t.evenings[i].clear()
	}
	t.evenings = t.evenings[:0]
}

// pointSum is a point but for its keys, which are those of the group.
type pointSum struct {
	count, arrived, bytes, first, last int64
	bucket                             int32 // its number within the window
	group                              int32
}

// fewGroups are found without a hash.
const fewGroups = 16

// at returns the place of the point of a group in a bucket. A new one has its first and its last at first.
func (s *sums) at(bucket, group int32, first int64) int {
	if s.met < len(s.points) {
		if p := &s.points[s.met]; p.bucket == bucket && p.group == group {
			return s.met
		}
	}
	at := s.entry(bucket, group)
	if *at == 0 {
		s.points = append(s.points, pointSum{first: first, last: first, bucket: bucket, group: group})
		*at = int32(len(s.points))
	}
	s.met = int(*at - 1)
	return s.met
}

// entry returns where the place of a point is to be found, or noted.
func (s *sums) entry(bucket, group int32) *int32 {
	if group >= fewGroups {
		return s.find(bucket, group)
	}
	i := int(bucket)*fewGroups + int(group)
	if n := (int(bucket)+1)*fewGroups - len(s.few); n > 0 {
		s.few = append(s.few, make([]int32, n)...)
	}
	return &s.few[i]
}

func (s *sums) find(bucket, group int32) *int32 {
	if 2*len(s.points) >= len(s.index) {
		s.grow()
	}
	mask := uint64(len(s.index) - 1)
	for i := hashOfPoint(bucket, group) & mask; ; i = (i + 1) & mask {
		at := &s.index[i]
		if *at == 0 {
			return at
		}
		if p := &s.points[*at-1]; p.bucket == bucket && p.group == group {
			return at
		}
	}
}

func hashOfPoint(bucket, group int32) uint64 {
	h := (uint64(uint32(bucket)) | uint64(uint32(group))<<32) * 0x9E3779B97F4A7C15
	return bits.RotateLeft64(h, 32)
}

func (s *sums) grow() {
	s.index = make([]int32, max(256, 2*len(s.index)))
	mask := uint64(len(s.index) - 1)
	for n := range s.points {
		if s.points[n].group < fewGroups {
			continue
		}
		i := hashOfPoint(s.points[n].bucket, s.points[n].group) & mask
		for s.index[i] != 0 {
			i = (i + 1) & mask
		}
		s.index[i] = int32(n + 1)
	}
}

// observe adds packed durations to a point.
func (s *sums) observe(place int, packed []byte) {
	s.histogram(place).addPacked(packed)
}

// histogram returns that of a point.
func (s *sums) histogram(place int) *Histogram {
	if n := len(s.points) - len(s.histograms); n > 0 {
		s.histograms = append(s.histograms, make([]*Histogram, n)...)
	}
	if s.histograms[place] == nil {
		s.histograms[place] = new(Histogram)
	}
	return s.histograms[place]
}

// clear forgets all points but keeps their room.
func (s *sums) clear() {
	s.points = s.points[:0]
	clear(s.histograms)
	s.histograms = s.histograms[:0]
	s.few = s.few[:0]
	clear(s.index)
}

// inOrder returns the places of the points in the order of their buckets, and within them of the ranks of their groups.
func (s *sums) inOrder(ranks []int32) []int32 {
	if len(ranks) <= fewGroups {
		return s.fewInOrder(ranks)
	}
	s.begin()
	buckets := int32(0)
	for i := range s.points {
		p := &s.points[i]
		s.ranks[i] = ranks[p.group]
		buckets = max(buckets, p.bucket+1)
	}
	s.sort(len(ranks))
	for i := range s.points {
		s.ranks[i] = s.points[i].bucket
	}
	s.sort(int(buckets))
	return s.order
}

// fewInOrder is inOrder where all groups are among the few.
func (s *sums) fewInOrder(ranks []int32) []int32 {
	var byRank [fewGroups]int32
	for group, rank := range ranks {
		byRank[rank] = int32(group)
	}
	s.order = s.order[:0]
	for row := s.few; len(row) > 0; row = row[fewGroups:] {
		for _, group := range byRank[:len(ranks)] {
			if n := row[group]; n > 0 {
				s.order = append(s.order, n-1)
			}
		}
	}
	return s.order
}

// byCount returns the places of the points in the order of their counts, from the greatest, and of the ranks of their groups.
func (s *sums) byCount(ranks []int32) []int32 {
	s.begin()
	slices.SortFunc(s.order, func(a, b int32) int {
		p, o := &s.points[a], &s.points[b]
		return cmp.Or(cmp.Compare(o.count, p.count), int(ranks[p.group]-ranks[o.group]))
	})
	return s.order
}

// begin puts all points in the order in which they were met.
func (s *sums) begin() {
	s.order, s.ranks = s.order[:0], slices.Grow(s.ranks[:0], len(s.points))[:len(s.points)]
	for i := range s.points {
		s.order = append(s.order, int32(i))
	}
}

// sort orders the points by their ranks, of which there are so many, and leaves those of one rank in the order they were in.
func (s *sums) sort(ranks int) {
	s.counts = slices.Grow(s.counts[:0], ranks+1)[:ranks+1]
	clear(s.counts)
	for _, r := range s.ranks {
		s.counts[r+1]++
	}
	for r := range ranks {
		s.counts[r+1] += s.counts[r]
	}
	s.order, s.spare = slices.Grow(s.spare[:0], len(s.order))[:len(s.order)], s.order
	for _, place := range s.spare {
		r := s.ranks[place]
		s.order[s.counts[r]] = place
		s.counts[r]++
	}
}
