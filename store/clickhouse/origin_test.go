package clickhouse_test

import (
	"context"
	"testing"

	"culprit/store/clickhouse"
	"culprit/store/clickhouse/servertest"
)

// TestOriginIsTheHost sends the same path from two hosts: it is two sources, each of its host.
func TestOriginIsTheHost(t *testing.T) {
	c := servertest.Shards(t, 2)
	address := initialized(t, c, "origin", clickhouse.Layout{Cluster: c.Name})
	for _, host := range []string{"web1", "web2"} {
		st, err := clickhouse.Open(context.Background(), address, clickhouse.Options{Origin: host})
		if err != nil {
			t.Fatal(err)
		}
		if err := readLog(st, "/var/log/nginx/access.log", batchSize); err != nil {
			t.Fatal(err)
		}
		if err := st.Close(); err != nil {
			t.Fatal(err)
		}
	}
	st, err := clickhouse.Open(context.Background(), address, clickhouse.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = st.Close() }()
	sources, err := st.Sources(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	hosts := map[string]int64{}
	for _, s := range sources {
		hosts[s.Host] += s.Lines
	}
	if len(sources) != 2 || hosts["web1"] != batchSize || hosts["web2"] != batchSize {
		t.Errorf("%d sources, lines by host %v", len(sources), hosts)
	}
}
