package store

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"culprit/parser"
)

// sampleDatabase returns the path of a closed database with a few records.
func sampleDatabase(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a?b %.db")
	db, err := OpenSQLite(path)
	if err != nil {
		t.Fatal(err)
	}
	a, err := db.Open("nginx/access.log", Position{})
	if err != nil {
		t.Fatal(err)
	}
	var message parser.Record
	message.Reset()
	message.Kind, message.Time, message.Severity = parser.Message, noon+1_500_000, parser.Error
	message.Message, message.Client = []byte("connect() failed"), []byte("192.0.2.9")
	records := []parser.Record{request(noon+5*second, 200, 40_000, "/a"), request(noon+5*second, 502, 40_000, "/b/1?x"), message}
	end := place(records)
	note := func(i int) Note { return []Note{{}, {}, {Signature: "nginx-refused"}}[i] }
	if err := errors.Join(a.Append(records, note, end), a.Close(end, nil), db.SetShift(context.Background(), 1, -3600*second, "+01:00", "flag"), db.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestSelect(t *testing.T) {
	path := sampleDatabase(t)
	f := func(sql, want string) {
		t.Helper()
		rows, err := Select(context.Background(), path, sql, 3)
		if err != nil {
			t.Errorf("%s: %v", sql, err)
			return
		}
		defer rows.Close()
		var got []string
		for {
			row, err := rows.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			var cells []string
			for _, v := range row {
				switch v := v.(type) {
				case int64:
					cells = append(cells, decimal(v))
				case string:
					cells = append(cells, v)
				case nil:
					cells = append(cells, "NULL")
				default:
					cells = append(cells, "?")
				}
			}
			got = append(got, strings.Join(cells, " "))
		}
		if joined := strings.Join(got, "|"); joined != want {
			t.Errorf("%s\n got %s\nwant %s", sql, joined, want)
		}
	}
	f("SELECT time, kind, status, endpoint, path FROM events WHERE kind = 'request'", "2026-11-21T12:00:05.000000Z request 502 /b/:id /b/1?x")
	f("SELECT time, line, signature, client, message, status FROM events WHERE kind = 'message'", "2026-11-21T11:00:01.500000Z 3 nginx-refused 192.0.2.9 connect() failed NULL")
	f("SELECT time, source, vhost, status, count FROM requests_per_second ORDER BY status",
		"2026-11-21T12:00:05Z nginx/access.log shop 200 1|2026-11-21T12:00:05Z nginx/access.log shop 502 1")
	f("SELECT sum(count), sum(arrived), sum(bytes) FROM requests_per_minute", "2 2 200")
	f("SELECT quantile(durations, 0.5) > 40000, quantile(durations, 0.5) < 50000 FROM requests_per_minute WHERE status = 200", "1 1")
	f("SELECT quantile(NULL, 0.5) IS NULL, quantile(x'00', 0.5) IS NULL, quantile('text', 0.5) IS NULL", "1 1 1")
	f("SELECT endpoint, count FROM endpoints_per_minute ORDER BY 1", "/a 1|/b/:id 1")
	f("SELECT client, agent, sum(count) FROM clients_per_10s", "192.0.2.1 curl 2")
	f("SELECT signature, count FROM events_per_minute WHERE signature <> ''", "nginx-refused 1")
	f("SELECT path, lines, zone FROM sources", "nginx/access.log 3 +01:00")
	f("SELECT count(*) FROM changes UNION ALL SELECT count(*) FROM samples", "0|0")
	f("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n", "1|2|3")
	f("PRAGMA table_info(migration)", "0 name TEXT 1 NULL 1")
	f("SELECT 1; ", "1")
}

func TestSelectRefuses(t *testing.T) {
	path := sampleDatabase(t)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f := func(sql string) {
		t.Helper()
		rows, err := Select(context.Background(), path, sql, 0)
		if err != nil {
			return
		}
		defer rows.Close()
		if row, err := rows.Next(); err == nil {
			t.Errorf("%s was answered by %v", sql, row)
		} else if err == io.EOF {
			t.Errorf("%s was done", sql)
		}
	}
	f("DELETE FROM event")
	f("DROP TABLE event")
	f("UPDATE source SET path = ''")
	f("INSERT INTO text VALUES (99, 'x')")
	f("ATTACH '" + filepath.Join(t.TempDir(), "other.db") + "' AS other")
	f("PRAGMA query_only = 0")
	f("PRAGMA journal_mode = DELETE")
	f("CREATE TEMP TABLE x (y)")
	f("SELECT load_extension('x')")
	f("SELECT rollup_pack(2, 1, 0, 1, 1)")
	f("SELECT rowgather(1)")
	f("VACUUM INTO '" + filepath.Join(t.TempDir(), "copy.db") + "'")
	f("BEGIN IMMEDIATE")
	f("SELECT ?")
	f("nonsense")
	f("")
	after, err := os.ReadFile(path)
	if err != nil || string(before) != string(after) {
		t.Errorf("the database has changed (%v)", err)
	}
	if _, err := Select(context.Background(), filepath.Join(t.TempDir(), "none.db"), "SELECT 1", 0); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing database: %v, want not exist", err)
	}
}

func TestSelectEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	rows, err := Select(ctx, sampleDatabase(t), "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE i % 10 = 0", 0)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	if _, err := rows.Next(); err != nil {
		t.Fatal(err)
	}
	cancel()
	for err == nil {
		_, err = rows.Next()
	}
	if err == io.EOF {
		t.Error("an endless answer came to an end")
	}
}
