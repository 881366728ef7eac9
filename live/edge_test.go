package live

import (
	"context"
	"testing"
	"time"

	"culprit/parser"
	"culprit/store"
)

// clocks are sources that end at given seconds.
type clocks []store.Source

func (c clocks) Sources(context.Context) ([]store.Source, error) { return c, nil }

func (c clocks) SetShift(context.Context, int32, int64, string, string) error { return nil }

// TestSilenceOfTheLogs wants the present of the logs to stand still when only what is measured beside them goes on.
func TestSilenceOfTheLogs(t *testing.T) {
	source := func(d parser.Daemon, last int) store.Source {
		return store.Source{Daemon: d, First: at(-100).UnixMicro(), Last: at(last).UnixMicro()}
	}
	var e edge
	f := func(now int, sources clocks, want int) {
		t.Helper()
		present, err := e.move(t.Context(), sources, at(now))
		if err != nil || !present.Equal(at(now)) || !e.latest.Equal(at(want)) {
			t.Errorf("at %d s: %v, latest %v, %v", now, present, e.latest.Sub(noon), err)
		}
	}
	f(0, clocks{source(parser.Nginx, 0), source(parser.Timeline, 0)}, 0)
	f(90, clocks{source(parser.Nginx, 0), source(parser.Timeline, 90)}, 0)
	f(100, clocks{source(parser.Nginx, 100), source(parser.Timeline, 95)}, 100)
	if silence > 90*time.Second {
		t.Error("the test is too short")
	}
}
