package correlate

import (
	"context"
	"slices"
	"strconv"
	"time"

	"culprit/rules"
	"culprit/store"
)

// passage is a span of time with all that is compared.
type passage struct {
	span
	total     int64
	byStatus  map[string]int64
	durations store.Histogram // of requests that went well
	pages     map[string]*page
	messages  map[string]int64 // of gateways about failing requests, by signature
}

// page is what an endpoint answered when it went well.
type page struct{ count, bytes int64 }

// measure reads the three passages.
func (v *verifying) measure(ctx context.Context) error {
	for _, m := range []struct {
		in   span
		to   *passage
		told *Passage
	}{{v.before, &v.was, &v.out.Before}, {v.during, &v.hurt, &v.out.During}, {v.after, &v.now, &v.out.After}} {
		if err := v.read(ctx, m.in, m.to); err != nil {
			return err
		}
		*m.told = v.told(m.to)
	}
	return nil
}

// read fills a passage. Where requests are counted in slots of several seconds, only whole ones count.
func (v *verifying) read(ctx context.Context, in span, p *passage) error {
	*p = passage{span: in, byStatus: map[string]int64{}, pages: map[string]*page{}, messages: map[string]int64{}}
	if in.empty() {
		return nil
	}
	if v.scope.table == store.Endpoints {
		if p.span = wholeSlots(in); p.empty() {
			return nil
		}
	}
	if !v.scope.blind {
		if err := v.readRequests(ctx, p); err != nil {
			return err
		}
		if err := v.readPages(ctx, p); err != nil {
			return err
		}
	}
	return v.readMessages(ctx, p)
}

// wholeSlots is the part of a span that endpoints are counted for without anything beside it.
func wholeSlots(in span) span {
	const slot = store.EndpointBucket / second
	return span{(in.from + slot - 1) / slot * slot, in.to / slot * slot}
}

func (v *verifying) readRequests(ctx context.Context, p *passage) error {
	from, to := p.micros()
	q := store.Query{Table: v.scope.table, From: from, To: to, Keys: []store.Key{store.ByStatus}, Where: v.scope.where, Durations: true}
	return v.store.Series(ctx, q, func(g store.Point) error {
		status := g.Keys[0]
		p.total += g.Count
		p.byStatus[status] += g.Count
		if statusClass(status) == "" && !v.failing(status) && g.Durations != nil {
			p.durations.Add(g.Durations)
		}
		return nil
	})
}

func (v *verifying) readPages(ctx context.Context, p *passage) error {
	from, to := p.micros()
	where := slices.DeleteFunc(slices.Clone(v.scope.where), func(f store.Filter) bool { return f.Key == store.ByVHost })
	q := store.Query{Table: store.Endpoints, From: from, To: to, Keys: []store.Key{store.ByEndpoint, store.ByStatus}, Where: where}
	return v.store.Series(ctx, q, func(g store.Point) error {
		if name := g.Keys[0]; name != store.Other && g.Keys[1] == "200" {
			if p.pages[name] == nil {
				p.pages[name] = &page{}
			}
			p.pages[name].count += g.Count
			p.pages[name].bytes += g.Bytes
		}
		return nil
	})
}

func (v *verifying) readMessages(ctx context.Context, p *passage) error {
	ids := v.signatureIDs(func(s *rules.Signature) bool { return s.Gateway && !slices.Contains(episodic, s.Stage) })
	if len(ids) == 0 {
		return nil
	}
	from, to := p.micros()
	q := store.Query{Table: store.Events, From: from, To: to, Keys: []store.Key{store.BySignature, store.ByDaemon},
		Where: []store.Filter{{Key: store.BySignature, Values: ids}, {Key: store.ByKind, Values: []string{"message"}}}}
	return v.store.Series(ctx, q, func(g store.Point) error {
		if isGateway(daemonNamed(g.Keys[1])) {
			p.messages[g.Keys[0]] += g.Count
		}
		return nil
	})
}

// shortWait is how long failures are put down to requests that were on their way where no log tells durations, in seconds.
const shortWait = 30

// onTheirWay reports whether nearly all failures in the first seconds after a fix are of requests that had come before it.
func (v *verifying) onTheirWay(ctx context.Context, fix, seconds int64) (bool, error) {
	var failing []string
	for status := range v.now.byStatus {
		if v.failing(status) {
			failing = append(failing, status)
		}
	}
	if len(failing) == 0 {
		return false, nil
	}
	slices.Sort(failing)
	from, to := span{fix, fix + seconds}.micros()
	where := append(slices.Clone(v.scope.where), store.Filter{Key: store.ByKind, Values: []string{"request"}}, store.Filter{Key: store.ByStatus, Values: failing})
	rows, err := v.store.Sample(ctx, store.Query{Table: store.Events, From: from, To: to, Where: where, Limit: 1000})
	if err != nil || len(rows) == 0 {
		return false, err
	}
	early := 0
	for i := range rows {
		switch d := rows[i].Duration; {
		case d < 0 && seconds <= shortWait, d >= 0 && rows[i].Time-d < from+second:
			early++
		}
	}
	return 10*early >= 9*len(rows), nil
}

func (v *verifying) told(p *passage) Passage {
	t := Passage{From: time.Unix(p.from, 0).UTC(), To: time.Unix(p.to, 0).UTC(), Requests: p.total, ByStatus: p.byStatus}
	for status, n := range p.byStatus {
		if v.failing(status) {
			t.Failed += n
		}
	}
	return t
}

// of counts the requests that a condition on the status picks.
func (p *passage) of(pick func(status string) bool) (n int64) {
	for status, count := range p.byStatus {
		if pick(status) {
			n += count
		}
	}
	return n
}

func (p *passage) said() (n int64) {
	for _, count := range p.messages {
		n += count
	}
	return n
}

// perMinute is a count of the passage as a rate.
func (p *passage) perMinute(n int64) float64 { return 60 * float64(n) / float64(max(p.seconds(), 1)) }

// isRedirect reports whether a status sends the client elsewhere.
func isRedirect(status string) bool {
	code, err := strconv.Atoi(status)
	return err == nil && code >= 301 && code <= 308 && code != 304
}

// isRefusal reports whether a status blames the client.
func isRefusal(status string) bool {
	code, err := strconv.Atoi(status)
	return err == nil && code >= 400 && code < 499
}

func isServerError(status string) bool { return statusClass(status) == serverErrors }
func isAbort(status string) bool       { return statusClass(status) == aborts }
