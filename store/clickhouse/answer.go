package clickhouse

import (
	"context"
	"fmt"
	"strings"

	"culprit/parser"
	"culprit/store"
)

// Sources returns the sources by path, as the cluster knows them now.
func (s *Store) Sources(ctx context.Context) ([]store.Source, error) {
	if err := s.gather(ctx); err != nil {
		return nil, err
	}
	if err := s.reload(ctx); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.registry.sources(), nil
}

// query asks for the rows of an answer, and counts them.
func (s *Store) query(ctx context.Context, sql string, row func(r *rowReader) error) error {
	return s.client.query(ctx, sql, func(r *rowReader) error {
		s.received.Add(1)
		return row(r)
	})
}

// Series yields the groups of q by bucket, then keys. yield must not call the store.
func (s *Store) Series(ctx context.Context, q store.Query, yield func(store.Point) error) error {
	k, err := s.current(ctx)
	if err != nil {
		return err
	}
	a, err := ask(q, k)
	if err != nil {
		return err
	}
	return s.query(ctx, a.sql(false, 0), func(r *rowReader) error {
		p := a.point(r)
		if r.err != nil {
			return r.err
		}
		return yield(p)
	})
}

// Top returns the groups of q with the greatest counts over the whole of its time.
func (s *Store) Top(ctx context.Context, q store.Query) (points []store.Point, err error) {
	k, err := s.current(ctx)
	if err != nil {
		return nil, err
	}
	q.Bucket = 0
	a, err := ask(q, k)
	if err != nil {
		return nil, err
	}
	err = s.query(ctx, a.sql(true, q.Limit), func(r *rowReader) error {
		points = append(points, a.point(r))
		return r.err
	})
	return points, err
}

// Changes returns the changes of a span in time order; from and to both 0: all.
func (s *Store) Changes(ctx context.Context, from, to int64) (changes []store.Change, err error) {
	k, err := s.current(ctx)
	if err != nil {
		return nil, err
	}
	ids := k.ids()
	c := k.clock()
	sql := "SELECT source, line, " + c.shifted("at") + " AS t, change, service, version, summary, actor, signature, version_from, host, vhost, upstream, path, ref, early, late FROM record WHERE kind = 6" +
		c.within(from, to) + " ORDER BY t, " + k.idOrder() + ", line"
	err = s.query(ctx, sql, func(r *rowReader) error {
		one := store.Change{Source: ids[r.uint64()], Line: r.int64(), Time: r.int64()}
		one.Change = parser.Change{Kind: r.text(), Service: r.text(), Version: r.text(), Summary: r.text(), Actor: r.text()}
		one.Signature, one.From = r.text(), r.text()
		one.Scope = parser.Scope{Host: r.text(), VHost: r.text(), Upstream: r.text(), Path: r.text()}
		one.Ref, one.Early, one.Late = r.text(), r.int64(), r.int64()
		changes = append(changes, one)
		return r.err
	})
	return changes, err
}

// Samples returns the measurements of a span in time order, of the metrics named, or of all; from and to both 0: of any time.
func (s *Store) Samples(ctx context.Context, from, to int64, metrics ...string) (samples []store.Sample, err error) {
	k, err := s.current(ctx)
	if err != nil {
		return nil, err
	}
	ids := k.ids()
	c := k.clock()
	named := ""
	if len(metrics) > 0 {
		named = " AND metric IN (" + strings.Join(quoted(metrics), ",") + ")"
	}
	sql := "SELECT source, line, " + c.shifted("at") + " AS t, host, metric, value, span FROM record WHERE kind = 7" + c.within(from, to) + named +
		" ORDER BY t, " + k.idOrder() + ", line"
	err = s.query(ctx, sql, func(r *rowReader) error {
		one := store.Sample{Source: ids[r.uint64()], Line: r.int64(), Time: r.int64()}
		one.Host, one.Metric, one.Value, one.Span = r.text(), r.text(), r.float64(), r.int64()
		samples = append(samples, one)
		return r.err
	})
	return samples, err
}

// within limits rows of timelines to a span.
func (c *clock) within(from, to int64) string {
	if from == 0 && to == 0 {
		return ""
	}
	return " AND " + c.between("at", from, to)
}

// ids returns the ids of the sources by key.
func (k *known) ids() map[uint64]int32 {
	ids := make(map[uint64]int32, len(k.keys))
	for i, key := range k.keys {
		ids[key] = k.sources[i].ID
	}
	return ids
}

// manySources is beyond how many sources rows of one moment are ordered by key rather than by path or id: each place would have to be
// told to the cluster.
const manySources = 20_000

// idOrder writes what rows of one moment are ordered by: the id of the source.
func (k *known) idOrder() string {
	return k.order(func(i int) int64 { return int64(k.sources[i].ID) })
}

// pathOrder is idOrder by the path of the source.
func (k *known) pathOrder() string {
	return k.order(func(i int) int64 { return int64(i) })
}

func (k *known) order(rank func(i int) int64) string {
	if len(k.keys) < 2 || len(k.keys) > manySources {
		return "source"
	}
	var from, to []string
	for i := range k.keys {
		from, to = append(from, unsigned(k.keys[i])), append(to, decimal(rank(i)))
	}
	return fmt.Sprintf("transform(source, [%s], [%s], toInt64(0))", strings.Join(from, ","), strings.Join(to, ","))
}
