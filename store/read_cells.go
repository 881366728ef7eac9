package store

import (
	"context"
	"database/sql/driver"
)

// The roll-ups as cells: see engine. Columns: at, class, count, bytes, then arrived or first and last, and durations.

var scanQueries = [numCellKinds]string{
	Requests:  "SELECT at, class, count, bytes, arrived, durations FROM rollup_second WHERE source = ? AND at >= ? AND at < ?",
	Endpoints: "SELECT at, class, count, bytes, durations FROM rollup_endpoint WHERE source = ? AND at >= ? AND at < ?",
	Clients:   "SELECT at, class, count, bytes FROM rollup_client WHERE source = ? AND at >= ? AND at < ?",
	Events:    "SELECT at, class, count, bytes, first, last, durations FROM rollup_event WHERE source = ? AND at >= ? AND at < ?",
	details:   "SELECT " + detailColumns + ", time, bytes, duration FROM event WHERE source = ? AND time >= ? AND time < ?",
}

// tallyQuery finds the events that were only counted.
const tallyQuery = `SELECT r.at, r.class, r.count, r.bytes, r.first, r.last, r.durations FROM rollup_event r JOIN event_class c ON c.id = r.class
	WHERE r.source = ? AND r.at >= ? AND r.at < ? AND c.kept = 0`

var nextQueries = [numCellKinds]string{
	Requests:  "SELECT min(at) FROM rollup_second WHERE source = ? AND at >= ?",
	Endpoints: "SELECT min(at) FROM rollup_endpoint WHERE source = ? AND at >= ?",
	Clients:   "SELECT min(at) FROM rollup_client WHERE source = ? AND at >= ?",
	Events:    "SELECT min(at) FROM rollup_event WHERE source = ? AND at >= ?",
	details:   "SELECT min(at) FROM rollup_event WHERE source = ? AND at >= ?",
}

func (r *reader) next(ctx context.Context, t cellKind, source int32, from int64) (at int64, ok bool, err error) {
	err = r.c.query(ctx, nextQueries[t], func(v []driver.Value) error {
		at, ok = v[0].(int64)
		return nil
	}, int64(source), from)
	return at, ok, err
}

func (r *reader) scan(ctx context.Context, t cellKind, source int32, from, to int64, yield func(*storedCell)) error {
	if t == details {
		return r.scanDetails(ctx, source, from, to, yield)
	}
	var c storedCell
	return r.c.query(ctx, scanQueries[t], func(v []driver.Value) error {
		c = storedCell{at: integer(v[0], 0), class: int32(integer(v[1], 0)), count: integer(v[2], 0), bytes: integer(v[3], 0)}
		switch Table(t) {
		case Requests:
			c.arrived, c.durations = integer(v[4], 0), blob(v[5])
		case Endpoints:
			c.durations = blob(v[4])
		case Events:
			c.first, c.last, c.durations = integer(v[4], 0), integer(v[5], 0), blob(v[6])
		}
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
	return r.c.query(ctx, tallyQuery, func(v []driver.Value) error {
		d := storedDetail{event: int32(integer(v[1], 0))}
		c = storedCell{
			at: integer(v[0], 0), class: r.detailNumber(d), count: integer(v[2], 0), bytes: integer(v[3], 0),
			first: integer(v[4], 0), last: integer(v[5], 0), durations: blob(v[6]),
		}
		yield(&c)
		return nil
	}, int64(source), from, to)
}
