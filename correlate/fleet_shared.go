package correlate

import (
	"context"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"culprit/parser"
	"culprit/rules"
	"culprit/store"
)

// togetherWithin is how far apart services may begin to complain of one thing that fails them all, µs.
const togetherWithin = 15 * second

// weighShared looks for what fails under several at once: one kind of complaint from several services, and one upstream that
// several hosts name.
func (q *inquiry) weighShared(ctx context.Context) error {
	var ids []string
	for _, s := range q.signals {
		if s.signature != nil && s.lifted() && len(s.signature.Tags) > 0 {
			ids = append(ids, s.signature.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	slices.Sort(ids)
	complaints, blamed := map[string]map[string]complaint{}, map[string]map[string]int64{}
	from, to := q.hearing().micros()
	query := store.Query{Table: store.Events, From: from, To: to, Keys: []store.Key{store.BySignature, store.BySource, store.ByUpstream},
		Where: []store.Filter{{Key: store.BySignature, Values: slices.Compact(ids)}}}
	err := q.store.Series(ctx, query, func(p store.Point) error {
		s, sig := q.byKey[p.Keys[1]], q.rules.Signature(p.Keys[0])
		if s == nil || sig == nil {
			return nil
		}
		if u := p.Keys[2]; u != "" && sig.Gateway && isGateway(s.daemon) && s.host != "" && isElsewhere(u) {
			addTo(blamed, u, s.host, p.Count)
		}
		if service := serviceOf(s); service != "" {
			complain(complaints, sig, service, p)
		}
		return nil
	})
	q.stateComplaints(complaints)
	q.stateUpstream(blamed)
	return err
}

// complaint is what one service said with one tag.
type complaint struct{ count, first int64 }

func complain(complaints map[string]map[string]complaint, sig *rules.Signature, service string, p store.Point) {
	for _, tag := range sig.Tags {
		if complaints[tag] == nil {
			complaints[tag] = map[string]complaint{}
		}
		c, known := complaints[tag][service]
		if !known || p.First < c.first {
			c.first = p.First
		}
		c.count += p.Count
		complaints[tag][service] = c
	}
}

// serviceOf names the service whose own log a source is, "" where it is a gateway's or that of the system.
func serviceOf(s *source) string {
	name := ""
	switch s.daemon {
	case parser.PHP, parser.PHPFPM:
		name = "php"
	case parser.App:
		_, file := foldersOf(s.Path)
		name, _, _ = strings.Cut(file, ".")
		name = strings.TrimRight(strings.ToLower(name), "-_0123456789")
	}
	if name != "" && s.host != "" {
		return name + " on " + s.host
	}
	return name
}

// stateComplaints adds "shared/TAG" for what several services began to say at the same time.
func (q *inquiry) stateComplaints(complaints map[string]map[string]complaint) {
	for _, tag := range sortedKeys(complaints) {
		services := complaints[tag]
		if len(services) < 2 {
			continue
		}
		first, last, count := int64(0), int64(0), int64(0)
		for _, c := range services {
			if first == 0 || c.first < first {
				first = c.first
			}
			last, count = max(last, c.first), count+c.count
		}
		if last-first > togetherWithin {
			continue
		}
		q.findings.add(Finding{Kind: "shared/" + tag, Attrs: map[string]string{"services": fmt.Sprint(len(services))}, Strength: saturate(float64(len(services)), 1, 3),
			Item: EvidenceItem{Kind: "log", Count: count, First: timeOf(first), Text: fmt.Sprintf("%d services report it within %s: %s", len(services),
				human(max(last-first, second)), listed(slices.Sorted(maps.Keys(services))))}})
	}
}

// stateUpstream adds "shared/upstream" where most failures that several hosts blame on others are blamed on one.
func (q *inquiry) stateUpstream(blamed map[string]map[string]int64) {
	counts, all := map[string]int64{}, int64(0)
	for u, hosts := range blamed {
		for _, n := range hosts {
			counts[u] += n
			all += n
		}
	}
	u := heaviest(counts)
	if u == "" || len(blamed[u]) < 2 || float64(counts[u]) < 0.8*float64(all) {
		return
	}
	q.findings.add(Finding{Kind: "shared/upstream", Attrs: map[string]string{"upstream": u, "hosts": fmt.Sprint(len(blamed[u]))}, Strength: saturate(float64(len(blamed[u])), 1, 3),
		Item: EvidenceItem{Kind: "log", Count: counts[u], Text: fmt.Sprintf("%d hosts fail against the same %s: %s", len(blamed[u]), u, listed(sortedKeys(blamed[u])))}})
}

// isElsewhere reports whether an upstream is not on the machine that names it: every host has a socket or a loopback of its own.
func isElsewhere(upstream string) bool {
	if strings.Contains(upstream, "unix:") || strings.HasPrefix(upstream, "/") || strings.HasPrefix(upstream, "localhost") {
		return false
	}
	a, err := netip.ParseAddrPort(upstream)
	return err != nil || !a.Addr().IsLoopback()
}

func addTo(counts map[string]map[string]int64, key, of string, n int64) {
	if counts[key] == nil {
		counts[key] = map[string]int64{}
	}
	counts[key][of] += n
}
