package correlate

import "math"

// minFailures is the least number of failures that makes an incident.
const minFailures = 5

// minScore is the least log-likelihood ratio at which a span of failures is not put down to chance. The number of spans one
// could have picked from a day is about 86400²/2, whose logarithm is 22; shorter logs need less, but a page at night should
// not rest on less than this.
const minScore = 12

// mergeGap joins spans of failures that lie closer together than this, in seconds: a crash loop or a flapping check is one
// incident.
const mergeGap = 90

// burst is a span in which failures are denser than around it.
type burst struct {
	span
	failures int64
	score    float64 // log-likelihood ratio of "denser inside" against "the same everywhere"
}

// findBursts cuts the spans out of a timeline in which failed requests are denser than elsewhere. It is the scan statistic of
// Kulldorff for Bernoulli trials: of all spans the one with the greatest likelihood ratio, then the same on either side of it.
// total counts all requests of a second, failures included.
func findBursts(failed, total *series) []burst {
	whole := span{failed.from, failed.from + int64(len(failed.counts))}
	bursts := scan(failed, total, whole, failed.sum(whole), total.sum(whole), nil)
	return mergeBursts(bursts)
}

func scan(failed, total *series, in span, allFailed, all int64, found []burst) []burst {
	if in.empty() || failed.sum(in) < minFailures || all == 0 {
		return found
	}
	inside, outside := startingRates(allFailed, all)
	var best burst
	for range 6 {
		b := densest(failed, total, in, inside, outside)
		if b.empty() || b == best {
			break
		}
		best = b
		n := max(total.sum(b.span), b.failures)
		inside = clampRate(float64(b.failures)/float64(n), n)
		outside = clampRate(float64(allFailed-b.failures)/float64(max(all-n, 1)), all)
		if outside >= inside {
			return found
		}
		best.score = b.score
	}
	if best.empty() || best.failures < minFailures || best.score < minScore || !standsOut(inside, outside) {
		return found
	}
	best = withEdges(best, failed, total, in, outside)
	found = scan(failed, total, span{in.from, best.from}, allFailed-best.failures, all, found)
	found = append(found, best)
	return scan(failed, total, span{best.to, in.to}, allFailed-best.failures, all, found)
}

// withEdges takes the seconds along in which an outage began and ended: half of them went well, so that a near-total outage
// seems not to hold them, yet far more failed than outside.
func withEdges(b burst, failed, total *series, in span, outside float64) burst {
	belongs := func(sec int64) bool {
		f := failed.at(sec)
		return f > 0 && float64(f) > 8*outside*float64(total.at(sec)) && in.contains(sec)
	}
	for range 3 {
		if belongs(b.from - 1) {
			b.from--
			b.failures += failed.at(b.from)
		}
		if belongs(b.to) {
			b.failures += failed.at(b.to)
			b.to++
		}
	}
	return b
}

// startingRates guesses the failure share inside and outside a burst before one is known.
func startingRates(failed, all int64) (inside, outside float64) {
	mean := float64(failed) / float64(all)
	inside = math.Min(0.9, math.Max(0.02, 3*mean))
	return inside, clampRate(math.Min(mean/4, inside/10), all)
}

// clampRate keeps a share away from 0 and 1, where its logarithm has no end. n is the number of trials it rests on.
func clampRate(rate float64, n int64) float64 {
	floor := math.Min(1e-3, 0.5/float64(max(n, 1)))
	return math.Min(0.995, math.Max(floor, rate))
}

// standsOut says that a share of failures is worth an alarm against the usual one.
func standsOut(inside, outside float64) bool { return inside >= 0.004 && inside >= 4*outside }

// densest returns the span of greatest likelihood ratio for given shares of failures in- and outside (maximum-sum segment).
func densest(failed, total *series, in span, inside, outside float64) burst {
	hit := math.Log(inside / outside)
	miss := math.Log((1 - inside) / (1 - outside))
	var best burst
	var sum float64
	start, count := in.from, int64(0)
	for sec := in.from; sec < in.to; sec++ {
		f := failed.at(sec)
		ok := max(total.at(sec)-f, 0)
		if sum <= 0 {
			sum, start, count = 0, sec, 0
		}
		sum += float64(f)*hit + float64(ok)*miss
		count += f
		if f > 0 && sum > best.score {
			best = burst{span: span{start, sec + 1}, failures: count, score: sum}
		}
	}
	// A span begins with a failure: seconds without traffic before it cost nothing and would be taken along.
	for !best.empty() && failed.at(best.from) == 0 {
		best.from++
	}
	return best
}

func mergeBursts(bursts []burst) []burst {
	var merged []burst
	for _, b := range bursts {
		if n := len(merged); n > 0 && b.from-merged[n-1].to <= mergeGap {
			merged[n-1].to = b.to
			merged[n-1].failures += b.failures
			merged[n-1].score += b.score
			continue
		}
		merged = append(merged, b)
	}
	return merged
}
