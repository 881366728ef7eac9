package correlate

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/template"
	"time"

	"culprit/rules"
	"culprit/store"
)

// shownHypotheses bounds the list; what is less likely than this many others helps nobody.
const shownHypotheses = 5

// unknownCause is named where no cause of the catalogue is better supported than none.
const unknownCause = "unknown"

// conclude turns findings into hypotheses and the incident's entry of the report; whole is the run that the inquiry belongs to.
func (q *inquiry) conclude(ctx context.Context, whole *engine) (*Incident, error) {
	if err := q.readSamples(ctx); err != nil {
		return nil, err
	}
	q.readNames()
	verdicts := q.weigh()
	incident := &Incident{Start: moment(q.onset), Hop: "", Requests: q.damage()}
	if q.opts.Live && q.outage.to >= q.traffic.to-30 {
		incident.Ongoing = true
	} else {
		end := moment(q.end)
		incident.End = &end
	}
	facts := q.facts()
	unknown := 1.0
	for _, v := range verdicts {
		unknown -= v.confidence
	}
	for _, v := range verdicts {
		if v.confidence >= 0.01 && len(incident.Hypotheses) < shownHypotheses {
			incident.Hypotheses = append(incident.Hypotheses, q.hypothesis(v, verdicts, facts))
		}
	}
	incident.Hypotheses = append(incident.Hypotheses, q.unknown(unknown, verdicts))
	slices.SortStableFunc(incident.Hypotheses, func(a, b Hypothesis) int { return compareFloat(b.Confidence, a.Confidence) })
	q.name(incident, verdicts, facts)
	for i := range q.findings {
		f := &q.findings[i]
		item := f.Item
		item.Weight = f.Strength
		if !strings.HasPrefix(f.Kind, "points/") {
			incident.Findings = append(incident.Findings, item)
		}
	}
	incident.Hosts = q.hosts()
	q.bringBack(whole)
	q.picture(incident)
	if err := q.draw(ctx, incident); err != nil {
		return nil, err
	}
	lead := &incident.Hypotheses[0]
	if err := errors.Join(q.surround(ctx, lead.EvidenceFor), q.surround(ctx, lead.EvidenceAgainst)); err != nil {
		return nil, err
	}
	incident.ID = incidentID(incident)
	return incident, nil
}

// readSamples reads a few of the messages of the incident, for the names in them.
func (q *inquiry) readSamples(ctx context.Context) error {
	from, to := q.window().micros()
	rows, err := q.store.Sample(ctx, store.Query{Table: store.Events, From: from, To: to, Limit: 400,
		Where: []store.Filter{{Key: store.ByKind, Values: []string{"message"}}}})
	q.samples = rows
	return err
}

// name fills in hop, component and the ledger by the leading hypothesis.
func (q *inquiry) name(incident *Incident, verdicts []*verdict, facts map[string]string) {
	incident.Hop, incident.Component = facts["Gateway"]+" → "+facts["Backend"], facts["Backend"]
	lead := incident.Hypotheses[0].Cause
	i := slices.IndexFunc(verdicts, func(v *verdict) bool { return v.cause.ID == lead })
	if i < 0 {
		incident.Changes = q.ledger(&verdict{cause: &rules.Cause{}}, nil)
		return
	}
	c := verdicts[i].cause
	incident.Hop, incident.Component = orElse(fill(c.Hop, facts), incident.Hop), orElse(fill(c.Component, facts), incident.Component)
	incident.Changes = q.ledger(verdicts[i], q.accuse(c))
}

