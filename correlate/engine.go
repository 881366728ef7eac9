package correlate

import (
	"context"
	"fmt"
	"slices"
	"time"

	"culprit/parser"
	"culprit/rules"
	"culprit/store"
)

// Options are what the user said about the logs.
type Options struct {
	// Zone is the zone of logs that name none; nil: inferred, else Local.
	Zone *time.Location
	// Local is the zone of this machine, the last resort. nil means UTC.
	Local *time.Location
	// Since and Until bound what is looked at, µs UTC; 0 is open.
	Since, Until int64
	// Live says that the logs are still being written: an incident that reaches their end is ongoing.
	Live bool
}

// engine is one run of correlation.
type engine struct {
	store    Store
	rules    *rules.Catalogue
	services *rules.Services
	daemons  *rules.Daemons
	opts     Options
	sources  []*source
	byKey    map[string]*source
}

// Analyze reads everything a store holds and says what happened.
func Analyze(ctx context.Context, st Store, catalogue *rules.Catalogue, opts Options) (*Report, error) {
	services, err := rules.LoadServices()
	if err != nil {
		return nil, err
	}
	daemons, err := rules.LoadDaemons()
	if err != nil {
		return nil, err
	}
	e := &engine{store: st, rules: catalogue, services: services, daemons: daemons, opts: opts}
	notes, err := e.alignClocks(ctx)
	if err != nil {
		return nil, fmt.Errorf("bring the logs onto one clock: %w", err)
	}
	report := &Report{Schema: Schema, Verdict: "no-incident", Inputs: e.inputs(), Incidents: []Incident{}, Notes: notes}
	whole, cut, err := e.bounded(ctx, e.wholeSpan())
	if err != nil {
		return nil, fmt.Errorf("find the time the logs cover: %w", err)
	}
	if whole.empty() {
		return report, nil
	}
	if cut {
		report.Notes = append(report.Notes, fmt.Sprintf("the logs span more than %d days; only what lies after %s was looked at (--since and --until choose another part)",
			maxDays, time.Unix(whole.from, 0).UTC().Format(time.DateTime)))
	}
	t, err := loadTraffic(ctx, st, e.sources, whole)
	if err != nil {
		return nil, fmt.Errorf("read traffic: %w", err)
	}
	outages, err := e.detect(ctx, t)
	if err != nil {
		return nil, fmt.Errorf("look for failures: %w", err)
	}
	for i, o := range outages {
		incident, err := e.investigate(ctx, t, outages, i)
		if err != nil {
			return nil, fmt.Errorf("investigate the incident of %s: %w", time.Unix(o.from, 0).UTC().Format(time.RFC3339), err)
		}
		report.Incidents = append(report.Incidents, *incident)
	}
	slices.SortStableFunc(report.Incidents, func(a, b Incident) int { return int(b.Requests.Failed - a.Requests.Failed) })
	if len(report.Incidents) > 0 {
		report.Verdict = "incident"
	}
	return report, nil
}

// load lists the sources anew, after their clocks were moved.
func (e *engine) load(ctx context.Context) error {
	sources, err := loadSources(ctx, e.store)
	if err != nil {
		return err
	}
	e.sources, e.byKey = sources, map[string]*source{}
	for _, s := range sources {
		e.byKey[s.key] = s
	}
	return nil
}

// wholeSpan is the time that the logs cover, without the timelines beside them, within what the user asked for.
func (e *engine) wholeSpan() span {
	var whole span
	for _, s := range e.sources {
		if s.First == 0 || s.daemon == parser.Timeline {
			continue
		}
		own := s.lasts()
		if whole.empty() {
			whole = own
			continue
		}
		whole = span{min(whole.from, own.from), max(whole.to, own.to)}
	}
	if e.opts.Since > 0 {
		whole.from = max(whole.from, e.opts.Since/second)
	}
	if e.opts.Until > 0 {
		whole.to = min(whole.to, e.opts.Until/second+1)
	}
	return whole
}

// maxDays bounds what one run looks at: it works on seconds.
const maxDays = 8

// day in seconds.
const day = 24 * 3600

// bounded is the end of a span that is too long: the last days that hold more than stray lines with wrong stamps. Where requests were
// logged, a few messages of another time are stray, too: nobody was hurt by them.
func (e *engine) bounded(ctx context.Context, whole span) (bound span, cut bool, err error) {
	if whole.seconds() <= maxDays*day {
		return whole, false, nil
	}
	last, few := whole.from, int64(500)
	for _, table := range []store.Table{store.Requests, store.Events} {
		counts, all, err := e.perDay(ctx, table, whole)
		if err != nil {
			return span{}, false, err
		}
		for start, n := range counts {
			if n > all/few {
				last = max(last, start)
			}
		}
		if all > 0 {
			few = 20
		}
	}
	return span{last + day - maxDays*day, last + day}.clip(whole), true, nil
}

// perDay counts the rows of a table by the second in which their day begins.
func (e *engine) perDay(ctx context.Context, table store.Table, within span) (counts map[int64]int64, all int64, err error) {
	counts = map[int64]int64{}
	from, to := within.micros()
	err = e.store.Series(ctx, store.Query{Table: table, From: from, To: to, Bucket: day * second}, func(p store.Point) error {
		counts[p.Bucket/second] += p.Count
		all += p.Count
		return nil
	})
	return counts, all, err
}

// gatewayRequests reports whether any gateway logged its requests.
func (e *engine) gatewayRequests() bool {
	return slices.ContainsFunc(e.sources, func(s *source) bool { return s.requests > 0 && isGateway(s.daemon) })
}

// signatureIDs lists the signatures that a condition picks.
func (e *engine) signatureIDs(pick func(*rules.Signature) bool) []string {
	var ids []string
	for i := range e.rules.Signatures {
		if s := &e.rules.Signatures[i]; pick(s) {
			ids = append(ids, s.ID)
		}
	}
	return ids
}

func hasAny(have, want []string) bool {
	return slices.ContainsFunc(want, func(w string) bool { return slices.Contains(have, w) })
}

func daemonNamed(name string) parser.Daemon {
	d, _ := parser.DaemonNamed(name)
	return d
}

func moment(micros int64) time.Time { return time.UnixMicro(micros).UTC() }

// inputs describes the sources for the report.
func (e *engine) inputs() []Input {
	inputs := []Input{}
	for _, s := range e.sources {
		in := Input{Path: s.Path, Daemon: s.daemon.String(), Format: s.Format.String(), Timezone: s.Zone, TimezoneFrom: s.ZoneFrom,
			Lines: s.Lines, Parsed: s.Parsed, Unparsed: s.Unparsed, Problem: s.Problem, SkewSeconds: float64(s.skew) / second}
		if s.First != 0 {
			first, last := moment(s.First+s.Shift), moment(s.Last+s.Shift)
			in.First, in.Last = &first, &last
		}
		for _, u := range s.UnparsedSample {
			in.UnparsedSample = append(in.UnparsedSample, fmt.Sprintf("%d: %s", u.Line, u.Text))
		}
		inputs = append(inputs, in)
	}
	return inputs
}
