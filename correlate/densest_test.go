package correlate

import (
	"math"
	"math/rand"
	"testing"
)

// TestDensest holds densest against a look at all spans that begin and end with a failure.
func TestDensest(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	for range 300 {
		failed, total := timeline(steady(250, 0)...), timeline(steady(250, 0)...)
		quiet := random.Intn(150)
		for i := range failed.counts {
			if i < quiet || i > quiet+mergeGap+random.Intn(3) {
				failed.counts[i] = int32(max(0, random.Intn(12)-8))
				total.counts[i] = failed.counts[i] + int32(random.Intn(15))
			}
		}
		in := span{1000 + int64(random.Intn(60)), 1250 - int64(random.Intn(60))}
		inside := []float64{0.02, 0.1, 0.4, 0.9}[random.Intn(4)]
		got, want := densest(hitsOf(failed, total), in, inside, inside/10), 0.0
		for from := in.from; from < in.to; from++ {
			if failed.at(from) == 0 {
				continue
			}
			silent := 0
			var f, ok int64
			for sec := from; sec < in.to && silent <= mergeGap; sec++ {
				f, ok = f+failed.at(sec), ok+total.at(sec)-failed.at(sec)
				if silent++; total.at(sec) > 0 {
					silent = 0
				}
				want = max(want, float64(f)*math.Log(10)+float64(ok)*math.Log((1-inside)/(1-inside/10)))
			}
		}
		if math.Abs(got.score-want) > 1e-6 || want > 0 && failed.sum(got.span) != got.failures {
			t.Fatalf("densest in %v: %+v, want a score of %v", in, got, want)
		}
	}
}
