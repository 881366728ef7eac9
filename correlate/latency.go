package correlate

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"culprit/store"
)

// weighLatency asks what became slower, and whether the failures share one duration.
func (q *inquiry) weighLatency(ctx context.Context) error {
	edge, err := q.endpointsOf(ctx, q.traffic.edge)
	if err != nil {
		return err
	}
	q.edgeEndpoints = edge
	q.weighScope(edge)
	if err := q.weighBlackout(ctx); err != nil {
		return err
	}
	if err := q.weighChecks(ctx); err != nil {
		return err
	}
	q.weighShift("edge", edge)
	backend, err := q.endpointsOf(ctx, q.layerSources("backend"))
	if err != nil {
		return err
	}
	q.weighShift("backend", backend)
	q.weighBackendAnswers(edge, backend)
	q.weighCluster(edge, backend)
	return nil
}

// weighShift compares the durations of successful requests, endpoint by endpoint, with those before.
func (q *inquiry) weighShift(where string, stats map[string]*endpointStats) {
	var slower, compared, worst float64
	worstEndpoint := ""
	var worstBefore, worstInside int64
	var tail, all float64
	hurt := false // an endpoint that became slower also fails
	fewestBefore, fewestInside := fewestCompared(stats)
	for _, name := range sortedKeys(stats) {
		s := stats[name]
		before, inside := s.before.durations.Count(), s.inside.durations.Count()
		if before < fewestBefore || inside < fewestInside {
			continue
		}
		b50, i50 := s.before.durations.Quantile(0.5), s.inside.durations.Quantile(0.5)
		limit := max(3*s.before.durations.Quantile(0.99), 100_000)
		tail += float64(countAbove(&s.inside.durations, limit))
		all += float64(inside)
		ratio := float64(max(i50, 2000)) / float64(max(b50, 2000))
		compared += float64(inside)
		if ratio >= 1.8 {
			slower += float64(inside)
			hurt = hurt || s.inside.failed > 0
			if ratio > worst {
				worst, worstEndpoint, worstBefore, worstInside = ratio, name, b50, i50
			}
		}
	}
	if compared < 10 {
		return
	}
	spread := slower / compared
	attrs := map[string]string{"layer": where, "spread": fmt.Sprintf("%.2f", spread), "ratio": fmt.Sprintf("%.1f", worst), "endpoint": worstEndpoint}
	slowdown := 0.0
	if worstEndpoint != "" {
		reach := saturate(spread, 0, 0.2)
		if hurt {
			reach = 1
		}
		slowdown = saturate(math.Log2(worst), 0.8, 2.5) * reach
		q.findings.add(Finding{Kind: "latency/slower", Attrs: attrs, Strength: slowdown,
			Item: EvidenceItem{Kind: "duration", Text: fmt.Sprintf("%s took %s instead of %s (median of successful requests, %s)",
				worstEndpoint, human(worstInside), human(worstBefore), where)}})
	}
	q.findings.add(Finding{Kind: "latency/unchanged", Attrs: attrs, Strength: saturate(1-spread, 0.7, 0.95) * (1 - saturate(tail/all, 0.02, 0.15)) * (1 - slowdown),
		Item: EvidenceItem{Kind: "duration", Text: fmt.Sprintf("requests that succeeded were as quick as before (%s)", where)}})
	q.findings.add(Finding{Kind: "latency/tail", Attrs: attrs, Strength: saturate(tail/all, 0.05, 0.25) * (1 - q.findings.strength("scope/blackout")),
		Item: EvidenceItem{Kind: "duration", Text: fmt.Sprintf("%.0f %% of the successful requests took far longer than any before (%s)", 100*tail/all, where)}})
}

// fewestCompared returns how many durations an endpoint must have to be compared: four, and a thousandth of all. Of many endpoints some with few
// requests are slower by chance, and what was asked for in quiet minutes is known by some of the requests only (see store.Memory).
func fewestCompared(stats map[string]*endpointStats) (before, inside int64) {
	for _, s := range stats {
		before += s.before.durations.Count()
		inside += s.inside.durations.Count()
	}
	return max(4, before/1000), max(4, inside/1000)
}

