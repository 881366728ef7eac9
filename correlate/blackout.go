package correlate

import (
	"context"
	"fmt"

	"culprit/parser"
	"culprit/store"
)

// blackoutSeconds is the least stretch without any good answer that says that nothing comes through.
const blackoutSeconds = 5

// weighBlackout asks whether any request got through while others failed. A way that is blocked lets none pass until the end, and
// what hung in between succeeds late, all at once; a way that loses packets lets some pass all the while.
func (q *inquiry) weighBlackout(ctx context.Context) error {
	in := q.window().clip(q.traffic.span)
	passed, asked := newSeries(in), newSeries(in)
	var before int64
	from, to := span{q.baseline.from, in.to}.micros()
	query := store.Query{Table: store.Requests, From: from, To: to, Bucket: second,
		Keys: []store.Key{store.ByUpstream, store.ByStatus, store.ByDaemon}, Where: q.traffic.where()}
	err := q.store.Series(ctx, query, func(p store.Point) error {
		sec, hurt := p.Bucket/second, statusClass(p.Keys[1]) == serverErrors
		if p.Keys[0] == "" && daemonNamed(p.Keys[2]) != parser.Apache && !hurt {
			return nil // answered by the gateway itself
		}
		switch {
		case sec < in.from && !hurt:
			before += p.Count
		case in.contains(sec):
			asked.add(sec, p.Arrived)
			if !hurt {
				passed.add(sec, p.Count)
			}
		}
		return nil
	})
	if err != nil || before < minFailures {
		return err
	}
	dark := longestDark(passed, in)
	if dark.seconds() < blackoutSeconds || asked.sum(dark) < 3*minFailures {
		return nil
	}
	failing := span{in.from, max(dark.to, q.outage.to)}
	share := float64(dark.seconds()) / float64(max(failing.seconds(), 1))
	q.findings.add(Finding{Kind: "scope/blackout", Attrs: map[string]string{"seconds": number(float64(dark.seconds()))}, Strength: saturate(share, 0.4, 0.8),
		Item: EvidenceItem{Kind: "traffic", Count: asked.sum(dark), First: timeOf(dark.from * second),
			Text: fmt.Sprintf("for %d s no request that needed the backend succeeded", dark.seconds())}})
	return nil
}

// longestDark is the longest stretch of seconds of a span in which nothing passed.
func longestDark(passed *series, in span) span {
	var best span
	start := in.from
	for sec := in.from; sec <= in.to; sec++ {
		if sec < in.to && passed.at(sec) == 0 {
			continue
		}
		if sec-start > best.seconds() {
			best = span{start, sec}
		}
		start = sec + 1
	}
	return best
}
