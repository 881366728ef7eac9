package store

import (
	"context"
	"math/rand/v2"
	"path/filepath"
	"testing"
)

// Of a database that is too large the oldest goes, no more than need be, and what must be kept stays.
func TestShrink(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kept.db")
	db := openDatabase(t, path)
	feed(t, db, []*script{scriptOf(rand.New(rand.NewPCG(5, 8)), "access.log", 4000), scriptOf(rand.New(rand.NewPCG(5, 9)), "other.log", 4000)})
	sources, err := db.Sources(context.Background())
	if err != nil || len(sources) != 2 {
		t.Fatalf("%d sources, error %v", len(sources), err)
	}
	last := max(sources[0].Last+sources[0].Shift, sources[1].Last+sources[1].Shift)
	state := func() (used, oldest int64) {
		t.Helper()
		used, err := db.Used()
		if err == nil {
			oldest, err = db.oldest()
		}
		if err != nil {
			t.Fatal(err)
		}
		return used, oldest
	}
	whole, first := state()
	f := func(most, kept int64, wantFits bool) (used, oldest int64) {
		t.Helper()
		fits, err := db.Shrink(most, kept)
		if err != nil || fits != wantFits {
			t.Fatalf("fits: %v, error %v", fits, err)
		}
		return state()
	}
	if used, oldest := f(whole, last, true); used != whole || oldest != first {
		t.Errorf("%d bytes from %d on of %d from %d on, though they fit", used, oldest, whole, first)
	}
	middle := first + (last-first)/2
	if used, oldest := f(whole*4/5, middle, true); used > whole*4/5 || oldest <= first || oldest > middle+minute {
		t.Errorf("%d bytes from %d on of %d from %d to %d", used, oldest, whole, first, last)
	}
	if _, oldest := f(1, middle, false); oldest > middle+minute || oldest < middle-minute {
		t.Errorf("the oldest is of %d, to be kept was what is behind %d", oldest, middle)
	}
}
