package store

import (
	"context"
	"fmt"
	"slices"
)

// fold turns cells into points. All engines share it: they differ in where the cells lie.

// folding is a query on its way.
type folding struct {
	ctx     context.Context
	engine  engine
	q       Query
	kind    cellKind
	sources []Source

	where []condition // but for those on sources

	groups map[string]int32
	keys   []string          // of all groups, one group's after the other's
	joined []byte            // scratch
	ranks  []int32           // by group: its place among them, by keys; shorter than groups until the next drain
	memo   map[int32]*places // by source
	near   *places           // of the source met last
	met    int32

	*tables       // while points are counted
	first   int64 // bucket of the window that is being counted
}

func newFolding(ctx context.Context, e engine, sources []Source, q Query) (*folding, error) {
	if q.Table >= numTables {
		return nil, fmt.Errorf("query: no table %d", q.Table)
	}
	f := &folding{ctx: ctx, engine: e, q: q, kind: cellKind(q.Table), groups: map[string]int32{}, memo: map[int32]*places{}, keys: []string{}}
	if err := f.checkKeys(); err != nil {
		return nil, err
	}
	if w := f.kind.width(); q.Bucket < 0 || q.Bucket%w != 0 {
		return nil, fmt.Errorf("query: a bucket of %d µs is no multiple of %d", q.Bucket, w)
	}
	for _, w := range q.Where {
		if w.Key != BySource {
			f.where = append(f.where, newCondition(w))
		}
	}
	for i := range sources {
		if f.sourceWanted(&sources[i]) {
			f.sources = append(f.sources, sources[i])
		}
	}
	return f, nil
}

// checkKeys refuses keys the table does not keep, and chooses details where they are asked for.
func (f *folding) checkKeys() error {
	check := func(k Key) error {
		if k >= numKeys {
			return fmt.Errorf("query: no key %d", k)
		}
		if f.q.Table == Events && isDetail(k) {
			f.kind = details
			return nil
		}
		if _, ok := sourceLabel(&Source{}, k); ok {
			return nil
		}
		if _, ok := emptyClass(f.q.Table).label(k); !ok {
			return fmt.Errorf("query: table %d does not keep key %d", f.q.Table, k)
		}
		return nil
	}
	for _, k := range f.q.Keys {
		if err := check(k); err != nil {
			return err
		}
	}
	for _, w := range f.q.Where {
		if err := check(w.Key); err != nil {
			return err
		}
	}
	return nil
}

func emptyClass(t Table) labels {
	switch t {
	case Requests:
		return &requestClass{}
	case Endpoints:
		return &endpointClass{}
	case Clients:
		return &clientClass{}
	}
	return &eventClass{}
}

// sourceWanted applies the filters on sources, so that the others are not even read.
func (f *folding) sourceWanted(s *Source) bool {
	for _, w := range f.q.Where {
		if w.Key == BySource && slices.Contains(w.Values, decimal(int64(s.ID))) == w.Not {
			return false
		}
	}
	return true
}

// shiftOf returns what is added to times of a source that do, or do not, carry a zone themselves.
func shiftOf(s *Source, zoned bool) int64 {
	if zoned && !s.Zoned {
		return 0
	}
	return s.Shift
}

// window is a span of time, µs UTC, To exclusive.
type window struct {
	from, to int64
}

// Beyond these times there is nothing, µs: no time that is believed lies there, whatever its shift.
const (
	firstMoment = -1 << 60
	lastMoment  = 1 << 60
)

// span is the window of the query. A cell counts if any part of it lies in the span asked for.
func (f *folding) span() window {
	if f.q.From == 0 && f.q.To == 0 {
		return window{firstMoment, lastMoment}
	}
	return window{max(f.q.From-f.kind.width()+1, firstMoment), min(f.q.To, lastMoment)}
}

// shifts returns the least and the greatest shift within a source.
func shifts(s *Source) (low, high int64) {
	a, b := shiftOf(s, true), shiftOf(s, false)
	return min(a, b), max(a, b)
}

// next returns a time, UTC, at or after from and before which there is no cell; lastMoment where none is left.
func (f *folding) next(from int64) (int64, error) {
	nearest := int64(lastMoment)
	for i := range f.sources {
		low, high := shifts(&f.sources[i])
		at, ok, err := f.engine.next(f.ctx, f.kind, f.sources[i].ID, from-high-f.reach(&f.sources[i]))
		if err != nil {
			return 0, err
		}
		if ok {
			nearest = min(nearest, max(at+low, from))
		}
	}
	return nearest, nil
}

// count adds up what the cells of all sources tell of w, shifted.
func (f *folding) count(w window) error {
	f.first = f.bucketOf(w.from)
	for i := range f.sources {
		s := &f.sources[i]
		low, high := shifts(s)
		var failed error
		err := f.engine.scan(f.ctx, f.kind, s.ID, w.from-high-f.reach(s), w.to-low, f.placesOf(s), func(c *storedCell) {
			if failed == nil {
				failed = f.take(s, w, c)
			}
		})
		if err == nil {
			err = failed
		}
		if err != nil {
			return err
		}
		if err := f.ctx.Err(); err != nil {
			return err
		}
	}
	f.settle(w)
	return nil
}

// take adds one cell to its point.
func (f *folding) take(s *Source, w window, c *storedCell) error {
	p, err := f.place(s, c.class)
	if err != nil || !p.wanted {
		return err
	}
	shift := shiftOf(s, p.zoned)
	if c.last-c.at >= f.kind.width() {
		f.spread(p.group, shift, w, c)
		return nil
	}
	at := c.at + shift
	if at < w.from || at >= w.to {
		return nil
	}
	first, last := at, at
	if f.q.Table == Events {
		first, last = c.first+shift, c.last+shift
	}
	place := f.sums.at(f.bucketAt(at), p.group, first)
	f.sum(place, c.count, c.arrived, c.bytes, first, last)
	if f.q.Durations {
		f.sums.observe(place, c.durations)
	}
	return nil
}

// sum adds counts to a point. Only requests are told to arrive at another time than they are counted.
func (f *folding) sum(place int, count, arrived, bytes, first, last int64) {
	if f.q.Table != Requests {
		arrived += count
	}
	p := &f.sums.points[place]
	p.count += count
	p.arrived += arrived
	p.bytes += bytes
	p.first, p.last = min(p.first, first), max(p.last, last)
}

func (f *folding) bucketOf(at int64) int64 {
	if f.q.Bucket == 0 {
		return f.q.From
	}
	return slotOf(at, f.q.Bucket)
}

// bucketAt is the number, within the window, of the bucket a time falls in.
func (f *folding) bucketAt(at int64) int32 {
	if f.q.Bucket == 0 {
		return 0
	}
	return int32(slotsIn(at-f.first, f.q.Bucket))
}
