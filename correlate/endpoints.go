package correlate

import (
	"context"

	"culprit/store"
)

// endpointStats compares one endpoint before and during an incident.
type endpointStats struct {
	endpoint       string
	before, inside outcome
}

// outcome counts how requests went.
type outcome struct {
	ok, failed int64
	durations  store.Histogram // of those that went well
}

func (o *outcome) failureShare() float64 {
	if o.ok+o.failed == 0 {
		return 0
	}
	return float64(o.failed) / float64(o.ok+o.failed)
}

// endpointsOf compares the endpoints of the given sources, by name.
func (q *inquiry) endpointsOf(ctx context.Context, sources []string) (map[string]*endpointStats, error) {
	stats := map[string]*endpointStats{}
	if len(sources) == 0 {
		return stats, nil
	}
	before, inside := q.comparedSlots()
	for _, part := range []struct {
		span
		of func(*endpointStats) *outcome
	}{
		{before, func(s *endpointStats) *outcome { return &s.before }},
		{inside, func(s *endpointStats) *outcome { return &s.inside }},
	} {
		if part.empty() {
			continue
		}
		query := store.Query{Table: store.Endpoints, Durations: true, Keys: []store.Key{store.ByEndpoint, store.ByStatus},
			Where: []store.Filter{{Key: store.BySource, Values: sources}}}
		query.From, query.To = part.micros()
		err := q.store.Series(ctx, query, func(p store.Point) error {
			s := stats[p.Keys[0]]
			if s == nil {
				s = &endpointStats{endpoint: p.Keys[0]}
				stats[p.Keys[0]] = s
			}
			q.countOutcome(part.of(s), p)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return stats, nil
}

// comparedSlots are the whole slots that are usual, and those in which the outage was; none is both.
func (q *inquiry) comparedSlots() (usual, inside span) {
	u := q.usual()
	inside = q.window().slots()
	usual = span{u.slots().from, max(u.to, u.from+1)}
	if u.from > q.outage.to {
		usual.to = usual.whole().to
		inside.to = min(inside.to, usual.from)
		return usual, inside
	}
	usual.to = span{usual.from, min(usual.to, q.fault/second)}.whole().to
	inside.from = max(inside.from, usual.to)
	return usual, inside
}

// countOutcome adds a point by status and endpoint.
func (q *inquiry) countOutcome(o *outcome, p store.Point) {
	if c := statusClass(p.Keys[1]); c != "" && (c == serverErrors || q.hurtBy(c)) {
		o.failed += p.Count
		return
	}
	o.ok += p.Count
	o.durations.Add(p.Durations)
}

// layerSources lists the keys of the sources of a layer that log requests.
func (q *inquiry) layerSources(where string) []string {
	var keys []string
	for _, s := range q.present {
		if s.requests > 0 && !s.edge && q.layerOf(s.daemon) == where {
			keys = append(keys, s.key)
		}
	}
	return keys
}
