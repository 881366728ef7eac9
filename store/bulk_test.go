package store

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"culprit/parser"
)

func appendOne(t *testing.T, db *SQLite, name string) {
	t.Helper()
	a, err := db.Open(name, Position{})
	if err != nil {
		t.Fatal(err)
	}
	r := request(noon, 502, 0, "/")
	r.Raw, r.Lines, r.Line = []byte(name), 1, 1
	if err := a.Append([]parser.Record{r}, noNote, Position{100, 1}); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(Position{100, 1}, nil); err != nil {
		t.Fatal(err)
	}
}

func files(t *testing.T, dir string) (names string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names += e.Name() + " "
	}
	return strings.TrimSpace(names)
}

func created(t *testing.T, path string) *SQLite {
	t.Helper()
	db, err := CreateSQLite(path)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func TestNewDatabaseAppearsWhenWhole(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "kept.db")
	db := created(t, path)
	appendOne(t, db, "a.log")
	if _, err := db.Sources(context.Background()); err != nil {
		t.Fatal(err)
	}
	appendOne(t, db, "b.log")
	if got := files(t, dir); !strings.HasPrefix(got, "kept.db.partial-") || strings.Contains(got, " kept.db ") {
		t.Errorf("files before Close: %s", got)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if got := files(t, dir); got != "kept.db" {
		t.Errorf("files after Close: %s", got)
	}

	again := created(t, path)
	defer again.Close()
	mode := ""
	err := again.read(context.Background(), func(r *reader) error {
		indexes, err := r.c.number("SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'event'")
		if indexes != 2 {
			t.Errorf("%d indexes of events, want 2", indexes)
		}
		rows, _ := r.c.number("SELECT count(*) FROM event")
		if rows != 2 {
			t.Errorf("%d events, want 2", rows)
		}
		wal, _ := r.c.number("SELECT count(*) FROM pragma_journal_mode WHERE journal_mode = 'wal'")
		if wal != 1 {
			mode = "not WAL"
		}
		return err
	})
	if err != nil || mode != "" {
		t.Error(err, mode)
	}
	appendOne(t, again, "a.log")
	if sources, err := again.Sources(context.Background()); err != nil || len(sources) != 2 {
		t.Errorf("sources %v, %v", sources, err)
	}
}

func TestNewDatabaseThatFailsLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	db := created(t, filepath.Join(dir, "kept.db"))
	if err := db.do(true, func(w *writer) error { return w.c.script("INSERT INTO nowhere VALUES (1)") }); err == nil {
		t.Fatal("a table that is not there took a row")
	}
	if err := db.Close(); err == nil {
		t.Error("Close reports no failure")
	}
	if got := files(t, dir); got != "" {
		t.Errorf("files left: %s", got)
	}
}

func TestNewDatabaseReplacesNothing(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "kept.db")
	db := created(t, path)
	if err := os.WriteFile(path, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err == nil || !strings.Contains(err.Error(), ".partial-") {
		t.Errorf("Close: %v", err)
	}
	if kept, err := os.ReadFile(path); err != nil || string(kept) != "precious" {
		t.Errorf("what came up meanwhile is %q, %v", kept, err)
	}
}
