package correlate

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"culprit/parser"
	"culprit/rules"
	"culprit/store"
)

// A suspect is a change near an incident, with what its timing says.
type suspect struct {
	store.Change
	class    string  // of its service
	gap      float64 // seconds from the change to the first sign of trouble; negative: it came after
	healthy  float64 // requests on the affected paths that went well between the change and the first sign
	timing   float64 // log-odds by time order alone
	patient  float64 // the same for harm that may take a while to show
	acquit   float64 // log-odds by the healthy requests in between
	reversed float64 // log-odds by a change that took it back and ended the incident
	reverses bool    // its own words say that it takes something back
	dose     dose    // what hosts with and without it say
}

// noted is how long after the first sign a change may be stamped and still have caused it, in seconds: tools note a deploy when it
// is done.
const noted = 1.2

// late is the same with what the stamps of the edge's logs leave open: of whole seconds they tell the beginning.
func (q *inquiry) late() float64 {
	var unit int64
	for _, s := range q.present {
		if s.edge {
			unit = max(unit, s.Resolution)
		}
	}
	return noted + 0.9*float64(min(unit, second))/second
}

// slowScale is how long harm that builds up takes to show, in seconds: jobs, leaks, crashes on rare requests.
const slowScale = 20.0

// usualWait bounds the time over which an innocent change could have happened by chance, in seconds.
const usualWait = 60.0

// weighChanges reads the changes around the incident, and states those that came right before it as findings.
func (q *inquiry) weighChanges(ctx context.Context) error {
	from := q.baseline.from*second - 120*second
	changes, err := q.store.Changes(ctx, from, q.outage.to*second+aftermath*second)
	if err != nil {
		return err
	}
	affected, share := q.affected()
	for _, c := range q.withoutDuplicates(changes, q.fault) {
		q.suspects = append(q.suspects, q.suspect(c, affected, share))
	}
	q.suspects = q.withoutEchoes(q.suspects)
	q.weighDoses()
	for i := range q.suspects {
		s := &q.suspects[i]
		s.reversed = q.reversal(s)
		if s.reversed > 0 {
			s.acquit /= 2 // what ended with its reversal began with it, even if not at once
		}
		s.acquit -= q.habit(s)
		timing, acquit := s.timing, s.acquit
		if q.buildsUp(s.Kind) {
			timing, acquit = s.patient, acquit/10
		}
		if timing+acquit+s.dose.odds < -2 || s.gap < -q.late() {
			continue
		}
		strength := 1 / (1 + math.Exp(-(timing + acquit + s.reversed + s.dose.odds)))
		q.findings.add(Finding{Kind: "change/near", Strength: strength,
			Attrs: map[string]string{"kind": s.Kind, "class": s.class, "summary": strings.ToLower(s.Summary), "from": origin(s), "gap": fmt.Sprintf("%.1f", s.gap)},
			Item: EvidenceItem{Kind: "change", Text: fmt.Sprintf("%s %s came %s before the first sign", s.Kind, describe(s), human(int64(max(s.gap, 0)*second))),
				First: timeOf(s.Time), Count: 1, Source: q.place(s.Change.Source, s.Line)}})
	}
	return nil
}

// habit is how much it speaks for a change that the same one happened before without harm: a job of every minute, a reload of
// every night.
func (q *inquiry) habit(s *suspect) float64 {
	times := 0
	for i := range q.suspects {
		o := &q.suspects[i]
		if o.Time < s.Time-5*second && o.Time < q.fault-20*second && o.Kind == s.Kind && o.Service == s.Service && o.Summary == s.Summary {
			times++
		}
	}
	return min(6, 2.5*float64(times))
}

// buildsUp reports whether every cause that a kind of change may set off takes a while to show.
func (q *inquiry) buildsUp(kind string) bool {
	found := false
	for i := range q.rules.Causes {
		for _, t := range q.rules.Causes[i].Triggers {
			if slices.Contains(t.Kinds, kind) && len(t.Kinds) == 1 {
				if !t.Delayed {
					return false
				}
				found = true
			}
		}
	}
	return found
}

func origin(s *suspect) string {
	if s.Signature != "" {
		return "log"
	}
	return "timeline"
}

func describe(s *suspect) string {
	if s.Summary == "" {
		return strings.TrimSpace(s.Service + " " + s.Version)
	}
	if s.Service == "" || strings.Contains(strings.ToLower(s.Summary), strings.ToLower(s.Service)) {
		return s.Summary
	}
	return s.Service + ": " + s.Summary
}

