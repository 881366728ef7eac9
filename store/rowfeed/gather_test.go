package rowfeed

import (
	"math"
	"reflect"
	"testing"
)

func TestGathered(t *testing.T) {
	db := open(t)
	f := func(rows [][]int64) {
		t.Helper()
		asked := NewChunk(3)
		for _, row := range rows {
			asked.Begin()
			for _, v := range row {
				asked.Int(v)
			}
		}
		var packed []byte
		if err := db.QueryRow("SELECT rowgather(c0, c1, c2) FROM rowfeed(?)", asked.Packed()).Scan(&packed); err != nil {
			t.Fatal(err)
		}
		var got [][]int64
		gathered := NewGathered(packed, 3)
		for row, ok := gathered.Next(); ok; row, ok = gathered.Next() {
			got = append(got, append([]int64(nil), row...))
		}
		if !reflect.DeepEqual(got, rows) {
			t.Errorf("got %v, want %v", got, rows)
		}
	}
	f(nil)
	f([][]int64{{1, 2, 3}})
	f([][]int64{{0, 0, 0}, {0, 0, 0}, {-1, 1, 0}, {math.MaxInt64, math.MinInt64, 7}, {math.MinInt64, math.MaxInt64, -7}, {63, 64, -65}})
	many := make([][]int64, 20_000)
	for i := range many {
		many[i] = []int64{int64(i), int64(i) * 1_000_003, int64(i%7) << 40}
	}
	f(many)
}

// What is no number counts as SQLite reads it, and too many values make no row: nothing is written outside of the room there is.
func TestGatherOfAnything(t *testing.T) {
	db := open(t)
	f := func(sql string, want []byte) {
		t.Helper()
		var packed []byte
		if err := db.QueryRow(sql).Scan(&packed); err != nil || !reflect.DeepEqual(packed, want) {
			t.Errorf("%s: %v, %v", sql, packed, err)
		}
	}
	f("SELECT rowgather(NULL, 'x', 1.9, x'00')", []byte{0, 0, 2, 0})
	f("SELECT rowgather(1, 2, 3, 4, 5, 6, 7, 8)", []byte{2, 4, 6, 8, 10, 12, 14, 16})
	f("SELECT rowgather(1, 2, 3, 4, 5, 6, 7, 8, 9)", nil)
	f("SELECT rowgather()", nil)
}

func TestDamagedGathered(t *testing.T) {
	f := func(packed []byte, want int) {
		t.Helper()
		g, n := NewGathered(packed, 2), 0
		for _, ok := g.Next(); ok; _, ok = g.Next() {
			n++
		}
		if n != want {
			t.Errorf("%d rows in %v, want %d", n, packed, want)
		}
	}
	f(nil, 0)
	f([]byte{2}, 0)
	f([]byte{2, 2, 2}, 1)
	f([]byte{255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1}, 0)
}
