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
	byClass  *folding        // of the filters that a class decides
	details  bool            // more than the class decides
	numbers  map[int32]int32 // of the sources that are wanted: their index
	all      []Source
	found    []foundEvent
}

// find returns all events that q wants, in the order of their times and sources.
func (r *reader) find(ctx context.Context, sources []Source, q *Query) ([]foundEvent, error) {
	f := finding{r: r, q: q, all: sources, numbers: map[int32]int32{}}
	var err error
	if f.folding, err = newFolding(ctx, r, sources, Query{Table: Events, Where: q.Where}); err != nil {
		return nil, err
	}
	f.kind = details
	for i := range sources {
		if f.sourceWanted(&sources[i]) {
			f.numbers[sources[i].ID] = int32(i)
		}
	}
	coarse := q.ofClasses()
	if f.byClass, err = newFolding(ctx, r, sources, Query{Table: Events, Where: coarse}); err != nil {
		return nil, err
	}
	f.details = slices.ContainsFunc(q.Where, func(w Filter) bool { return isDetail(w.Key) })
	if len(coarse) > 0 || !r.byTime {
		err = f.alongClasses()
	} else {
		err = f.alongTime()
	}
	slices.SortFunc(f.found, compareFound)
	return f.found, err
}

// ofClasses are the filters that the class of an event decides, whatever its source.
func (q *Query) ofClasses() (coarse []Filter) {
	for _, w := range q.Where {
		if !isDetail(w.Key) && w.Key != BySource {
			coarse = append(coarse, w)
		}
	}
	return coarse
}

const (
	eventsByTime  = `SELECT source, id, time, ` + detailColumns + spanOfSource
	spanOfSource  = ` FROM event WHERE source = ? AND time >= ? AND time < ?`
	timesByTime   = `SELECT rowgather(id, time, class)` + spanOfSource
	eventsByClass = `SELECT source, id, time, ` + detailColumns + ` FROM rowfeed(?) CROSS JOIN event ON class = c0 AND time >= ? AND time < ?`
	timesByClass  = `SELECT c0, (SELECT rowgather(id, time, source) FROM event WHERE class = c0 AND time >= ?2 AND time < ?3) FROM rowfeed(?1)`
)

// alongTime looks at all events of each source.
func (f *finding) alongTime() error {
	for id, number := range f.numbers {
		from, to := f.unshifted(f.all[number : number+1])
		var err error
		if f.details {
			err = f.scan(eventsByTime, int64(id), from, to)
		} else {
			err = f.ofSource(number, from, to)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// alongClasses looks at the events of the classes that may be wanted, of all sources at once.
func (f *finding) alongClasses() error {
	if len(f.numbers) == 0 {
		return nil
	}
	classes, err := f.classes()
	if err != nil {
		return err
	}
	from, to := f.unshifted(f.all)
	return classes.Chunks(func(chunk []byte) error {
		if f.details {
			return f.scan(eventsByClass, chunk, from, to)
		}
		return f.ofClasses(chunk, from, to)
	})
}

// ofSource adds what is wanted of the events of a source, which the class tells.
func (f *finding) ofSource(number int32, from, to int64) error {
	s := &f.all[number]
	return f.r.c.query(f.ctx, timesByTime, func(v []driver.Value) error {
		rows := rowfeed.NewGathered(blob(v[0]), 3)
		f.found = slices.Grow(f.found, rows.Len())
		for row, ok := rows.Next(); ok; row, ok = rows.Next() {
			p, err := f.byClass.place(&f.all[0], int32(row[2]))
			if err != nil {
				return err
			}
			if p.wanted {
				f.add(row[0], row[1]+shiftOf(s, p.zoned), number)
			}
		}
		return nil
	}, int64(s.ID), from, to)
}

// ofClasses adds what is wanted of the events of some classes, all of which are.
func (f *finding) ofClasses(classes []byte, from, to int64) error {
	type gathered struct {
		zoned bool
		rows  rowfeed.Gathered
	}
	var all []gathered
	events := 0
	err := f.r.c.query(f.ctx, timesByClass, func(v []driver.Value) error {
		rows := rowfeed.NewGathered(blob(v[1]), 3)
		n := rows.Len()
		if n == 0 {
			return nil
		}
		p, err := f.byClass.place(&f.all[0], int32(integer(v[0], 0)))
		all, events = append(all, gathered{p.zoned, rows}), events+n
		return err
	}, classes, from, to)
	f.found = slices.Grow(f.found, events)
	for i := range all {
		one := &all[i]
		for row, ok := one.rows.Next(); ok; row, ok = one.rows.Next() {
			if number, wanted := f.numbers[int32(row[2])]; wanted {
				f.add(row[0], row[1]+shiftOf(&f.all[number], one.zoned), number)
			}
		}
	}
	return err
}

// add adds an event, unless it lies outside of the time that is asked for. Its time is shifted.
func (f *finding) add(id, time int64, number int32) {
	if within(time, f.q.From, f.q.To) {
		f.found = append(f.found, foundEvent{id: id, time: time, source: number})
	}
}

// unshifted is the span asked for as sources tell it, with room for their different clocks.
func (f *finding) unshifted(sources []Source) (from, to int64) {
	if f.q.From == 0 && f.q.To == 0 {
		return firstMoment, lastMoment
	}
	least, greatest := shifts(&sources[0])
	for i := range sources {
		low, high := shifts(&sources[i])
		least, greatest = min(least, low), max(greatest, high)
	}
	return f.q.From - greatest, f.q.To - least
}

// scan adds what is wanted of the answer to a statement that asks for details.
func (f *finding) scan(sql string, args ...any) error {
	return f.r.c.query(f.ctx, sql, func(v []driver.Value) error {
		number, wanted := f.numbers[int32(integer(v[0], 0))]
		if !wanted {
			return nil
		}
		s := &f.all[number]
		p, err := f.place(s, f.r.detailNumber(readDetail(v[3:])))
		if err == nil && p.wanted {
			f.add(integer(v[1], 0), integer(v[2], 0)+shiftOf(s, p.zoned), number)
		}
		return err
	}, args...)
}

// classes are the numbers of those that may have events which are wanted.
func (f *finding) classes() (*rowfeed.Rows, error) {
	if err := f.r.learnClasses(f.ctx); err != nil {
		return nil, err
	}
	wanted := rowfeed.NewRows(1)
	for _, class := range f.r.kept {
		p, err := f.byClass.place(&f.all[0], class)
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
