package load

import (
	"math"
	"time"

	"culprit/parser"
)

// thinner leaves out figures that say nothing new, so that a quiet host fills no disk: a figure is passed on when it has moved, and once a
// minute at least.
type thinner map[series]passed

type series struct{ host, metric string }

type passed struct {
	at    time.Time
	value float64
}

const (
	// atLeast is how often a figure is passed on that does not move.
	atLeast = time.Minute
	// moved is the change that counts: of percentages in points, of all else as a share of what it was.
	movedPoints = 2.0
	movedShare  = 0.05
	// mostSeries bounds what is remembered of one source.
	mostSeries = 4096
)

func (t thinner) fresh(at time.Time, samples []parser.Sample) []parser.Sample {
	kept := samples[:0]
	for _, s := range samples {
		key := series{s.Host, s.Metric}
		before, known := t[key]
		apart := math.Abs(s.Value - before.value)
		// A figure that was nothing and is something always counts.
		still := known && at.Sub(before.at) < atLeast && (s.Value == 0) == (before.value == 0) && apart <= max(movedPoints, movedShare*math.Abs(before.value))
		if still && isCount(s.Metric) {
			still = apart <= movedShare*math.Abs(before.value)
		}
		if still || !known && len(t) >= mostSeries {
			continue
		}
		t[key] = passed{at, s.Value}
		kept = append(kept, s)
	}
	return kept
}

// isCount reports whether a metric counts things, of which one more may matter.
func isCount(metric string) bool {
	const percent = "_percent"
	return len(metric) < len(percent) || metric[len(metric)-len(percent):] != percent
}
