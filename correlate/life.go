package correlate

import (
	"context"
	"fmt"
	"math"
	"slices"

	"culprit/parser"
	"culprit/rules"
	"culprit/store"
)

// lifeTags are the tags of messages about a program's own life and death.
var lifeTags = []string{"start", "stop", "reload", "crash", "exit", "segfault", "oom-kill", "config-error", "listen-failed",
	"db-start", "db-stop", "db-crash", "app-panic"}

// lifeEvent is one such message.
type lifeEvent struct {
	time      int64
	tags      []string
	layer     string
	daemon    parser.Daemon
	source    int32
	line      int64
	text      string
	signature *rules.Signature
}

func (l *lifeEvent) is(tags ...string) bool { return hasAny(l.tags, tags) }

// layerOf names a daemon's place as causes speak of it: gateway (what the user talks to), backend, database or system.
func (q *inquiry) layerOf(d parser.Daemon) string {
	switch d {
	case parser.MySQL:
		return "database"
	case parser.Kernel, parser.Systemd, parser.Cron, parser.Syslog:
		return "system"
	case parser.Resolver:
		return "resolver"
	}
	if q.outermost(d) {
		return "gateway"
	}
	return "backend"
}

// outermost reports whether users talk to a daemon: its requests are those of the edge, or, where it logged none, no daemon of a
// greater layer logged anything.
func (q *inquiry) outermost(d parser.Daemon) bool {
	own := layer(d)
	logged := false
	for _, s := range q.present {
		if s.daemon == d && s.requests > 0 {
			logged = true
			if s.edge && own >= 2 {
				return true
			}
		}
	}
	return own >= 2 && !logged && !slices.ContainsFunc(q.present, func(s *source) bool { return layer(s.daemon) > own })
}

func (q *inquiry) readLife(ctx context.Context) error {
	ids := q.signatureIDs(func(s *rules.Signature) bool { return hasAny(s.Tags, lifeTags) })
	if len(ids) == 0 {
		return nil
	}
	from, to := span{q.baseline.from, max(q.after.to, q.outage.to+10)}.micros()
	rows, err := q.store.Sample(ctx, store.Query{Table: store.Events, From: from, To: to, Limit: 3000,
		Where: []store.Filter{{Key: store.BySignature, Values: ids}}})
	if err != nil {
		return err
	}
	for i := range rows {
		r := &rows[i]
		sig := q.rules.Signature(r.Signature)
		if sig == nil {
			continue
		}
		l := lifeEvent{time: r.Time, tags: sig.Tags, daemon: r.Daemon, layer: q.layerOf(r.Daemon), source: r.Source, line: r.Line, text: r.Message, signature: sig}
		if l.is("start") && q.reloading(&l) {
			continue // new workers beside the old ones
		}
		if n := len(q.life); n > 0 && q.life[n-1].source == l.source && l.time-q.life[n-1].time < second && slices.Equal(q.life[n-1].tags, l.tags) {
			continue // PHP-FPM says in three lines that it runs
		}
		q.life = append(q.life, l)
	}
	return nil
}

// reloadSeconds is how long after a reload new workers of the same program announce themselves.
const reloadSeconds = 3

// reloading reports whether a start belongs to a reload that the same log told just before, with no stop in between.
func (q *inquiry) reloading(start *lifeEvent) bool {
	for i := len(q.life) - 1; i >= 0 && start.time-q.life[i].time <= reloadSeconds*second; i-- {
		l := &q.life[i]
		if l.source != start.source {
			continue
		}
		if l.is("stop", "db-stop", "exit", "crash", "config-error") {
			return false
		}
		if l.is("reload") {
			return true
		}
	}
	return false
}

// weighLife finds who died, when, how, and what brought them back.
func (q *inquiry) weighLife(ctx context.Context) error {
	for _, where := range []string{"gateway", "backend", "database"} {
		if err := q.weighLayer(ctx, where); err != nil {
			return err
		}
	}
	return nil
}