func (q *inquiry) hypothesis(v *verdict, all []*verdict, facts map[string]string) Hypothesis {
	c := v.cause
	h := Hypothesis{Cause: c.ID, Title: c.Title, Owner: c.Owner, Confidence: round(v.confidence), Summary: fill(c.Summary, facts),
		Chain: q.chain(v, all), EvidenceFor: v.pro, EvidenceAgainst: v.contra, Missing: []string{}, Checks: []Check{}, Fixes: []Fix{}, Verify: []string{}}
	h.EvidenceFor, h.EvidenceAgainst = orEmpty(h.EvidenceFor), orEmpty(h.EvidenceAgainst)
	h.Trigger = q.trigger(c)
	for _, m := range c.Missing {
		if q.misses(&m) {
			h.Missing = append(h.Missing, fill(m.Text, facts))
		}
	}
	h.Checks = checksAgainst(c, all, facts)
	for _, f := range c.Fixes {
		h.Fixes = append(h.Fixes, Fix{Text: fill(f.Text, facts), Command: fill(f.Command, facts), Difficulty: f.Difficulty})
	}
	for _, text := range c.Verify {
		h.Verify = append(h.Verify, fill(text, facts))
	}
	for _, text := range c.Prevent {
		h.Prevent = append(h.Prevent, fill(text, facts))
	}
	return h
}

// misses reports whether what a cause asks for is not known, and the log that would tell it was not read.
func (q *inquiry) misses(m *rules.Missing) bool {
	for kind := range strings.SplitSeq(m.Unless, "|") {
		if f := q.findings.best(kind, m.Where); f != nil && f.Strength >= noticeable {
			return false
		}
	}
	return m.Unread == "" || !slices.ContainsFunc(q.sources, func(s *source) bool { return s.ownLog() && q.layerOf(s.daemon) == m.Unread })
}

func orEmpty(items []EvidenceItem) []EvidenceItem {
	if items == nil {
		return []EvidenceItem{}
	}
	return items
}

// checksAgainst orders a cause's checks so that the one comes first that separates it from its strongest rival.
func checksAgainst(c *rules.Cause, all []*verdict, facts map[string]string) []Check {
	rival := ""
	for _, v := range all {
		if v.cause != c {
			rival = v.cause.ID
			break
		}
	}
	first, rest := []Check{}, []Check{}
	for _, k := range c.Checks {
		check := Check{Command: fill(k.Command, facts), Expect: fill(k.Expect, facts)}
		check.Expect = explained(check.Command, check.Expect, facts)
		if slices.Contains(k.Against, rival) {
			first = append(first, check)
		} else {
			rest = append(rest, check)
		}
	}
	return append(first, rest...)
}

// trigger names the change, or the surge of requests, that set a cause off.
func (q *inquiry) trigger(c *rules.Cause) *TriggerRef {
	if a := q.accuse(c); a != nil {
		return &TriggerRef{Kind: a.Kind, Time: moment(a.Time), Summary: describe(a.suspect), Source: q.place(a.Change.Source, a.Line)}
	}
	traffic := slices.ContainsFunc(c.Triggers, func(t rules.Trigger) bool { return slices.Contains(t.Kinds, "traffic") })
	if !traffic || q.surge.start == 0 || max(q.findings.strength("demand/crowd"), q.findings.strength("demand/few"), q.findings.strength("demand/uniform")) < noticeable {
		return nil
	}
	return &TriggerRef{Kind: "traffic", Time: moment(q.surge.start * second), Summary: fmt.Sprintf("requests rose to %.1f times the usual rate", q.surge.ratio)}
}

// mechanisms is the group of causes that can be the way of another one to the user.
const mechanisms = "overload or outage"

// chain leads from the root over the mechanisms it explains to what users saw.
func (q *inquiry) chain(v *verdict, all []*verdict) []string {
	chain := []string{v.cause.ID}
	for _, id := range v.cause.Explains {
		i := slices.IndexFunc(all, func(m *verdict) bool { return m.cause.ID == id })
		if i >= 0 && all[i].points >= 0.3 && all[i].cause.Group == mechanisms {
			chain = append(chain, id)
		}
	}
	return append(chain, q.seen())
}

