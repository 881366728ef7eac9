package store

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"culprit/parser"
)

// TestTimelines keeps every part of changes and samples, in memory and in a database.
func TestTimelines(t *testing.T) {
	change := parser.Change{
		Kind: "deploy", Service: "shop", Version: "v2", From: "v1", Summary: "release v2", Actor: "alice", Ref: "https://ci.example.com/1",
		Scope: parser.Scope{Host: "web1", VHost: "shop.example.com", Upstream: "app", Path: "/cart"}, Early: 5 * second, Late: 60 * second,
	}
	sample := parser.Sample{Host: "web1", Metric: "cpu_percent", Value: 12.5, Span: 600 * second}
	records := []parser.Record{
		{Kind: parser.ChangeNote, Time: noon, Zoned: true, Line: 1, Lines: 1, Change: &change},
		{Kind: parser.Measurement, Time: noon + second, Zoned: true, Offset: 1, Line: 2, Lines: 1, Sample: &sample},
	}
	note := func(int) Note { return Note{} }
	f := func(name string, s engineUnderTest) {
		t.Run(name, func(t *testing.T) {
			a, err := s.Open("t", Position{})
			if err != nil {
				t.Fatal(err)
			}
			if err := a.Append(records, note, Position{Offset: 2, Line: 2}); err != nil {
				t.Fatal(err)
			}
			if err := a.Close(Position{Offset: 2, Line: 2}, nil); err != nil {
				t.Fatal(err)
			}
			changes, err := s.Changes(t.Context(), 0, 0)
			if err != nil || len(changes) != 1 || cmp.Diff(change, changes[0].Change) != "" {
				t.Errorf("changes %+v, %v; want %+v", changes, err, change)
			}
			samples, err := s.Samples(t.Context(), 0, 0)
			if err != nil || len(samples) != 1 || samples[0].Sample != sample {
				t.Errorf("samples %+v, %v; want %+v", samples, err, sample)
			}
		})
	}
	memory := NewMemory()
	f("memory", memory)
	db, err := OpenSQLite(filepath.Join(t.TempDir(), "t.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	f("sqlite", db)
}
