package store_test

import (
	"fmt"
	"testing"

	"culprit/store"
	"culprit/store/clickhouse"
	"culprit/store/clickhouse/servertest"
)

// TestModernEngineAgrees is TestClusterAgrees with a recent ClickHouse, without and with a table over its one shard.
func TestModernEngineAgrees(t *testing.T) {
	c := servertest.Engine(t)
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			var layout clickhouse.Layout
			if seed%2 == 1 {
				layout.Cluster = c.Name
			}
			st := prepared(t, c, fmt.Sprint("agree", seed), layout, clickhouse.Options{})
			store.Conform(t, "clickhouse", &counted{t, st}, seed)
		})
	}
}

// TestModernEngineIsSearched is TestClusterIsSearched with a recent ClickHouse.
func TestModernEngineIsSearched(t *testing.T) { searched(t, servertest.Engine(t), 1) }
