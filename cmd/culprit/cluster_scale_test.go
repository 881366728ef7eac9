package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"culprit/correlate"
	"culprit/rules"
	"culprit/store/clickhouse"
	"culprit/store/clickhouse/servertest"
)

// CULPRIT_SCALE_EVENTS=100000000 compares the verdict over so many requests with that over a hundredth of them.
const scaleEvents = "CULPRIT_SCALE_EVENTS"

// The fleet that is made up: hosts with an access log and an error log each, and an upstream that refuses connections at the end.
const (
	scaleHosts  = 64
	scaleRate   = 2048 // requests a second
	scaleOutage = 120  // seconds
	scaleBegan  = 1_795_262_400
)

func TestVerdictOverManyEvents(t *testing.T) {
	events, _ := strconv.ParseInt(os.Getenv(scaleEvents), 10, 64) // 0: not to be measured
	if events == 0 {
		t.Skipf("a measure; set %s", scaleEvents)
	}
	c := servertest.Shards(t, 2)
	few, fewCause := scaledVerdict(t, c, "few", events/100/scaleRate)
	many, manyCause := scaledVerdict(t, c, "many", events/scaleRate)
	t.Logf("%d requests: %s; %d requests: %s; ratio %.1f", events/100, few, events, many, float64(many)/float64(few))
	if fewCause == "" || fewCause != manyCause {
		t.Errorf("causes %q and %q", fewCause, manyCause)
	}
	if many > 20*few {
		t.Errorf("a hundred times as many take %.1f times as long", float64(many)/float64(few))
	}
}

