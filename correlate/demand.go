package correlate

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"culprit/store"
)

// surge is a rise of arriving requests.
type surge struct {
	start int64 // second
	ratio float64
}

// weighDemand asks whether more requests came than usual, from whom, and whether they came first.
func (q *inquiry) weighDemand(ctx context.Context) error {
	usual := q.traffic.arrived.rate(q.usual())
	if usual < 0.5 || q.usual().seconds() < shortBaseline {
		return nil
	}
	s := q.findSurge(usual)
	q.surge = s
	precedes := s.start <= q.onset/second+1
	attrs := map[string]string{"ratio": fmt.Sprintf("%.1f", s.ratio), "precedes": fmt.Sprint(precedes)}
	q.findings.add(Finding{Kind: "demand/flat", Attrs: attrs, Strength: 1 - saturate(s.ratio, 1.15, 1.6),
		Item: EvidenceItem{Kind: "traffic", Text: fmt.Sprintf("no more requests came than usual (%.1f times the usual rate)", s.ratio)}})
	return q.weighVisitors(ctx, s, usual, precedes)
}

// findSurge measures the rise: the densest span of arrivals around the onset against the usual rate.
func (q *inquiry) findSurge(usual float64) surge {
	in := span{max(q.baseline.from, q.fault/second-60), q.outage.to}
	ratio := 2.0
	var best span
	for range 4 {
		best = densestArrivals(q.traffic.arrived, in, usual, ratio)
		if best.seconds() < 3 {
			break
		}
		ratio = max(1.2, q.traffic.arrived.rate(best)/usual)
	}
	if best.seconds() < 3 {
		return surge{start: q.onset / second, ratio: q.traffic.arrived.rate(span{q.fault / second, q.outage.to}) / usual}
	}
	found := surge{start: best.from, ratio: q.traffic.arrived.rate(best) / usual}
	if lull := (span{q.fault / second, best.to}); lull.from < best.from {
		// Without durations an arrival is known by its answer only: after a lull in which requests hung, the backlog looks like a rush.
		found.ratio = min(found.ratio, max(1, q.traffic.arrived.rate(lull)/usual))
	}
	return found
}

// densestArrivals is the span with the greatest Poisson likelihood ratio of a rate ratio times the usual one.
func densestArrivals(arrived *series, in span, usual, ratio float64) span {
	var best span
	var sum, top float64
	start := in.from
	for sec := in.from; sec < in.to; sec++ {
		if sum <= 0 {
			sum, start = 0, sec
		}
		sum += float64(arrived.at(sec))*math.Log(ratio) - usual*(ratio-1)
		if sum > top {
			top, best = sum, span{start, sec + 1}
		}
	}
	return best
}

// visitor is one client's requests before and during the incident.
type visitor struct {
	name           string
	before, inside float64 // requests per second
}

// weighVisitors tells a crowd from a few: whose requests are the extra ones?
func (q *inquiry) weighVisitors(ctx context.Context, s surge, usual float64, precedes bool) error {
	rise := span{min(s.start, q.outage.from), q.outage.to}
	for _, key := range []store.Key{store.ByClient, store.ByAgent} {
		visitors, err := q.visitors(ctx, key, rise)
		if err != nil {
			return err
		}
		q.weighConcentration(key, visitors, s, usual, precedes)
	}
	q.weighUniformity(s)
	return nil
}

func (q *inquiry) visitors(ctx context.Context, key store.Key, rise span) (map[string]*visitor, error) {
	visitors := map[string]*visitor{}
	usual := q.usual()
	from, to := span{q.baseline.from, max(rise.to, usual.to)}.micros()
	query := store.Query{Table: store.Clients, From: from, To: to, Bucket: store.EndpointBucket, Keys: []store.Key{key}, Where: q.traffic.where()}
	var before, inside float64 // seconds
	last := int64(-1)          // bucket
	err := q.store.Series(ctx, query, func(p store.Point) error {
		bucket := span{p.Bucket / second, (p.Bucket + store.EndpointBucket) / second}
		isBefore := bucket.to <= rise.from
		if usual.from > q.outage.to {
			isBefore = bucket.from >= usual.from
		}
		if !isBefore && bucket.from >= q.outage.to {
			return nil
		}
		if p.Bucket != last {
			last = p.Bucket
			if isBefore {
				before += float64(bucket.clip(q.traffic.span).seconds())
			} else {
				inside += float64(bucket.clip(q.traffic.span).seconds())
			}
		}
		v := visitors[p.Keys[0]]
		if v == nil {
			v = &visitor{name: p.Keys[0]}
			visitors[p.Keys[0]] = v
		}
		if isBefore {
			v.before += float64(p.Count)
		} else {
			v.inside += float64(p.Count)
		}
		return nil
	})
	for _, v := range visitors {
		v.before /= max(before, 1)
		v.inside /= max(inside, 1)
	}
	return visitors, err
}

func (q *inquiry) weighConcentration(key store.Key, visitors map[string]*visitor, s surge, usual float64, precedes bool) {
	extras := make([]*visitor, 0, len(visitors))
	var extra float64
	for _, name := range sortedKeys(visitors) {
		v := visitors[name]
		if v.inside > v.before {
			extra += v.inside - v.before
		}
		if name != "other" && name != "" {
			extras = append(extras, v)
		}
	}
	slices.SortStableFunc(extras, func(a, b *visitor) int { return cmp.Compare(b.inside-b.before, a.inside-a.before) })
	few := min(5, len(extras))
	if key == store.ByAgent {
		few = min(1, len(extras))
	}
	var ofFew, fewBefore float64
	for _, v := range extras[:few] {
		ofFew += max(0, v.inside-v.before)
		fewBefore += v.before
	}
	alwaysFew := fewBefore > 0.5*usual
	// Against the few stands what everybody added: with a handful of clients in all, five of them always are most of it.
	share := ofFew / max(extra, 0.2*usual)
	heavy := ofFew / usual
	attrs := map[string]string{"ratio": fmt.Sprintf("%.1f", s.ratio), "share": fmt.Sprintf("%.2f", share), "precedes": fmt.Sprint(precedes)}
	concentrated := saturate(share, 0.45, 0.8) * saturate(heavy, 0.2, 0.6)
	if alwaysFew {
		concentrated = 0 // the log sees a proxy, not the clients behind it
	}
	if key == store.ByClient {
		names := ""
		for i, v := range extras[:few] {
			if i > 0 {
				names += ", "
			}
			names += v.name
		}
		q.findings.add(Finding{Kind: "demand/few", Attrs: attrs, Strength: concentrated, Item: EvidenceItem{Kind: "traffic",
			Text: fmt.Sprintf("%.0f %% of the extra requests came from %d addresses (%s)", 100*share, few, names)}})
		q.findings.add(Finding{Kind: "demand/crowd", Attrs: attrs, Strength: saturate(s.ratio, 1.5, 2.5) * (1 - concentrated), Item: EvidenceItem{Kind: "traffic", First: timeOf(s.start * second),
			Text: fmt.Sprintf("%.1f times the usual requests, from many addresses", s.ratio)}})
		return
	}
	q.findings.add(Finding{Kind: "demand/agent", Attrs: attrs, Strength: concentrated, Item: EvidenceItem{Kind: "traffic",
		Text: fmt.Sprintf("%.0f %% of the extra requests came from one user agent", 100*share)}})
}
