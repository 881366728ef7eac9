package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"culprit/store"
)

// Reading answers questions about a store that others write to. It changes nothing there: what SetShift says of a source is remembered here
// alone. Any number of goroutines may ask.
type Reading struct {
	store   *Store
	cluster string // "": a single server

	mu      sync.Mutex // guards what follows
	version int64
	facets  store.Facets
	learned time.Time // when the facets were asked for
}

// OpenReading opens a store that Init has prepared.
func OpenReading(ctx context.Context, a *Address) (*Reading, error) {
	r := &Reading{store: newStore(a, Options{})}
	r.store.reading = true
	r.store.sender = newSender(r.store) // it has nothing to send
	err := r.store.client.ready(ctx)
	if err == nil {
		r.cluster, err = r.store.client.cluster(ctx)
	}
	if err == nil {
		err = r.store.reload(ctx)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open store %s: %w", a, err), r.Close())
	}
	return r, nil
}

// Sources returns the sources by path, as of the last Version.
func (r *Reading) Sources(ctx context.Context) ([]store.Source, error) {
	if err := r.store.refresh(ctx); err != nil {
		return nil, err
	}
	r.store.mu.Lock()
	defer r.store.mu.Unlock()
	return r.store.registry.sources(), nil
}

// Series, Top, Sample, Changes and Samples are those of Store.

// Series yields the groups of q by bucket, then keys. yield must not call the Reading.
func (r *Reading) Series(ctx context.Context, q store.Query, yield func(store.Point) error) error {
	return r.store.Series(ctx, q, yield)
}

// Top returns the groups of q with the greatest counts.
func (r *Reading) Top(ctx context.Context, q store.Query) ([]store.Point, error) {
	return r.store.Top(ctx, q)
}

// Sample returns at most q.Limit events, in time order.
func (r *Reading) Sample(ctx context.Context, q store.Query) ([]store.Event, error) {
	return r.store.Sample(ctx, q)
}

// Changes returns the changes of a span in time order.
func (r *Reading) Changes(ctx context.Context, from, to int64) ([]store.Change, error) {
	return r.store.Changes(ctx, from, to)
}

// Samples returns the measurements of a span in time order.
func (r *Reading) Samples(ctx context.Context, from, to int64, metrics ...string) ([]store.Sample, error) {
	return r.store.Samples(ctx, from, to, metrics...)
}

// SetShift says how the times of a source are turned into UTC, for the questions asked here.
func (r *Reading) SetShift(ctx context.Context, id int32, shift int64, zone, zoneFrom string) error {
	return r.store.SetShift(ctx, id, shift, zone, zoneFrom)
}

// Positions returns how far sources are known from their beginning. Those of which parts are missing are left out.
func (r *Reading) Positions(context.Context) (checkpoints []store.Checkpoint, err error) {
	r.store.mu.Lock()
	defer r.store.mu.Unlock()
	for _, e := range r.store.registry.list {
		if !e.gaps && len(e.known) > 0 && e.known[0].Begin.Offset == 0 {
			checkpoints = append(checkpoints, store.Checkpoint{Path: e.path, File: e.file, End: e.known[0].End})
		}
	}
	return checkpoints, nil
}

// Version is a number that changes whenever somebody has written to the store. What is known of the sources is asked for anew then.
func (r *Reading) Version(ctx context.Context) (int64, error) {
	n, err := r.store.client.number(ctx, "SELECT toInt64(count()) FROM record WHERE kind IN (0, 100)")
	if err != nil {
		return 0, err
	}
	r.mu.Lock()
	changed := n != r.version
	r.version = n
	r.mu.Unlock()
	if changed {
		r.store.mu.Lock()
		r.store.changed()
		r.store.mu.Unlock()
	}
	return n, nil
}

// Stored tells how much the store holds, on all shards, each replica once.
func (r *Reading) Stored(ctx context.Context) (s store.Stored, err error) {
	c := r.store.client
	if s.Events, err = c.number(ctx, "SELECT toInt64(count()) FROM record WHERE kind = 5"); err != nil {
		return s, err
	}
	parts := "system.parts"
	if r.cluster != "" {
		parts = fmt.Sprintf("cluster('%s', system, parts)", r.cluster)
	}
	s.Bytes, err = c.number(ctx, fmt.Sprintf("SELECT toInt64(sum(bytes_on_disk)) FROM %s WHERE database = %s AND table IN ('record', 'record_local') AND active",
		parts, quote(c.Database)))
	return s, err
}

// facetsKept is how long the facets are taken for what they are: all classes of events are looked at for them.
const facetsKept = time.Minute

// mostFacets bounds each list.
const mostFacets = 2000

// Facets returns the values that the stored events have of a few keys, sorted, as they were up to a minute ago.
func (r *Reading) Facets(ctx context.Context) (store.Facets, error) {
	c := r.store.client
	r.mu.Lock()
	kept, now := r.facets, c.now()
	fresh := !r.learned.IsZero() && now.Sub(r.learned) < facetsKept
	r.mu.Unlock()
	if fresh {
		return kept, nil
	}
	var f store.Facets
	for column, to := range map[column]*[]string{colSignature: &f.Signatures, colUpstream: &f.Upstreams} {
		sql := fmt.Sprintf("SELECT %[1]s FROM record WHERE kind = 4 AND kept = 1 AND %[1]s != '' GROUP BY %[1]s ORDER BY %[1]s LIMIT %[2]d", column, mostFacets)
		if err := c.query(ctx, sql, func(row *rowReader) error { *to = append(*to, row.text()); return row.err }); err != nil {
			return f, err
		}
	}
	sql := fmt.Sprintf("SELECT toInt64(status) FROM record WHERE kind = 4 AND kept = 1 AND status >= 0 GROUP BY status ORDER BY status LIMIT %d", mostFacets)
	if err := c.query(ctx, sql, func(row *rowReader) error { f.Statuses = append(f.Statuses, row.int64()); return row.err }); err != nil {
		return f, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.facets, r.learned = f, now
	return f, nil
}

// Select runs one statement of a user's own and reads at most limit rows of the answer; 0 is no limit.
func (r *Reading) Select(ctx context.Context, sql string, limit int) (*Rows, error) {
	return Select(ctx, r.store.client.Address, sql, limit)
}

// Name is the address of the store, without its password.
func (r *Reading) Name() string { return r.store.client.Address.String() }

// Close ends reading. Questions must have come to an end.
func (r *Reading) Close() error {
	r.store.sender.cancel()
	r.store.client.http.CloseIdleConnections()
	return nil
}
