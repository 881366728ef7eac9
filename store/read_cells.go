package store

import (
	"context"
	"database/sql/driver"
	"fmt"
)

// The roll-ups as cells: see engine.

const (
	nextRollup  = "SELECT min(at) FROM rollup WHERE source = ? AND kind = ? AND at >= ?"
	scanRollup  = "SELECT at, cells FROM rollup WHERE source = ? AND kind = ? AND at >= ? AND at < ?"
	scanDetails = "SELECT " + detailColumns + ", time, bytes, duration FROM event WHERE source = ? AND time >= ? AND time < ?"
)

// rolled is the kind of the roll-up that tells where cells of a kind are.
func (t cellKind) rolled() cellKind {
	if t == details {
		return cellKind(Events)
	}
	return t
}

// next returns the start of a minute, in which the cell is.
func (r *reader) next(ctx context.Context, t cellKind, source int32, from int64) (at int64, ok bool, err error) {
	err = r.c.query(ctx, nextRollup, func(v []driver.Value) error {
		at, ok = v[0].(int64)
		return nil
	}, int64(source), int64(t.rolled()), slotOf(from, minute))
	return at, ok, err
}

// reach is nothing: a database keeps every slot.
func (r *reader) reach(cellKind, int32) int64 { return 0 }

func (r *reader) scan(ctx context.Context, t cellKind, source int32, from, to int64, _ *places, yield func(*storedCell)) error {
	if t == details {
		return r.scanDetails(ctx, source, from, to, yield)
	}
	return r.scanMinutes(ctx, t, source, from, to, yield)
}

// scanMinutes yields the cells of a roll-up.
func (r *reader) scanMinutes(ctx context.Context, t cellKind, source int32, from, to int64, yield func(*storedCell)) error {
	within := func(c *storedCell) {
		if c.at >= from && c.at < to {
			yield(c)
		}
	}
	return r.c.query(ctx, scanRollup, func(v []driver.Value) error {
		if !unpackCells(t, integer(v[0], 0), blob(v[1]), within) {
			return fmt.Errorf("the cells of source %d at %d are damaged", source, integer(v[0], 0))
		}
		return nil
	}, int64(source), int64(t), slotOf(from, minute), to)
}

// scanDetails makes a cell of each event, and of those that were only counted.
func (r *reader) scanDetails(ctx context.Context, source int32, from, to int64, yield func(*storedCell)) error {
	var c storedCell
	var duration [3]byte
	width := details.width()
	first, last := slotOf(from+width-1, width), slotOf(to+width-1, width)
	err := r.c.query(ctx, scanDetails, func(v []driver.Value) error {
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
	return r.scanTallies(ctx, source, from, to, yield)
}

// scanTallies yields the cells of events that were only counted, as details.
func (r *reader) scanTallies(ctx context.Context, source int32, from, to int64, yield func(*storedCell)) error {
	var failed error
	err := r.scanMinutes(ctx, cellKind(Events), source, from, to, func(c *storedCell) {
		class, err := r.eventClass(c.class)
		if err != nil {
			failed = err
			return
		}
		if !class.kept {
			counted := *c
			counted.class = r.detailNumber(storedDetail{event: c.class})
			yield(&counted)
		}
	})
	if err == nil {
		err = failed
	}
	return err
}
