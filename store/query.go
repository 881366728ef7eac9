package store

import (
	"cmp"
	"context"
	"database/sql/driver"
	"slices"
	"strings"

	"culprit/parser"
)

// Sources returns the sources by path.
func (s *SQLite) Sources(ctx context.Context) (sources []Source, err error) {
	err = s.read(ctx, func(r *reader) (err error) {
		sources, err = r.sources()
		return err
	})
	return sources, err
}

// Series yields the groups of q by bucket, then keys. yield must not call the store.
func (s *SQLite) Series(ctx context.Context, q Query, yield func(Point) error) error {
	return s.read(ctx, func(r *reader) error {
		sources, err := r.sources()
		if err != nil {
			return err
		}
		return series(ctx, r, sources, q, yield)
	})
}

// Top returns the groups of q with the greatest counts over the whole of its time.
func (s *SQLite) Top(ctx context.Context, q Query) (points []Point, err error) {
	err = s.read(ctx, func(r *reader) error {
		sources, err := r.sources()
		if err == nil {
			points, err = top(ctx, r, sources, q)
		}
		return err
	})
	return points, err
}

// Sample returns at most q.Limit events, in time order: the first, the last and some spread evenly between them.
func (s *SQLite) Sample(ctx context.Context, q Query) (events []Event, err error) {
	err = s.read(ctx, func(r *reader) error {
		sources, err := r.sources()
		if err != nil {
			return err
		}
		found, err := r.find(ctx, sources, &q)
		if err != nil {
			return err
		}
		for i, n := 0, min(len(found), q.limit()); i < n; i++ {
			one := &found[spreadIndex(i, n, len(found))]
			e, err := r.event(ctx, one.id)
			if err != nil {
				return err
			}
			e.Source, e.Time = one.source, one.time
			events = append(events, e)
		}
		return nil
	})
	return events, err
}

// Changes returns the changes of a span in time order; from and to both 0: all.
func (s *SQLite) Changes(ctx context.Context, from, to int64) (changes []Change, err error) {
	err = s.read(ctx, func(r *reader) error {
		shift, err := r.shifts()
		if err != nil {
			return err
		}
		return r.c.query(ctx, `SELECT source, line, time, zoned, kind, service, version, summary, actor, signature,
			version_from, host, vhost, upstream, path, ref, early, late FROM change`,
			func(v []driver.Value) error {
				c := Change{
					Source: int32(integer(v[0], 0)), Line: integer(v[1], 0), Time: integer(v[2], 0), Signature: text(v[9]),
					Change: parser.Change{Kind: text(v[4]), Service: text(v[5]), Version: text(v[6]), Summary: text(v[7]), Actor: text(v[8])},
				}
				c.From, c.Ref = text(v[10]), text(v[15])
				c.Scope = parser.Scope{Host: text(v[11]), VHost: text(v[12]), Upstream: text(v[13]), Path: text(v[14])}
				c.Early, c.Late = integer(v[16], 0), integer(v[17], 0)
				c.Time += shift(c.Source, boolean(v[3]))
				if within(c.Time, from, to) {
					changes = append(changes, c)
				}
				return nil
			})
	})
	sortChanges(changes)
	return changes, err
}

// Samples returns the measurements of a span in time order, of the metrics named, or of all; from and to both 0: of any time.
func (s *SQLite) Samples(ctx context.Context, from, to int64, metrics ...string) (samples []Sample, err error) {
	err = s.read(ctx, func(r *reader) error {
		shift, err := r.shifts()
		if err != nil {
			return err
		}
		return r.c.query(ctx, "SELECT source, line, time, zoned, host, metric, value, span FROM sample", func(v []driver.Value) error {
			m := Sample{Source: int32(integer(v[0], 0)), Line: integer(v[1], 0), Time: integer(v[2], 0)}
			m.Host, m.Metric = text(v[4]), text(v[5])
			m.Value, _ = v[6].(float64)
			m.Span = integer(v[7], 0)
			m.Time += shift(m.Source, boolean(v[3]))
			if within(m.Time, from, to) && (len(metrics) == 0 || slices.Contains(metrics, m.Metric)) {
				samples = append(samples, m)
			}
			return nil
		})
	})
	sortSamples(samples)
	return samples, err
}

