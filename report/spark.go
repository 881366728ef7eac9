package report

import (
	"strings"
	"time"

	"culprit/correlate"
)

// Sparkline is a row of bars as text, one a value at most, and as many as there is room for: the highest as high as can be. 0 is a dot,
// so that few failures are not taken for none.
func Sparkline(values []int64, room int) string {
	if len(values) == 0 || room <= 0 {
		return ""
	}
	join := (len(values) + room - 1) / room
	var sums []int64
	for i := 0; i < len(values); i += join {
		n := int64(0)
		for _, v := range values[i:min(i+join, len(values))] {
			n += v
		}
		sums = append(sums, n)
	}
	top := int64(1)
	for _, n := range sums {
		top = max(top, n)
	}
	levels := []rune("▁▂▃▄▅▆▇█")
	var b strings.Builder
	for _, n := range sums {
		if n == 0 {
			b.WriteRune('·')
			continue
		}
		b.WriteRune(levels[int(n*int64(len(levels)-1)/top)])
	}
	return b.String()
}

// sparkSpan says what time a spark covers.
func sparkSpan(in *correlate.Incident) string {
	last := in.Timeline[len(in.Timeline)-1].Time.Add(time.Duration(max(in.BucketSeconds, 1)) * time.Second)
	return in.Timeline[0].Time.UTC().Format(clock) + "–" + last.UTC().Format(clock)
}
