package store

import (
	"context"
	"database/sql/driver"
	"slices"

	"culprit/parser"
	"culprit/store/rowfeed"
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
		chosen := make([]foundEvent, min(len(found), q.limit()))
		for i := range chosen {
			at := spreadIndex(i, len(chosen), len(found))
			if err := r.settle(ctx, found, at); err != nil {
				return err
			}
			chosen[i] = found[at]
		}
		events, err = r.events(ctx, chosen, sources)
		return err
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
		low, high := int64(firstMoment), int64(lastMoment)
		if from != 0 || to != 0 { // as far as the zones and clocks of sources may move a time
			low, high = from-shiftsAtMost, max(to, to+shiftsAtMost)
		}
		return r.c.query(ctx, "SELECT source, line, time, zoned, host, metric, value, span FROM sample WHERE time >= ? AND time < ?", func(v []driver.Value) error {
			m := Sample{Source: int32(integer(v[0], 0)), Line: integer(v[1], 0), Time: integer(v[2], 0)}
			m.Host, m.Metric = text(v[4]), text(v[5])
			m.Value, _ = v[6].(float64)
			m.Span = integer(v[7], 0)
			m.Time += shift(m.Source, boolean(v[3]))
			if within(m.Time, from, to) && (len(metrics) == 0 || slices.Contains(metrics, m.Metric)) {
				samples = append(samples, m)
			}
			return nil
		}, low, high)
	})
	sortSamples(samples)
	return samples, err
}

// shiftsAtMost bounds how far the times of a source are moved where questions are asked by time, µs: a zone, and a clock that is off by days.
const shiftsAtMost = 7 * 24 * 3600 * second

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

// events reads what was found.
func (r *reader) events(ctx context.Context, found []foundEvent, sources []Source) ([]Event, error) {
	if len(found) == 0 {
		return nil, nil
	}
	asked := rowfeed.NewRows(2)
	for i := range found {
		asked.Begin()
		asked.Int(found[i].id)
		asked.Int(int64(i))
	}
	events := make([]Event, len(found))
	err := asked.Chunks(func(chunk []byte) error {
		return r.c.query(ctx, "SELECT c1, "+eventColumns+" FROM rowfeed(?) CROSS JOIN event ON id = c0", func(v []driver.Value) (err error) {
			at := integer(v[0], 0)
			e, one := &events[at], &found[at]
			*e, err = r.readEvent(v[1:])
			e.Source, e.Time = sources[one.source].ID, one.time
			return err
		}, chunk)
	})
	return events, err
}

// event reads one event.
func (r *reader) event(ctx context.Context, id int64) (e Event, err error) {
	err = r.c.query(ctx, "SELECT "+eventColumns+" FROM event WHERE id = ?", func(v []driver.Value) (err error) {
		e, err = r.readEvent(v)
		return err
	}, id)
	return e, err
}

// eventColumns are those of readEvent.
const eventColumns = `class, line, "offset", detail, pid, conn, bytes, duration, queue, connect, header, response, retries, queued_server, queued_backend,
	active, method, endpoint, script, client, agent, path, message`

// readEvent makes an event of a row, but for its source and time.
func (r *reader) readEvent(v []driver.Value) (e Event, err error) {
	class, err := r.eventClass(int32(integer(v[0], 0)))
	if err != nil {
		return e, err
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
			return e, err
		}
	}
	return row.event(class), nil
}
