package clickhouse_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"culprit/store"
	"culprit/store/clickhouse"
	"culprit/store/clickhouse/servertest"
)

const weekSeconds = 7 * 24 * 3600

// everyDialect runs a test on a server of Debian and on a recent one, as far as they are there.
func everyDialect(t *testing.T, f func(t *testing.T, c *servertest.Cluster)) {
	t.Helper()
	t.Run("old", func(t *testing.T) { f(t, servertest.Shards(t, 1)) })
	t.Run("recent", func(t *testing.T) { f(t, servertest.Engine(t)) })
}

// post sends a statement, with rows for it if there are any, and returns what is answered.
func post(t *testing.T, a *clickhouse.Address, sql, rows string) (status int, text string) {
	t.Helper()
	params := url.Values{"database": {a.Database}}
	body := sql
	if rows != "" {
		params.Set("query", sql)
		body = rows
	}
	answer, err := http.Post("http://"+a.Hosts[0]+"/?"+params.Encode(), "text/plain", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(content)
}

// done is post of what must be taken.
func done(t *testing.T, a *clickhouse.Address, sql string) string {
	t.Helper()
	status, text := post(t, a, sql, "")
	if status != http.StatusOK {
		t.Fatalf("%s: %s", sql, text)
	}
	return strings.TrimSpace(text)
}

// TestInitAddsColumns takes columns away, as if an older culprit had made the tables, and has them added while rows are there.
func TestInitAddsColumns(t *testing.T) {
	everyDialect(t, func(t *testing.T, c *servertest.Cluster) {
		layout := clickhouse.Layout{Cluster: c.Name, Keep: time.Hour}
		address := initialized(t, c, "older", layout)
		done(t, address, fmt.Sprintf("INSERT INTO record_local (kind, source, count, week) VALUES (1, 7, 5, %d)", time.Now().Unix()/weekSeconds))
		done(t, address, "DROP TABLE record")
		whole := done(t, address, "DESCRIBE TABLE record_local")
		for _, column := range []string{"moment", "zone_from", "pid"} {
			if strings.Contains(whole, column+"\t") {
				done(t, address, "ALTER TABLE record_local DROP COLUMN "+column)
			}
		}
		done(t, address, "CREATE TABLE record AS record_local ENGINE = Distributed('"+c.Name+"', older, record_local, source)")
		if st, err := clickhouse.Open(context.Background(), address, clickhouse.Options{}); err == nil {
			t.Error("opened, though columns are missing")
			_ = st.Close() // it should not be open
		}
		for range 2 {
			if err := clickhouse.Init(context.Background(), address, layout); err != nil {
				t.Fatal(err)
			}
		}
		sorted := func(description string) string {
			return done(t, address, "SELECT arrayStringConcat(arraySort(groupArray(concat(name, ' ', type))), '; ') FROM system.columns WHERE database = 'older' AND table = '"+description+"'")
		}
		if local, over := sorted("record_local"), sorted("record"); local != over || strings.Count(local, ";") != strings.Count(whole, "\n") {
			t.Errorf("before:\n%s\nlocal:\n%s\nover all:\n%s", whole, local, over)
		}
		if got := done(t, address, "SELECT source, count, pid, zone_from FROM record"); got != "7\t5\t0" {
			t.Errorf("%q", got)
		}
	})
}

// TestCutOffBlockIsRefused sends beginnings of a block of two rows: none of it may be kept.
func TestCutOffBlockIsRefused(t *testing.T) {
	everyDialect(t, func(t *testing.T, c *servertest.Cluster) {
		address := initialized(t, c, "cut", clickhouse.Layout{Cluster: c.Name})
		var native bytes.Buffer
		native.WriteString("\x02\x02\x06source\x06UInt64")
		native.Write(binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, 3), 4))
		native.WriteString("\x04host\x06String\x04web1\x04web2")
		const insert = "INSERT INTO record (source, host) FORMAT Native"
		for n := 3; n < native.Len(); n++ {
			if status, _ := post(t, address, insert, native.String()[:n]); status == http.StatusOK {
				t.Errorf("%d of %d bytes were taken", n, native.Len())
			}
		}
		if got := done(t, address, "SELECT count() FROM record_local"); got != "0" {
			t.Errorf("%s rows", got)
		}
		if status, text := post(t, address, insert, native.String()); status != http.StatusOK {
			t.Errorf("the whole: %s", text)
		}
		if got := done(t, address, "SELECT groupArray(host) FROM record"); got != "['web1','web2']" {
			t.Errorf("kept %s", got)
		}
	})
}

