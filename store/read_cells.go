package store

import (
	"context"
	"database/sql/driver"
	"fmt"
)

// The roll-ups as cells: see engine.

var scanQueries = [details + 1]string{
	Requests:  "SELECT at, class, cells FROM rollup_request WHERE source = ? AND at >= ? AND at < ?",
	Endpoints: "SELECT at, class, cells FROM rollup_endpoint WHERE source = ? AND at >= ? AND at < ?",
	Clients:   "SELECT at, class, count, bytes FROM rollup_client WHERE source = ? AND at >= ? AND at < ?",
	Events:    "SELECT at, class, cells FROM rollup_event WHERE source = ? AND at >= ? AND at < ?",
	details:   "SELECT " + detailColumns + ", time, bytes, duration FROM event WHERE source = ? AND time >= ? AND time < ?",
}

// tallyQuery finds the events that were only counted.
const tallyQuery = `SELECT r.at, r.class, r.cells FROM rollup_event r JOIN event_class c ON c.id = r.class
	WHERE r.source = ? AND r.at >= ? AND r.at < ? AND c.kept = 0`

var nextQueries = [details + 1]string{
	Requests:  "SELECT min(at) FROM rollup_request WHERE source = ? AND at >= ?",
	Endpoints: "SELECT min(at) FROM rollup_endpoint WHERE source = ? AND at >= ?",
	Clients:   "SELECT min(at) FROM rollup_client WHERE source = ? AND at >= ?",
	Events:    "SELECT min(at) FROM rollup_event WHERE source = ? AND at >= ?",
	details:   "SELECT min(at) FROM rollup_event WHERE source = ? AND at >= ?",
}

// next returns the start of a minute, in which the cell is.
func (r *reader) next(ctx context.Context, t cellKind, source int32, from int64) (at int64, ok bool, err error) {
	err = r.c.query(ctx, nextQueries[t], func(v []driver.Value) error {
		at, ok = v[0].(int64)
		return nil
	}, int64(source), slotOf(from, minute))
	return at, ok, err
}

func (r *reader) scan(ctx context.Context, t cellKind, source int32, from, to int64, yield func(*storedCell)) error {
	switch t {
	case details:
		return r.scanDetails(ctx, source, from, to, yield)
	case cellKind(Clients):
		return r.scanClients(ctx, source, from, to, yield)
	}
	return r.scanMinutes(ctx, scanQueries[t], source, from, to, func(class int32) int32 { return class }, t.width(), yield)
}

// scanMinutes unpacks the rows of a query for at, class and cells, and gives the cells the class that number returns.
func (r *reader) scanMinutes(ctx context.Context, sql string, source int32, from, to int64, number func(class int32) int32, width int64,
	yield func(*storedCell)) error {
	var c storedCell
	return r.c.query(ctx, sql, func(v []driver.Value) error {
		c = storedCell{at: integer(v[0], 0), class: number(int32(integer(v[1], 0)))}
		if !unpackCells(blob(v[2]), width, from, to, &c, yield) {
			return fmt.Errorf("the cells of source %d at %d are damaged", source, integer(v[0], 0))
		}
		return nil
	}, int64(source), slotOf(from, minute), to)
}

func (r *reader) scanClients(ctx context.Context, source int32, from, to int64, yield func(*storedCell)) error {
	var c storedCell
	return r.c.query(ctx, scanQueries[Clients], func(v []driver.Value) error {
		c = storedCell{at: integer(v[0], 0), class: int32(integer(v[1], 0)), count: integer(v[2], 0), bytes: integer(v[3], 0)}
		yield(&c)
		return nil
	}, int64(source), from, to)
}

// scanDetails makes a cell of each event, and of those that were only counted.
func (r *reader) scanDetails(ctx context.Context, source int32, from, to int64, yield func(*storedCell)) error {
	var c storedCell
	var duration [3]byte
	width := details.width()
	first, last := slotOf(from+width-1, width), slotOf(to+width-1, width)
	err := r.c.query(ctx, scanQueries[details], func(v []driver.Value) error {
		time := integer(v[7], 0)
		c = storedCell{at: slotOf(time, width), first: time, last: time, class: r.detailNumber(readDetail(v)), count: 1, bytes: max(integer(v[8], 0), 0)}
		if micros := integer(v[9], -1); micros >= 0 {
			duration = [3]byte{1, byte(HistogramBucket(micros)), 1}
			c.durations = duration[:]
		}
		yield(&c)
		return nil
	}, int64(source), first, last)
	if err != nil {
		return err
	}
	number := func(class int32) int32 { return r.detailNumber(storedDetail{event: class}) }
	return r.scanMinutes(ctx, tallyQuery, source, from, to, number, width, yield)
}