func (q *inquiry) weighLayer(ctx context.Context, where string) error {
	death := q.firstLife(where, q.fault-4*second, q.onset+4*second, "stop", "db-stop")
	birth := q.firstLife(where, q.fault, q.end+6*second, "start", "db-start")
	if death != nil {
		birth = q.firstLife(where, death.time, q.end+6*second, "start", "db-start")
	}
	crashes := q.countLife(where, q.fault-4*second, q.end+2*second, "crash", "segfault", "oom-kill", "app-panic", "db-crash")
	births := q.countLife(where, q.fault, q.end+6*second, "start", "db-start")
	attrs := func(l *lifeEvent) map[string]string {
		return map[string]string{"layer": where, "daemon": l.daemon.String(), "crashes": fmt.Sprint(crashes), "starts": fmt.Sprint(births)}
	}
	if death != nil {
		q.lifeFinding("life/stop", death, attrs(death), 1, fmt.Sprintf("%s was stopped", death.daemon))
	}
	alive := false
	if birth != nil && death == nil {
		var err error
		if alive, err = q.servedUntil(ctx, where, birth.time); err != nil {
			return err
		}
	}
	switch {
	case alive:
		q.lifeFinding("life/alive", birth, attrs(birth), 1, fmt.Sprintf("%s went on answering all the time until it was started anew", birth.daemon))
	case birth != nil:
		q.weighGap(where, death, birth, crashes, attrs(birth))
	}
	if crashes > 0 {
		crash := q.firstLife(where, q.fault-4*second, q.end+2*second, "crash", "segfault", "oom-kill", "app-panic", "db-crash")
		q.lifeFinding("life/crash", crash, attrs(crash), saturate(float64(crashes), 0, 2), fmt.Sprintf("%s crashed, %d times in the incident", crash.daemon, crashes))
		if crashes >= 2 {
			q.lifeFinding("life/loop", crash, attrs(crash), saturate(float64(min(crashes, max(births, crashes/2))), 1, 4), fmt.Sprintf("%s crashed and came back %d times", crash.daemon, crashes))
		}
	}
	if sudden, last := q.suddenBirths(where); sudden >= 2 && crashes < 2 {
		q.lifeFinding("life/loop", last, attrs(last), saturate(float64(sudden), 0.5, 3), fmt.Sprintf("%s started %d times without having been stopped", last.daemon, sudden))
	}
	if bad := q.firstLife(where, q.fault-5*second, q.onset+5*second, "config-error", "listen-failed"); bad != nil {
		q.lifeFinding("life/config-error", bad, attrs(bad), 1, fmt.Sprintf("%s refused its configuration", bad.daemon))
	}
	if re := q.firstLife(where, q.fault-6*second, q.onset+2*second, "reload"); re != nil {
		q.lifeFinding("life/reload", re, attrs(re), 1, fmt.Sprintf("%s was reloaded", re.daemon))
	}
	if re := q.firstLife(where, q.end-4*second, q.end+4*second, "reload"); re != nil {
		q.lifeFinding("life/reload-ends", re, attrs(re), 1, fmt.Sprintf("the failures ended when %s was reloaded", re.daemon))
	}
	if death == nil && birth == nil && crashes == 0 && q.speaks(where) {
		q.findings.add(Finding{Kind: "life/none", Attrs: map[string]string{"layer": where}, Strength: 1,
			Item: EvidenceItem{Kind: "absence", Text: fmt.Sprintf("no stop, start or crash of the %s is logged around the incident", where)}})
	}
	return nil
}

// servedUntil reports whether a layer logged requests of its own, in a fair part of their usual number, from the first sign of trouble
// until a moment: then it was not gone, and a start at that moment only ended the trouble.
func (q *inquiry) servedUntil(ctx context.Context, where string, until int64) (bool, error) {
	sources := q.layerSources(where)
	in := span{q.fault/second + 3, until/second - 2}
	if len(sources) == 0 || in.seconds() < 5 {
		return false, nil
	}
	count := func(s span) (n int64, err error) {
		from, to := s.micros()
		err = q.store.Series(ctx, store.Query{Table: store.Requests, From: from, To: to, Bucket: second,
			Where: []store.Filter{{Key: store.BySource, Values: sources}}}, func(p store.Point) error {
			n += p.Count
			return nil
		})
		return n, err
	}
	now, err := count(in)
	if err != nil {
		return false, err
	}
	before, err := count(q.usual())
	if err != nil {
		return false, err
	}
	return float64(now)/float64(in.seconds()) > 0.3*float64(before)/float64(max(q.usual().seconds(), 1)), nil
}

