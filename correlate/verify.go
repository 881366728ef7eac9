package correlate

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"culprit/parser"
	"culprit/rules"
	"culprit/store"
)

// VerifySchema is the version of the JSON that a Verification marshals to. Changes to it only add.
const VerifySchema = "culprit/verify/v1"

// Outcome says what became of an incident after its fix.
type Outcome string

// The outcomes.
const (
	Fixed        Outcome = "fixed"
	NotFixed     Outcome = "not-fixed"
	ChangedShape Outcome = "changed-shape" // what users feel is no longer what it was before, only differently from during
	TooEarly     Outcome = "too-early"
)

// Verification compares the time after a fix with the time before an incident.
type Verification struct {
	Schema   string          `json:"schema"`
	Outcome  Outcome         `json:"outcome"`
	Incident VerifiedOf      `json:"incident"`
	Fix      time.Time       `json:"fix"`
	Scope    string          `json:"scope"` // whose requests were compared, in words
	Before   Passage         `json:"before"`
	During   Passage         `json:"during"`
	After    Passage         `json:"after"`
	Measures []VerifyMeasure `json:"measures"`
	// Reasons say in sentences why the outcome is what it is, the weightiest first.
	Reasons []string `json:"reasons"`
	// Needs says what is missing where it is too early to tell.
	Needs *Needs `json:"needs,omitempty"`
}

// VerifiedOf is the incident in short.
type VerifiedOf struct {
	ID    string     `json:"id"`
	Start time.Time  `json:"start"`
	End   *time.Time `json:"end"`
	Cause string     `json:"cause"`
	Title string     `json:"title"`
	Hop   string     `json:"hop"`
}

// Passage is a span of time with its traffic.
type Passage struct {
	From     time.Time        `json:"from"`
	To       time.Time        `json:"to"`
	Requests int64            `json:"requests"`
	Failed   int64            `json:"failed"` // errors of the server
	ByStatus map[string]int64 `json:"by_status"`
}

// VerifyMeasure is one number before, during and after; the unit is that of the name. A value nobody could tell is null.
type VerifyMeasure struct {
	Name   string   `json:"name"`
	Unit   string   `json:"unit"` // "%", "ms", "per minute", "bytes"
	Before *float64 `json:"before"`
	During *float64 `json:"during"`
	After  *float64 `json:"after"`
	// Verdict is "back", "off" or "open": as before, not as before, or not to be told yet.
	Verdict string `json:"verdict"`
}

// Needs is how much more is to be seen.
type Needs struct {
	Requests int64 `json:"requests"` // more of them
	Seconds  int64 `json:"seconds"`  // how long that takes as things go; 0 where nobody can tell
}

// settling is how long after a fix requests may still end that came before it, in seconds.
const settling = 5

// verifyBaseline is how far back before an incident its usual is looked for, in seconds.
const verifyBaseline = 3600

// Verify asks what became of one of a report's incidents after its fix; zero means its end. The report must be that of the store.
func Verify(ctx context.Context, st Store, catalogue *rules.Catalogue, r *Report, in *Incident, fix time.Time) (*Verification, error) {
	services, err := rules.LoadServices()
	if err != nil {
		return nil, err
	}
	e := &engine{store: st, rules: catalogue, services: services}
	if err := e.load(ctx); err != nil {
		return nil, fmt.Errorf("list the logs: %w", err)
	}
	h := &in.Hypotheses[0]
	v := &verifying{engine: e, incident: in, out: &Verification{Schema: VerifySchema, Measures: []VerifyMeasure{}, Reasons: []string{},
		Incident: VerifiedOf{ID: in.ID, Start: in.Start, End: in.End, Cause: h.Cause, Title: h.Title, Hop: in.Hop}}}
	v.place(r, fix)
	if v.after.empty() {
		v.early("the logs end before the fix, or with it: verify again once requests have come after it")
		return v.out, nil
	}
	if err := v.choose(ctx); err != nil {
		return nil, fmt.Errorf("find out what was hurt: %w", err)
	}
	return v.compare(ctx)
}

// compare judges the time after the fix, and where that is bad, whether only its beginning is: requests that were on their way when the fix
// came may still fail.
func (v *verifying) compare(ctx context.Context) (*Verification, error) {
	begin, whole, blank := v.after.from, v.after.seconds(), *v.out
	var first *Verification
	for _, skip := range []int64{0, 25, 85} {
		if skip > 0 {
			if late, err := v.onTheirWay(ctx, begin-settling, skip+settling); err != nil || !late || 10*(whole-skip) < 6*whole {
				return first, err
			}
		}
		fresh := blank
		v.out, v.after.from = &fresh, begin+skip
		if err := v.measure(ctx); err != nil {
			return nil, fmt.Errorf("compare the time after the fix with the time before: %w", err)
		}
		v.judge()
		if first == nil {
			first = v.out
		}
		switch {
		case v.out.Outcome == Fixed && skip > 0:
			v.because("the first %d s after the fix were left out: the requests that failed there had come before it", skip+settling)
			return v.out, nil
		case first.Outcome == Fixed || first.Outcome == TooEarly:
			return first, nil
		}
	}
	return first, nil
}

// verifying is one run of Verify.
type verifying struct {
	*engine
	incident              *Incident
	out                   *Verification
	before, during, after span
	scope                 scope
	was, hurt, now        passage
}

// scope says whose requests are compared.
type scope struct {
	table store.Table
	where []store.Filter
	// blind says that no log tells of requests: only messages can be compared.
	blind bool
}

