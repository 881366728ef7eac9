package serve

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"culprit/correlate"
	"culprit/parser"
	"culprit/rules"
	"culprit/store"
)

const second = 1_000_000

// noon is when the sample's outage begins, µs.
const noon = 1_795_262_400 * second

// attack is what somebody might send to have it shown to an operator.
const attack = `</code></textarea><script>document.body.dataset.owned=1</script><img src=x onerror="document.body.dataset.owned=1"> ` +
	"\x1b[2J\x1b]0;owned\x07 \u202egnp.exe \u2066x \x00\x9b31m \xff"

// sampleDatabase makes a database: ten minutes of requests, of which those of half a minute fail, and lines of somebody hostile.
func sampleDatabase(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sample.db")
	db, err := store.OpenSQLite(path)
	if err != nil {
		t.Fatal(err)
	}
	var requests, messages []parser.Record
	var notes []store.Note
	for i := range 3000 {
		at := int64(noon - 300*second + i*200_000)
		failed := at >= noon && at < noon+30*second
		r := newRecord(parser.Request, at)
		r.Format, r.Status, r.Duration = parser.AccessCombined, 200, 20_000
		r.Method, r.Path, r.VHost = []byte("GET"), fmt.Appendf(nil, "/page/%d", i%7), []byte("shop.example")
		r.Client, r.Upstream = fmt.Appendf(nil, "198.51.100.%d", i%90), []byte("10.0.0.5:9000")
		if failed {
			r.Status, r.Duration = 502, 1000
			m := newRecord(parser.Message, at)
			m.Format, m.Severity, m.Message = parser.NginxError, parser.Error, []byte("connect() failed (111: Connection refused) while connecting to upstream")
			m.Upstream = r.Upstream
			messages, notes = append(messages, m), append(notes, store.Note{Signature: "nginx-connect-refused"})
		}
		requests = append(requests, r)
	}
	for i, text := range []string{attack, attack + strings.Repeat(" very long", 100_000)} {
		m := newRecord(parser.Message, int64(noon+(40+i)*second))
		m.Format, m.Severity, m.Message, m.Detail = parser.NginxError, parser.Critical, []byte(text), []byte(attack)
		m.Client, m.Upstream, m.VHost = []byte(attack), []byte(attack), []byte(attack)
		messages, notes = append(messages, m), append(notes, store.Note{})
	}
	write(t, db, "nginx/access.log", requests, make([]store.Note, len(requests)))
	write(t, db, "nginx/error.log", messages, notes)
	write(t, db, "uploads/"+attack+".log", messages[:1], notes[:1])
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func newRecord(kind parser.Kind, at int64) parser.Record {
	var r parser.Record
	r.Reset()
	r.Kind, r.Time, r.Zoned, r.Resolution, r.Daemon, r.Lines = kind, at, true, 1000, parser.Nginx, 1
	return r
}

func write(t testing.TB, db *store.SQLite, path string, records []parser.Record, notes []store.Note) {
	t.Helper()
	a, err := db.Open(path, store.Position{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range records {
		records[i].Line, records[i].Offset = int64(i+1), int64(i*100)
		records[i].Raw = fmt.Appendf(nil, "%s %d", path, i)
	}
	end := store.Position{Offset: int64(len(records) * 100), Line: int64(len(records))}
	if err := errors.Join(a.Append(records, func(i int) store.Note { return notes[i] }, end), a.Close(end, nil)); err != nil {
		t.Fatal(err)
	}
}

// clock is a time that tests move.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

// sampleServer serves a database; it has been looked at once.
func sampleServer(t testing.TB, path, token string, names ...string) (*Server, *clock) {
	t.Helper()
	db, err := store.OpenReading(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	catalogue, err := rules.Load()
	if err != nil {
		t.Fatal(err)
	}
	c := &clock{time.UnixMicro(noon + 60*second)}
	s, err := New(Options{Database: db, Console: console(db), Rules: catalogue, Analysis: correlate.Options{Local: time.UTC}, Token: token, Names: names, Version: "test",
		Now: c.Now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if news, err := s.analysis.round(context.Background()); err != nil || news != newReport {
		t.Fatalf("%q, %v", news, err)
	}
	return s, c
}

// console asks a database.
func console(db *store.Reading) Console {
	return Console{Guide: SQLiteGuide, Select: func(ctx context.Context, sql string, limit int) ([]string, Rows, error) {
		rows, err := db.Select(ctx, sql, limit)
		if err != nil {
			return nil, nil, err
		}
		return rows.Columns, rows, nil
	}}
}

// get asks for a page.
func get(s *Server, path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", "http://127.0.0.1:7890"+path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	return w
}
