package live

import (
	"context"
	"fmt"
	"slices"
	"time"

	"culprit/correlate"
	"culprit/rules"
)

// Watch knows which incidents were told of.
type Watch struct {
	store correlate.Store
	rules *rules.Catalogue
	opts  Options
	open  []*incident
	over  time.Time // what ended before this is known or history
	edge  edge
}

// Options of a Watch.
type Options struct {
	// Window is how far back each round looks; further while an incident is open.
	Window time.Duration
	// Zone is that of logs that name none; Local is the zone of this machine, used where Zone is nil.
	Zone, Local *time.Location
	Host        string
}

// incident is one that was seen.
type incident struct {
	id     string
	latest correlate.Incident
	rounds int  // in which it was there
	told   bool // that it opened
	cause  string
	rival  string    // that leads now
	rose   time.Time // by the clock, when it began to lead
	gone   time.Time // by the clock, since when it is not there; zero: it is
}

const (
	// confirm is in how many rounds an incident must be there before it is told.
	confirm = 2
	// firm is how long another cause must lead before it is told.
	firm = 2 * time.Second
	// calm is how long after its last failure an incident is over: longer than the engine takes two spans of failures for one.
	calm = 120 * time.Second
	// silence is after how long without any record the end of the logs is no longer taken for the present.
	silence = time.Minute
	// missing is for how long an incident is no longer seen before it is dropped.
	missing = 8 * time.Second
	// furthest bounds how far back a round looks, however long an incident lasts.
	furthest = 12 * time.Hour
)

// NewWatch returns a Watch that has told nothing. What was over before its first round is history to it.
func NewWatch(st correlate.Store, catalogue *rules.Catalogue, o Options) *Watch {
	return &Watch{store: st, rules: catalogue, opts: o}
}

// Round looks at the store at a moment and returns what is new, and the report that says so.
func (w *Watch) Round(ctx context.Context, now time.Time) ([]Notice, *correlate.Report, error) {
	if err := w.setZones(ctx); err != nil {
		return nil, nil, fmt.Errorf("set the zones of the logs: %w", err)
	}
	at, err := w.edge.move(ctx, w.store, now)
	if err != nil {
		return nil, nil, fmt.Errorf("look how far the logs go: %w", err)
	}
	first := w.over.IsZero()
	if first {
		w.over = at.Add(-calm)
	}
	report, err := correlate.Analyze(ctx, w.store, w.rules, correlate.Options{
		Zone: w.opts.Zone, Local: w.opts.Local, Since: w.since(at).UnixMicro(), Live: at.Sub(w.edge.latest) < silence,
	})
	if err != nil {
		return nil, nil, err
	}
	return w.compare(report, at, now), report, nil
}

// since is from when on the round looks: an open incident needs what was usual before it.
func (w *Watch) since(at time.Time) time.Time {
	from := at.Add(-w.opts.Window)
	for _, in := range w.open {
		if begin := in.latest.Start.Add(-w.opts.Window); begin.Before(from) {
			from = begin
		}
	}
	if limit := at.Add(-furthest); from.Before(limit) {
		return limit
	}
	return from
}

// compare brings what is known and what the report says together. at is the time of the logs, now that of the clock.
func (w *Watch) compare(report *correlate.Report, at, now time.Time) []Notice {
	var notices []Notice
	there := map[*incident]bool{}
	for i := range report.Incidents {
		seen := &report.Incidents[i]
		in := w.known(seen, there)
		if in == nil {
			if seen.End != nil && seen.End.Before(w.over) {
				continue
			}
			in = &incident{id: seen.ID, cause: seen.Hypotheses[0].Cause}
			w.open = append(w.open, in)
		}
		there[in] = true
		if n := w.develop(in, seen, now); n != nil {
			notices = append(notices, *n)
		}
	}
	kept := w.open[:0]
	for _, in := range w.open {
		n, over := w.close(in, there[in], at, now)
		if n != nil {
			notices = append(notices, *n)
		}
		if !over {
			kept = append(kept, in)
		}
	}
	w.open = kept
	return notices
}

// known returns the incident that is the one seen: their times overlap.
func (w *Watch) known(seen *correlate.Incident, taken map[*incident]bool) *incident {
	for _, in := range w.open {
		if !taken[in] && overlap(&in.latest, seen) {
			return in
		}
	}
	return nil
}

func overlap(a, b *correlate.Incident) bool {
	const near = 90 * time.Second
	before := func(a, b *correlate.Incident) bool { return a.End != nil && a.End.Add(near).Before(b.Start) }
	return !before(a, b) && !before(b, a)
}

// develop takes what is seen of an incident now, and says what is worth telling.
func (w *Watch) develop(in *incident, seen *correlate.Incident, now time.Time) *Notice {
	in.latest = *seen
	in.rounds++
	in.gone = time.Time{}
	lead := seen.Hypotheses[0].Cause
	if !in.told {
		if lead != in.cause {
			in.cause = lead
		}
		if in.rounds < confirm {
			return nil
		}
		in.told = true
		return w.notice(Opened, in, "", now)
	}
	if lead == in.cause {
		in.rival = ""
		return nil
	}
	if lead != in.rival {
		in.rival, in.rose = lead, now
	}
	if now.Sub(in.rose) < firm {
		return nil
	}
	before := in.cause
	in.cause, in.rival = lead, ""
	return w.notice(Changed, in, before, now)
}

// close finds out whether an incident is over.
func (w *Watch) close(in *incident, there bool, at, now time.Time) (n *Notice, over bool) {
	if !there {
		if in.gone.IsZero() {
			in.gone = now
		}
		if now.Sub(in.gone) < missing {
			return nil, false
		}
	}
	if there && (!in.told || in.latest.End == nil || at.Sub(*in.latest.End) < calm) {
		return nil, false
	}
	if in.latest.End != nil && in.latest.End.After(w.over) {
		w.over = in.latest.End.Add(time.Microsecond)
	}
	if !in.told {
		return nil, true
	}
	return w.notice(Ended, in, "", now), true
}

func (w *Watch) notice(e Event, in *incident, before string, now time.Time) *Notice {
	return &Notice{Event: e, Time: now, ID: in.id, Before: before, Incident: in.latest, Host: w.opts.Host}
}

// Calm reports whether no incident is being watched: then nothing changes before something is read.
func (w *Watch) Calm() bool { return len(w.open) == 0 }

// Doubtful reports whether something was seen that another round may confirm.
func (w *Watch) Doubtful() bool {
	return slices.ContainsFunc(w.open, func(in *incident) bool { return !in.told && in.rounds < confirm && in.gone.IsZero() })
}