// place sets the spans: the time before without other incidents, and the time after as far as the logs of the edge go.
func (v *verifying) place(r *Report, fix time.Time) {
	start := v.incident.Start.Unix()
	var logs span
	for _, s := range v.watched() {
		own := s.lasts()
		if logs.empty() {
			logs = own
			continue
		}
		logs = span{min(logs.from, own.from), max(logs.to, own.to)}
	}
	end := logs.to
	if v.incident.End != nil {
		end = v.incident.End.Unix() + 1
	}
	if fix.IsZero() {
		fix = time.Unix(end, 0).UTC()
	}
	v.out.Fix = fix.UTC()
	v.before = span{start - verifyBaseline, start - lead}.clip(logs)
	for i := range r.Incidents {
		if o := &r.Incidents[i]; o.ID != v.incident.ID && o.End != nil && o.End.Unix() < start {
			v.before.from = max(v.before.from, o.End.Unix()+settling)
		}
	}
	v.during = span{start, max(start+1, min(end, fix.Unix()))}
	v.after = span{fix.Unix() + settling, logs.to}
}

// watched are the sources that speak for users; without one, the gateways, and else all.
func (v *verifying) watched() []*source {
	pick := func(f func(*source) bool) (some []*source) {
		for _, s := range v.sources {
			if s.First != 0 && s.daemon != parser.Timeline && f(s) {
				some = append(some, s)
			}
		}
		return some
	}
	for _, f := range []func(*source) bool{func(s *source) bool { return s.edge }, func(s *source) bool { return isGateway(s.daemon) }} {
		if some := pick(f); len(some) > 0 {
			return some
		}
	}
	return pick(func(*source) bool { return true })
}

// choose narrows the comparison down to what the incident hurt: a few endpoints, or the sites.
func (v *verifying) choose(ctx context.Context) error {
	var edge []string
	for _, s := range v.sources {
		if s.edge {
			edge = append(edge, s.key)
		}
	}
	v.scope = scope{table: store.Requests, blind: len(edge) == 0, where: []store.Filter{{Key: store.BySource, Values: edge}}}
	v.out.Scope = "all requests"
	if v.scope.blind {
		v.out.Scope = "messages only: no log tells of requests"
		return nil
	}
	names, err := v.concentrated(ctx, store.Endpoints, store.ByEndpoint)
	if err != nil {
		return err
	}
	if len(names) > 0 && !wholeSlots(v.during).empty() {
		v.scope.table = store.Endpoints
		v.scope.where = append(v.scope.where, store.Filter{Key: store.ByEndpoint, Values: names})
		v.out.Scope = "requests for " + listed(names)
		return nil
	}
	names, err = v.concentrated(ctx, store.Requests, store.ByVHost)
	if len(names) > 0 {
		v.scope.where = append(v.scope.where, store.Filter{Key: store.ByVHost, Values: names})
		v.out.Scope = "requests to " + listed(names)
	}
	return err
}

// narrowest is how many names a scope has at most.
const narrowest = 8

// concentrated returns the few names that have nearly all failures of the incident in less than half of its requests; none where the
// failures are spread.
func (v *verifying) concentrated(ctx context.Context, table store.Table, key store.Key) ([]string, error) {
	from, to := v.during.micros()
	groups, err := v.store.Top(ctx, store.Query{Table: table, From: from, To: to, Keys: []store.Key{key, store.ByStatus}, Where: v.scope.where})
	if err != nil {
		return nil, err
	}
	all, failed := map[string]int64{}, map[string]int64{}
	var requests, failures int64
	for _, g := range groups {
		name := g.Keys[0]
		all[name] += g.Count
		requests += g.Count
		if v.failing(g.Keys[1]) {
			failed[name] += g.Count
			failures += g.Count
		}
	}
	names := sortedKeys(failed)
	slices.SortStableFunc(names, func(a, b string) int { return int(failed[b] - failed[a]) })
	var covered, share int64
	for i, name := range names {
		if name == "" || name == store.Other {
			continue
		}
		covered, share = covered+failed[name], share+all[name]
		if 10*covered >= 9*failures {
			if 2*share > requests || i >= narrowest {
				return nil, nil
			}
			return names[:i+1], nil
		}
	}
	return nil, nil
}

// failing reports whether a status is a failure: an error of the server, or what the incident hurt users with.
func (v *verifying) failing(status string) bool {
	if isServerError(status) {
		return true
	}
	r := &v.incident.Requests
	return r.ByStatus[status] > 0 && 20*r.ByStatus[status] >= r.Failed
}

func (v *verifying) early(why string) {
	v.out.Outcome = TooEarly
	v.out.Reasons = append(v.out.Reasons, why)
}

// listed writes a few names.
func listed(names []string) string {
	text := ""
	for i, name := range names {
		if i == 3 {
			return fmt.Sprintf("%s and %d more", text, len(names)-3)
		}
		if i > 0 {
			text += ", "
		}
		text += name
	}
	return text
}

// wilson is the interval in which the share of failures lies that n requests with k failures are drawn from, 19 times out of 20 on either
// side.
func wilson(k, n int64) (low, high float64) {
	if n == 0 {
		return 0, 1
	}
	const z = 1.645
	p, m := float64(k)/float64(n), float64(n)
	middle := p + z*z/(2*m)
	reach := z * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return max(0, (middle-reach)/(1+z*z/m)), min(1, (middle+reach)/(1+z*z/m))
}