// TestForget drops the weeks before one.
func TestForget(t *testing.T) {
	everyDialect(t, func(t *testing.T, c *servertest.Cluster) {
		address := initialized(t, c, "forgetful", clickhouse.Layout{Cluster: c.Name})
		for week := range 4 {
			done(t, address, fmt.Sprintf("INSERT INTO record_local (kind, source, week) VALUES (1, 7, %d)", 2900+week))
		}
		st, err := clickhouse.Open(context.Background(), address, clickhouse.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer st.Close()
		if err := st.Forget(2902*weekSeconds*1_000_000 + 5); err != nil {
			t.Fatal(err)
		}
		if got := done(t, address, "SELECT arraySort(groupArray(week)) FROM record"); got != "[2902,2903]" {
			t.Errorf("weeks %s are left", got)
		}
	})
}

// TestRecentForgetsByItself has a server drop what is older than it is to keep, and no more.
func TestRecentForgetsByItself(t *testing.T) {
	c := servertest.Engine(t)
	address := initialized(t, c, "brief", clickhouse.Layout{Keep: 30 * 24 * time.Hour})
	now := time.Now().Unix() / weekSeconds
	for _, ago := range []int64{0, 4, 7} {
		done(t, address, fmt.Sprintf("INSERT INTO record (kind, source, week) VALUES (1, 7, %d)", now-ago))
	}
	done(t, address, "OPTIMIZE TABLE record FINAL")
	if got, want := done(t, address, "SELECT arraySort(groupArray(week)) FROM record"), fmt.Sprintf("[%d,%d]", now-4, now); got != want {
		t.Errorf("weeks %s are left, want %s", got, want)
	}
}

// TestRecentSchema looks at what a recent server makes of the tables, and reads times as people do.
func TestRecentSchema(t *testing.T) {
	c := servertest.Engine(t)
	address := initialized(t, c, "recent", clickhouse.Layout{Cluster: c.Name})
	f := func(column, want string) {
		t.Helper()
		if got := done(t, address, "SELECT concat(type, ' ', compression_codec) FROM system.columns WHERE database = 'recent' AND table = 'record_local' AND name = '"+column+"'"); got != want {
			t.Errorf("%s: %q, want %q", column, got, want)
		}
	}
	f("signature", "LowCardinality(String) CODEC(ZSTD(1))")
	f("message", "String CODEC(ZSTD(1))")
	f("first", "Int64 CODEC(Delta(8), ZSTD(1))")
	f("count", "Int64 CODEC(T64, ZSTD(1))")
	f("moment", "DateTime64(6, \\'UTC\\')")
	st, err := clickhouse.Open(context.Background(), address, clickhouse.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := readLog(st, "access.log", 1000); err != nil {
		t.Fatal(err)
	}
	sources, err := st.Sources(context.Background())
	if err == nil {
		err = st.SetShift(context.Background(), sources[0].ID, 1, "UTC", "told")
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	for kind, want := range map[int]string{0: "2026-11-21 12:00:00.000000", int(store.EventRow): "2026-11-21 12:00:00.000000", int(store.RequestRow): "2026-11-21 11:59:59.000000"} {
		if got := done(t, address, fmt.Sprintf("SELECT min(moment) FROM record WHERE kind = %d", kind)); got != want {
			t.Errorf("kind %d: %s, want %s", kind, got, want)
		}
	}
	if got := done(t, address, "SELECT abs(dateDiff('second', moment, now())) < 600 FROM record WHERE kind = 100"); got != "1" {
		t.Errorf("the shift was set at %s", done(t, address, "SELECT moment FROM record WHERE kind = 100"))
	}
}

// TestRecentDeclaresReplicas makes replicated tables of two stores on a recent server, which lie at places of their own in the
// coordinator. The engine has no port for other replicas, without which it does not take rows for them.
func TestRecentDeclaresReplicas(t *testing.T) {
	c := servertest.ReplicatedEngine(t)
	var address *clickhouse.Address
	for _, database := range []string{"copied", "other"} {
		address = initialized(t, c, database, clickhouse.Layout{Cluster: c.Name, Replicated: true})
	}
	got := done(t, address, "SELECT concat(zookeeper_path, ' ', replica_name) FROM system.replicas ORDER BY zookeeper_path")
	if want := "/clickhouse/tables/1/copied/record_local r1\n/clickhouse/tables/1/other/record_local r1"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
