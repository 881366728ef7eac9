package clickhouse_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"culprit/store"
	"culprit/store/clickhouse"
	"culprit/store/clickhouse/servertest"
)

// TestReplicaTakesOver writes to one of two replicas, ends it, and goes on with the other.
func TestReplicaTakesOver(t *testing.T) {
	c := servertest.Replicas(t, 2)
	address := initialized(t, c, "pair", clickhouse.Layout{Cluster: c.Name, Replicated: true})
	const events = 6000
	st, err := clickhouse.Open(context.Background(), address, clickhouse.Options{Origin: "agent"})
	if err != nil {
		t.Fatal(err)
	}
	if err := readLog(st, "log0", events/agentSources); err != nil {
		t.Fatal(err)
	}
	caughtUp(t, c, events/agentSources)
	c.Kill(0)
	for i := 1; i < agentSources; i++ {
		if err := readLog(st, fmt.Sprint("log", i), events/agentSources); err != nil {
			t.Fatal(err)
		}
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	countLines(t, address, events)
	c.Start(0)
	c.Wait(0)
	caughtUp(t, c, events)
}

// TestInitAddsColumnsOnReplicas takes a column away on one replica, which takes it away on the other, and has it added: on both, the table over
// all shards must have it.
func TestInitAddsColumnsOnReplicas(t *testing.T) {
	c := servertest.Replicas(t, 2)
	layout := clickhouse.Layout{Cluster: c.Name, Replicated: true}
	address := initialized(t, c, "older", layout)
	var each []*clickhouse.Address
	for _, s := range c.Servers {
		each = append(each, parsed(t, "clickhouse://"+s.HTTP+"/older"))
	}
	done(t, each[0], "ALTER TABLE record_local DROP COLUMN zone_from")
	for i, one := range each {
		for until := time.Now().Add(waitFor); strings.Contains(done(t, one, "DESCRIBE TABLE record_local"), "zone_from"); time.Sleep(50 * time.Millisecond) {
			if time.Now().After(until) {
				t.Fatalf("replica %d has the column still", i)
			}
		}
		done(t, one, "DROP TABLE record")
		done(t, one, "CREATE TABLE record AS record_local ENGINE = Distributed('"+c.Name+"', older, record_local, source)")
	}
	for range 2 {
		if err := clickhouse.Init(context.Background(), address, layout); err != nil {
			t.Fatal(err)
		}
	}
	for i, one := range each {
		r, err := clickhouse.OpenReading(context.Background(), one)
		if err != nil {
			t.Errorf("replica %d: %v", i, err)
			continue
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestReadersOnlyRead asks as a user who may not write: questions are answered, by Select as well, and nothing else is.
func TestReadersOnlyRead(t *testing.T) {
	ctx := context.Background()
	c := servertest.Shards(t, 1)
	st, err := clickhouse.Open(ctx, initialized(t, c, "read", clickhouse.Layout{Cluster: c.Name}), clickhouse.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(readLog(st, "a.log", 1000), st.Close()); err != nil {
		t.Fatal(err)
	}
	reader := parsed(t, "clickhouse://reader@"+c.Servers[0].HTTP+"/read")
	r, err := clickhouse.OpenReading(ctx, reader)
	if err != nil {
		t.Fatal(err)
	}
	found, err := r.Search(ctx, store.Search{Limit: 3})
	if err = errors.Join(err, r.Close()); err != nil || len(found.Events) != 3 {
		t.Errorf("%d events, %v", len(found.Events), err)
	}
	rows, err := clickhouse.Select(ctx, reader, "SELECT count() AS n FROM record WHERE kind = 5", 1)
	if err != nil {
		t.Fatal(err)
	}
	if row, err := rows.Next(); err != nil || fmt.Sprint(row) != "[1000]" {
		t.Errorf("%v, %v", row, err)
	}
	if err := rows.Close(); err != nil {
		t.Error(err)
	}
	for _, sql := range []string{"DROP TABLE record_local", "INSERT INTO record_local (kind) VALUES (1)", "SELECT 1 SETTINGS readonly = 0"} {
		if rows, err := clickhouse.Select(ctx, reader, sql, 0); err == nil {
			t.Errorf("%s: answered", sql)
			_ = rows.Close() // it should not be
		}
	}
}

// caughtUp waits until every replica has so many requests.
func caughtUp(t *testing.T, c *servertest.Cluster, events int64) {
	t.Helper()
	for i := range c.Servers {
		address, err := clickhouse.ParseAddress("clickhouse://" + c.Servers[i].HTTP + "/pair")
		if err != nil {
			t.Fatal(err)
		}
		got := int64(-1)
		for until := time.Now().Add(waitFor); got != events && time.Now().Before(until); time.Sleep(100 * time.Millisecond) {
			rows, err := clickhouse.Select(context.Background(), address, "SELECT sum(count) AS n FROM record_local WHERE kind = 1", 1)
			if err != nil {
				continue // it may be starting
			}
			if row, err := rows.Next(); err == nil {
				got, _ = row[0].(int64)
			}
			_ = rows.Close() // it was read to its end
		}
		if got != events {
			t.Fatalf("replica %d has %d requests, want %d", i, got, events)
		}
	}
}

// TestHostileTexts asks for what logs may hold to trouble a statement.
func TestHostileTexts(t *testing.T) { everyDialect(t, hostileTexts) }

func hostileTexts(t *testing.T, c *servertest.Cluster) {
	address := initialized(t, c, "hostile", clickhouse.Layout{Cluster: c.Name})
	ctx := context.Background()
	st, err := clickhouse.Open(ctx, address, clickhouse.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	if err := readLog(st, "it's a \\ path') OR 1=1 --\n\x00", 1000); err != nil {
		t.Fatal(err)
	}
	f := func(value string, want int64) {
		t.Helper()
		points, err := st.Top(ctx, store.Query{Table: store.Events, Where: []store.Filter{{Key: store.ByUpstream, Values: []string{value}}}})
		var got int64
		for _, p := range points {
			got += p.Count
		}
		if err != nil || got != want {
			t.Errorf("%q: %d, %v, want %d", value, got, err, want)
		}
	}
	f("10.0.0.5:9000", 1000)
	for _, text := range []string{"'", "\\", "\\'", "') OR 1=1 OR upstream IN ('", "10.0.0.5:9000\x00", "\xff\xfe", "\n", "{x:String}", "%s", "`", "/*", "--"} {
		f(text, 0)
	}
	sources, err := st.Sources(ctx)
	if err != nil || len(sources) != 1 || sources[0].Path != "it's a \\ path') OR 1=1 --\n\x00" {
		t.Errorf("sources %+v, %v", sources, err)
	}
	for _, sql := range []string{"DROP TABLE record", "INSERT INTO record (kind) VALUES (1)", "SELECT 1 SETTINGS readonly=0"} {
		if rows, err := clickhouse.Select(ctx, address, sql, 0); err == nil {
			t.Errorf("%s: answered", sql)
			_ = rows.Close() // it should not be
		}
	}
}
