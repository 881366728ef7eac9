package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// searched opens a database of random sources for reading, and lists the sources.
func searched(t *testing.T, seed uint64) (*Reading, []Source) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "searched.db")
	db, err := OpenSQLite(path)
	if err != nil {
		t.Fatal(err)
	}
	feedSearched(t, db, seed)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := OpenReading(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	sources, err := r.Sources(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return r, sources
}

// feedSearched appends random sources to a store.
func feedSearched(t *testing.T, st engineUnderTest, seed uint64) {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 3))
	feed(t, st, []*script{scriptOf(rng, "a.log", 900), scriptOf(rng, "b.log", 700), scriptOf(rng, "c.log", 5)})
}

// searchUnderTest is what every store that can be searched offers.
type searchUnderTest interface {
	Search(ctx context.Context, q Search) (Found, error)
	Sample(ctx context.Context, q Query) ([]Event, error)
	Sources(ctx context.Context) ([]Source, error)
}

func TestSearchFindsWhatSampleFinds(t *testing.T) {
	for seed := range uint64(6) {
		r, _ := searched(t, seed)
		conformSearch(t, r, 7)
	}
}

// conformSearch walks every page of searches, of so many events each, and compares them with all events, sorted.
func conformSearch(t *testing.T, r searchUnderTest, page int) {
	t.Helper()
	ctx := context.Background()
	sources, err := r.Sources(ctx)
	if err != nil {
		t.Fatal(err)
	}
	all, err := r.Sample(ctx, Query{Limit: 1 << 20})
	if err != nil || len(all) == 0 {
		t.Fatalf("%d events, %v", len(all), err)
	}
	middle := all[len(all)/2].Time
	f := func(q Search, want func(*Event) bool) {
		t.Helper()
		var expected, got []string
		for i := range all {
			if want(&all[i]) {
				expected = append(expected, told(&all[i]))
			}
		}
		for q.Limit = page; ; {
			found, err := r.Search(ctx, q)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.IsSortedFunc(found.Events, func(a, b FoundEvent) int {
				return cmp.Or(cmp.Compare(b.Time, a.Time), cmp.Compare(b.ID, a.ID))
			}) {
				t.Errorf("%+v: not by falling time", q)
			}
			for i := range found.Events {
				got = append(got, told(&found.Events[i].Event))
			}
			if !found.More {
				break
			}
			q.Before = found.Next
		}
		slices.Sort(expected)
		slices.Sort(got)
		if !slices.Equal(got, expected) {
			t.Errorf("%+v: %d events, want %d", q, len(got), len(expected))
		}
	}
	is := func(k Key, values ...string) []Filter { return []Filter{{Key: k, Values: values}} }
	f(Search{}, func(*Event) bool { return true })
	f(Search{From: middle, To: middle + 20*second}, func(e *Event) bool { return e.Time >= middle && e.Time < middle+20*second })
	f(Search{To: middle}, func(e *Event) bool { return e.Time < middle })
	f(Search{Where: is(BySignature, "fpm-restart")}, func(e *Event) bool { return e.Signature == "fpm-restart" })
	f(Search{Where: is(ByStatus, "502", "504")}, func(e *Event) bool { return e.Status == 502 || e.Status == 504 })
	f(Search{Where: is(BySeverity, "error"), From: middle}, func(e *Event) bool { return e.Severity.String() == "error" && e.Time >= middle })
	f(Search{Where: is(BySource, fmt.Sprint(sources[1].ID))}, func(e *Event) bool { return e.Source == sources[1].ID })
	f(Search{Where: append(is(BySource, fmt.Sprint(sources[0].ID)), is(ByUpstream, "10.0.0.1:80")...)},
		func(e *Event) bool { return e.Source == sources[0].ID && e.Upstream == "10.0.0.1:80" })
	f(Search{Text: "LOST child 3"}, func(e *Event) bool { return strings.HasPrefix(e.Message, "lost child 3") })
	f(Search{Text: "192.0.2.7"}, func(e *Event) bool { return e.Client == "192.0.2.7" })
	f(Search{Text: "%"}, func(*Event) bool { return false })
	f(Search{Where: is(BySignature, "no such thing")}, func(*Event) bool { return false })
}

func told(e *Event) string {
	return fmt.Sprint(e.Time, e.Source, e.Line, e.Offset, e.Message, e.Path, e.Status, e.Signature)
}

// TestSearchStopsInTime asks with a deadline that is over: what was not looked at is told, and where to go on.
func TestSearchStopsInTime(t *testing.T) {
	r, _ := searched(t, 1)
	late, cancel := context.WithDeadline(context.Background(), time.Unix(0, 0))
	defer cancel()
	found, err := r.Search(late, Search{Text: "lost"})
	if err != nil || !found.More || len(found.Events) != 0 || found.Next == (Cursor{}) {
		t.Errorf("%+v, %v", found, err)
	}
	gone, stop := context.WithCancel(context.Background())
	stop()
	if _, err := r.Search(gone, Search{Text: "lost"}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want %v", err, context.Canceled)
	}
	if _, err := r.Search(context.Background(), Search{Where: []Filter{{Key: ByClient, Values: []string{"192.0.2.3"}}}}); err == nil {
		t.Error("a key that no class has was taken")
	}
}

// TestReadingChangesNothing sets a shift, and reads while another connection writes.
func TestReadingChangesNothing(t *testing.T) {
	ctx := context.Background()
	path := sampleDatabase(t)
	r, err := OpenReading(path)
	if err != nil {
		t.Fatal(err)
	}
	first := func() int64 {
		t.Helper()
		found, err := r.Search(ctx, Search{Text: "connect() failed"})
		if err != nil || len(found.Events) != 1 {
			t.Fatalf("%+v, %v", found, err)
		}
		return found.Events[0].Time
	}
	before, version := first(), mustVersion(t, r)
	if err := r.SetShift(ctx, 1, 0, "UTC", "flag"); err != nil {
		t.Fatal(err)
	}
	if d := first() - before; d != 3600*second {
		t.Errorf("moved by %d", d)
	}
	db, err := OpenSQLite(path)
	if err != nil {
		t.Fatal(err)
	}
	if sources, err := db.Sources(ctx); err != nil || sources[0].Shift != -3600*second {
		t.Errorf("the shift went into the database: %+v, %v", sources, err)
	}
	if err := db.SetShift(ctx, 1, 5, "x", "flag"); err != nil {
		t.Fatal(err)
	}
	if mustVersion(t, r) == version {
		t.Error("a write left the version as it was")
	}
	if s, err := r.Stored(ctx); err != nil || s.Events != 2 || s.Bytes == 0 {
		t.Errorf("%+v, %v", s, err)
	}
	if err := errors.Join(db.Close(), r.Close()); err != nil {
		t.Error(err)
	}
}

func mustVersion(t *testing.T, r *Reading) int64 {
	t.Helper()
	v, err := r.Version(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return v
}
