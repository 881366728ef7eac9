package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"culprit/store/clickhouse"
	"culprit/store/clickhouse/servertest"
)

// TestBytesOfARow keeps the incidents of CULPRIT_INCIDENTS in an old ClickHouse, copies the rows to a recent one, there also into columns
// without codecs and LowCardinality, and tells what they take on disk.
func TestBytesOfARow(t *testing.T) {
	dirs, _ := filepath.Glob(filepath.Join(os.Getenv(incidentsDir), "*")) // the pattern is proper
	if os.Getenv(incidentsDir) == "" || len(dirs) == 0 {
		t.Skipf("a measure; set %s", incidentsDir)
	}
	old, recent := emptyStore(t, servertest.Shards(t, 1), "bytes"), emptyStore(t, servertest.Engine(t), "bytes")
	for i, dir := range dirs {
		// A database for each: a verdict is about all that is there.
		one := *old
		one.Database = fmt.Sprint("incident", i)
		tell(t, "store", "init", "--store", one.String())
		tell(t, "analyze", "--store", one.String(), dir)
		post(t, old, "INSERT INTO record SELECT * FROM "+one.Database+".record")
	}
	for _, row := range answers(t, old, "SELECT DISTINCT week AS week FROM record") {
		rows := ask(t, old, url.Values{}, fmt.Sprintf("SELECT * FROM record WHERE week = %d FORMAT Native", row...))
		ask(t, recent, url.Values{"query": {"INSERT INTO record FORMAT Native"}}, rows)
	}
	onDisk(t, old, "old", "record")
	onDisk(t, recent, "recent", "record")
	plain(t, recent)
	onDisk(t, recent, "recent, plain columns", "plain")
}

// emptyStore prepares a store on the first server of a cluster.
func emptyStore(t *testing.T, c *servertest.Cluster, database string) *clickhouse.Address {
	t.Helper()
	address, err := clickhouse.ParseAddress(c.URL(database, 0))
	if err != nil {
		t.Fatal(err)
	}
	tell(t, "store", "init", "--store", address.String())
	return address
}

// plain copies the rows into a table like record, but of columns that every server knows.
func plain(t *testing.T, address *clickhouse.Address) {
	t.Helper()
	var columns []string
	for _, row := range answers(t, address, "SELECT name, replaceOne(type, 'LowCardinality(String)', 'String') AS type FROM system.columns "+
		"WHERE database = currentDatabase() AND table = 'record' AND default_kind = ''") {
		columns = append(columns, fmt.Sprintf("%s %s", row...))
	}
	post(t, address, "CREATE TABLE plain ("+strings.Join(columns, ", ")+") ENGINE = MergeTree() PARTITION BY week ORDER BY (kind, at, source)")
	post(t, address, "INSERT INTO plain SELECT * FROM record")
}

// onDisk merges the parts of a table and tells what its rows take.
func onDisk(t *testing.T, address *clickhouse.Address, name, table string) {
	t.Helper()
	post(t, address, "OPTIMIZE TABLE "+table+" FINAL")
	sizes := answers(t, address, "SELECT sum(rows) AS rows, sum(bytes_on_disk) AS bytes, sum(data_compressed_bytes) AS packed, count() AS parts FROM system.parts "+
		"WHERE active AND database = currentDatabase() AND table = '"+table+"'")
	lines := answers(t, address, "SELECT sum(lines) AS n, countIf(kind = 5) AS events FROM "+table)
	rows, bytes := sizes[0][0].(int64), sizes[0][1].(int64)
	t.Logf("%s: %.1f bytes a row on disk; %d rows, %d bytes, %v of them columns, %v parts; lines of logs, events stored: %v", name, float64(bytes)/float64(rows), rows, bytes, sizes[0][2], sizes[0][3], lines[0])
	if rows == 0 {
		t.Error("nothing was kept")
	}
	for _, row := range answers(t, address, "SELECT name, type, data_compressed_bytes AS packed FROM system.columns "+
		"WHERE database = currentDatabase() AND table = '"+table+"' ORDER BY packed DESC LIMIT 12") {
		t.Log(row...)
	}
}

// ask posts a statement or its rows to the first server of an address, and returns what it answers.
func ask(t *testing.T, a *clickhouse.Address, params url.Values, body string) string {
	t.Helper()
	params.Set("database", a.Database)
	answer, err := http.Post("http://"+a.Hosts[0]+"/?"+params.Encode(), "text/plain", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%.200s: %v %.500s", body, err, text)
	}
	return string(text)
}

// answers asks a server and returns the rows.
func answers(t *testing.T, address *clickhouse.Address, sql string) (all [][]any) {
	t.Helper()
	rows, err := clickhouse.Select(context.Background(), address, sql, 0)
	if err != nil {
		t.Fatal(err)
	}
	row, err := rows.Next()
	for ; err == nil; row, err = rows.Next() {
		all = append(all, row)
	}
	if err := rows.Close(); err != nil {
		t.Fatal(err)
	}
	return all
}
