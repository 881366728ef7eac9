package correlate

import (
	"context"
	"testing"

	"culprit/parser"
	"culprit/store"
)

// shifting notes how sources are moved.
type shifting struct {
	Store
	moved map[int32]int64
}

func (s *shifting) SetShift(_ context.Context, id int32, shift int64, _, _ string) error {
	s.moved[id] = shift
	return nil
}

func TestCarrySkew(t *testing.T) {
	f := func(lags []int64, want int64) {
		t.Helper()
		e := &engine{}
		measured := map[*source]int64{}
		for i, lag := range lags {
			s := &source{Source: store.Source{ID: int32(i)}, host: "web2"}
			e.sources, measured[s] = append(e.sources, s), lag
		}
		quiet := &source{Source: store.Source{ID: 90, First: 1, Shift: 7, Path: "web2/error.log"}, host: "web2"}
		other := &source{Source: store.Source{ID: 91, First: 1}, host: "web1"}
		nobody := &source{Source: store.Source{ID: 92, First: 1}}
		deploys := &source{Source: store.Source{ID: 93, First: 1}, host: "web2", daemon: parser.Timeline}
		e.sources = append(e.sources, quiet, other, nobody, deploys)
		to := &shifting{moved: map[int32]int64{}}
		e.store = to
		notes, err := e.carrySkew(context.Background(), measured)
		if err != nil {
			t.Fatal(err)
		}
		if want == 0 && len(to.moved)+len(notes) == 0 {
			return
		}
		if len(to.moved) != 1 || to.moved[90] != 7+want*second || len(notes) != 1 {
			t.Errorf("lags %v: moved %v, said %q, want %d s", lags, to.moved, notes, want)
		}
	}
	f([]int64{90}, 90)
	f([]int64{-41, -40}, -41)
	f([]int64{0}, 0)
	f([]int64{90, 0}, 0) // one of them has another clock
	f(nil, 0)
}

func TestSkewOf(t *testing.T) {
	f := func(s store.Source, want int64) {
		t.Helper()
		if got := skewOf(&source{Source: s}); got != want*second {
			t.Errorf("%+v is off by %d µs, want %d s", s, got, want)
		}
	}
	const morning = 1_770_000_000 * second
	f(store.Source{Zoned: true}, 0)
	f(store.Source{Zoned: true, Shift: 90 * second}, 90)
	f(store.Source{First: morning, Zone: "+01:00", Shift: -3600 * second}, 0)
	f(store.Source{First: morning, Zone: "+01:00", Shift: -3690 * second}, -90)
	f(store.Source{First: morning, Zone: "Asia/Kolkata", Shift: -5*3600*second - 1800*second + 4*second}, 4)
	f(store.Source{First: morning, Zone: "UTC", Shift: year}, 0)
	f(store.Source{First: morning, Zone: "nowhere/at all", Shift: 5 * second}, 0)
}
