package store

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"culprit/parser"
)

func TestBookmark(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kept.db")
	db := openDatabase(t, path)
	f := func(want string) {
		t.Helper()
		if got, err := db.Bookmark(context.Background(), "journal"); err != nil || got != want {
			t.Errorf("bookmark %q, %v, want %q", got, err, want)
		}
	}
	f("")
	for _, value := range []string{"one", "two"} {
		if err := db.SetBookmark("journal", value); err != nil {
			t.Fatal(err)
		}
		f(value)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = openDatabase(t, path)
	f("two")
}

// What is appended before a bookmark is set is durable with it.
func TestOpenOnward(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kept.db")
	file := File{Fingerprint: "syslog"}
	f := func(wantStart Position, wantLines int64) {
		t.Helper()
		db := openDatabase(t, path)
		a, start, err := db.OpenOnward("udp", file)
		if err != nil || start != wantStart {
			t.Fatalf("starts at %v, %v, want %v", start, err, wantStart)
		}
		records := []parser.Record{request(noon, 200, 0, "/"), request(noon, 200, 0, "/")}
		end := place(records)
		for i := range records {
			records[i].Offset += start.Offset
			records[i].Line += start.Line
		}
		end = Position{end.Offset + start.Offset, end.Line + start.Line}
		if err := errors.Join(a.Append(records, noNote, end), db.SetBookmark("x", "y")); err != nil {
			t.Fatal(err)
		}
		sources, err := db.Sources(context.Background())
		if err != nil || len(sources) != 1 || sources[0].Lines != wantLines {
			t.Errorf("sources %+v, %v, want %d lines", sources, err, wantLines)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	f(Position{}, 2)
	f(Position{200, 2}, 4)
	f(Position{400, 4}, 6)
}