// unknown is the hypothesis that the cause is not in these logs.
func (q *inquiry) unknown(confidence float64, verdicts []*verdict) Hypothesis {
	h := Hypothesis{Cause: unknownCause, Title: "The cause is not in these logs", Confidence: round(confidence), Chain: []string{unknownCause, q.seen()},
		Summary:     fmt.Sprintf("%s from %s on, but nothing in these logs says why.", q.hurt(), moment(q.onset).Format("15:04:05")) + q.gotAsFar(),
		EvidenceFor: []EvidenceItem{}, EvidenceAgainst: []EvidenceItem{}, Missing: []string{}, Checks: []Check{}, Fixes: []Fix{}, Verify: []string{}}
	if q.unlogged() {
		h.Missing = append(h.Missing, "the gateway's access log: how many requests failed, and with which status")
	}
	for _, want := range []struct{ layer, text string }{
		{"gateway", "the gateway's error log"}, {"backend", "the application's or PHP-FPM's own log"},
		{"database", "the database's error log and slow log"}, {"system", "the kernel's and systemd's log (journalctl -k, dmesg)"},
	} {
		if !q.speaks(want.layer) {
			h.Missing = append(h.Missing, want.text)
		}
	}
	if len(verdicts) > 0 {
		h.Checks = append(h.Checks, checksAgainst(verdicts[0].cause, verdicts, q.facts())...)
	}
	return h
}

// picture draws requests and failures over time.
func (q *inquiry) picture(incident *Incident) {
	in := q.outage.span.widen(max(30, q.outage.seconds()/2), max(20, q.outage.seconds()/3)).clip(q.traffic.span)
	width := max(1, in.seconds()/60)
	incident.BucketSeconds = int(width)
	for from := in.from; from < in.to; from += width {
		bucket := span{from, from + width}
		p := TimelinePoint{Time: time.Unix(from, 0).UTC(), Total: q.traffic.total.sum(bucket), ByStatus: q.failedByStatus(bucket)}
		for c, s := range q.traffic.failed {
			if c == serverErrors || q.hurtBy(c) {
				p.Failed += s.sum(bucket)
			}
		}
		p.Total = max(p.Total, p.Failed) // what was refused before it became a request is in no total
		incident.Timeline = append(incident.Timeline, p)
	}
	for _, name := range sortedKeys(q.edgeEndpoints) {
		if s := q.edgeEndpoints[name]; s.inside.failed > 0 {
			incident.Endpoints = append(incident.Endpoints, Share{Name: name, Failed: s.inside.failed, Total: s.inside.failed + s.inside.ok})
		}
	}
	slices.SortStableFunc(incident.Endpoints, func(a, b Share) int { return int(b.Failed - a.Failed) })
	incident.Endpoints = incident.Endpoints[:min(len(incident.Endpoints), 10)]
}

// failedByStatus counts the failures of a bucket of the picture by the status sent; nil for none.
func (q *inquiry) failedByStatus(bucket span) map[string]int64 {
	var counts map[string]int64
	for status, s := range q.traffic.byStatus {
		c := statusClass(status)
		if c == "" || !(c == serverErrors || q.hurtBy(c)) {
			continue
		}
		n := s.sum(bucket)
		if n == 0 {
			continue
		}
		if counts == nil {
			counts = map[string]int64{}
		}
		if status == "499" {
			status = "0"
		}
		counts[status] += n
	}
	return counts
}

func incidentID(i *Incident) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s", i.Start.UnixMicro(), i.Hop))
	return hex.EncodeToString(sum[:5])
}

func round(x float64) float64 { return float64(int(x*100+0.5)) / 100 }

// fill writes the facts of the incident into a text of the catalogue. A text that is no template stands as it is: the catalogue's
// own tests refuse bad templates.
func fill(text string, facts map[string]string) string {
	if !strings.Contains(text, "{{") {
		return text
	}
	t, err := template.New("").Option("missingkey=zero").Parse(text)
	if err != nil {
		return text
	}
	var b strings.Builder
	if err := t.Execute(&b, facts); err != nil {
		return text
	}
	return b.String()
}
