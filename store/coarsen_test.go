package store

import (
	"context"
	"testing"

	"culprit/parser"
)

// TestLongLog feeds ten days into little room: totals stay exact, cells few, and the minute of the incident keeps its seconds.
func TestLongLog(t *testing.T) {
	m := NewMemory()
	m.maxSize = 200_000
	a, err := m.Open("access.log", Position{})
	if err != nil {
		t.Fatal(err)
	}
	const step, days = 20, 10
	const incident = noon + 3*24*3600*second
	var records []parser.Record
	var offset int64
	flush := func() {
		if err := a.Append(records, noNote, Position{offset, offset / 100}); err != nil {
			t.Fatal(err)
		}
		records = records[:0]
	}
	want := map[string]int64{}
	add := func(at int64, status int32) {
		r := request(at, status, 30_000, "/")
		r.Offset = offset
		offset += 100
		want[decimal(int64(status))]++
		if records = append(records, r); len(records) == 1000 {
			flush()
		}
	}
	for at := int64(noon); at < noon+days*24*3600*second; at += step * second {
		add(at+500_000, 200)
		if at == incident {
			for s := range int64(step) {
				add(at+s*second+600_000, 502)
			}
		}
	}
	flush()
	ctx := context.Background()
	points, err := m.Top(ctx, Query{Keys: []Key{ByStatus}, Durations: true})
	if err != nil || len(points) != 2 {
		t.Fatal(points, err)
	}
	for _, p := range points {
		if n := want[p.Keys[0]]; p.Count != n || p.Arrived != n || p.Durations.Count() != n || p.Bytes != n*100 {
			t.Errorf("status %s: %d, %d arrived, %d durations, %d bytes, want %d", p.Keys[0], p.Count, p.Arrived, p.Durations.Count(), p.Bytes, n)
		}
	}
	if m.size > m.maxSize {
		t.Errorf("%d bytes, want at most %d", m.size, m.maxSize)
	}
	seconds := 0
	q := Query{Bucket: second, Where: []Filter{{Key: ByStatus, Values: []string{"502"}}}}
	if err := m.Series(ctx, q, func(p Point) error {
		if p.Count != 1 {
			t.Errorf("%d failures at +%d s, want 1", p.Count, (p.Bucket-incident)/second)
		}
		seconds++
		return nil
	}); err != nil || seconds != step {
		t.Errorf("%d seconds with failures (%v), want %d", seconds, err, step)
	}
}
