package correlate

import (
	"context"
	"math"
	"slices"

	"culprit/store"
)

// Bounds of what an inquiry looks at, in seconds and rows.
const (
	baselineSeconds = 900 // how far back "usual" reaches
	aftermath       = 120 // how long after the end is still looked at
	failureSample   = 4000
)

// inquiry is the investigation of one outage.
type inquiry struct {
	*engine
	// whole is what users saw; traffic the part of it that is looked at: without hosts that had no part in the outage.
	whole, traffic *traffic
	outage         outage
	// present are the sources that were logging around the outage.
	present []*source
	// baseline is the time before the first sign of trouble, after the time behind the last failure; both without other outages.
	baseline, after span
	// onset and end are the first and last user-visible failure; fault is the first sign of trouble, at or before onset. µs UTC.
	onset, end, fault int64
	total, failed     int64
	byStatus          map[string]int64
	// failures is a bounded sample of the failed requests, in time order; sampled is the share of them it holds.
	failures []store.Event
	signals  []*signal
	life     []lifeEvent
	slow     []store.Event // reports of slow scripts
	// suspects are the changes around the outage; edgeEndpoints what its endpoints did; surge the rise of requests, if any.
	suspects      []suspect
	edgeEndpoints map[string]*endpointStats
	surge         surge
	fleet         fleet         // the machines compared, none where there is only one
	samples       []store.Event // a few messages, for the names in them
	names         names
	findings      findings
}

