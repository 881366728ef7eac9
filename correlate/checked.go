package correlate

import (
	"context"
	"fmt"

	"culprit/rules"
	"culprit/store"
)

// healthySeconds is how long before a server was marked down its answers are counted, the second of the mark itself apart.
const healthySeconds = 2

// weighChecks asks whether servers answered requests until the moment at which the gateway's health check took them out. Where a
// server is gone, requests fail before the check has failed often enough; where only the check is wrong, they succeed to the end.
func (q *inquiry) weighChecks(ctx context.Context) error {
	ids := q.signatureIDs(func(s *rules.Signature) bool {
		return hasAny(s.Tags, []string{"server-down"}) && hasAny(s.Tags, []string{"check-failed"})
	})
	if len(ids) == 0 {
		return nil
	}
	from, to := q.hearing().micros()
	rows, err := q.store.Sample(ctx, store.Query{Table: store.Events, From: from, To: to, Limit: 200, Where: []store.Filter{{Key: store.BySignature, Values: ids}}})
	if err != nil || len(rows) == 0 {
		return err
	}
	var answered, failed int64
	marks := map[string]int64{}
	for i := range rows {
		if r := &rows[i]; r.Upstream != "" && marks[r.Upstream] == 0 {
			marks[r.Upstream] = r.Time / second
		}
	}
	for _, upstream := range sortedKeys(marks) {
		before := span{marks[upstream] - healthySeconds, marks[upstream]}
		if q.firstLife("gateway", before.from*second, (before.to+1)*second, "reload", "start", "stop") != nil {
			continue // what was answered before went by other settings
		}
		ok, bad, err := q.outcomesOf(ctx, upstream, before)
		if err != nil {
			return err
		}
		answered, failed = answered+ok, failed+bad
	}
	if answered < minFailures {
		return nil
	}
	share := float64(failed) / float64(answered+failed)
	q.findings.add(Finding{Kind: "check/contradicted", Attrs: map[string]string{}, Strength: saturate(float64(answered), 3, 12) * (1 - saturate(share, 0.02, 0.15)),
		Item: EvidenceItem{Kind: "log", Count: answered, First: timeOf(rows[0].Time), Source: q.place(rows[0].Source, rows[0].Line), Excerpt: rows[0].Message,
			Text: fmt.Sprintf("the servers answered %d requests in the last %d s before the health check took them out", answered, healthySeconds)}})
	return nil
}

// outcomesOf counts how the requests to one server went.
func (q *inquiry) outcomesOf(ctx context.Context, upstream string, in span) (ok, failed int64, err error) {
	from, to := in.micros()
	err = q.store.Series(ctx, store.Query{Table: store.Requests, From: from, To: to, Bucket: second, Keys: []store.Key{store.ByStatus},
		Where: []store.Filter{{Key: store.ByUpstream, Values: []string{upstream}}}}, func(p store.Point) error {
		if statusClass(p.Keys[0]) == serverErrors {
			failed += p.Count
		} else {
			ok += p.Count
		}
		return nil
	})
	return ok, failed, err
}