// affected estimates how many of the requests go to endpoints that fail, and how many of those do fail.
func (q *inquiry) affected() (traffic, failing float64) {
	var hurt, all, failed int64
	for _, s := range q.edgeEndpoints {
		n := s.inside.ok + s.inside.failed
		all += n
		if s.inside.failed > 0 {
			hurt += n
			failed += s.inside.failed
		}
	}
	if hurt == 0 {
		return 1, float64(q.failed) / float64(q.total)
	}
	return float64(hurt) / float64(all), float64(failed) / float64(hurt)
}

// suspect judges one change by its time. A guilty change is followed by trouble within the time in which requests that can fail
// come by, mostly; an innocent one lies anywhere, and requests on the affected paths go well after it.
func (q *inquiry) suspect(c store.Change, affected, failing float64) suspect {
	s := suspect{Change: c, class: q.services.ClassOf(c.Service), reverses: q.services.Reverses(c.Summary)}
	if c.Signature != "" {
		s.class = q.classOfDaemon(c)
	}
	fault, onset := float64(q.fault)/second, float64(q.onset)/second
	// A change whose time is not sure counts from the moment of its range that is nearest to the first sign, or from its stated time where
	// the first sign lies in the range.
	sure := float64(min(max(q.fault, c.Time-c.Early), c.Time+c.Late)) / second
	at := float64(c.Time) / second
	s.gap = fault - sure
	if s.gap == 0 {
		s.gap = max(0, fault-at)
	}
	if s.gap < 0 && at <= onset+q.late() {
		// Requests in flight are killed by a restart: they arrived before the change that failed them. But where a limit cut the
		// failures off, the first of them hung before the change came.
		if hung := q.findings.strength("durations/cluster"); hung < 0.5 || fault > at-q.late() {
			s.gap = 0
		}
	}
	if s.gap < -q.late() {
		return s
	}
	wait := float64(q.outage.seconds()) / float64(q.failed)
	scale := 1.5 + min(wait, 8)
	gap := max(s.gap, 0)
	density := 0.8*math.Exp(-gap/scale)/scale + 0.2*math.Exp(-gap/12)/12
	if unsure := float64(c.Early+c.Late) / second; unsure > scale {
		// It may as well have happened anywhere in its range: half of what is believed goes by that.
		near, far := max(0, fault-float64(c.Time+c.Late)/second), max(0, fault-float64(c.Time-c.Early)/second)
		within := 0.8*(math.Exp(-near/scale)-math.Exp(-far/scale)) + 0.2*(math.Exp(-near/12)-math.Exp(-far/12))
		density = density/2 + within/unsure/2
	}
	s.timing = math.Log(density * usualWait)
	s.patient = max(s.timing, math.Log(math.Exp(-gap/slowScale)/slowScale*usualWait))
	// What went well before it can have happened does not acquit it.
	calm := span{(c.Time+c.Late)/second + 2, q.fault / second}
	if !calm.empty() {
		s.healthy = float64(q.traffic.total.sum(calm)) * affected
		s.acquit = max(-6, s.healthy*math.Log(1-min(failing, 0.98)))
	}
	return s
}

// classOfDaemon is the class of the program whose own log tells of a change.
func (q *inquiry) classOfDaemon(c store.Change) string {
	src := q.byKey[fmt.Sprint(c.Source)]
	if src == nil {
		return ""
	}
	switch src.daemon {
	case parser.Nginx, parser.Apache, parser.HAProxy, parser.AnyWeb:
		return "gateway"
	case parser.PHPFPM, parser.PHP:
		return "runtime"
	case parser.MySQL:
		return "database"
	case parser.App:
		return "app"
	case parser.Systemd:
		return q.services.ClassOf(c.Service)
	}
	return "host"
}

// withoutEchoes drops what daemons' own logs say of a change that a timeline tells of already.
func (e *engine) withoutEchoes(all []suspect) []suspect {
	kept := make([]suspect, 0, len(all))
	for _, s := range all {
		echo := s.Signature != "" && slices.ContainsFunc(all, func(o suspect) bool {
			return o.Signature == "" && math.Abs(float64(o.Time-s.Time)) < 4*second && e.mayShareHost(o.Change, s.Change)
		})
		if !echo {
			kept = append(kept, s)
		}
	}
	return kept
}

// reversal looks for a later change of the same kind of thing at the moment the incident ended.
func (q *inquiry) reversal(s *suspect) float64 {
	best := 0.0
	for i := range q.suspects {
		o := &q.suspects[i]
		if o.Time <= s.Time || o.Signature != "" || o.class != s.class || (o.Service != s.Service && !o.reverses) {
			continue
		}
		switch apart := math.Abs(float64(o.Time-q.end)) / second; {
		case apart <= 4 && (o.reverses || o.Service == s.Service):
			best = max(best, 2.5)
		case o.reverses && o.Time < q.end-15*second && o.Time > q.onset:
			best = min(best, -1) // taken back, and the trouble went on
		}
	}
	return best
}

