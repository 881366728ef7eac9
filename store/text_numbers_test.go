package store

import (
	"fmt"
	"hash/maphash"
	"testing"
)

func TestTextsKeepTheirNumbers(t *testing.T) {
	n := newTextNumbers()
	number := func(text string) int64 { return n.number(maphash.String(seed, text)|1, text) }
	first := map[string]int64{}
	const texts = 100_000
	for i := range texts {
		text := fmt.Sprint("text ", i)
		first[text] = number(text)
		if again := number(text); again != first[text] {
			t.Fatalf("%q has the numbers %d and %d", text, first[text], again)
		}
	}
	taken, renumbered := map[int64]bool{}, 0
	for text, id := range first {
		if taken[id] || id == 0 {
			t.Fatalf("%q has the number %d of another", text, id)
		}
		taken[id] = true
		if number(text) != id {
			renumbered++
		}
	}
	if n.rows.rows.Len() != texts+renumbered {
		t.Errorf("%d rows for %d texts, %d of them twice", n.rows.rows.Len(), texts, renumbered)
	}
	if renumbered > texts/20 {
		t.Errorf("%d of %d texts were forgotten while there was room", renumbered, texts)
	}
}

func TestTextNumbersAreBounded(t *testing.T) {
	n := newTextNumbers()
	for i := range uint64(8 * mostSets) {
		n.number(i*0x9E3779B97F4A7C15|1, "x")
		n.rows.rows.Reset()
	}
	if len(n.known.sets) != mostSets {
		t.Errorf("%d sets, want %d", len(n.known.sets), mostSets)
	}
}

func TestTextNumbersAllocateNothing(t *testing.T) {
	n := newTextNumbers()
	n.number(1, "x")
	if allocs := testing.AllocsPerRun(100, func() { n.number(1, "x") }); allocs > 0 {
		t.Errorf("%v allocations for a text that comes again", allocs)
	}
}