// shifts returns what is added to the times of each source: see shiftOf.
func (r *reader) shifts() (func(source int32, zoned bool) int64, error) {
	stored, err := r.stored()
	return func(source int32, zoned bool) int64 {
		if s := stored[source]; s != nil {
			return shiftOf(&s.Source, zoned)
		}
		return 0
	}, err
}

// foundEvent is an event that fits, in short.
type foundEvent struct {
	id, time, line, offset int64 // time shifted
	source                 int32
	rank                   int32 // of the source, by path
}

// find returns all events that q wants, in time order.
func (r *reader) find(ctx context.Context, sources []Source, q *Query) ([]foundEvent, error) {
	f, err := newFolding(ctx, r, sources, Query{Table: Events, Where: q.Where})
	if err != nil {
		return nil, err
	}
	f.kind = details
	narrowed, signatures := q.bySignature()
	var found []foundEvent
	for i := range f.sources {
		s := &f.sources[i]
		low, high := shifts(s)
		from, to := int64(firstMoment), int64(lastMoment)
		if q.From != 0 || q.To != 0 {
			from, to = q.From-high, q.To-low
		}
		err := r.c.query(ctx, "SELECT "+detailColumns+`, id, time, line, "offset" FROM event WHERE source = ? AND time >= ? AND time < ?`+narrowed,
			func(v []driver.Value) error {
				p, err := f.place(s, r.detailNumber(readDetail(v)))
				if err != nil || !p.wanted {
					return err
				}
				time := integer(v[8], 0) + shiftOf(s, p.zoned)
				if within(time, q.From, q.To) {
					found = append(found, foundEvent{integer(v[7], 0), time, integer(v[9], 0), integer(v[10], 0), s.ID, int32(i)})
				}
				return nil
			}, append([]any{int64(s.ID), from, to}, signatures...)...)
		if err != nil {
			return nil, err
		}
	}
	slices.SortFunc(found, func(a, b foundEvent) int {
		return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.rank, b.rank), cmp.Compare(a.line, b.line), cmp.Compare(a.offset, b.offset))
	})
	return found, nil
}

// bySignature is the condition that leaves events of other signatures out, with its arguments: the one filter that most questions have
// is left to SQLite, so that the rest is not even read.
func (q *Query) bySignature() (condition string, args []any) {
	for _, w := range q.Where {
		if w.Key != BySignature || w.Not || len(w.Values) == 0 || len(w.Values) > maxNarrowed {
			continue
		}
		for _, id := range w.Values {
			args = append(args, id)
		}
		marks := strings.Repeat(", ?", len(args))[2:]
		return " AND class IN (SELECT id FROM event_class WHERE signature IN (" + marks + "))", args
	}
	return "", nil
}

// maxNarrowed bounds the signatures in one condition.
const maxNarrowed = 200

// event reads one event.
func (r *reader) event(ctx context.Context, id int64) (e Event, err error) {
	err = r.c.query(ctx, `SELECT class, line, "offset", detail, pid, conn, bytes, duration, queue, connect, header,
		response, retries, queued_server, queued_backend, active, method, endpoint, script, client, agent, path, message FROM event WHERE id = ?`, func(v []driver.Value) error {
		class, err := r.eventClass(int32(integer(v[0], 0)))
		if err != nil {
			return err
		}
		row := eventRow{
			line: integer(v[1], 0), offset: integer(v[2], 0), detail: text(v[3]), pid: integer(v[4], 0), conn: integer(v[5], 0),
			bytes: integer(v[6], parser.Unknown), duration: integer(v[7], parser.Unknown), queue: integer(v[8], parser.Unknown),
			connect: integer(v[9], parser.Unknown), header: integer(v[10], parser.Unknown), response: integer(v[11], parser.Unknown),
			retries: int32(integer(v[12], 0)), queuedServer: int32(integer(v[13], parser.Unknown)),
			queuedBackend: int32(integer(v[14], parser.Unknown)), active: int32(integer(v[15], parser.Unknown)),
		}
		for i, to := range []*string{&row.method, &row.endpoint, &row.script, &row.client, &row.agent, &row.path, &row.message} {
			if *to, err = r.text(integer(v[16+i], 0)); err != nil {
				return err
			}
		}
		e = row.event(class)
		return nil
	}, id)
	return e, err
}