// verdict of a suspect for one cause.
type accusation struct {
	*suspect
	odds float64
	fits bool
}

// accuse finds the change that most likely set a cause off, nil if none is worth the blame.
func (q *inquiry) accuse(c *rules.Cause) *accusation {
	var best *accusation
	for i := range q.suspects {
		a := q.accusation(&q.suspects[i], c)
		if a.fits && a.odds > 0.3 && (best == nil || a.odds > best.odds) {
			best = &a
		}
	}
	return best
}

func (q *inquiry) accusation(s *suspect, c *rules.Cause) accusation {
	a := accusation{suspect: s, odds: math.Inf(-1)}
	if s.gap < -q.late() {
		return a
	}
	for _, t := range c.Triggers {
		if !slices.Contains(t.Kinds, s.Kind) || (len(t.Service) > 0 && !slices.Contains(t.Service, s.class)) {
			continue
		}
		timing, acquit := s.timing, s.acquit
		if t.Delayed {
			timing, acquit = s.patient, acquit/5
		}
		odds := t.Weight + timing + acquit + s.reversed + s.dose.odds + q.affinity(s)
		if containsAny(s.Summary, t.Words) {
			odds++
		}
		a.odds, a.fits = max(a.odds, odds), true
	}
	return a
}

// affinity says whether a change is about something that has a part in the incident.
func (q *inquiry) affinity(s *suspect) float64 {
	if s.class != "app" || s.Service == "" {
		return 0
	}
	if q.names.involves(s.Service) {
		return 0.5
	}
	return 0
}

func containsAny(text string, words []string) bool {
	text = strings.ToLower(text)
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
}

// ledger gives every change its verdict, with the reason; v is the leading hypothesis.
func (q *inquiry) ledger(v *verdict, guilty *accusation) []ChangeVerdict {
	verdicts := []ChangeVerdict{}
	for i := range q.suspects {
		s := &q.suspects[i]
		entry := ChangeVerdict{Time: moment(s.Time), Kind: s.Kind, Service: s.Service, Summary: s.Summary, Source: q.place(s.Change.Source, s.Line),
			Version: s.Version, From: s.From, Actor: s.Actor, URL: s.Ref, Host: strings.Join(q.hostsOf(s.Change), ","), VHost: s.Scope.VHost, Upstream: s.Scope.Upstream, Path: s.Scope.Path}
		if s.Early != 0 || s.Late != 0 {
			earliest, latest := moment(s.Time-s.Early), moment(s.Time+s.Late)
			entry.Earliest, entry.Latest = &earliest, &latest
		}
		entry.Verdict, entry.Why = q.judge(s, v, guilty)
		verdicts = append(verdicts, entry)
	}
	return verdicts
}

func (q *inquiry) judge(s *suspect, v *verdict, guilty *accusation) (verdict, why string) {
	if guilty != nil && guilty.suspect == s {
		why = fmt.Sprintf("it came %s before the first sign of trouble and fits the cause", human(int64(max(s.gap, 0)*second)))
		if s.reversed > 0 {
			why += "; taking it back ended the incident"
		}
		if told := s.dose.why(); told != "" && s.dose.odds > 0 {
			why += "; " + told
		}
		return "blamed", why
	}
	switch {
	case q.isEvidence(s, v):
		return "consequence", "it is part of the incident itself; what brought it about, these logs do not say"
	case s.Time > q.end+5*second:
		return "acquitted", "it came after the incident"
	case s.gap < -q.late():
		return "consequence", fmt.Sprintf("the first sign precedes it by %s", human(int64(-s.gap*second)))
	case s.dose.odds < -1.5:
		return "acquitted", s.dose.why()
	case s.acquit < -1.5:
		return "acquitted", fmt.Sprintf("about %.0f requests on the affected paths went well in the %s between it and the first sign", s.healthy, human(int64(s.gap*second)))
	case !q.accusation(s, v.cause).fits:
		return "acquitted", fmt.Sprintf("a %s of %s does not bring about this cause", s.Kind, orElse(s.Service, "this kind"))
	case s.timing < 0:
		return "acquitted", fmt.Sprintf("%s passed between it and the first sign", human(int64(s.gap*second)))
	}
	return "acquitted", "another change fits better, or nothing ties it to the failures"
}

// isEvidence reports whether a change is what a daemon logged of its own life, and speaks for the hypothesis itself: the stop that made a
// backend be down is neither to blame for it nor acquitted.
func (q *inquiry) isEvidence(s *suspect, v *verdict) bool {
	place := q.place(s.Change.Source, s.Line)
	return s.Signature != "" && s.gap >= -q.late() && s.Time <= q.end && slices.ContainsFunc(v.pro, func(e EvidenceItem) bool { return e.Kind == "log" && e.Source == place })
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
