package correlate

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"culprit/parser"
	"culprit/rules"
	"culprit/store"
)

// lead is how long before the first sign of trouble messages may belong to it, in seconds: a server is marked down, a pool runs
// full, and only the next request fails.
const lead = 4

// signal is one signature, or one template of messages that no signature knows, as one daemon said it around an incident.
type signal struct {
	signature *rules.Signature // nil for an unknown message
	template  string
	daemon    parser.Daemon
	counts    *series
	// within counts it in the window, usual what the baseline would have let expect there.
	within      int64
	usual       float64
	first, last int64 // of the window, µs
	upstreams   map[string]int64
}

// hearing is the time in which messages may belong to the outage. Where requests are stamped when they came, and nothing says how
// long they took, what is said of them follows up to a time-out later.
func (q *inquiry) hearing() span {
	behind := int64(1)
	if q.stampedAtStart() {
		behind = min(longTimeout, max(1, q.after.to-q.outage.to))
	}
	return q.window().widen(lead, behind)
}

// longTimeout is what gateways wait for an answer by default, in seconds.
const longTimeout = 60

// stampedAtStart reports whether the edge's log tells when requests came but not how long they took: Apache's without %D.
func (q *inquiry) stampedAtStart() bool {
	for _, s := range q.present {
		if s.edge && s.daemon != parser.Apache {
			return false
		}
	}
	return len(q.failures) > 0 && !slices.ContainsFunc(q.failures, func(f store.Event) bool { return f.Duration > 0 })
}

// excess is how often it was said beyond the usual.
func (s *signal) excess() float64 { return max(0, float64(s.within)-s.usual) }

// lifted says that the signal belongs to the incident rather than to the noise of every day.
func (s *signal) lifted() bool { return float64(s.within) >= 1+2.5*s.usual }

func (s *signal) has(tag string) bool {
	return s.signature != nil && slices.Contains(s.signature.Tags, tag)
}

// readSignals counts every message around the incident.
func (q *inquiry) readSignals(ctx context.Context) error {
	around := span{q.baseline.from, max(q.after.to, q.hearing().to)}
	type id struct {
		name   string
		daemon parser.Daemon
	}
	found := map[id]*signal{}
	from, to := around.micros()
	read := func(key store.Key, where ...store.Filter) error {
		query := store.Query{Table: store.Events, From: from, To: to, Bucket: second,
			Keys: []store.Key{key, store.ByDaemon, store.ByUpstream}, Where: where}
		return q.store.Series(ctx, query, func(p store.Point) error {
			if p.Keys[0] == "" {
				return nil
			}
			k := id{p.Keys[0], daemonNamed(p.Keys[1])}
			s := found[k]
			if s == nil {
				s = &signal{daemon: k.daemon, counts: newSeries(around), upstreams: map[string]int64{}}
				if key == store.BySignature {
					s.signature = q.rules.Signature(k.name)
				} else {
					s.template = k.name
				}
				found[k] = s
			}
			q.note(s, p)
			return nil
		})
	}
	if err := read(store.BySignature); err != nil {
		return err
	}
	if err := read(store.ByTemplate, store.Filter{Key: store.BySignature, Values: []string{""}}); err != nil {
		return err
	}
	calm := q.usual()
	if calm.from < q.window().from {
		calm.to = min(calm.to, q.window().from-lead)
	}
	for _, s := range found {
		s.usual = s.counts.rate(calm) * float64(q.hearing().seconds())
		if s.within > 0 && (s.signature != nil || s.template != "") {
			q.signals = append(q.signals, s)
		}
	}
	slices.SortFunc(q.signals, func(a, b *signal) int {
		if a.within != b.within {
			return int(b.within - a.within)
		}
		return cmp.Or(strings.Compare(a.name(), b.name()), int(a.daemon)-int(b.daemon))
	})
	return nil
}

func (s *signal) name() string {
	if s.signature != nil {
		return s.signature.ID
	}
	return s.template
}

func (q *inquiry) note(s *signal, p store.Point) {
	sec := p.Bucket / second
	s.counts.add(sec, p.Count)
	if !q.hearing().contains(sec) {
		return
	}
	s.within += p.Count
	if s.first == 0 || p.First < s.first {
		s.first = p.First
	}
	s.last = max(s.last, p.Last)
	if u := p.Keys[2]; u != "" {
		s.upstreams[u] += p.Count
	}
}

