package serve

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"culprit/correlate"
	"culprit/rules"
)

// analysis keeps what correlation has to say, and brings it up to date while the database grows.
type analysis struct {
	database Database
	rules    *rules.Catalogue
	opts     correlate.Options
	now      func() time.Time

	version int64     // of the database when it was last asked
	changed time.Time // when it was last seen to have changed; zero: never
	ended   time.Time // when the last look ended
	took    time.Duration
	stale   bool // something changed since

	mu      sync.Mutex // guards what follows
	told    telling
	renamed map[string]string // ids of incidents that are known by another one now
}

// telling is what the pages tell of. It is replaced as a whole and never changed.
type telling struct {
	Report  *correlate.Report // nil until the first look has ended
	At      time.Time
	Took    time.Duration
	Live    bool // the database is being written
	Problem error
	Away    error // why the database cannot even be asked for what is new
}

const (
	// fresh is how long after a change the database counts as being written.
	fresh = 90 * time.Second
	// Looks are apart by at least rest, and by lazy times what the last one took: the machine has other things to do.
	rest = 2 * time.Second
	lazy = 5
	// window is how far back a look goes once everything was looked at; furthest bounds it however long an incident lasts.
	window   = 2 * time.Hour
	furthest = 12 * time.Hour
	// usual is the time before an incident that tells what was usual.
	usual = 20 * time.Minute
	// mostRenamed bounds what is remembered of ids.
	mostRenamed = 1000
)

// current is the latest telling.
func (a *analysis) current() telling {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.told
}

// find returns an incident by its id, or by one that it had before more was known, and its place in the report.
func (a *analysis) find(id string) (t telling, place int, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if t = a.told; t.Report == nil {
		return t, 0, false
	}
	for range mostRenamed {
		place = slices.IndexFunc(t.Report.Incidents, func(in correlate.Incident) bool { return in.ID == id })
		if place >= 0 {
			return t, place, true
		}
		if id, ok = a.renamed[id]; !ok {
			break
		}
	}
	return t, 0, false
}

// The news that browsers are told.
const (
	newEvents  = "events"
	newReport  = "report"
	nothingNew = ""
)

// round asks whether the database has changed, and looks at it anew when it is time to.
func (a *analysis) round(ctx context.Context) (news string, err error) {
	version, err := a.database.Version(ctx)
	if a.reach(err); err != nil {
		return nothingNew, err
	}
	now := a.now()
	first := a.ended.IsZero()
	if !first && version != a.version {
		a.changed, a.stale, news = now, true, newEvents
	}
	a.version = version
	live := !a.changed.IsZero() && now.Sub(a.changed) < fresh
	if a.current().Live && !live {
		a.stale = true // what is going on must come to an end
	}
	if !first && (!a.stale || now.Sub(a.ended) < max(rest, lazy*a.took)) {
		return news, nil
	}
	if err := a.look(ctx, live); err != nil {
		a.stale = true
		return news, err
	}
	a.stale = false
	return newReport, nil
}

// reach notes whether the database can be asked.
func (a *analysis) reach(err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.told.Away = err
}

// look correlates: at first everything, then the last hours.
func (a *analysis) look(ctx context.Context, live bool) error {
	before, opts, begun := a.current(), a.opts, a.now()
	opts.Live = live
	if before.Report != nil && before.Problem == nil {
		if since := since(before.Report); since.UnixMicro() > opts.Since {
			opts.Since = since.UnixMicro()
		}
	}
	report, err := correlate.Analyze(ctx, a.database, a.rules, opts)
	a.ended = a.now()
	a.took = a.ended.Sub(begun)
	a.mu.Lock()
	defer a.mu.Unlock()
	if err != nil {
		a.told = telling{before.Report, a.ended, a.took, live, err, nil}
		return err
	}
	if before.Report != nil && opts.Since > a.opts.Since {
		a.join(report, before.Report, time.UnixMicro(opts.Since))
	}
	a.told = telling{report, a.ended, a.took, live, nil, nil}
	return nil
}

// since is from when on to look again: the last hours, and more where an incident reaches into them.
func since(r *correlate.Report) time.Time {
	var latest time.Time
	for i := range r.Inputs {
		if last := r.Inputs[i].Last; last != nil && last.After(latest) {
			latest = *last
		}
	}
	from := latest.Add(-window)
	byStart := slices.SortedFunc(slices.Values(r.Incidents), func(x, y correlate.Incident) int { return y.Start.Compare(x.Start) })
	for i := range byStart {
		in := &byStart[i]
		if begin := in.Start.Add(-usual); begin.Before(from) && (in.End == nil || !in.End.Before(from)) {
			from = begin
		}
	}
	if limit := latest.Add(-furthest); from.Before(limit) {
		return limit
	}
	return from
}

// join adds the incidents that were over before a look began, and remembers the ids of those that go by another one now.
func (a *analysis) join(r, before *correlate.Report, from time.Time) {
	fresh := len(r.Incidents)
	for i := range before.Incidents {
		old := &before.Incidents[i]
		if old.End != nil && old.End.Before(from) {
			r.Incidents = append(r.Incidents, *old)
			continue
		}
		for j := range r.Incidents[:fresh] {
			if in := &r.Incidents[j]; in.ID != old.ID && overlap(in, old) && len(a.renamed) < mostRenamed {
				a.renamed[old.ID] = in.ID
			}
		}
	}
	slices.SortStableFunc(r.Incidents, func(x, y correlate.Incident) int { return cmp.Compare(y.Requests.Failed, x.Requests.Failed) })
	if len(r.Incidents) > 0 {
		r.Verdict = "incident"
	}
}

func overlap(a, b *correlate.Incident) bool {
	return (a.End == nil || !b.Start.After(*a.End)) && (b.End == nil || !a.Start.After(*b.End))
}
