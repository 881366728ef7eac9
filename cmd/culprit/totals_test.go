package main

import (
	"context"
	"os"
	"testing"

	"culprit/ingest"
	"culprit/rules"
	"culprit/store"
)

// TestTotals reads made-up logs, cut into pieces and read by two workers, and finds every record counted once, in memory and in a
// database: speed is not had by dropping.
func TestTotals(t *testing.T) {
	catalogue, err := rules.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range corpusKinds[:3] {
		c := makeCorpus(t, t.TempDir(), kind, 30_000)
		for _, db := range []string{noDatabase, ""} {
			st, done, err := openStore(db)
			if err != nil {
				t.Fatal(err)
			}
			checkTotals(t, c, catalogue, st)
			if err := done(); err != nil {
				t.Error(err)
			}
		}
	}
}

func checkTotals(t *testing.T, c *corpus, catalogue *rules.Catalogue, st analysisStore) {
	t.Helper()
	ctx, matcher := context.Background(), rules.NewMatcher(catalogue)
	s, err := ingest.Run(ctx, ingest.Options{Paths: []string{c.path}, Matcher: matcher, Workers: 2}, &sink{store: st, matcher: matcher})
	if err != nil || s.Lines != c.lines || s.Records != c.lines || s.Bytes != sizeOf(t, c.path) {
		t.Errorf("%s: read %+v, %v, want %d lines", c.path, s, err, c.lines)
	}
	points, err := st.Top(ctx, store.Query{Table: store.Requests, Keys: []store.Key{store.ByStatus}})
	if err != nil || len(points) != len(c.requests) {
		t.Errorf("%s: requests %v, %v, want %v", c.path, points, err, c.requests)
	}
	for _, p := range points {
		if want := c.requests[p.Keys[0]]; p.Count != want || p.Arrived != want {
			t.Errorf("%s: %d requests of status %s, %d arrived, want %d", c.path, p.Count, p.Keys[0], p.Arrived, want)
		}
	}
	if len(c.events) == 0 {
		return
	}
	points, err = st.Top(ctx, store.Query{Table: store.Events, Keys: []store.Key{store.BySignature}})
	if err != nil || len(points) != len(c.events) {
		t.Fatalf("%s: events %v, %v, want %v", c.path, points, err, c.events)
	}
	got := map[int64]bool{}
	for _, p := range points {
		got[p.Count] = true
	}
	for text, n := range c.events {
		if !got[n] {
			t.Errorf("%s: no signature counted %d times, as %q", c.path, n, text)
		}
	}
}

func sizeOf(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}
