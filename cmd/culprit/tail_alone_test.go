package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// One tail writes to a database at a time; when it is gone, the next may.
func TestTailAlone(t *testing.T) {
	db := filepath.Join(t.TempDir(), "events.db")
	release, err := aloneOn(db)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := aloneOn(db); err == nil || !strings.Contains(err.Error(), "another culprit tail") {
		t.Fatalf("a second tail: %v", err)
	}
	if err := release(); err != nil {
		t.Fatal(err)
	}
	again, err := aloneOn(db)
	if err != nil {
		t.Fatal(err)
	}
	if err := again(); err != nil {
		t.Fatal(err)
	}
}
