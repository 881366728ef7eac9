package store

import (
	"context"
	"math/rand/v2"
	"testing"

	"culprit/parser"
)

// TestShuffledLog feeds a month in no order into little room: totals stay exact, what is kept stays bounded.
func TestShuffledLog(t *testing.T) {
	m := NewMemory()
	m.maxSize = 200_000
	a, err := m.Open("access.log", Position{})
	if err != nil {
		t.Fatal(err)
	}
	const rounds, size = 60, 1000
	rng := rand.New(rand.NewPCG(4, 4))
	want := map[string]int64{}
	records := make([]parser.Record, size)
	for round := range int64(rounds) {
		for i := range records {
			status := []int32{200, 404, 502}[rng.IntN(3)]
			records[i] = request(noon+rng.Int64N(30*day), status, rng.Int64N(5*second), "/")
			records[i].Offset = (round*size + int64(i)) * 100
			want[decimal(int64(status))]++
		}
		if err := a.Append(records, noNote, Position{(round + 1) * size * 100, (round + 1) * size}); err != nil {
			t.Fatal(err)
		}
		if m.size > m.maxSize {
			t.Fatalf("%d bytes after round %d, want at most %d", m.size, round, m.maxSize)
		}
	}
	for _, table := range []Table{Requests, Endpoints} {
		points, err := m.Top(context.Background(), Query{Table: table, Keys: []Key{ByStatus}, Durations: true})
		if err != nil || len(points) != len(want) {
			t.Fatal(points, err)
		}
		for _, p := range points {
			if n := want[p.Keys[0]]; p.Count != n || p.Arrived != n || p.Durations.Count() != n || p.Bytes != n*100 {
				t.Errorf("table %d, status %s: %d, %d arrived, %d durations, %d bytes, want %d", table, p.Keys[0], p.Count, p.Arrived, p.Durations.Count(), p.Bytes, n)
			}
		}
	}
}

func TestMinutesForget(t *testing.T) {
	m := minutes{counts: map[int64]int64{}, read: 9 * maxMinutes}
	for i := range int64(3 * maxMinutes) {
		m.add(i*minute, 1+i%7)
		m.forget()
	}
	if len(m.counts) > maxMinutes {
		t.Errorf("%d minutes are counted, want at most %d", len(m.counts), maxMinutes)
	}
	m.add(minute, 1000)
	if !m.protect(1)[minute] || m.isFine(5*minute) || !m.full {
		t.Error("the minute with the most events does not keep its seconds, or another does")
	}
}

// TestUsualEvents tells the minutes of an outage from those of a site that always has some failures.
func TestUsualEvents(t *testing.T) {
	m := minutes{counts: map[int64]int64{}, read: 600}
	for i := range int64(600) {
		m.add(i*minute, 15+i%9)
	}
	for i := range int64(10) {
		m.add((300+i)*minute, 100)
	}
	if most := m.protect(240); len(most) != 10 || !most[305*minute] {
		t.Errorf("%d minutes keep their seconds, want those of the outage", len(most))
	}
	if m.isFine(10*minute) || !m.isFine(305*minute) {
		t.Error("a usual minute keeps its seconds, or one of the outage does not")
	}
}