// weighMessages turns the signals into findings, tag by tag: "share/…" by the part of the failures a tag covers, "seen/…" by its
// mere presence, for messages that are printed once an episode. "points/CAUSE" sums what the signatures themselves suggest.
func (q *inquiry) weighMessages(ctx context.Context) error {
	byTag := map[string][]*signal{}
	for _, s := range q.signals {
		if s.signature == nil || !s.lifted() {
			continue
		}
		for _, tag := range s.signature.Tags {
			byTag[tag] = append(byTag[tag], s)
		}
	}
	for _, tag := range sortedKeys(byTag) {
		if err := q.weighTag(ctx, tag, byTag[tag]); err != nil {
			return err
		}
	}
	q.weighMixedTimeouts()
	if err := q.weighUnknown(ctx); err != nil {
		return err
	}
	q.pointAtCauses()
	return nil
}

// weighMixedTimeouts notes that connecting as well as reading timed out: packets get lost rather than nothing answering.
func (q *inquiry) weighMixedTimeouts() {
	connect, read := q.findings.best("share/connect-timeout", nil), q.findings.best("share/read-timeout", nil)
	if connect == nil || read == nil {
		return
	}
	q.findings.add(Finding{Kind: "timeouts/mixed", Attrs: map[string]string{}, Strength: min(connect.Strength, read.Strength) * 2,
		Item: EvidenceItem{Kind: "log", Text: "some requests timed out while connecting, others while waiting for the answer", Source: read.Item.Source}})
}

func (q *inquiry) weighTag(ctx context.Context, tag string, signals []*signal) error {
	var excess float64
	var count int64
	main := signals[0]
	first, last := main.first, main.last
	for _, s := range signals {
		excess += s.excess()
		count += s.within
		first, last = min(first, s.first), max(last, s.last)
		if s.excess() > main.excess() {
			main = s
		}
	}
	item, err := q.evidence(ctx, main, fmt.Sprintf("%s (%s)", main.signature.Title, main.daemon))
	if err != nil {
		return err
	}
	item.Count, item.First, item.Last = count, timeOf(first), timeOf(last)
	share := excess / float64(q.failed)
	attrs := map[string]string{"tag": tag, "daemon": main.daemon.String(), "layer": q.layerOf(main.daemon), "stage": string(main.signature.Stage),
		"count": number(float64(count)), "share": fmt.Sprintf("%.3f", share), "signature": main.signature.ID,
		"tags": strings.Join(main.signature.Tags, " "), "lead": fmt.Sprintf("%.1f", float64(q.onset-first)/second), "upstream": heaviest(main.upstreams)}
	q.findings.add(Finding{Kind: "share/" + tag, Attrs: attrs, Strength: saturate(share, 0.01, 0.4), Item: item})
	enough := 3.0
	if isEpisode(main.signature) {
		enough = 1
	}
	q.findings.add(Finding{Kind: "seen/" + tag, Attrs: attrs, Strength: saturate(excess, 0, enough), Item: item})
	return nil
}

// evidence makes an item out of a signal, with its first line as the place to look at.
func (q *inquiry) evidence(ctx context.Context, s *signal, text string) (EvidenceItem, error) {
	item := EvidenceItem{Kind: "log", Text: text, Count: s.within, First: timeOf(s.first), Last: timeOf(s.last)}
	from, to := q.hearing().micros()
	key, value := store.BySignature, s.name()
	if s.signature == nil {
		key = store.ByTemplate
	}
	rows, err := q.store.Sample(ctx, store.Query{Table: store.Events, From: from, To: to, Limit: 1, Where: []store.Filter{
		{Key: key, Values: []string{value}}, {Key: store.ByDaemon, Values: []string{s.daemon.String()}}}})
	if err != nil || len(rows) == 0 {
		return item, err
	}
	item.Source, item.Excerpt = q.place(rows[0].Source, rows[0].Line), rows[0].Message
	return item, nil
}

// place names a line of a source.
func (e *engine) place(source int32, line int64) string {
	s := e.byKey[fmt.Sprint(source)]
	if s == nil {
		return ""
	}
	return PlaceOf(s.Format, s.Path, line)
}

