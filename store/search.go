package store

import (
	"context"
	"errors"
	"fmt"
	"math"
)

// Search asks for single events, the latest first.
type Search struct {
	From, To int64    // µs UTC, To exclusive; 0 is open
	Where    []Filter // by the keys of a source, BySignature, BySeverity, ByStatus, ByUpstream and other keys of a class of events
	Text     string   // that message, detail, path or client hold, letters of ASCII in either case; "" for any
	Before   Cursor   // only what comes after it; zero: from the latest on
	Limit    int      // at most; 0 is DefaultSample
}

// Cursor is where a page of a search ends: its last event. It stays valid while events are added.
type Cursor struct{ Time, ID int64 }

// Found is a page of a search.
type Found struct {
	Events []FoundEvent
	// More says that there may be others; Next is where to go on.
	More bool
	Next Cursor
	// Reached is the time down to which everything was looked at, µs UTC, where the time for looking was over before the page was full; 0
	// where it was not.
	Reached int64
}

// FoundEvent is an event with its number in the database.
type FoundEvent struct {
	ID int64
	Event
}

// Search returns a page of events, by falling time. It looks along the index by source and time, and for filters by class along the
// minutes of the roll-up that hold such events, in pieces, until the page is full or ctx is at its deadline: then it returns
// what it has, and where to go on.
func (r *Reading) Search(ctx context.Context, q Search) (found Found, err error) {
	if q.Limit <= 0 {
		q.Limit = DefaultSample
	}
	err = r.sqlite.read(ctx, func(rd *reader) (err error) {
		found, err = rd.search(ctx, &q)
		return err
	})
	return found, err
}

func (r *reader) search(ctx context.Context, q *Search) (Found, error) {
	trails, err := r.trails(ctx, q)
	if err != nil {
		return Found{}, err
	}
	var found Found
	for len(found.Events) < q.Limit {
		t := foremost(trails)
		if t == nil {
			return found, nil
		}
		if len(t.ahead) > 0 {
			hit := t.ahead[0]
			t.ahead = t.ahead[1:]
			e, err := r.event(context.WithoutCancel(ctx), hit.id)
			if err != nil {
				return found, err
			}
			e.Source, e.Time = t.source.ID, hit.time
			found.Events = append(found.Events, FoundEvent{hit.id, e})
			continue
		}
		err := t.look(ctx, r, q)
		if ctx.Err() != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
			found.More, found.Reached = true, t.covered
			found.Next = Cursor{t.covered, 0}
			return found, nil
		}
		if err != nil {
			return found, err
		}
	}
	last := found.Events[len(found.Events)-1]
	found.Next, found.More = Cursor{last.Time, last.ID}, foremost(trails) != nil
	return found, nil
}

// trail is the way back through the events of one source that share a shift.
type trail struct {
	source  *Source
	shift   int64
	classes map[int32]bool // that are wanted; nil: all
	byClass bool           // few are wanted: the roll-up says where they lie

	ahead   []hit // found and not handed out yet
	covered int64 // UTC; all that is wanted from here on was found
	cut     Cursor
	width   int64 // of the next piece, µs
	done    bool
}

type hit struct{ time, id int64 } // UTC

// head is the latest time at which the trail may have something to hand out.
func (t *trail) head() (at, id int64) {
	if len(t.ahead) > 0 {
		return t.ahead[0].time, t.ahead[0].id
	}
	return t.covered, math.MaxInt64
}

// foremost is the trail that comes first by falling time, nil where all have ended.
func foremost(trails []*trail) *trail {
	var best *trail
	var bestAt, bestID int64
	for _, t := range trails {
		if t.done && len(t.ahead) == 0 {
			continue
		}
		at, id := t.head()
		if best == nil || at > bestAt || at == bestAt && id > bestID {
			best, bestAt, bestID = t, at, id
		}
	}
	return best
}

// firstPiece is how much time is looked at first; pieces that hold nothing double.
const firstPiece = 60 * second

// trails begins at the end of what is asked for.
func (r *reader) trails(ctx context.Context, q *Search) ([]*trail, error) {
	stored, err := r.stored()
	if err != nil {
		return nil, err
	}
	f, err := newFolding(ctx, r, sourcesOf(stored), Query{Table: Events, Where: q.Where})
	if err != nil {
		return nil, err
	}
	if f.kind == details {
		return nil, fmt.Errorf("search: events cannot be searched by that key")
	}
	classes, err := r.wanted(context.WithoutCancel(ctx), f, q) // a moment, without which there is no place to go on from
	if err != nil {
		return nil, err
	}
	var trails []*trail
	for i := range f.sources {
		s := &f.sources[i]
		state := stored[s.ID]
		if s.Zoned || state.sums.zoned == 0 {
			trails = append(trails, newTrail(s, s.Shift, classes.all(), q))
			continue
		}
		trails = append(trails, newTrail(s, s.Shift, classes.wallClock, q), newTrail(s, 0, classes.zoned, q))
	}
	return trails, nil
}

func newTrail(s *Source, shift int64, classes map[int32]bool, q *Search) *trail {
	t := &trail{source: s, shift: shift, classes: classes, width: firstPiece, covered: math.MaxInt64}
	t.byClass = len(q.Where) > 0 && classes != nil
	t.cut = Cursor{math.MaxInt64, math.MaxInt64}
	if q.To > 0 {
		t.cut = Cursor{q.To, 0}
	}
	if b := q.Before; b != (Cursor{}) && (b.Time < t.cut.Time || b.Time == t.cut.Time && b.ID < t.cut.ID) {
		t.cut = b
	}
	t.covered = t.cut.Time
	t.done = classes != nil && len(classes) == 0
	return t
}

// look searches the next piece of the trail.
func (t *trail) look(ctx context.Context, r *reader, q *Search) error {
	to, open, err := t.next(ctx, r)
	if err != nil || !open {
		t.done = t.done || err == nil
		return err
	}
	from := to - t.width
	if q.From > 0 && from <= q.From-t.shift {
		from = q.From - t.shift
	}
	if to < from {
		t.done = true
		return nil
	}
	hits, full, err := t.piece(ctx, r, q, from, to)
	if err != nil {
		return err
	}
	t.ahead = hits
	if full {
		last := hits[len(hits)-1]
		t.cut, t.covered = Cursor{last.time, last.id}, last.time
		return nil
	}
	t.cut, t.covered = Cursor{from + t.shift, 0}, from+t.shift
	if q.From > 0 && from <= q.From-t.shift {
		t.done = true
	}
	if len(hits) == 0 {
		t.width = min(2*t.width, 1<<50)
	}
	return nil
}
