package store

import (
	"cmp"
	"slices"
)

// heaviestFirst orders items so that the limit of them with the greatest counts stand first, in no particular order. Counts are
// positive. Of those with equal counts, the first by tie are taken.
func heaviestFirst[T any](items []T, limit int, count func(T) int64, tie func(a, b T) int) {
	if len(items) <= limit {
		return
	}
	// Most counts are small: how many there are of each tells where the cut lies, so that only those near it need comparing.
	var sizes [64]int32
	for _, item := range items {
		sizes[min(count(item), int64(len(sizes)-1))]++
	}
	cut, above := int64(len(sizes)-1), 0
	for cut > 0 && above+int(sizes[cut]) < limit {
		above += int(sizes[cut])
		cut--
	}
	front, back := 0, len(items)
	for i := 0; i < back; {
		switch n := min(count(items[i]), int64(len(sizes)-1)); {
		case n > cut:
			items[front], items[i] = items[i], items[front]
			front++
			i++
		case n < cut:
			back--
			items[back], items[i] = items[i], items[back]
		default:
			i++
		}
	}
	if back > limit {
		slices.SortFunc(items[front:back], func(a, b T) int { return cmp.Or(cmp.Compare(count(b), count(a)), tie(a, b)) })
	}
}
