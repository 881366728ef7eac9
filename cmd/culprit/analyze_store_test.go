package main

import (
	"os"
	"path/filepath"
	"testing"
)

// What nobody keeps goes through a database as long as that costs little.
func TestStoreFor(t *testing.T) {
	log := func(size int64) string {
		path := filepath.Join(t.TempDir(), "access.log")
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if err := f.Truncate(size); err != nil {
			t.Fatal(err)
		}
		return path
	}
	small, large := log(1000), log(mostThrownAway+1)
	f := func(db, path, want string) {
		t.Helper()
		a := &analysis{db: db}
		if got := a.storeFor(t.Context(), []string{path}); got != want {
			t.Errorf("--db %q %s: %q, want %q", db, path, got, want)
		}
	}
	f("", small, "")
	f("", large, noDatabase)
	f("", "-", "")
	f("kept.db", large, "kept.db")
	f(noDatabase, small, noDatabase)
}
