package main

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"culprit/correlate"
	"culprit/live"
	"culprit/live/silence"
	"culprit/live/telemetry"
	"culprit/store"
)

// condition is what was last seen of the database, for /metrics and the view.
type condition struct {
	counts  telemetry.Counts
	alive   atomic.Int64 // µs; when work last went on
	mutex   sync.Mutex
	seen    time.Time
	sources []telemetry.Source
	traffic []telemetry.Traffic
	of      string
	silence silence.Listener // of the session alone
	hushed  time.Time        // when that was last written down
}

// observeEvery is how often the database is looked at though nothing was read.
const observeEvery = 15 * time.Second

// observe looks at the logs and the traffic in the database, where something may have changed since the last time.
func (s *session) observe(ctx context.Context, now time.Time, changed bool) error {
	c := &s.condition
	if !changed && now.Sub(c.seen) < observeEvery {
		return nil
	}
	sources, err := s.store.Sources(ctx)
	if err != nil {
		return err
	}
	traffic, of, err := traffic(ctx, s.store, now)
	if err != nil {
		return err
	}
	c.count(sources)
	logs := byPath(sources)
	if err := s.hush(now, logs); err != nil {
		return err
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.seen, c.sources, c.traffic, c.of = now, logs, traffic, of
	return nil
}

// count adds up what logs grew by since the last time. What there was before the start does not count.
func (c *condition) count(sources []store.Source) {
	there := map[int32]bool{}
	for i := range sources {
		s := &sources[i]
		there[s.ID] = true
		c.counts.Add(s.ID, daemonName(s), s.Lines, s.Unparsed, !c.seen.IsZero())
	}
	c.counts.Keep(func(id int32) bool { return there[id] })
}

func daemonName(s *store.Source) string { return cmp.Or(s.Daemon.String(), "unknown") }

// byPath makes one of the files that a log was rotated into.
func byPath(sources []store.Source) []telemetry.Source {
	logs := map[string]telemetry.Source{}
	for i := range sources {
		s := &sources[i]
		l := logs[s.Path]
		l.Path, l.Daemon = s.Path, daemonName(s)
		l.Lines += s.Lines
		l.Unparsed += s.Unparsed
		if last := time.UnixMicro(s.Last + s.Shift); s.First != 0 && last.After(l.Last) {
			l.Last = last
		}
		logs[s.Path] = l
	}
	return slices.SortedFunc(maps.Values(logs), func(a, b telemetry.Source) int { return cmp.Compare(a.Path, b.Path) })
}

// traffic counts the requests of the last minutes, as the daemon that logged most of them saw them: the others log the same ones again.
func traffic(ctx context.Context, st correlate.Store, now time.Time) ([]telemetry.Traffic, string, error) {
	step := telemetry.TrafficStep.Microseconds()
	end := now.Truncate(time.Second).UnixMicro() // the second that has just begun would look like a decline
	begin := end - telemetry.TrafficSteps*step
	byDaemon := map[string][]telemetry.Traffic{}
	totals := map[string]int64{}
	q := store.Query{Table: store.Requests, From: begin, To: end, Bucket: time.Second.Microseconds(), Keys: []store.Key{store.ByDaemon, store.ByStatus}}
	err := st.Series(ctx, q, func(p store.Point) error {
		daemon := p.Keys[0]
		i := (p.Bucket - begin) / step
		if i < 0 || i >= telemetry.TrafficSteps {
			return nil // they widen to whole cells
		}
		if byDaemon[daemon] == nil {
			byDaemon[daemon] = make([]telemetry.Traffic, telemetry.TrafficSteps)
		}
		totals[daemon] += p.Count
		byDaemon[daemon][i].Requests += p.Count
		if len(p.Keys[1]) == 3 && p.Keys[1][0] == '5' {
			byDaemon[daemon][i].Failed += p.Count
		}
		return nil
	})
	if err != nil {
		return nil, "", err
	}
	most := ""
	for _, daemon := range slices.Sorted(maps.Keys(totals)) {
		if most == "" || totals[daemon] > totals[most] {
			most = daemon
		}
	}
	return byDaemon[most], most, nil
}

// snapshot is how all does now.
func (s *service) snapshot() *telemetry.Snapshot {
	to := &telemetry.Snapshot{
		Time: time.Now(), Started: s.started, Version: buildVersion(), Rounds: s.stats.rounds.Load(), StoreFailures: s.stats.storeFailures.Load(),
		LastRound: time.Duration(s.stats.roundSeconds.Load()) * time.Microsecond, Others: append(s.arrivalMetrics(), s.spoolMetrics()...), Ready: s.ready.Load(),
	}
	s.alerts.report(to)
	if f := s.following.Load(); f != nil {
		status := f.Status()
		to.LagBytes, to.ReadBytes, to.LostBytes, to.Truncations = status.Lag, status.Bytes, status.Lost, status.Truncations
		to.Waiting = status.Waiting
		for _, n := range status.Refused {
			to.Refused = append(to.Refused, telemetry.Refused{Path: n.Path, Why: n.Text})
		}
	}
	c := &s.condition
	c.mutex.Lock()
	defer c.mutex.Unlock()
	to.Sources, to.Traffic, to.TrafficOf = c.sources, c.traffic, c.of
	return to
}

// latestFirst are notices in the order in which their incidents began, the latest first.
func latestFirst(open map[string]*live.Notice) []*live.Notice {
	return slices.SortedFunc(maps.Values(open), func(a, b *live.Notice) int {
		return cmp.Or(b.Incident.Start.Compare(a.Incident.Start), cmp.Compare(a.ID, b.ID))
	})
}
