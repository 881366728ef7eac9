package clickhouse

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"culprit/parser"
	"culprit/store"
)

// eventColumns are those of a stored event, in the order readEvent reads them in.
const eventColumns = `source, line, byte_offset, request, daemon, format, severity, signature, template, message, detail, code, host, program, pid, conn,
	errno, client, vhost, method, path, endpoint, agent, upstream, scheme, upstream_status, pool, script, frontend, backend, server, termination, status,
	size, duration, queue, connect, header, response, retries, redispatched, queued_server, queued_backend, active`

// Sample returns at most q.Limit events, in time order: the first, the last and some spread evenly between them. Those between are found
// by their place: only the columns that order events are read of all, and only the events that are asked for come back.
func (s *Store) Sample(ctx context.Context, q store.Query) ([]store.Event, error) {
	k, err := s.current(ctx)
	if err != nil {
		return nil, err
	}
	limit := q.Limit
	if limit <= 0 {
		limit = store.DefaultSample
	}
	q.Table, q.Bucket, q.Keys = store.Events, 0, nil
	a, err := ask(q, k)
	if err != nil {
		return nil, err
	}
	conditions := append([]string{"kind = 5"}, a.filters()...)
	if q.From != 0 || q.To != 0 {
		conditions = append(conditions, a.clock.between("first", q.From, q.To))
	}
	which := strings.Join(conditions, " AND ")
	count, err := s.client.number(ctx, "SELECT toInt64(count()) FROM record WHERE "+which)
	if err != nil || count == 0 {
		return nil, err
	}
	order := "t, " + k.pathOrder() + ", line, byte_offset"
	if count > int64(limit) {
		if which, err = s.picks(ctx, a, which, order, count, limit); err != nil {
			return nil, err
		}
	}
	ids := k.ids()
	var events []store.Event
	sql := "SELECT " + a.clock.shifted("first") + " AS t, " + eventColumns + " FROM record WHERE " + which + " ORDER BY " + order
	err = s.query(ctx, sql, func(r *rowReader) error {
		events = append(events, readEvent(r, ids))
		return r.err
	})
	return events, err
}

// picks writes the condition that holds for the events of limit places among count.
func (s *Store) picks(ctx context.Context, a *question, which, order string, count int64, limit int) (string, error) {
	var places []string
	for i := range int64(limit) {
		place := int64(0)
		if limit > 1 {
			place = i * (count - 1) / int64(limit-1)
		}
		places = append(places, decimal(place))
	}
	columns := "at, source, first, line, byte_offset"
	sql := fmt.Sprintf("SELECT %s FROM (SELECT %s, %s AS t FROM record WHERE %s ORDER BY %s LIMIT %s) WHERE rowNumberInAllBlocks() IN (%s)",
		columns, columns, a.clock.shifted("first"), which, order, decimal(count), strings.Join(places, ","))
	var slots, events []string
	err := s.query(ctx, sql, func(r *rowReader) error {
		at := decimal(r.int64())
		slots = append(slots, at)
		events = append(events, fmt.Sprintf("(%d,%d,%d,%d)", r.uint64(), r.int64(), r.int64(), r.int64()))
		return r.err
	})
	slices.Sort(slots)
	return fmt.Sprintf("kind = 5 AND at IN (%s) AND (source, first, line, byte_offset) IN (%s)",
		strings.Join(slices.Compact(slots), ","), strings.Join(events, ",")), err
}

func readEvent(r *rowReader, ids map[uint64]int32) store.Event {
	e := store.Event{Time: r.int64(), Source: ids[r.uint64()], Line: r.int64(), Offset: r.int64(), Request: r.bool()}
	e.Daemon, _ = parser.DaemonNamed(r.text())
	e.Format, _ = parser.FormatNamed(r.text())
	e.Severity = parser.SeverityNamed(r.text())
	e.Signature, e.Template, e.Message, e.Detail, e.Code = r.text(), r.text(), r.text(), r.text(), r.text()
	e.Host, e.Program, e.PID, e.Conn, e.Errno = r.text(), r.text(), r.int64(), r.int64(), r.int32()
	e.Client, e.VHost, e.Method, e.Path, e.Endpoint, e.UserAgent = r.text(), r.text(), r.text(), r.text(), r.text(), r.text()
	e.Upstream, e.UpstreamScheme, e.UpstreamStatus, e.Pool, e.Script = r.text(), r.text(), r.text(), r.text(), r.text()
	e.Frontend, e.Backend, e.Server, e.Termination, e.Status = r.text(), r.text(), r.text(), r.text(), r.int32()
	e.Bytes, e.Duration, e.Queue, e.Connect, e.Header, e.Response = r.int64(), r.int64(), r.int64(), r.int64(), r.int64(), r.int64()
	e.Retries, e.Redispatched, e.QueuedServer, e.QueuedBackend, e.Active = r.int32(), r.bool(), r.int32(), r.int32(), r.int32()
	return e
}

// number asks for one number, 0 where there is no row.
func (c *client) number(ctx context.Context, sql string) (n int64, err error) {
	err = c.query(ctx, sql, func(r *rowReader) error {
		n = r.int64()
		return r.err
	})
	return n, err
}
