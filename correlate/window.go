package correlate

import (
	"math"
	"slices"
)

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

// findBursts cuts the spans out of a timeline in which failed requests are denser than elsewhere. It is a scan statistic for Bernoulli
// trials after Kulldorff: of all spans the one whose requests are likeliest to have failed at another rate than the rest, then
// the same on either side of it, against what is left. In the end each has to be rarer than what chance puts somewhere into a log of this
// length, at the rate at which requests usually fail in it. total counts all requests of the same seconds, failures included.
func findBursts(failed, total *series) []burst {
	whole := failed.span()
	s := &scanner{failed: failed, total: total, hits: hitsOf(failed, total), left: trials{failed.sum(whole), 0}}
	s.left.all = max(total.sum(whole), s.left.failed) + taken
	s.scan(whole)
	slices.SortFunc(s.found, func(a, b burst) int { return int(a.from - b.from) })
	usual := s.left.rate()
	chance := 1.5 * math.Log(float64(whole.seconds())) // of the spans one could pick, the many that hardly differ count as one
	bursts := slices.DeleteFunc(s.found, func(b burst) bool {
		t := trials{b.failures, max(total.sum(b.span), b.failures)}
		return !standsOut(t.rate(), usual) || t.likelihood()-t.under(usual) < chance
	})
	return mergeBursts(bursts)
}

// taken is how many requests are taken to have gone well before a log begins: it may hold nothing but an outage.
const taken = 200

// trials are requests of which some failed.
type trials struct{ failed, all int64 }

func (t trials) without(o trials) trials {
	return trials{t.failed - o.failed, max(t.all-o.all, t.failed-o.failed)}
}

// rate is the share that failed, kept away from 0 and 1, where its logarithm has no end.
func (t trials) rate() float64 {
	n := float64(max(t.all, 1))
	return math.Min(0.995, math.Max(math.Min(1e-3, 0.5/n), float64(t.failed)/n))
}

// likelihood is the logarithm of the greatest likelihood of the trials under one rate.
func (t trials) likelihood() float64 {
	if t.failed == 0 || t.failed >= t.all {
		return 0
	}
	p := float64(t.failed) / float64(t.all)
	return float64(t.failed)*math.Log(p) + float64(t.all-t.failed)*math.Log(1-p)
}

// under is the logarithm of the likelihood of the trials under a given rate.
func (t trials) under(rate float64) float64 {
	return float64(t.failed)*math.Log(rate) + float64(t.all-t.failed)*math.Log(1-rate)
}

// scanner is one search for bursts.
type scanner struct {
	failed, total *series
	hits          []hit  // of both
	left          trials // what lies in no burst found yet
	found         []burst
}

func (s *scanner) scan(in span) {
	if in.empty() || s.failed.sum(in) < minFailures || len(s.found) >= maxBursts {
		return
	}
	best := s.best(in)
	if best.failures < minFailures || best.score < minScore {
		return
	}
	s.left = s.left.without(s.trials(best.span))
	best = withEdges(best, s.failed, s.total, in, s.left.rate())
	s.found = append(s.found, best)
	s.scan(span{in.from, best.from})
	s.scan(span{best.to, in.to})
}

// maxBursts bounds a search in a log in which everything fails now and then.
const maxBursts = 200

func (s *scanner) trials(in span) trials {
	f := s.failed.sum(in)
	return trials{f, max(s.total.sum(in), f)}
}

// best is the span of greatest likelihood ratio. Its score is against a system that hardly ever fails, not against the rest of a
// log that may hold little else. Which span is densest depends on how dense one takes it to be, so that several
// guesses are followed until they stand still, or meet the way of another.
func (s *scanner) best(in span) burst {
	var best burst
	var top float64
	var met []span
	for _, guess := range []float64{0.02, 0.1, 0.4, 0.9} {
		inside, outside := guess, math.Min(s.left.rate()/2, guess/10)
		for range 6 {
			b := densest(s.hits, in, inside, outside)
			if b.empty() || slices.Contains(met, b.span) {
				break
			}
			met = append(met, b.span)
			t := s.trials(b.span)
			rest := s.left.without(t)
			inside, outside = t.rate(), rest.rate()
			if outside >= inside {
				break
			}
			if ratio := t.likelihood() + rest.likelihood() - s.left.likelihood(); ratio > top {
				top, best = ratio, b
				best.score = float64(t.failed)*math.Log(inside/outside) + float64(t.all-t.failed)*math.Log((1-inside)/(1-outside))
			}
		}
	}
	return best
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

// standsOut says that a share of failures is worth an alarm against the usual one.
func standsOut(inside, outside float64) bool { return inside >= 0.004 && inside >= 4*outside }

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
