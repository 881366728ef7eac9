package store

import (
	"context"
	"slices"
)

// What a folding added up becomes the points of an answer, in order and a bounded number at a time.

// drain yields the points counted so far, in an order of sums, and forgets them.
func (f *folding) drain(order func(*sums, []int32) []int32, limit int, yield func(Point) error) error {
	f.rank()
	places := order(&f.sums, f.ranks)
	if limit > 0 && len(places) > limit {
		places = places[:limit]
	}
	for _, place := range places {
		if err := yield(f.pointAt(int(place))); err != nil {
			return err
		}
	}
	f.sums.clear()
	return nil
}

func (f *folding) pointAt(place int) Point {
	s := &f.sums.points[place]
	p := Point{Bucket: f.first + int64(s.bucket)*f.q.Bucket, Keys: f.keysOf(s.group), Count: s.count, Arrived: s.arrived, Bytes: s.bytes,
		First: s.first, Last: s.last}
	if f.q.Durations {
		p.Durations = f.sums.histogram(place)
	}
	return p
}

// rank orders the groups by their keys, so that points need compare numbers only.
func (f *folding) rank() {
	if len(f.ranks) == len(f.groups) {
		return
	}
	groups := make([]int32, len(f.groups))
	for g := range groups {
		groups[g] = int32(g)
	}
	slices.SortFunc(groups, func(a, b int32) int { return slices.Compare(f.keysOf(a), f.keysOf(b)) })
	f.ranks = make([]int32, len(groups))
	for rank, g := range groups {
		f.ranks[g] = int32(rank)
	}
}

// The buckets whose points are held at a time are as many as make about pointsAtOnce, between these bounds.
const (
	fewBuckets   = 512
	manyBuckets  = 8192
	pointsAtOnce = 8192
)

// series answers Series.
func series(ctx context.Context, e engine, sources []Source, q Query, yield func(Point) error) error {
	f, err := newFolding(ctx, e, sources, q)
	if err != nil {
		return err
	}
	defer f.borrow()()
	span := f.span()
	if q.Bucket == 0 {
		_, err := f.step(span, yield)
		return err
	}
	for from, buckets := span.from, int64(fewBuckets); ; {
		if from, err = f.next(from); err != nil || from >= span.to {
			return err
		}
		// Steps end where buckets do, so that no bucket is yielded twice.
		to := min(slotOf(from, q.Bucket)+buckets*q.Bucket, span.to)
		points, err := f.step(window{from, to}, yield)
		if err != nil {
			return err
		}
		switch {
		case points > pointsAtOnce && buckets > fewBuckets:
			buckets /= 2
		case points < pointsAtOnce/4 && buckets < manyBuckets:
			buckets *= 2
		}
		from = to
	}
}

// borrow finds room to count in, until it is returned.
func (f *folding) borrow() (back func()) {
	f.tables = idleTables.Get().(*tables)
	return func() {
		if len(f.tables.sums.index) <= keptIndex {
			f.tables.clear()
			idleTables.Put(f.tables)
		}
		f.tables = nil
	}
}

// step yields the points of a window, and returns how many there were.
func (f *folding) step(w window, yield func(Point) error) (points int, err error) {
	if err := f.count(w); err != nil {
		return 0, err
	}
	points = len(f.sums.points)
	return points, f.drain((*sums).inOrder, 0, yield)
}

// top answers Top.
func top(ctx context.Context, e engine, sources []Source, q Query) ([]Point, error) {
	q.Bucket = 0
	f, err := newFolding(ctx, e, sources, q)
	if err != nil {
		return nil, err
	}
	defer f.borrow()()
	if err := f.count(f.span()); err != nil {
		return nil, err
	}
	var points []Point
	err = f.drain((*sums).byCount, q.Limit, func(p Point) error {
		points = append(points, p)
		return nil
	})
	return points, err
}
