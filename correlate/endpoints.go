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
	usual := q.usual()
	around := span{q.baseline.from, max(q.outage.to, usual.to)}
	from, to := around.micros()
	query := store.Query{Table: store.Endpoints, From: from, To: to, Bucket: store.EndpointBucket, Durations: true,
		Keys:  []store.Key{store.ByEndpoint, store.ByStatus},
		Where: []store.Filter{{Key: store.BySource, Values: sources}}}
	err := q.store.Series(ctx, query, func(p store.Point) error {
		bucket := span{p.Bucket / second, (p.Bucket + store.EndpointBucket) / second}
		s := stats[p.Keys[0]]
		if s == nil {
			s = &endpointStats{endpoint: p.Keys[0]}
			stats[p.Keys[0]] = s
		}
		var o *outcome
		switch {
		case bucket.from >= usual.from-store.EndpointBucket/second+1 && bucket.to <= max(usual.to, usual.from+1) && (usual.from > q.outage.to || bucket.to <= q.fault/second):
			o = &s.before
		case !bucket.clip(q.window()).empty():
			o = &s.inside
		default:
			return nil
		}
		if c := statusClass(p.Keys[1]); c != "" && (c == serverErrors || q.hurtBy(c)) {
			o.failed += p.Count
			return nil
		}
		o.ok += p.Count
		o.durations.Add(p.Durations)
		return nil
	})
	return stats, err
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
