package correlate

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// sortedKeys lists the keys of a map in order, so that equal input gives an equal report.
func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

// heaviest returns the key with the greatest count, the first of equals; "" for an empty map.
func heaviest(m map[string]int64) string {
	best := ""
	for _, k := range sortedKeys(m) {
		if best == "" || m[k] > m[best] {
			best = k
		}
	}
	return best
}

func timeOf(micros int64) *time.Time {
	if micros == 0 {
		return nil
	}
	t := moment(micros)
	return &t
}