// weighBackendAnswers asks whether the backend served well what the gateway called failed.
func (q *inquiry) weighBackendAnswers(edge, backend map[string]*endpointStats) {
	var failed, answered, backendFailed int64
	for name, s := range edge {
		b := backend[name]
		if s.inside.failed == 0 || b == nil {
			continue
		}
		failed += s.inside.failed
		answered += max(b.inside.ok-s.inside.ok, 0)
		backendFailed += b.inside.failed
	}
	if failed >= minFailures && float64(answered+backendFailed) > 0 {
		q.findings.add(Finding{Kind: "backend/answered", Attrs: map[string]string{}, Strength: saturate(float64(answered)/float64(failed), 0.3, 0.8),
			Item: EvidenceItem{Kind: "log", Count: answered, Text: fmt.Sprintf("the backend logged %d successful answers for requests that the gateway failed", answered)}})
		q.findings.add(Finding{Kind: "backend/failed", Attrs: map[string]string{}, Strength: saturate(float64(backendFailed)/float64(failed), 0.3, 0.8),
			Item: EvidenceItem{Kind: "log", Count: backendFailed, Text: "the backend itself logged the failures"}})
	}
}

// cluster is a duration at which failures gather.
type cluster struct {
	at    int64   // µs
	share float64 // of the failures with a known duration
	count int
}

// weighCluster looks for one duration that the failures share: a configured limit cut them off.
func (q *inquiry) weighCluster(edge, backend map[string]*endpointStats) {
	var durations []int64
	instant := 0
	for i := range q.failures {
		d := q.failures[i].Duration
		if d < 0 {
			continue
		}
		durations = append(durations, d)
		if d < 50_000 {
			instant++
		}
	}
	if len(durations) < minFailures {
		return
	}
	n := float64(len(durations))
	q.findings.add(Finding{Kind: "durations/instant", Strength: saturate(float64(instant)/n, 0.4, 0.9), Attrs: map[string]string{},
		Item: EvidenceItem{Kind: "duration", Count: q.scaled(float64(instant) / n), Text: fmt.Sprintf("%.0f %% of the failures were answered at once", 100*float64(instant)/n)}})
	c := densestDuration(durations)
	if c.at < 250_000 || c.share < 0.3 {
		return
	}
	attrs := map[string]string{"seconds": fmt.Sprintf("%.2f", float64(c.at)/second), "share": fmt.Sprintf("%.2f", c.share)}
	q.findings.add(Finding{Kind: "durations/cluster", Attrs: attrs, Strength: saturate(c.share, 0.3, 0.8),
		Item: EvidenceItem{Kind: "duration", Count: q.scaled(c.share), Text: fmt.Sprintf("%.0f %% of the failures ended after %s: a limit cut them off", 100*c.share, human(c.at))}})
	if below := max(normallyLonger(edge, c.at), normallyLonger(backend, c.at)); below > 0 {
		q.findings.add(Finding{Kind: "durations/below-normal", Attrs: attrs, Strength: saturate(below, 0.15, 0.6),
			Item: EvidenceItem{Kind: "duration", Text: fmt.Sprintf("the failing endpoints normally succeed in more than %s: the limit is below what they need", human(c.at))}})
	}
}

// normallyLonger is the share of the failing endpoints' earlier successes that took longer than limit, weighed by their failures.
func normallyLonger(stats map[string]*endpointStats, limit int64) float64 {
	var sum, weight float64
	for _, s := range stats {
		n := s.before.durations.Count()
		if s.inside.failed == 0 || n < 3 {
			continue
		}
		sum += float64(s.inside.failed) * float64(countAbove(&s.before.durations, limit*95/100)) / float64(n)
		weight += float64(s.inside.failed)
	}
	if weight == 0 {
		return 0
	}
	return sum / weight
}

// densestDuration returns the narrow band (4 %, at least 60 ms) that holds the most durations.
func densestDuration(durations []int64) cluster {
	slices.Sort(durations)
	var best cluster
	left := 0
	for right := range durations {
		width := max(durations[right]*4/100, 60_000)
		for durations[right]-durations[left] > width {
			left++
		}
		if n := right - left + 1; n > best.count {
			best = cluster{at: durations[left+n/2], count: n}
		}
	}
	best.share = float64(best.count) / float64(len(durations))
	return best
}

func countAbove(h *store.Histogram, micros int64) (n int64) {
	for b := store.HistogramBucket(micros) + 1; b < len(h); b++ {
		n += int64(h[b])
	}
	return n
}

// human prints a duration in µs with two or three figures.
func human(micros int64) string {
	d := time.Duration(micros) * time.Microsecond
	switch {
	case d >= 10*time.Second:
		return fmt.Sprintf("%.0f s", d.Seconds())
	case d >= time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return fmt.Sprintf("%d ms", d.Milliseconds())
}
