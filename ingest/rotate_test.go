package ingest

import (
	"slices"
	"testing"
)

func TestCompareRotated(t *testing.T) {
	f := func(want ...string) {
		t.Helper()
		got := slices.Clone(want)
		slices.Reverse(got)
		slices.SortFunc(got, compareRotated)
		if !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	f("access.log", "error.log.10.gz", "error.log.9.gz", "error.log.2.gz", "error.log.1", "error.log")
	f("a.log-20261119.gz", "a.log-20261120", "a.log-20261121", "a.log")
	f("a.log.2026-11-19.xz", "a.log.2026-11-20", "a.log")
	f("a.log-1795240000", "a.log-1795250000.zst", "a.log.1", "a.log")
	f("0.log.20261121-051300.gz", "0.log.20261121-061300", "0.log")
	f("orders-2.log", "orders.log")
	f("1", "2", "access.log")
}
