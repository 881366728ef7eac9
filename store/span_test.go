package store

import (
	"fmt"
	"testing"
)

func TestJoinSpans(t *testing.T) {
	f := func(want string, bounds ...int64) {
		t.Helper()
		var spans []Span
		for i := 0; i+1 < len(bounds); i += 2 {
			spans = append(spans, Span{Position{Offset: bounds[i]}, Position{Offset: bounds[i+1]}})
		}
		got := ""
		for _, s := range JoinSpans(spans) {
			got += fmt.Sprintf("%d-%d ", s.Begin.Offset, s.End.Offset)
		}
		if got != want {
			t.Errorf("%v: %s, want %s", bounds, got, want)
		}
	}
	f("")
	f("0-9 ", 0, 9)
	f("0-20 ", 10, 20, 0, 10)
	f("0-10 11-20 ", 11, 20, 0, 10)
	f("0-30 ", 5, 7, 0, 30, 20, 25)
	f("0-5 7-9 ", 7, 7, 0, 5, 7, 9)
}