// suddenBirths counts the starts within the outage that no orderly stop of the same log precedes, and returns the last of them: a
// supervisor brings a program back that died without a word.
func (q *inquiry) suddenBirths(where string) (n int, last *lifeEvent) {
	stopped := map[int32]bool{}
	for i := range q.life {
		l := &q.life[i]
		if l.layer != where || l.time < q.fault-5*second || l.time > q.end+2*second {
			continue
		}
		switch {
		case l.is("stop", "db-stop"):
			stopped[l.source] = true
		case l.is("start", "db-start"):
			if !stopped[l.source] && l.time > q.fault {
				n++
				last = l
			}
			stopped[l.source] = false
		}
	}
	return n, last
}

// weighGap judges the time between a death and the next birth: a restart is short, an outage is not. A birth that ends the
// incident without any death before it tells of a process that was killed.
func (q *inquiry) weighGap(where string, death, birth *lifeEvent, crashes int, attrs map[string]string) {
	from := q.fault
	if death != nil {
		from = death.time
	}
	gap := float64(birth.time-from) / second
	attrs["gap"] = fmt.Sprintf("%.1f", gap)
	brief := 1 / (1 + math.Exp((gap-13)/2.5))
	q.weighCover(where, from, birth, attrs)
	ends := math.Abs(float64(birth.time-q.end)) <= 6*second
	if death != nil {
		q.lifeFinding("life/brief", birth, attrs, brief, fmt.Sprintf("%s was back %.0f s after it was stopped", birth.daemon, gap))
	}
	q.lifeFinding("life/long", birth, attrs, 1-brief, fmt.Sprintf("%s was gone for %.0f s", birth.daemon, gap))
	if ends {
		q.lifeFinding("life/start-ends", birth, attrs, 1, fmt.Sprintf("the failures ended when %s started", birth.daemon))
		if death == nil && crashes == 0 {
			q.lifeFinding("life/killed", birth, attrs, 1, fmt.Sprintf("%s started at the end of the incident but never said that it stopped: it was killed", birth.daemon))
		}
	}
}

// weighCover asks whether the failures lie between a death and the next birth, and not beyond.
func (q *inquiry) weighCover(where string, from int64, birth *lifeEvent, attrs map[string]string) {
	gone := span{from/second - 1, birth.time/second + 3}
	var covered, all int64
	for c, s := range q.traffic.failed {
		if c == serverErrors || q.hurtBy(c) {
			covered += s.sum(gone.clip(q.outage.span))
			all += s.sum(q.outage.span)
		}
	}
	if all == 0 {
		return
	}
	share := float64(covered) / float64(all)
	q.lifeFinding("life/covers", birth, attrs, saturate(share, 0.6, 0.95), fmt.Sprintf("%.0f %% of the failures lie in the time without %s", 100*share, birth.daemon))
}

func (q *inquiry) lifeFinding(kind string, l *lifeEvent, attrs map[string]string, strength float64, text string) {
	copied := map[string]string{}
	for k, v := range attrs {
		copied[k] = v
	}
	q.findings.add(Finding{Kind: kind, Attrs: copied, Strength: strength,
		Item: EvidenceItem{Kind: "log", Text: text, Count: 1, First: timeOf(l.time), Last: timeOf(l.time), Source: q.place(l.source, l.line), Excerpt: l.text}})
}

func (q *inquiry) firstLife(where string, from, to int64, tags ...string) *lifeEvent {
	for i := range q.life {
		if l := &q.life[i]; l.layer == where && l.time >= from && l.time <= to && l.is(tags...) {
			return l
		}
	}
	return nil
}

func (q *inquiry) countLife(where string, from, to int64, tags ...string) (n int) {
	for i := range q.life {
		if l := &q.life[i]; l.layer == where && l.time >= from && l.time <= to && l.is(tags...) {
			n++
		}
	}
	return n
}

// speaks reports whether any log of a layer is at hand.
func (q *inquiry) speaks(where string) bool {
	return slices.ContainsFunc(q.present, func(s *source) bool {
		return s.Lines > 0 && s.daemon != parser.Timeline && q.layerOf(s.daemon) == where
	})
}
