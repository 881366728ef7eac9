package correlate

import (
	"math"
	"sort"
)

// hit is a second in which requests failed.
type hit struct {
	sec        int64
	failed, ok int32 // in it
	before     int32 // how many went well since the hit in front
	silent     bool  // no request at all for too long a time since then
}

// hitsOf lists the seconds of two timelines in which requests failed.
func hitsOf(failed, total *series) []hit {
	in := failed.span().clip(total.span())
	failures, all := failed.within(in).counts, total.within(in).counts
	n := 0
	for _, f := range failures {
		if f > 0 {
			n++
		}
	}
	hits := make([]hit, 0, n)
	next, silence := hit{}, 0
	for i, f := range failures {
		ok := max(all[i]-f, 0)
		if f == 0 {
			next.before += ok
			if silence++; ok > 0 {
				silence = 0
			}
			next.silent = next.silent || silence > mergeGap
			continue
		}
		next.sec, next.failed, next.ok = in.from+int64(i), f, ok
		hits = append(hits, next)
		next, silence = hit{}, 0
	}
	return hits
}

// densest returns the span of greatest likelihood ratio for given shares of failures in- and outside (maximum-sum segment): it begins
// and ends with a failure, and bridges no time without any request.
func densest(hits []hit, in span, inside, outside float64) burst {
	hits = hits[sort.Search(len(hits), func(i int) bool { return hits[i].sec >= in.from }):]
	hits = hits[:sort.Search(len(hits), func(i int) bool { return hits[i].sec >= in.to })]
	failure, success := math.Log(inside/outside), math.Log((1-inside)/(1-outside))
	ratio := func(failed, ok int64) float64 { return float64(failed)*failure + float64(ok)*success }
	var best burst
	var failed, ok, start int64
	for i := range hits {
		h := &hits[i]
		ok += int64(h.before)
		if h.silent || ratio(failed, ok) <= 0 {
			failed, ok, start = 0, 0, h.sec
		}
		failed, ok = failed+int64(h.failed), ok+int64(h.ok)
		if sum := ratio(failed, ok); sum > best.score {
			best = burst{span: span{start, h.sec + 1}, failures: failed, score: sum}
		}
	}
	return best
}
