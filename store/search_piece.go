package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// next is the unshifted time of the latest event at or before the trail's cut, of whatever class; open is false where there is none.
func (t *trail) next(ctx context.Context, r *reader) (at int64, open bool, err error) {
	before := t.cut.Time
	if before != math.MaxInt64 {
		before -= t.shift
	}
	err = r.c.query(ctx, "SELECT time FROM event WHERE source = ? AND (time, id) < (?, ?) ORDER BY time DESC LIMIT 1", func(v []driver.Value) error {
		at, open = integer(v[0], 0), true
		return nil
	}, int64(t.source.ID), before, t.cut.ID)
	return at, open, err
}

// errFull ends a piece that has found enough.
var errFull = errors.New("enough was found")

// piece finds what is wanted between two unshifted times, both inclusive, before the cut. full says that there may be more in it.
func (t *trail) piece(ctx context.Context, r *reader, q *Search, from, to int64) (hits []hit, full bool, err error) {
	spans := [][2]int64{{from, to}}
	if t.byClass {
		if spans, err = t.minutes(ctx, r, from, to); err != nil {
			return nil, false, err
		}
	}
	sql, like := eventsBetween, []any{}
	if q.Text != "" {
		sql, like = eventsWith, slices.Repeat([]any{"%" + likeEscapes.Replace(q.Text) + "%"}, 4)
	}
	before := t.cut.Time
	if before != math.MaxInt64 {
		before -= t.shift
	}
	for _, span := range spans {
		args := append([]any{int64(t.source.ID), span[0], span[1], before, t.cut.ID}, like...)
		err := r.c.query(ctx, sql, func(v []driver.Value) error {
			if t.classes != nil && !t.classes[int32(integer(v[2], 0))] {
				return nil
			}
			if hits = append(hits, hit{integer(v[1], 0) + t.shift, integer(v[0], 0)}); len(hits) == q.Limit {
				return errFull
			}
			return nil
		}, args...)
		if errors.Is(err, errFull) {
			return hits, true, nil
		}
		if err != nil {
			return nil, false, err
		}
	}
	return hits, false, nil
}

const (
	eventsBetween = `SELECT id, time, class FROM event WHERE source = ? AND time BETWEEN ? AND ? AND (time, id) < (?, ?) ORDER BY time DESC, id DESC`

	eventsWith = `SELECT e.id, e.time, e.class FROM event e LEFT JOIN text m ON m.id = e.message LEFT JOIN text p ON p.id = e.path
		LEFT JOIN text c ON c.id = e.client
		WHERE e.source = ? AND e.time BETWEEN ? AND ? AND (e.time, e.id) < (?, ?)
		AND (m.value LIKE ? ESCAPE '\' OR p.value LIKE ? ESCAPE '\' OR c.value LIKE ? ESCAPE '\' OR e.detail LIKE ? ESCAPE '\')
		ORDER BY e.time DESC, e.id DESC`
)

// minutesOf walks along the key of the roll-up of events.
const minutesOf = "SELECT at, cells FROM rollup WHERE source = ? AND kind = 3 AND at BETWEEN ? AND ? ORDER BY at DESC"

// likeEscapes makes a text stand for itself in a LIKE.
var likeEscapes = strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`)

// minutes are the parts of a piece that hold wanted classes, the latest first.
func (t *trail) minutes(ctx context.Context, r *reader, from, to int64) (spans [][2]int64, err error) {
	err = r.c.query(ctx, minutesOf, func(v []driver.Value) error {
		at, wanted := integer(v[0], 0), false
		whole := unpackCells(cellKind(Events), at, blob(v[1]), func(c *storedCell) { wanted = wanted || t.classes[c.class] })
		if !whole {
			return fmt.Errorf("the cells of source %d at %d are damaged", t.source.ID, at)
		}
		if n := len(spans); wanted && (n == 0 || spans[n-1][0] != max(from, at)) { // a minute may have several rows
			spans = append(spans, [2]int64{max(from, at), min(to, at+minute-1)})
		}
		return nil
	}, int64(t.source.ID), slotOf(from, minute), to)
	return spans, err
}

// classSets are the classes that a search wants, by whether their times carry a zone. Both nil: all are wanted, and nobody needs to
// know them apart.
type classSets struct{ zoned, wallClock map[int32]bool }

func (c classSets) all() map[int32]bool {
	if c.zoned == nil {
		return nil
	}
	all := map[int32]bool{}
	for _, set := range []map[int32]bool{c.zoned, c.wallClock} {
		for id := range set {
			all[id] = true
		}
	}
	return all
}

// wanted finds the classes that pass the filters.
func (r *reader) wanted(ctx context.Context, f *folding, q *Search) (classSets, error) {
	mixed := slices.ContainsFunc(f.sources, func(s Source) bool { return !s.Zoned })
	byClass := slices.ContainsFunc(q.Where, func(w Filter) bool {
		_, ofSource := sourceLabel(&Source{}, w.Key)
		return !ofSource
	})
	if !mixed && !byClass {
		return classSets{}, nil
	}
	sets := classSets{map[int32]bool{}, map[int32]bool{}}
	var ids []int32
	err := r.c.query(ctx, "SELECT id FROM event_class WHERE kept", func(v []driver.Value) error {
		ids = append(ids, int32(integer(v[0], 0)))
		return nil
	})
	for _, id := range ids {
		if err != nil {
			return sets, err
		}
		var c *eventClass
		if c, err = r.eventClass(id); err == nil && passes(c, q.Where) {
			if c.zoned {
				sets.zoned[id] = true
			} else {
				sets.wallClock[id] = true
			}
		}
	}
	return sets, err
}

// passes holds a class against the filters that are about classes.
func passes(c *eventClass, where []Filter) bool {
	for _, w := range where {
		if _, ofSource := sourceLabel(&Source{}, w.Key); ofSource {
			continue
		}
		label, _ := c.label(w.Key)
		if slices.Contains(w.Values, label) == w.Not {
			return false
		}
	}
	return true
}

func sourcesOf(stored map[int32]*storedSource) []Source {
	sources := make([]Source, 0, len(stored))
	for _, s := range stored {
		sources = append(sources, s.Source)
	}
	slices.SortFunc(sources, comparePaths)
	return sources
}
