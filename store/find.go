package store

import (
	"cmp"
	"context"
	"database/sql/driver"
	"slices"

	"culprit/store/rowfeed"
)

// foundEvent is an event that fits, in short. Of those of one time and source the order by line is found out only where it matters: see
// settle.
type foundEvent struct {
	id, time int64 // shifted
	source   int32 // index in the list of sources, which are in order of their paths
	settled  bool
}

func compareFound(a, b foundEvent) int {
	return cmp.Or(compareInt(a.time, b.time), int(a.source-b.source))
}

// finding is the search for the events of a Sample.
type finding struct {
	*folding // of details
	r        *reader
	q        *Query
	byClass  *folding // nil where every class may have an event that is wanted
	found    []foundEvent
}

// find returns all events that q wants, in the order of their times and sources.
func (r *reader) find(ctx context.Context, sources []Source, q *Query) ([]foundEvent, error) {
	f := finding{r: r, q: q}
	var err error
	if f.folding, err = newFolding(ctx, r, sources, Query{Table: Events, Where: q.Where}); err != nil {
		return nil, err
	}
	f.kind = details
	if coarse := q.ofClasses(); len(coarse) > 0 {
		if f.byClass, err = newFolding(ctx, r, sources, Query{Table: Events, Where: coarse}); err != nil {
			return nil, err
		}
	}
	for i := range sources {
		if !f.sourceWanted(&sources[i]) {
			continue
		}
		if err := f.inSource(&sources[i], int32(i)); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(f.found, compareFound)
	return f.found, nil
}

// ofClasses are the filters that the class of an event decides.
func (q *Query) ofClasses() (coarse []Filter) {
	for _, w := range q.Where {
		if !isDetail(w.Key) && w.Key != BySource {
			coarse = append(coarse, w)
		}
	}
	return coarse
}

// inSource adds what is wanted of a source: along the index by class where a filter leaves classes out, else by time.
func (f *finding) inSource(s *Source, number int32) error {
	from, to := int64(firstMoment), int64(lastMoment)
	if f.q.From != 0 || f.q.To != 0 {
		low, high := shifts(s)
		from, to = f.q.From-high, f.q.To-low
	}
	if f.byClass == nil {
		return f.scan(s, number, eventsByTime, int64(s.ID), from, to)
	}
	classes, err := f.classes(s)
	if err != nil {
		return err
	}
	sql := eventsByClass
	if len(f.byClass.q.Where) == len(f.q.Where) { // the class says it all: the index is enough
		sql = timesByClass
	}
	return classes.Chunks(func(chunk []byte) error { return f.scan(s, number, sql, chunk, int64(s.ID), from, to) })
}

const (
	eventsByTime  = `SELECT id, time, ` + detailColumns + ` FROM event WHERE source = ? AND time >= ? AND time < ?`
	eventsByClass = `SELECT id, time, ` + detailColumns + wantedEvents
	timesByClass  = `SELECT id, time, class` + wantedEvents
	wantedEvents  = ` FROM rowfeed(?) CROSS JOIN event ON class = c0 AND source = ? AND time >= ? AND time < ?`
)

// scan adds what is wanted of the answer to one statement.
func (f *finding) scan(s *Source, number int32, sql string, args ...any) error {
	return f.r.c.query(f.ctx, sql, func(v []driver.Value) error {
		p, err := f.judge(s, v[2:])
		if err != nil || !p.wanted {
			return err
		}
		if time := integer(v[1], 0) + shiftOf(s, p.zoned); within(time, f.q.From, f.q.To) {
			f.found = append(f.found, foundEvent{id: integer(v[0], 0), time: time, source: number})
		}
		return nil
	}, args...)
}

// judge tells by the class alone, or by all detailColumns, whether an event is wanted.
func (f *finding) judge(s *Source, v []driver.Value) (placed, error) {
	if len(v) == 1 {
		return f.byClass.place(s, int32(integer(v[0], 0)))
	}
	return f.place(s, f.r.detailNumber(readDetail(v)))
}

// classes are the numbers of those that may have events which are wanted of a source.
func (f *finding) classes(s *Source) (*rowfeed.Rows, error) {
	if err := f.r.learnClasses(f.ctx); err != nil {
		return nil, err
	}
	wanted := rowfeed.NewRows(1)
	for _, class := range f.r.kept {
		p, err := f.byClass.place(s, class)
		if err != nil {
			return nil, err
		}
		if p.wanted {
			wanted.Begin()
			wanted.Int(int64(class))
		}
	}
	return wanted, nil
}

// learnClasses notes the classes of stored events that are new.
func (r *reader) learnClasses(ctx context.Context) error {
	last := int32(0)
	if n := len(r.kept); n > 0 {
		last = r.kept[n-1]
	}
	return r.c.query(ctx, "SELECT id FROM event_class WHERE id > ? AND kept ORDER BY id", func(v []driver.Value) error {
		r.kept = append(r.kept, int32(integer(v[0], 0)))
		return nil
	}, int64(last))
}

// settle puts the events of the time and source of the one at a place in order of their lines.
func (r *reader) settle(ctx context.Context, found []foundEvent, at int) error {
	from, _ := slices.BinarySearchFunc(found, found[at], compareFound)
	to := at + 1
	for to < len(found) && compareFound(found[at], found[to]) == 0 {
		to++
	}
	same := found[from:to]
	if same[0].settled || len(same) == 1 {
		return nil
	}
	places := make([]eventPlace, len(same))
	for i := range same {
		places[i].foundEvent = same[i]
		err := r.c.query(ctx, `SELECT line, "offset" FROM event WHERE id = ?`, func(v []driver.Value) error {
			places[i].line, places[i].offset = integer(v[0], 0), integer(v[1], 0)
			return nil
		}, same[i].id)
		if err != nil {
			return err
		}
	}
	slices.SortFunc(places, func(a, b eventPlace) int {
		return cmp.Or(compareInt(a.line, b.line), compareInt(a.offset, b.offset), compareInt(a.id, b.id))
	})
	for i := range same {
		same[i] = places[i].foundEvent
		same[i].settled = true
	}
	return nil
}

// eventPlace is an event with where it stands in its source.
type eventPlace struct {
	foundEvent
	line, offset int64
}