// scaledVerdict makes a log of so many seconds up, and returns how long the verdict takes.
func scaledVerdict(t *testing.T, c *servertest.Cluster, database string, seconds int64) (time.Duration, string) {
	t.Helper()
	address, err := clickhouse.ParseAddress(c.URL(database, 0))
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	if err := clickhouse.Init(ctx, address, clickhouse.Layout{Cluster: c.Name}); err != nil {
		t.Fatal(err)
	}
	for _, sql := range madeUp(seconds) {
		post(t, address, sql)
	}
	rows, err := clickhouse.Select(ctx, address, "SELECT kind, count() AS n, sum(count) AS c FROM record GROUP BY kind ORDER BY kind", 0)
	if err != nil {
		t.Fatal(err)
	}
	for row, err := rows.Next(); err == nil; row, err = rows.Next() {
		t.Logf("%s: kind, rows, counted: %v", database, row)
	}
	if err := rows.Close(); err != nil {
		t.Fatal(err)
	}
	catalogue, err := rules.Load()
	if err != nil {
		t.Fatal(err)
	}
	st, err := clickhouse.Open(ctx, address, clickhouse.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	var best time.Duration
	cause := ""
	for range 2 { // the second time with what a server keeps in memory, as it does in use
		begun := time.Now()
		r, err := correlate.Analyze(ctx, st, catalogue, correlate.Options{})
		if err != nil {
			t.Fatal(err)
		}
		best = time.Since(begun)
		for i := range r.Incidents {
			cause = r.Incidents[i].Hypotheses[0].Cause
		}
		t.Logf("%s: %s, %d incidents, %s", database, best, len(r.Incidents), cause)
	}
	return best, cause
}

// madeUp writes the statements that make the rows, on the servers.
func madeUp(seconds int64) []string {
	const access, errors = "cityHash64('access', %[1]s)", "cityHash64('error', %[1]s)"
	host := func(format, number string) string { return fmt.Sprintf(format, number) }
	at := fmt.Sprintf("(toInt64(%d) + intDiv(number, %d)) * 1000000", scaleBegan, scaleHosts)
	week := fmt.Sprintf("toUInt32(%d)", scaleBegan/(7*24*3600))
	n, outage := seconds*scaleHosts, fmt.Sprintf("intDiv(number, %d) >= %d AND intDiv(number, %d) < %d", scaleHosts, seconds-2*scaleOutage, scaleHosts, seconds-scaleOutage)
	source, id := host(access, fmt.Sprintf("number %% %d", scaleHosts)), fmt.Sprintf("number %% %d", scaleHosts)
	cell := func(kind, columns, values, condition string) string {
		return fmt.Sprintf("INSERT INTO record (kind, week, at, first, last, zoned, source, %s) SELECT %s, %s, %s AS t, t, t, 1, %s, %s FROM numbers(%d) WHERE %s",
			columns, kind, week, at, source, values, n, condition)
	}
	each := scaleRate / scaleHosts
	statements := []string{
		cell("1", "daemon, format, status, upstream, count, arrived, bytes, buckets, counts", fmt.Sprintf(
			"'nginx', 'access-combined', 200, '10.0.0.5:9000', %d, %d, 90000, [toUInt8(30), toUInt8(33)], [toUInt32(%d), toUInt32(1)]", each-2, each-2, each-3), "NOT ("+outage+")"),
		cell("1", "daemon, format, status, upstream, count, arrived, bytes, buckets, counts",
			"'nginx', 'access-combined', 404, '', 2, 2, 900, [toUInt8(10)], [toUInt32(2)]", "1"),
		cell("1", "daemon, format, status, upstream, count, arrived, bytes, buckets, counts", fmt.Sprintf(
			"'nginx', 'access-combined', 502, '10.0.0.5:9000', %d, %d, 900, [toUInt8(8)], [toUInt32(%d)]", each-2, each-2, each-2), outage),
		cell("2", "endpoint, status, count, bytes", fmt.Sprintf("concat('/page', toString(intDiv(number, 640) %% 5)), if(%s, 502, 200), %d, 9000", outage, each), "1"),
		cell("3", "client, endpoint, agent, count, bytes", fmt.Sprintf("concat('192.0.2.', toString(cityHash64(number) %% 200)), '/page1', 'curl/8.5', %d, 9000", each), "1"),
	}
	failed := "daemon, format, request, kept, severity, status, upstream, count, bytes"
	statements = append(statements,
		cell("4", failed, "'nginx', 'access-combined', 1, 1, 'unknown', 404, '', 2, 900", "1"),
		cell("4", failed, fmt.Sprintf("'nginx', 'access-combined', 1, 1, 'unknown', 502, '10.0.0.5:9000', %d, 900", each-2), outage),
		cell("5", failed+", method, path, endpoint, client, line, byte_offset, size", "'nginx', 'access-combined', 1, 1, 'unknown', 404, '', 1, 900, 'GET', '/page1', '/page1', '192.0.2.7', toInt64(number), toInt64(number), 450", "1"),
		cell("5", failed+", method, path, endpoint, client, line, byte_offset, size", "'nginx', 'access-combined', 1, 1, 'unknown', 502, '10.0.0.5:9000', 1, 900, 'GET', '/page1', '/page1', concat('192.0.2.', toString(number % 200)), toInt64(number), toInt64(number), 450", outage))
	source = host(errors, id)
	refused := "'nginx', 'nginx-error', 1, 'error', 'nginx-connect-refused', '10.0.0.5:9000', 111"
	statements = append(statements,
		cell("4", "daemon, format, kept, severity, signature, upstream, errno, status, count", refused+", -1, 30", outage),
		cell("5", "daemon, format, kept, severity, signature, upstream, errno, status, count, message, line, byte_offset",
			refused+", -1, 1, 'connect() failed (111: Connection refused) while connecting to upstream', toInt64(number), toInt64(number)", outage))
	for _, log := range [...]struct{ key, path, format string }{{access, "access.log", "access-combined"}, {errors, "error.log", "nginx-error"}} {
		key := host(log.key, "number")
		statements = append(statements, fmt.Sprintf(`INSERT INTO record (kind, week, source, at, batch, path, host, host_line, byte_offset, end_offset, end_line,
			lines, parsed, timed, first, last, resolution, tally_names, tally_counts) SELECT 0, %s, %s AS s, toInt64(intDiv(s, 2)), 1, concat('web', toString(number), '/%s'),
			concat('web', toString(number)), 1, 0, 1000, 1000, 1000, 1000, 1000, toInt64(%d) * 1000000, toInt64(%d) * 1000000, 1000000,
			['daemon nginx', 'format %s'], [toInt64(1000), toInt64(1000)] FROM numbers(%d)`, week, key, log.path, scaleBegan, scaleBegan+seconds, log.format, scaleHosts))
	}
	return statements
}

// post runs a statement that has no answer.
func post(t *testing.T, a *clickhouse.Address, sql string) {
	t.Helper()
	answer, err := http.Post("http://"+a.Hosts[0]+"/?insert_distributed_sync=1&database="+a.Database, "text/plain", strings.NewReader(sql))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		text := make([]byte, 500)
		n, _ := answer.Body.Read(text) // what came is shown
		t.Fatalf("%.200s: %s", sql, text[:n])
	}
}
