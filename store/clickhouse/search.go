package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"culprit/store"
)

// identity is the number by which an event is told from others of its time. It needs no agreement between hosts.
const identity = "toInt64(bitShiftRight(cityHash64(source, line, byte_offset), 1))"

// Pieces of time that a search looks at: the first, and by how much the next is longer.
const (
	firstPiece = 600 * 1_000_000 // µs
	longer     = 4
)

// Search returns a page of events, by falling time. It looks back in pieces of growing length, until the page is full or ctx is at its
// deadline: then it returns what it has, and where to go on.
func (r *Reading) Search(ctx context.Context, q store.Search) (store.Found, error) {
	if q.Limit <= 0 {
		q.Limit = store.DefaultSample
	}
	for i := range q.Where {
		if slices.Contains(detailKeys, q.Where[i].Key) {
			return store.Found{}, errors.New("search: events cannot be searched by that key")
		}
	}
	h := newHunt(r, &q)
	err := h.run(ctx)
	late := err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded)
	if err != nil && !late {
		return store.Found{}, err
	}
	found := store.Found{More: late || len(h.places) > q.Limit}
	h.places = h.places[:min(len(h.places), q.Limit)]
	if found.Events, err = h.events(context.WithoutCancel(ctx)); err != nil {
		return found, err
	}
	switch {
	case late:
		found.Reached, found.Next = min(h.cut.Time, r.store.client.now().UnixMicro()), store.Cursor{Time: h.cut.Time}
	case len(found.Events) > 0:
		last := &found.Events[len(found.Events)-1]
		found.Next = store.Cursor{Time: last.Time, ID: last.ID}
	}
	return found, nil
}

// hunt is a search on its way back in time.
type hunt struct {
	reading *Reading
	store.Search
	question *question
	known    *known
	cut      store.Cursor // all that lies at it, or later, was looked at
	places   []place      // of what was found, the latest first
}

// place is where an event lies.
type place struct {
	at     int64
	source uint64
	first  int64
	line   int64
	offset int64
}

func newHunt(r *Reading, q *store.Search) *hunt {
	h := &hunt{reading: r, Search: *q, cut: store.Cursor{Time: lastMoment}}
	if q.To > 0 {
		h.cut.Time = q.To
	}
	if b := q.Before; b != (store.Cursor{}) && (b.Time < h.cut.Time || b.Time == h.cut.Time && b.ID < h.cut.ID) {
		h.cut = b
	}
	h.From = max(h.From, firstMoment)
	if q.From == 0 {
		h.From = firstMoment
	}
	return h
}

// run finds the places of one event more than are wanted, or of all there are.
func (h *hunt) run(ctx context.Context) (err error) {
	if h.known, err = h.reading.store.current(ctx); err != nil {
		return err
	}
	if h.question, err = ask(store.Query{Table: store.Events, Where: h.Where}, h.known); err != nil {
		return err
	}
	for width := int64(firstPiece); ; width = min(longer*width, lastMoment) {
		latest, any, err := h.latest(ctx)
		if err != nil || !any {
			return err
		}
		from := max(h.From, latest-width)
		before, wanted := len(h.places), h.Limit+1-len(h.places)
		if err := h.look(ctx, from, wanted); err != nil {
			return err
		}
		if len(h.places)-before == wanted || from == h.From {
			return nil
		}
		h.cut = store.Cursor{Time: from}
	}
}

// conditions hold for what is searched for from a moment on, but for its text, and was not looked at yet.
func (h *hunt) conditions(from int64) []string {
	t := h.question.clock.shifted("first")
	behind := fmt.Sprintf("(%[1]s < %[2]s OR %[1]s = %[2]s AND %[3]s < %[4]s)", t, decimal(h.cut.Time), identity, decimal(h.cut.ID))
	conditions := []string{"kind = 5", h.question.clock.between("first", from, h.cut.Time+1), behind}
	return append(conditions, h.question.filters()...)
}

// latest is the time of the last event that is left, whatever its text.
func (h *hunt) latest(ctx context.Context) (t int64, any bool, err error) {
	sql := fmt.Sprintf("SELECT toInt64(count()), max(%s) FROM record WHERE %s", h.question.clock.shifted("first"), strings.Join(h.conditions(h.From), " AND "))
	err = h.reading.store.client.query(ctx, sql, func(r *rowReader) error {
		any = r.int64() > 0
		t = r.int64()
		return r.err
	})
	return t, any, err
}

// look finds at most limit events from a moment on.
func (h *hunt) look(ctx context.Context, from int64, limit int) error {
	conditions := h.conditions(from)
	if h.Text != "" {
		var holds []string
		for _, c := range [...]column{colMessage, colPath, colClient, colDetail} {
			holds = append(holds, fmt.Sprintf("positionCaseInsensitive(%s, %s) > 0", c, quote(h.Text)))
		}
		conditions = append(conditions, "("+strings.Join(holds, " OR ")+")")
	}
	sql := fmt.Sprintf("SELECT at, source, first, line, byte_offset FROM record WHERE %s ORDER BY %s DESC, %s DESC LIMIT %d",
		strings.Join(conditions, " AND "), h.question.clock.shifted("first"), identity, limit)
	return h.reading.store.client.query(ctx, sql, func(r *rowReader) error {
		h.places = append(h.places, place{r.int64(), r.uint64(), r.int64(), r.int64(), r.int64()})
		return r.err
	})
}

// showTime is how long the events of a page may take to come, once they are found.
const showTime = 10 * time.Second

// events reads what lies at the places.
func (h *hunt) events(ctx context.Context) (found []store.FoundEvent, err error) {
	if len(h.places) == 0 {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, showTime)
	defer cancel()
	var slots, events []string
	for _, p := range h.places {
		slots = append(slots, decimal(p.at))
		events = append(events, fmt.Sprintf("(%d,%d,%d,%d)", p.source, p.first, p.line, p.offset))
	}
	slices.Sort(slots)
	sql := fmt.Sprintf("SELECT %[1]s AS t, %[2]s, %[3]s AS id FROM record WHERE kind = 5 AND at IN (%[4]s) AND (source, first, line, byte_offset) IN (%[5]s) ORDER BY t DESC, id DESC",
		h.question.clock.shifted("first"), eventColumns, identity, strings.Join(slices.Compact(slots), ","), strings.Join(events, ","))
	ids := h.known.ids()
	err = h.reading.store.client.query(ctx, sql, func(r *rowReader) error {
		e := readEvent(r, ids)
		found = append(found, store.FoundEvent{ID: r.int64(), Event: e})
		return r.err
	})
	return found, err
}
