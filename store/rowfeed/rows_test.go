package rowfeed

import (
	"database/sql"
	"math"
	"reflect"
	"strings"
	"testing"
)

func open(t testing.TB) *sql.DB {
	t.Helper()
	if err := Register(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite3", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// read returns the first three columns of the rows in a chunk, with their types.
func read(db *sql.DB, chunk any) (rows [][]any, err error) {
	found, err := db.Query("SELECT c0, typeof(c0), c1, typeof(c1), c2, typeof(c2) FROM rowfeed(?)", chunk)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	for found.Next() {
		row := make([]any, 6)
		to := make([]any, len(row))
		for i := range row {
			to[i] = &row[i]
		}
		if err := found.Scan(to...); err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, found.Err()
}

func chunks(t testing.TB, r *Rows) (all [][]byte) {
	t.Helper()
	if err := r.Chunks(func(chunk []byte) error { all = append(all, chunk); return nil }); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestValues(t *testing.T) {
	db := open(t)
	f := func(add func(r *Rows), want any, wantType string) {
		t.Helper()
		r := NewRows(2)
		for range 2 {
			r.Begin()
			add(r)
			r.Text("behind")
		}
		rows, err := read(db, chunks(t, r)[0])
		row := []any{want, wantType, "behind", "text", nil, "null"}
		if err != nil || !reflect.DeepEqual(rows, [][]any{row, row}) {
			t.Errorf("got %v, %v, want twice %v", rows, err, row)
		}
	}
	for _, n := range []int64{0, 1, 223, 224, 255, 256, -1, -2, math.MaxInt64, math.MinInt64} {
		f(func(r *Rows) { r.Int(n) }, n, "integer")
	}
	for _, n := range []float64{0, -0.5, math.Inf(1), math.SmallestNonzeroFloat64} {
		f(func(r *Rows) { r.Real(n) }, n, "real")
	}
	for _, s := range []string{"", "a", "na\u00efve \U0001f9ef", strings.Repeat("long", 10_000)} {
		f(func(r *Rows) { r.Text(s) }, s, "text")
		f(func(r *Rows) { r.Blob([]byte(s)) }, []byte(s), "blob")
	}
	f(func(r *Rows) { r.Null() }, nil, "null")
}

func TestChunksHoldEveryRow(t *testing.T) {
	db := open(t)
	r := NewRows(1)
	for round := range 2 {
		const n = 100
		for i := range n {
			r.Begin()
			r.Text(strings.Repeat("x", i*1000))
		}
		parts, total := chunks(t, r), 0
		for _, chunk := range parts {
			var count, length int
			if err := db.QueryRow("SELECT count(*), total(length(c0)) FROM rowfeed(?)", chunk).Scan(&count, &length); err != nil {
				t.Fatal(err)
			}
			total += count
		}
		if total != n || r.Len() != n || len(parts) < 2 {
			t.Errorf("round %d: %d rows in %d chunks, %d were begun", round, total, len(parts), r.Len())
		}
		r.Reset()
		if left := chunks(t, r); left != nil || r.Len() != 0 {
			t.Error("rows are left behind Reset")
		}
	}
}

func TestNoRows(t *testing.T) {
	db := open(t)
	f := func(argument any, wantError string) {
		t.Helper()
		rows, err := read(db, argument)
		if wantError == "" && err != nil || wantError != "" && (err == nil || !strings.Contains(err.Error(), wantError)) {
			t.Errorf("%v: error %v, want %q", argument, err, wantError)
		}
		if len(rows) > 0 {
			t.Errorf("%v: rows %v", argument, rows)
		}
	}
	f(nil, "")
	f("text", "")
	f([]byte{}, "damaged")
	f([]byte{1}, "")
	f([]byte{0}, "damaged")
	f([]byte{33}, "damaged")
	f([]byte{255, 0}, "damaged")
	f([]byte{1, tagBlob + 1}, "damaged")
	f([]byte{2, 40}, "damaged")
	f([]byte{1, tagInteger, 0, 0}, "damaged")
	f([]byte{1, tagReal}, "damaged")
	f([]byte{1, tagText, 1}, "damaged")
	f([]byte{1, tagText, 1, 0, 0, 0}, "damaged")
	f([]byte{1, tagBlob, 255, 255, 255, 255, 'x'}, "damaged")
	if _, err := db.Query("SELECT c0 FROM rowfeed"); err == nil {
		t.Error("feed without its argument has an answer")
	}
}

// A statement that fails half-way leaves its rows to the transaction: see store.
func TestInsert(t *testing.T) {
	db := open(t)
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("CREATE TABLE t (a INTEGER NOT NULL, b TEXT) STRICT"); err != nil {
		t.Fatal(err)
	}
	r := NewRows(2)
	for i := range 10_000 {
		r.Begin()
		r.Int(int64(i))
		r.Text("b")
	}
	err := r.Chunks(func(chunk []byte) error {
		_, err := db.Exec("INSERT OR FAIL INTO t (a, b) SELECT c0, c1 FROM rowfeed(?)", chunk)
		return err
	})
	var count, sum int
	if err := db.QueryRow("SELECT count(*), sum(a) FROM t WHERE b = 'b'").Scan(&count, &sum); err != nil {
		t.Fatal(err)
	}
	if err != nil || count != 10_000 || sum != 10_000*9_999/2 {
		t.Errorf("%d rows, sum %d, %v", count, sum, err)
	}
}

// FuzzChunk has SQLite read any bytes as rows: it must end without harm, with as many values as the bytes can hold.
func FuzzChunk(f *testing.F) {
	r := NewRows(3)
	r.Begin()
	r.Int(-7)
	r.Text("text")
	r.Blob(nil)
	r.Begin()
	r.Null()
	r.Real(1.5)
	r.Int(200)
	f.Add(chunks(f, r)[0])
	f.Add([]byte{1, tagText, 255, 255, 255, 127})
	db := open(f)
	f.Fuzz(func(t *testing.T, chunk []byte) {
		var rows, size int64
		err := db.QueryRow(`SELECT count(*), coalesce(sum(coalesce(length(CAST(c0 AS BLOB)), 0) + coalesce(length(CAST(c31 AS BLOB)), 0)), 0) FROM rowfeed(?)`, chunk).Scan(&rows, &size)
		if err == nil && (rows > int64(len(chunk)) || size > 24*int64(len(chunk))) {
			t.Errorf("%d rows of %d bytes out of %d", rows, size, len(chunk))
		}
	})
}

// A statement may keep a value of one call over the next, which has a blob of its own: here that of the greatest c1 so far.
func TestValuesOutliveTheirBlob(t *testing.T) {
	db := open(t)
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("CREATE TABLE packed (id INTEGER PRIMARY KEY, rows BLOB)"); err != nil {
		t.Fatal(err)
	}
	for i, word := range []string{"the first of all", "a second of them", "and the last one"} {
		r := NewChunk(2)
		r.Begin()
		r.Text(word)
		r.Int(int64(9 - i))
		if _, err := db.Exec("INSERT INTO packed VALUES (?, ?)", i, r.Packed()); err != nil {
			t.Fatal(err)
		}
	}
	f := func(query, want string) {
		t.Helper()
		var got string
		var of int
		if err := db.QueryRow(query).Scan(&got, &of); err != nil || got != want || of != 9 {
			t.Errorf("%s: %q of %d, %v; want %q of 9", query, got, of, err, want)
		}
	}
	f("SELECT f.c0, max(f.c1) FROM packed CROSS JOIN rowfeed(packed.rows) AS f", "the first of all")
	f("SELECT (SELECT c0 FROM rowfeed(p.rows)), max((SELECT c1 FROM rowfeed(p.rows))) FROM packed AS p", "the first of all")
}