// PlaceOf names a line of a source. What is told while a system runs comes from files and URLs as a whole, not from lines of them.
func PlaceOf(format parser.Format, path string, line int64) string {
	if format == parser.FileWatch || format == parser.ChangeFeed {
		return path
	}
	return fmt.Sprintf("%s:%d", path, line)
}

// weighUnknown shows messages that no signature knows, and that came or multiplied with the incident.
func (q *inquiry) weighUnknown(ctx context.Context) error {
	shown := 0
	for _, s := range q.signals {
		if s.signature != nil || !s.lifted() || s.within < 3 || shown == 3 {
			continue
		}
		shown++
		item, err := q.evidence(ctx, s, fmt.Sprintf("a message no signature knows appeared with the incident (%s): %s", s.daemon, s.template))
		if err != nil {
			return err
		}
		q.findings.add(Finding{Kind: "unknown/message", Attrs: map[string]string{"daemon": s.daemon.String(), "layer": q.layerOf(s.daemon)},
			Strength: saturate(s.excess()/float64(q.failed), 0, 0.5), Item: item})
	}
	return nil
}

// echoWeight is what a message is worth that only repeats the failure of another hop, where nothing else was said.
const echoWeight = 0.6

// rankWeight is what the place of a cause in a signature's list is worth.
var rankWeight = [...]float64{1, 0.5, 0.3, 0.2}

// pointAtCauses sums for each cause the shares of the signatures that name it. Echoes ("no live upstreams") count only where
// nothing but echoes was heard.
func (q *inquiry) pointAtCauses() {
	points := map[string]float64{}
	main := map[string]*signal{}
	total := 0.0
	for _, echo := range []bool{false, true} {
		for _, s := range q.signals {
			if s.signature == nil || !s.signature.Gateway || !s.lifted() || isEcho(s) != echo {
				continue
			}
			share := saturate(s.excess()/float64(q.failed), 0, 1)
			if isEpisode(s.signature) {
				share = max(share, 0.7*saturate(s.excess(), 0, 2))
			}
			total += share
			if echo {
				share *= echoWeight
			}
			for rank, cause := range s.signature.Causes {
				points[cause] += share * rankWeight[min(rank, len(rankWeight)-1)]
				if main[cause] == nil {
					main[cause] = s
				}
			}
		}
		if total > 0.05 {
			break
		}
	}
	for _, cause := range sortedKeys(points) {
		s := main[cause]
		q.findings.add(Finding{Kind: "points/" + cause, Attrs: map[string]string{"signature": s.signature.ID}, Strength: points[cause],
			Item: EvidenceItem{Kind: "log", Text: s.signature.Title, Count: s.within, First: timeOf(s.first), Last: timeOf(s.last)}})
	}
}

// episodic are the stages whose messages are printed once an episode, whatever the number of requests it hurts.
var episodic = []rules.Stage{"check", "lifecycle", "pool", "limit", "process", "config", "listen", "kernel", "storage"}

// isEpisode reports whether a message is printed once an episode: by its stage, or because it tells of a server leaving the pool.
func isEpisode(s *rules.Signature) bool {
	return slices.Contains(episodic, s.Stage) || slices.Contains(s.Tags, "server-down")
}

// unspoken is the part of what the gateways said, request by request, that can mean neither a cause nor what it explains.
func (q *inquiry) unspoken(c *rules.Cause) (share float64, main *signal) {
	var all, foreign float64
	for _, s := range q.signals {
		if s.signature == nil || !s.signature.Gateway || !s.lifted() || isEcho(s) || len(s.signature.Causes) == 0 || !isGateway(s.daemon) ||
			isEpisode(s.signature) {
			continue
		}
		all += s.excess()
		if !slices.Contains(s.signature.Causes, c.ID) && !hasAny(s.signature.Causes, c.Explains) {
			foreign += s.excess()
			if main == nil {
				main = s
			}
		}
	}
	if all < 0.3*float64(q.failed) {
		return 0, nil
	}
	return foreign / all, main
}

func isEcho(s *signal) bool { return s.has("no-upstream") || s.has("disabled") || s.has("passed-on") }
