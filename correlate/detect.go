package correlate

import (
	"context"
	"sort"

	"culprit/rules"
	"culprit/store"
)

// outage is a span in which users were hurt, with the ways in which they were.
type outage struct {
	span
	classes map[class]int64
}

// detect finds the outages of a traffic. Server errors count as they are; aborts and refusals only where they are far beyond
// what is usual, and refusals only on endpoints that used to answer.
func (e *engine) detect(ctx context.Context, t *traffic) ([]outage, error) {
	var found []outage
	if s := t.failed[serverErrors]; s != nil {
		found = appendBursts(found, serverErrors, findBursts(s, t.total))
	}
	if s := t.failed[aborts]; s != nil {
		found = appendBursts(found, aborts, significant(findBursts(s, t.total), t, 0.03, 15))
	}
	for c, s := range t.failed {
		if c == serverErrors || c == aborts {
			continue
		}
		regressed, err := e.regressions(ctx, t, c, s)
		if err != nil {
			return nil, err
		}
		found = appendBursts(found, c, regressed)
	}
	silent, err := e.unloggedFailures(ctx, t)
	if err != nil {
		return nil, err
	}
	return joinOutages(appendBursts(found, unlogged, silent)), nil
}

func appendBursts(to []outage, c class, bursts []burst) []outage {
	for _, b := range bursts {
		to = append(to, outage{b.span, map[class]int64{c: b.failures}})
	}
	return to
}

// significant keeps bursts that hurt a share of the requests and are more than a handful.
func significant(bursts []burst, t *traffic, share float64, least int64) []burst {
	kept := bursts[:0]
	for _, b := range bursts {
		if n := t.total.sum(b.span); b.failures >= least && float64(b.failures) >= share*float64(n) {
			kept = append(kept, b)
		}
	}
	return kept
}

// regressions finds the bursts of a refusing status (403, 404, 413 …) on endpoints that answered before: a scanner asking for what
// never existed hurts nobody.
func (e *engine) regressions(ctx context.Context, t *traffic, c class, refused *series) ([]burst, error) {
	bursts := significant(findBursts(refused, t.total), t, 0.01, 10)
	if len(bursts) == 0 {
		return nil, nil
	}
	kept := bursts[:0]
	for _, b := range bursts {
		share, err := e.regressedShare(ctx, t, string(c), b.span)
		if err != nil {
			return nil, err
		}
		if share >= 0.5 {
			kept = append(kept, b)
		}
	}
	return kept, nil
}

// regressedShare is the part of a status' requests in a window that went to endpoints which mostly succeeded shortly before or after.
func (e *engine) regressedShare(ctx context.Context, t *traffic, status string, in span) (float64, error) {
	slots := in.slots()
	before, after := span{in.from - baselineSeconds, slots.from}.clip(t.span), span{slots.to, in.to + baselineSeconds}.clip(t.span)
	inside, outside := map[string]*outcome{}, map[string]*outcome{}
	for _, part := range []struct {
		span
		to map[string]*outcome
	}{{slots, inside}, {before, outside}, {after, outside}} {
		if err := e.countOutcomes(ctx, t, status, part.span, part.to); err != nil {
			return 0, err
		}
	}
	var all, regressed, seen int64
	for endpoint, now := range inside {
		all += now.failed
		before := outside[endpoint]
		if now.failed == 0 || before == nil {
			continue
		}
		seen += before.ok + before.failed
		if before.ok > 0 && now.failureShare() > 0.1 && before.failureShare() < now.failureShare()/4 {
			regressed += now.failed
		}
	}
	if all == 0 || seen < minFailures {
		return 0, nil
	}
	return float64(regressed) / float64(all), nil
}

// countOutcomes adds up, by endpoint, how many requests of a span had a status, and how many went well.
func (e *engine) countOutcomes(ctx context.Context, t *traffic, status string, in span, to map[string]*outcome) error {
	if in.empty() {
		return nil
	}
	q := store.Query{Table: store.Endpoints, Keys: []store.Key{store.ByEndpoint, store.ByStatus}, Where: t.where()}
	q.From, q.To = in.micros()
	return e.store.Series(ctx, q, func(p store.Point) error {
		o := to[p.Keys[0]]
		if o == nil {
			o = &outcome{}
			to[p.Keys[0]] = o
		}
		switch {
		case p.Keys[1] == status:
			o.failed += p.Count
		case p.Keys[1] < "400":
			o.ok += p.Count
		}
		return nil
	})
}

// unloggedFailures finds failures that leave no request: connections a gateway could not accept or serve, and, where no
// access log of a gateway exists, the error lines themselves.
func (e *engine) unloggedFailures(ctx context.Context, t *traffic) ([]burst, error) {
	tags := []string{"connection-limit", "fd-limit", "port-exhausted"}
	blind := !e.gatewayRequests()
	ids := e.signatureIDs(func(s *rules.Signature) bool {
		if !s.Gateway {
			return false
		}
		return blind || hasAny(s.Tags, tags)
	})
	if len(ids) == 0 {
		return nil, nil
	}
	in := t.span
	if blind && in.seconds() < baselineSeconds {
		in = in.widen(mergeGap, mergeGap) // a short error log begins with the first error and ends with the last
	}
	failed, total := newSeries(in), newSeries(in)
	from, to := in.micros()
	q := store.Query{Table: store.Events, From: from, To: to, Bucket: second, Keys: []store.Key{store.ByDaemon},
		Where: []store.Filter{{Key: store.BySignature, Values: ids}, {Key: store.ByKind, Values: []string{"message"}}}}
	err := e.store.Series(ctx, q, func(p store.Point) error {
		if d := daemonNamed(p.Keys[0]); !blind && !isGateway(d) {
			return nil
		}
		failed.add(p.Bucket/second, p.Count)
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i := range total.counts {
		served := t.total.at(in.from + int64(i))
		if blind {
			served = max(served, 20) // an error log tells nothing of those that went well
		}
		total.counts[i] = int32(served) + failed.counts[i]
	}
	bursts := significant(findBursts(failed, total), &traffic{total: total}, 0.02, minFailures)
	if len(bursts) > 0 {
		t.failed[unlogged] = failed
	}
	return bursts, nil
}

// joinOutages merges what overlaps or nearly touches, whatever its class.
func joinOutages(found []outage) []outage {
	sort.Slice(found, func(i, j int) bool { return found[i].from < found[j].from })
	var joined []outage
	for _, o := range found {
		if n := len(joined); n > 0 && o.from-joined[n-1].to <= mergeGap {
			last := &joined[n-1]
			last.to = max(last.to, o.to)
			for c, count := range o.classes {
				last.classes[c] += count
			}
			continue
		}
		joined = append(joined, o)
	}
	return joined
}
