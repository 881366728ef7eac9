package store_test

import (
	"context"
	"fmt"
	"testing"

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
