package correlate

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"culprit/rules"
	"culprit/store"
)

// slowTags are the tags of messages that name a script which takes long.
var slowTags = []string{"slow-script", "slow-db", "slow-http", "slow-cpu", "slow-sleep", "slow-lock", "slow-io"}

// readSlow samples the reports of slow scripts up to a while after the onset.
func (q *inquiry) readSlow(ctx context.Context) error {
	ids := q.signatureIDs(func(s *rules.Signature) bool { return hasAny(s.Tags, slowTags) })
	if len(ids) == 0 {
		return nil
	}
	from, to := span{q.baseline.from, q.outage.to + 1}.micros()
	rows, err := q.store.Sample(ctx, store.Query{Table: store.Events, From: from, To: to, Limit: 2000, Where: []store.Filter{{Key: store.BySignature, Values: ids}}})
	q.slow = slices.DeleteFunc(rows, func(e store.Event) bool { return e.Script == "" })
	return err
}

// slowBurst is how many reports of one script within three seconds are a burst: a slow page reports itself now and then.
const slowBurst = 3

// newlySlow returns when the first request began that turned slow only with the incident, by the reports of slow scripts; onset if
// none tells. Scripts that were slow on quiet days say nothing.
func (q *inquiry) newlySlow() int64 {
	first := q.onset
	before := map[string]int{}
	for i := range q.slow {
		s := &q.slow[i]
		if s.Time > q.onset+10*second {
			break
		}
		if s.Duration <= 0 {
			continue // a trace: the line that announced it has been counted
		}
		if s.Time > q.onset-20*second && q.burstAt(i) >= max(slowBurst, 3*before[s.Script]) {
			first = min(first, q.earliestOf(i))
			break
		}
		before[s.Script]++
	}
	return first
}

// burstAt counts the reports of the same script within three seconds of the i-th.
func (q *inquiry) burstAt(i int) (n int) {
	for j := i; j < len(q.slow) && q.slow[j].Time <= q.slow[i].Time+3*second; j++ {
		if q.slow[j].Script == q.slow[i].Script && q.slow[j].Duration > 0 {
			n++
		}
	}
	return n
}

// earliestOf is when the first of the requests of such a burst began.
func (q *inquiry) earliestOf(i int) int64 {
	first := q.slow[i].Time
	for j := i; j < len(q.slow) && q.slow[j].Time <= q.slow[i].Time+3*second; j++ {
		if s := &q.slow[j]; s.Script == q.slow[i].Script && s.Duration > 0 {
			first = min(first, s.Time-s.Duration)
		}
	}
	return first
}

// weighSlow asks which script is slow: a page that visitors open, or one that nobody opened before.
func (q *inquiry) weighSlow(context.Context) error {
	scripts := map[string]int64{}
	var all int64
	var example *store.Event
	for i := range q.slow {
		s := &q.slow[i]
		if s.Time < q.fault {
			continue
		}
		all++
		scripts[s.Script]++
	}
	top := heaviest(scripts)
	if all < 2 || top == "" {
		return nil
	}
	for i := range q.slow {
		if q.slow[i].Script == top && q.slow[i].Time >= q.fault {
			example = &q.slow[i]
			break
		}
	}
	share := float64(scripts[top]) / float64(all)
	kind, text := "slow/page", "%s is the slow script in %.0f %% of the reports"
	if !q.visited(top) {
		kind, text = "slow/unvisited", "%s, which no visitor opened before, is the slow script in %.0f %% of the reports"
	}
	q.findings.add(Finding{Kind: kind, Attrs: map[string]string{"script": top}, Strength: saturate(share, 0.2, 0.6) * saturate(float64(scripts[top]), 0, 3),
		Item: EvidenceItem{Kind: "trace", Count: scripts[top], Text: fmt.Sprintf(text, top, 100*share), First: timeOf(example.Time),
			Source: q.place(example.Source, example.Line), Excerpt: example.Message}})
	return nil
}

// weighStatements looks for a database statement that ran, or held its locks, as long as the outage lasted: from before the first
// failure to about its end.
func (q *inquiry) weighStatements(ctx context.Context) error {
	ids := q.signatureIDs(func(s *rules.Signature) bool { return hasAny(s.Tags, []string{"db-slow-query", "db-lock"}) })
	if len(ids) == 0 {
		return nil
	}
	from, to := q.fault-30*second, q.end+maxSkew*second
	rows, err := q.store.Sample(ctx, store.Query{Table: store.Events, From: from, To: to, Limit: 500, Where: []store.Filter{{Key: store.BySignature, Values: ids}}})
	if err != nil {
		return err
	}
	var best float64
	var longest *store.Event
	for i := range rows {
		if share := q.sharedWith(rows[i].Time-rows[i].Duration, rows[i].Time); share > best {
			best, longest = share, &rows[i]
		}
	}
	if longest == nil {
		return nil
	}
	q.findings.add(Finding{Kind: "database/covers", Attrs: map[string]string{}, Strength: saturate(best, 0.3, 0.7),
		Item: EvidenceItem{Kind: "log", Count: 1, Text: fmt.Sprintf("a statement kept the database busy for %s, as long as the outage lasted", human(longest.Duration)),
			First: timeOf(longest.Time - longest.Duration), Last: timeOf(longest.Time), Source: q.place(longest.Source, longest.Line), Excerpt: longest.Message}})
	return nil
}

// sharedWith is how much a span of time and the outage, from its first sign to its end, have in common, as a part of the longer.
func (q *inquiry) sharedWith(from, to int64) float64 {
	shared := min(to, q.end) - max(from, q.fault)
	if to <= from || shared <= 0 {
		return 0
	}
	return float64(shared) / float64(max(to-from, q.end-q.fault, 1))
}

// visited reports whether a script answers an endpoint that was asked for before the incident.
func (q *inquiry) visited(script string) bool {
	for name, s := range q.edgeEndpoints {
		if name == "/" && strings.HasSuffix(script, "/index.php") && s.before.ok > 0 {
			return true
		}
		if len(name) > 1 && s.before.ok > 0 && strings.HasSuffix(script, name) {
			return true
		}
	}
	// A front controller serves every page.
	return strings.HasSuffix(script, "/index.php") || strings.HasSuffix(script, "/app.php")
}
