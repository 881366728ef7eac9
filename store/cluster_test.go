package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"culprit/store"
	"culprit/store/clickhouse"
	"culprit/store/clickhouse/servertest"
)

// prepared makes an empty store on a cluster.
func prepared(t *testing.T, c *servertest.Cluster, database string, l clickhouse.Layout, o clickhouse.Options) *clickhouse.Store {
	t.Helper()
	address, err := clickhouse.ParseAddress(c.URL(database, 0))
	if err != nil {
		t.Fatal(err)
	}
	if l.Cluster == "" {
		address.Hosts = address.Hosts[:1]
	}
	if err := clickhouse.Init(context.Background(), address, l); err != nil {
		t.Fatal(err)
	}
	st, err := clickhouse.Open(context.Background(), address, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	return st
}

// counted checks of every answer that no more rows came for it than it has groups, or was limited to.
type counted struct {
	t *testing.T
	*clickhouse.Store
}

func (c *counted) Series(ctx context.Context, q store.Query, yield func(store.Point) error) error {
	before, points := c.Received(), int64(0)
	err := c.Store.Series(ctx, q, func(p store.Point) error {
		points++
		return yield(p)
	})
	if got := c.Received() - before; got > points {
		c.t.Errorf("%+v: %d rows for %d points", q, got, points)
	}
	return err
}

func (c *counted) Top(ctx context.Context, q store.Query) ([]store.Point, error) {
	before := c.Received()
	points, err := c.Store.Top(ctx, q)
	if got := c.Received() - before; got > int64(len(points)) {
		c.t.Errorf("%+v: %d rows for %d groups", q, got, len(points))
	}
	return points, err
}

func (c *counted) Sample(ctx context.Context, q store.Query) ([]store.Event, error) {
	before := c.Received()
	events, err := c.Store.Sample(ctx, q)
	if got, want := c.Received()-before, 2*int64(len(events)); got > want { // their places, and themselves
		c.t.Errorf("%+v: %d rows for %d events", q, got, len(events))
	}
	return events, err
}

func TestClusterAgrees(t *testing.T) {
	c := servertest.Shards(t, 2)
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			layout := clickhouse.Layout{Cluster: c.Name}
			if seed == 3 {
				layout.Cluster = ""
			}
			st := prepared(t, c, fmt.Sprint("agree", seed), layout, clickhouse.Options{})
			store.Conform(t, "clickhouse", &counted{t, st}, seed)
		})
	}
}

func TestClusterIsSearched(t *testing.T) { searched(t, servertest.Shards(t, 2), 2) }

// searched reads stores on a cluster beside whoever writes them.
func searched(t *testing.T, c *servertest.Cluster, stores uint64) {
	t.Helper()
	ctx := context.Background()
	for seed := range stores {
		st := prepared(t, c, fmt.Sprint("searched", seed), clickhouse.Layout{Cluster: c.Name}, clickhouse.Options{})
		r := reading(t, c, fmt.Sprint("searched", seed))
		before := version(t, r)
		store.FeedSearched(t, st, seed)
		if _, err := st.Sources(ctx); err != nil { // it sends the shifts
			t.Fatal(err)
		}
		if version(t, r) == before {
			t.Error("what was written left the version as it was")
		}
		store.ConformSearch(t, r, 97)
		counted, err := st.Top(ctx, store.Query{Table: store.Events})
		if err != nil {
			t.Fatal(err)
		}
		if s, err := r.Stored(ctx); err != nil || s.Events == 0 || s.Events > counted[0].Count || s.Bytes == 0 {
			t.Errorf("stored %+v, %v", s, err)
		}
		if f, err := r.Facets(ctx); err != nil || !slices.Contains(f.Statuses, 502) || !slices.Contains(f.Signatures, "fpm-restart") || len(f.Upstreams) == 0 {
			t.Errorf("facets %+v, %v", f, err)
		}
	}
}

// TestClusterSearchStopsInTime asks with a deadline that is over, and with one that nobody waits for.
func TestClusterSearchStopsInTime(t *testing.T) {
	ctx := context.Background()
	c := servertest.Shards(t, 1)
	store.FeedSearched(t, prepared(t, c, "late", clickhouse.Layout{Cluster: c.Name}, clickhouse.Options{}), 1)
	r := reading(t, c, "late")
	late, cancel := context.WithDeadline(ctx, time.Unix(0, 0))
	defer cancel()
	found, err := r.Search(late, store.Search{Text: "lost"})
	if err != nil || !found.More || len(found.Events) != 0 || found.Next == (store.Cursor{}) || found.Reached == 0 {
		t.Errorf("%+v, %v", found, err)
	}
	gone, stop := context.WithCancel(ctx)
	stop()
	if _, err := r.Search(gone, store.Search{Text: "lost"}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want %v", err, context.Canceled)
	}
	if _, err := r.Search(ctx, store.Search{Where: []store.Filter{{Key: store.ByClient, Values: []string{"192.0.2.3"}}}}); err == nil {
		t.Error("a key that no class has was taken")
	}
}

// TestReadingLeavesTheClusterAlone sets a shift on a Reading: another one does not see it.
func TestReadingLeavesTheClusterAlone(t *testing.T) {
	ctx := context.Background()
	c := servertest.Shards(t, 1)
	store.FeedSearched(t, prepared(t, c, "alone", clickhouse.Layout{Cluster: c.Name}, clickhouse.Options{}), 2)
	one := reading(t, c, "alone")
	shift := func(r *clickhouse.Reading) int64 {
		t.Helper()
		sources, err := r.Sources(ctx)
		if err != nil || len(sources) != 3 {
			t.Fatalf("%+v, %v", sources, err)
		}
		return sources[0].Shift
	}
	before := shift(one)
	if err := one.SetShift(ctx, 1, before+77, "x", "flag"); err != nil {
		t.Fatal(err)
	}
	if err := one.Close(); err != nil {
		t.Fatal(err)
	}
	if got := shift(one); got != before+77 {
		t.Errorf("the shift is %d here, want %d", got, before+77)
	}
	if got := shift(reading(t, c, "alone")); got != before {
		t.Errorf("the shift is %d for others, want %d", got, before)
	}
}

func reading(t *testing.T, c *servertest.Cluster, database string) *clickhouse.Reading {
	t.Helper()
	address, err := clickhouse.ParseAddress(c.URL(database, 0))
	if err != nil {
		t.Fatal(err)
	}
	r, err := clickhouse.OpenReading(context.Background(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

func version(t *testing.T, r *clickhouse.Reading) int64 {
	t.Helper()
	v, err := r.Version(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return v
}
