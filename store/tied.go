package store

import (
	"cmp"
	"context"
	"database/sql/driver"
	"slices"

	"culprit/store/rowfeed"
)

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
	slices.SortFunc(same, func(a, b foundEvent) int { return compareInt(a.id, b.id) })
	placed, err := r.lines(ctx, same)
	if err != nil || len(placed) != len(same) { // some were forgotten meanwhile
		return err
	}
	slices.SortFunc(placed, func(a, b placedEvent) int {
		return cmp.Or(compareInt(a.line, b.line), compareInt(a.offset, b.offset), compareInt(a.id, b.id))
	})
	for i := range placed {
		same[i] = placed[i].foundEvent
		same[i].settled = true
	}
	return nil
}

// placedEvent is an event with its place in its source.
type placedEvent struct {
	foundEvent
	line, offset int64
}

const (
	placesBetween = `SELECT rowgather(id, line, "offset") FROM event WHERE id BETWEEN ? AND ?`
	placesOf      = `SELECT rowgather(id, line, "offset") FROM rowfeed(?) CROSS JOIN event ON id = c0`
)

// lines returns events, which are in order of their ids, with their places. Those of one time were most often written in a row.
func (r *reader) lines(ctx context.Context, events []foundEvent) ([]placedEvent, error) {
	first, last := events[0].id, events[len(events)-1].id
	sql, args := placesBetween, []any{first, last}
	if last-first > 8*int64(len(events)) {
		asked := rowfeed.NewChunk(1)
		for i := range events {
			asked.Begin()
			asked.Int(events[i].id)
		}
		sql, args = placesOf, []any{asked.Packed()}
	}
	placed := make([]placedEvent, 0, len(events))
	err := r.c.query(ctx, sql, func(v []driver.Value) error {
		rows, left := rowfeed.NewGathered(blob(v[0]), 3), events
		for row, ok := rows.Next(); ok; row, ok = rows.Next() {
			for len(left) > 0 && left[0].id < row[0] {
				left = left[1:]
			}
			if len(left) > 0 && left[0].id == row[0] {
				placed = append(placed, placedEvent{left[0], row[1], row[2]})
			}
		}
		return nil
	}, args...)
	return placed, err
}
