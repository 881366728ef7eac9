package store

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"culprit/parser"
)

// TestHarvestBounds gives the same records in batches of different sizes: they are delivered in the same parts.
func TestHarvestBounds(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 9))
	var records []parser.Record
	for i := range 30_000 {
		r := request(noon+int64(i)*5000, []int32{200, 404, 502}[rng.IntN(3)], rng.Int64N(second), fmt.Sprintf("/item-%c/%d", 'a'+rng.IntN(26), i))
		r.Upstream = fmt.Appendf(nil, "10.0.0.%d:80", rng.IntN(200))
		records = append(records, r)
	}
	place(records)
	f := func(most int) (ends []Position) {
		deliver := func(h *harvest) (*harvest, error) {
			ends = append(ends, h.end)
			h.clear()
			return h, nil
		}
		a := newAppender(1, Position{}, newHarvest(), newCounting(), deliver)
		for from := 0; from < len(records); {
			to := min(from+1+rng.IntN(most), len(records))
			end := Position{Offset: records[to-1].Offset + 100, Line: records[to-1].Line}
			if err := a.Append(slices.Clone(records[from:to]), noNote, end); err != nil {
				t.Fatal(err)
			}
			from = to
		}
		return ends
	}
	want := f(1)
	if len(want) < 5 {
		t.Fatalf("%d harvests", len(want))
	}
	for _, most := range []int{3, 50, 1000} {
		if got := f(most); !slices.Equal(got, want) {
			t.Errorf("batches of up to %d: harvests end at %v, want %v", most, got, want)
		}
	}
}