// investigate finds out all it can about one outage and weighs it.
func (e *engine) investigate(ctx context.Context, t *traffic, all []outage, i int) (*Incident, error) {
	q := &inquiry{engine: e, whole: t, traffic: t, outage: all[i], byStatus: map[string]int64{}}
	q.limits(all, i)
	steps := []func(context.Context) error{
		q.countDamage, q.readFailures, q.weighFleet, q.readSlow, q.findFault, q.readSignals, q.readLife,
		q.weighMessages, q.weighLife, q.weighLatency, q.weighSlow, q.weighStatements, q.weighDemand, q.weighUpstreams, q.weighLoad, q.weighStatuses, q.weighShared, q.weighChanges,
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return q.conclude(ctx, e)
}

// limits sets baseline and aftermath so that they hold no other outage.
func (q *inquiry) limits(all []outage, i int) {
	w := q.outage.span
	q.baseline = span{w.from - baselineSeconds, w.from}.clip(q.traffic.span)
	q.after = span{w.to + 2, w.to + 2 + aftermath}.clip(q.traffic.span)
	if i > 0 {
		q.baseline.from = max(q.baseline.from, all[i-1].to+5)
	}
	if i+1 < len(all) {
		q.after.to = min(q.after.to, all[i+1].from)
	}
	q.onset, q.end = w.from*second, w.to*second-1
	q.fault = q.onset
	q.baseline.from = max(q.baseline.from, q.silenceBefore(w.from))
	around := span{q.baseline.from - 60, max(q.after.to, w.to+60)}
	for _, s := range q.sources {
		if !s.lasts().clip(around).empty() {
			q.present = append(q.present, s)
		}
	}
}

// silenceBefore returns where the traffic that an outage interrupted began: after the last stretch without any request that is too
// long to be chance. What lies before it is another log, or a night.
func (q *inquiry) silenceBefore(onset int64) int64 {
	rate := q.traffic.total.rate(q.baseline)
	if rate == 0 {
		return q.baseline.from
	}
	longest := int64(max(20, 15/rate))
	last := onset
	for sec := onset - 1; sec >= q.baseline.from; sec-- {
		if q.traffic.total.at(sec) == 0 {
			continue
		}
		if last-sec > longest && last != onset {
			return last
		}
		last = sec
	}
	return last
}

func (q *inquiry) hurtBy(c class) bool { return q.outage.classes[c] > 0 }

// countDamage counts the requests of the window and those that failed, by status.
func (q *inquiry) countDamage(context.Context) error {
	w := q.outage.span
	q.total = q.traffic.total.sum(w)
	for status, s := range q.traffic.byStatus {
		c := statusClass(status)
		n := s.sum(w)
		if n == 0 || c == "" || !(c == serverErrors || q.hurtBy(c)) {
			continue
		}
		if c != serverErrors { // refusals and aborts happen on good days too
			n -= int64(s.rate(q.baseline) * float64(w.seconds()))
		}
		if n > 0 {
			if status == "499" {
				status = "0"
			}
			q.byStatus[status] += n
			q.failed += n
		}
	}
	if n := q.outage.classes[unlogged]; n > 0 {
		// What an error log alone tells came on top of, or instead of, requests that failed; count only what has no request.
		if rest := n - q.failed; rest > 0 {
			if q.gatewayRequests() { // else the users may have been answered with any status
				q.byStatus["0"] += rest
			}
			q.failed += rest
			q.total += rest
		}
	}
	q.failed = max(q.failed, 1)
	q.total = max(q.total, q.failed)
	return nil
}

// readFailures samples the failed requests themselves, and sharpens onset and end by them.
func (q *inquiry) readFailures(ctx context.Context) error {
	if len(q.traffic.edge) == 0 {
		return nil
	}
	statuses := []string{}
	for status := range q.traffic.byStatus {
		if c := statusClass(status); c != "" && (c == serverErrors || q.hurtBy(c)) {
			statuses = append(statuses, status)
		}
	}
	if len(statuses) == 0 {
		return nil
	}
	slices.Sort(statuses)
	from, to := q.outage.span.micros()
	rows, err := q.store.Sample(ctx, store.Query{Table: store.Events, From: from, To: to, Limit: failureSample, Where: append(q.traffic.where(),
		store.Filter{Key: store.ByKind, Values: []string{"request"}}, store.Filter{Key: store.ByStatus, Values: statuses})})
	if err != nil {
		return err
	}
	q.failures = rows
	if len(rows) > 0 {
		q.onset, q.end = min(rows[0].Time, from+second-1), max(rows[len(rows)-1].Time, to-second)
		q.onset = max(q.onset, from)
		q.fault = q.onset
	}
	return nil
}

// scaled turns a share of the sampled failures into a number of all of them.
func (q *inquiry) scaled(share float64) int64 { return int64(share*float64(q.failed) + 0.5) }

// findFault looks for signs of trouble before the first failure was answered: a request that hung arrived a time-out earlier.
func (q *inquiry) findFault(ctx context.Context) error {
	early := q.onset + 3*second
	for i := range q.failures {
		f := &q.failures[i]
		if f.Time > early {
			break
		}
		if f.Duration > 0 {
			q.fault = min(q.fault, f.Time-f.Duration)
		}
	}
	q.fault = min(q.fault, q.dipBefore()*second)
	slowdown, err := q.slowBefore(ctx)
	if err != nil {
		return err
	}
	q.fault = min(q.fault, slowdown, q.newlySlow())
	q.fault = max(q.fault, q.traffic.from*second)
	q.baseline.to = max(q.baseline.from, min(q.baseline.to, q.fault/second))
	return nil
}

// dipBefore walks back from the onset over seconds in which far fewer requests were answered than usual, and returns the
// first of them: while workers hang, nothing is logged.
func (q *inquiry) dipBefore() int64 {
	onset := q.onset / second
	usual := q.traffic.total.rate(span{q.baseline.from, onset - 20})
	if usual < 3 {
		usual = q.traffic.total.rate(q.baseline)
	}
	if usual < 0.6 {
		return onset
	}
	width := max(3, int64(math.Ceil(9/usual))) // seconds that hold enough requests for their lack to be no chance
	sec := onset
	for sec-width >= q.baseline.from {
		if q.traffic.total.rate(span{sec - width, sec}) > 0.6*usual {
			break
		}
		sec--
	}
	if onset-sec >= 1 {
		sec -= width - 3
	}
	if onset-sec < 3 {
		return onset
	}
	return sec - 1
}

// slowBefore walks back from the onset over seconds in which most requests took several times as long as usual, and returns when
// the first of them arrived: workers fill up before the first request fails. It returns the onset where nothing was slow.
func (q *inquiry) slowBefore(ctx context.Context) (int64, error) {
	onset := q.onset / second
	if len(q.traffic.edge) == 0 || q.baseline.seconds() < 10 {
		return q.onset, nil
	}
	bySecond := map[int64]*store.Histogram{}
	from, to := span{q.baseline.from, onset + 1}.micros()
	err := q.store.Series(ctx, store.Query{Table: store.Requests, From: from, To: to, Bucket: second, Durations: true, Where: q.traffic.where()}, func(p store.Point) error {
		bySecond[p.Bucket/second] = p.Durations
		return nil
	})
	if err != nil {
		return 0, err
	}
	var usual store.Histogram
	for sec := q.baseline.from; sec < q.baseline.from+q.baseline.seconds()/2; sec++ {
		if h := bySecond[sec]; h != nil {
			usual.Add(h)
		}
	}
	limit := max(3*usual.Quantile(0.6), 50_000)
	sec := onset
	for ; sec-1 > q.baseline.from; sec-- {
		var three store.Histogram
		for s := sec - 3; s < sec; s++ {
			if h := bySecond[s]; h != nil {
				three.Add(h)
			}
		}
		if usual.Count() < 20 || three.Count() < 4 || three.Quantile(0.6) < limit {
			break
		}
	}
	if onset-sec < 2 {
		return q.onset, nil
	}
	first := sec * second
	if h := bySecond[sec]; h != nil {
		first -= h.Quantile(0.6)
	}
	return first, nil
}

// shortBaseline is the least baseline that says what is usual, in seconds.
const shortBaseline = 8

// usual is the time that the outage is compared with: before it, or, where the logs begin in the middle of it, after it.
func (q *inquiry) usual() span {
	if q.baseline.seconds() >= shortBaseline {
		return q.baseline
	}
	return span{min(q.after.from+5, q.after.to), q.after.to}
}

// window is the time of the outage and the signs before it.
func (q *inquiry) window() span { return span{min(q.fault/second, q.outage.from), q.outage.to + 1} }
