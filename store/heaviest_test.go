package store

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestHeaviestFirst(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	for range 2000 {
		type item struct{ count, name int64 }
		items := make([]item, rng.IntN(200))
		for i := range items {
			items[i] = item{1 + rng.Int64N(1<<rng.IntN(9)), int64(i)}
		}
		rng.Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
		byWeight := func(a, b item) int { return cmp.Or(cmp.Compare(b.count, a.count), cmp.Compare(a.name, b.name)) }
		want := slices.Clone(items)
		slices.SortFunc(want, byWeight)
		limit := rng.IntN(100)
		heaviestFirst(items, limit, func(i item) int64 { return i.count }, func(a, b item) int { return cmp.Compare(a.name, b.name) })
		slices.SortFunc(items[:min(limit, len(items))], byWeight)
		if got, want := items[:min(limit, len(items))], want[:min(limit, len(want))]; !slices.Equal(got, want) {
			t.Fatalf("the first %d: %v, want %v", limit, got, want)
		}
	}
}
