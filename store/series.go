package store

import (
	"cmp"
	"context"
	"slices"
)

// What a folding added up becomes the points of an answer, in order and a bounded number at a time.

// drain yields the points counted so far in their order, and forgets them.
func (f *folding) drain(order func(a, b *groupPoint) int, limit int, yield func(Point) error) error {
	f.rank()
	list := make([]*groupPoint, len(f.points))
	for i := range f.points {
		list[i] = &f.points[i]
	}
	slices.SortFunc(list, func(a, b *groupPoint) int { return cmp.Or(order(a, b), int(f.ranks[a.group]-f.ranks[b.group])) })
	if limit > 0 && len(list) > limit {
		list = list[:limit]
	}
	for _, p := range list {
		p.Keys = f.keys[p.group]
		if err := yield(p.Point); err != nil {
			return err
		}
	}
	for i := range f.rows {
		f.rows[i] = f.rows[i][:0]
	}
	f.points = f.points[:0]
	return nil
}

// rank orders the groups by their keys, so that points need compare numbers only.
func (f *folding) rank() {
	if len(f.ranks) == len(f.keys) {
		return
	}
	groups := make([]int32, len(f.keys))
	for g := range groups {
		groups[g] = int32(g)
	}
	slices.SortFunc(groups, func(a, b int32) int { return slices.Compare(f.keys[a], f.keys[b]) })
	f.ranks = make([]int32, len(groups))
	for rank, g := range groups {
		f.ranks[g] = int32(rank)
	}
}

func byBucket(a, b *groupPoint) int { return cmp.Compare(a.Bucket, b.Bucket) }

func byCount(a, b *groupPoint) int { return cmp.Compare(b.Count, a.Count) }

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

// step yields the points of a window, and returns how many there were.
func (f *folding) step(w window, yield func(Point) error) (points int, err error) {
	if err := f.count(w); err != nil {
		return 0, err
	}
	points = len(f.points)
	return points, f.drain(byBucket, 0, yield)
}

// top answers Top.
func top(ctx context.Context, e engine, sources []Source, q Query) ([]Point, error) {
	q.Bucket = 0
	f, err := newFolding(ctx, e, sources, q)
	if err != nil {
		return nil, err
	}
	if err := f.count(f.span()); err != nil {
		return nil, err
	}
	var points []Point
	err = f.drain(byCount, q.Limit, func(p Point) error {
		points = append(points, p)
		return nil
	})
	return points, err
}
