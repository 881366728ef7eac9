package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"culprit/parser"
)

// TestSpokesmen feeds hours of quiet minutes to a Memory that has no room for all seconds. Totals and failures stay exact, shares come close.
func TestSpokesmen(t *testing.T) {
	m := NewMemory()
	a, err := m.Open("access.log", Position{})
	if err != nil {
		t.Fatal(err)
	}
	m.sources[0].minutes.quietness = quietness{full: true, quiet: 100}
	a.quiet = m.sources[0].minutes.quietness
	rng := rand.New(rand.NewPCG(5, 6))
	const minutes, perMinute = 60, 3000
	heavy, failed, path, records, line := int64(0), int64(0), [...]string{"/", "/cart", "/search"}, make([]parser.Record, 50), 0
	for range minutes * perMinute / len(records) {
		for i := range records {
			r := request(noon+int64(line)*minute/perMinute, 200, 1000, path[line%3]) // a rhythm that must not be mistaken for a share
			r.Client = fmt.Appendf(nil, "192.0.2.%d", rng.IntN(200))
			if rng.IntN(5) == 0 {
				r.Client = []byte("198.51.100.7")
				heavy++
			}
			if rng.IntN(200) == 0 {
				r.Status = 500
				failed++
			}
			r.Offset, r.Line, records[i] = int64(line)*100, int64(line+1), r
			line++
		}
		if err := a.Append(records, noNote, Position{int64(line) * 100, int64(line)}); err != nil {
			t.Fatal(err)
		}
	}
	count := func(q Query) int64 {
		points, err := m.Top(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		var sum int64
		for _, p := range points {
			sum += p.Count
		}
		return sum
	}
	exactly := func(want int64, q Query) {
		if got := count(q); got != want {
			t.Errorf("%+v: %d, want %d", q, got, want)
		}
	}
	about := func(want int64, q Query) {
		if got := count(q); got < want*95/100 || got > want*105/100 {
			t.Errorf("%+v: %d, want about %d", q, got, want)
		}
	}
	if a.rollup.spokesmen.mean < 2 {
		t.Fatal("everyone was heard")
	}
	total := int64(line)
	for _, table := range []Table{Requests, Endpoints, Clients} {
		exactly(total, Query{Table: table})
	}
	for _, table := range []Table{Requests, Endpoints, Events} {
		exactly(failed, Query{Table: table, Where: []Filter{{Key: ByStatus, Values: []string{"500"}}}})
	}
	for _, p := range path {
		about(total/3, Query{Table: Endpoints, Where: []Filter{{Key: ByEndpoint, Values: []string{p}}}})
	}
	about(heavy, Query{Table: Clients, Where: []Filter{{Key: ByClient, Values: []string{"198.51.100.7"}}}})
}
