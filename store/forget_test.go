package store

import (
	"context"
	"math/rand/v2"
	"path/filepath"
	"testing"
)

// What lies before the moment is gone from every table, what lies behind it stays, and the source is not read again.
func TestForget(t *testing.T) {
	db := openDatabase(t, filepath.Join(t.TempDir(), "kept.db"))
	s := scriptOf(rand.New(rand.NewPCG(5, 8)), "access.log", 400)
	feed(t, db, []*script{s})
	count := func(from, to int64) (n int64) {
		t.Helper()
		for _, table := range []Table{Requests, Endpoints, Events} {
			err := db.Series(context.Background(), Query{Table: table, From: from, To: to}, func(p Point) error {
				n += p.Count
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		return n
	}
	sources, err := db.Sources(context.Background())
	if err != nil || len(sources) != 1 {
		t.Fatalf("%d sources, error %v", len(sources), err)
	}
	first, last := sources[0].First+sources[0].Shift, sources[0].Last+sources[0].Shift
	middle := (first + last) / 2 / (60 * second) * (60 * second)
	behind := count(middle, last+60*second)
	if count(first-60*second, middle) == 0 || behind == 0 {
		t.Fatal("the script lies on one side of the middle: nothing is tested")
	}
	if err := db.Forget(middle); err != nil {
		t.Fatal(err)
	}
	if n := count(first-60*second, middle); n != 0 {
		t.Errorf("%d rows are left of what was forgotten", n)
	}
	if n := count(middle, last+60*second); n != behind {
		t.Errorf("%d rows behind the moment, want %d", n, behind)
	}
}
