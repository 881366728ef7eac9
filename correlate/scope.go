package correlate

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"culprit/parser"
	"culprit/store"
)

// weighScope asks where the failures are: on one endpoint or on all, on posts only.
func (q *inquiry) weighScope(edge map[string]*endpointStats) {
	var failed, all, hurt, served int64
	var top *endpointStats
	for _, name := range sortedKeys(edge) {
		s := edge[name]
		failed += s.inside.failed
		all += s.inside.failed + s.inside.ok
		if s.inside.failed > 0 {
			hurt++
		}
		if s.inside.failed+s.inside.ok > 0 {
			served++
		}
		if s.inside.failed > 0 && (top == nil || s.inside.failed > top.inside.failed) {
			top = s
		}
	}
	if top == nil || failed < minFailures {
		return
	}
	share := float64(top.inside.failed) / float64(failed)
	traffic := float64(top.inside.failed+top.inside.ok) / float64(all)
	attrs := map[string]string{"endpoint": top.endpoint, "share": fmt.Sprintf("%.2f", share)}
	q.findings.add(Finding{Kind: "scope/endpoint", Attrs: attrs, Strength: saturate(share-traffic, 0.25, 0.7),
		Item: EvidenceItem{Kind: "traffic", Count: top.inside.failed, Text: fmt.Sprintf("%.0f %% of the failures are on %s, which is %.0f %% of the traffic", 100*share, top.endpoint, 100*traffic)}})
	q.findings.add(Finding{Kind: "scope/wide", Attrs: map[string]string{}, Strength: saturate(float64(hurt)/float64(max(served, 1)), 0.4, 0.8),
		Item: EvidenceItem{Kind: "traffic", Text: fmt.Sprintf("%d of %d endpoints fail", hurt, served)}})
	q.findings.add(Finding{Kind: "scope/partial", Attrs: map[string]string{}, Strength: 1 - saturate(float64(failed)/float64(all), 0.05, 0.25),
		Item: EvidenceItem{Kind: "traffic", Text: fmt.Sprintf("only %.1f %% of the requests fail", 100*float64(failed)/float64(all))}})
	q.findings.add(Finding{Kind: "scope/total", Attrs: map[string]string{}, Strength: saturate(float64(failed)/float64(all), 0.75, 0.95),
		Item: EvidenceItem{Kind: "traffic", Text: fmt.Sprintf("hardly any request succeeds: %.0f %% fail", 100*float64(failed)/float64(all))}})
	q.weighMethods()
	q.weighAgents()
	q.weighNewcomers(edge)
}

// weighNewcomers looks for an endpoint that nobody asked for before and that now takes part in the trouble: a job, a crawler, a new
// client. It does not ask about those that may have been among the others, which nobody tells apart.
func (q *inquiry) weighNewcomers(edge map[string]*endpointStats) {
	if q.baseline.seconds() < 20 {
		return
	}
	var top *endpointStats
	hidden := int64(0)
	if others := edge[store.Other]; others != nil {
		hidden = others.before.ok + others.before.failed
	}
	for _, name := range sortedKeys(edge) {
		s := edge[name]
		if name == store.Other || s.before.ok+s.before.failed > 0 || s.inside.ok+s.inside.failed <= hidden {
			continue
		}
		if s.inside.failed >= 3 && s.inside.failureShare() > 0.3 && (top == nil || s.inside.failed > top.inside.failed) {
			top = s
		}
	}
	if top == nil {
		return
	}
	n := top.inside.ok + top.inside.failed
	q.findings.add(Finding{Kind: "scope/newcomer", Attrs: map[string]string{"endpoint": top.endpoint}, Strength: saturate(float64(n), 2, 10),
		Item: EvidenceItem{Kind: "traffic", Count: n, Text: fmt.Sprintf("%s, which nobody asked for before, was asked for %d times", top.endpoint, n)}})
}

// weighAgents asks whether the clients that went away are all of one kind.
func (q *inquiry) weighAgents() {
	agents := map[string]int64{}
	var n int64
	for i := range q.failures {
		f := &q.failures[i]
		if f.UserAgent != "" && statusClass(strconv.Itoa(int(f.Status))) == aborts {
			agents[f.UserAgent]++
			n++
		}
	}
	if n < minFailures {
		return
	}
	top := heaviest(agents)
	share := float64(agents[top]) / float64(n)
	q.findings.add(Finding{Kind: "aborts/agent", Attrs: map[string]string{"agent": top}, Strength: saturate(share, 0.5, 0.9),
		Item: EvidenceItem{Kind: "traffic", Count: q.scaled(share), Text: fmt.Sprintf("%.0f %% of the clients that went away are %s", 100*share, top)}})
}

// weighMethods asks whether mostly requests fail that a proxy may not repeat.
func (q *inquiry) weighMethods() {
	var posts, known int64
	for i := range q.failures {
		switch q.failures[i].Method {
		case "":
		case "GET", "HEAD", "OPTIONS":
			known++
		default:
			known++
			posts++
		}
	}
	if known < minFailures {
		return
	}
	share := float64(posts) / float64(known)
	q.findings.add(Finding{Kind: "scope/unrepeatable", Attrs: map[string]string{}, Strength: saturate(share, 0.5, 0.9),
		Item: EvidenceItem{Kind: "traffic", Count: q.scaled(share), Text: fmt.Sprintf("%.0f %% of the failures are POST or the like, which a proxy does not repeat", 100*share)}})
}

// weighStatuses states the mix of the failures.
func (q *inquiry) weighStatuses(context.Context) error {
	for _, status := range sortedKeys(q.byStatus) {
		n := q.byStatus[status]
		share := float64(n) / float64(q.failed)
		text := fmt.Sprintf("%d requests ended with %s", n, status)
		if status == "0" {
			text = fmt.Sprintf("%d connections ended without an answer", n)
		}
		q.findings.add(Finding{Kind: "status/" + status, Attrs: map[string]string{}, Strength: share, Item: EvidenceItem{Kind: "traffic", Count: n, Text: text}})
	}
	return nil
}

// weighUpstreams compares the servers behind the gateway: one against its peers, and addresses nobody ever answered on.
func (q *inquiry) weighUpstreams(ctx context.Context) error {
	known := map[string]bool{}
	inside := map[string]*outcome{}
	from, to := span{q.baseline.from, q.outage.to + 1}.micros()
	query := store.Query{Table: store.Requests, From: from, To: to, Bucket: second, Keys: []store.Key{store.ByUpstream, store.ByStatus, store.ByDaemon}}
	err := q.store.Series(ctx, query, func(p store.Point) error {
		upstream, c := p.Keys[0], statusClass(p.Keys[1])
		if upstream == "" || strings.HasSuffix(upstream, "/<NOSRV>") {
			return nil
		}
		if p.Bucket < q.fault-second {
			if c != serverErrors && daemonNamed(p.Keys[2]) != parser.HAProxy { // it tells names, which say nothing of the addresses others blame
				known[upstream] = true
			}
			return nil
		}
		o := inside[upstream]
		if o == nil {
			o = &outcome{}
			inside[upstream] = o
		}
		if c == serverErrors || (c != "" && q.hurtBy(c)) {
			o.failed += p.Count
		} else {
			o.ok += p.Count
		}
		return nil
	})
	if err != nil {
		return err
	}
	q.weighPeers(inside)
	q.weighNewAddress(known, inside)
	return nil
}

func (q *inquiry) weighPeers(inside map[string]*outcome) {
	var worst string
	var healthy int
	for _, name := range sortedKeys(inside) {
		o := inside[name]
		if worst == "" || o.failureShare() > inside[worst].failureShare() {
			worst = name
		}
		if o.failureShare() < 0.02 && o.ok >= 10 {
			healthy++
		}
	}
	if worst == "" || healthy == 0 || inside[worst].failureShare() < 0.1 || inside[worst].failed < minFailures {
		return
	}
	q.findings.add(Finding{Kind: "upstream/single", Attrs: map[string]string{"upstream": worst}, Strength: saturate(inside[worst].failureShare(), 0.1, 0.5),
		Item: EvidenceItem{Kind: "traffic", Count: inside[worst].failed, Text: fmt.Sprintf("%s fails while %d of its peers answer", worst, healthy)}})
}

// weighNewAddress looks for failures at addresses that never answered before, while another address did.
func (q *inquiry) weighNewAddress(known map[string]bool, inside map[string]*outcome) {
	usedBefore := map[string]bool{}
	for _, s := range q.signals {
		if s.counts.sum(q.baseline) > 0 {
			for u := range s.upstreams {
				usedBefore[u] = true
			}
		}
	}
	blamed := map[string]int64{}
	for _, s := range q.signals {
		if s.signature == nil || !s.signature.Gateway || isEcho(s) || !isGateway(s.daemon) {
			continue
		}
		if s.daemon == parser.HAProxy {
			continue // it names its servers, and a name may be given another address
		}
		for u, n := range s.upstreams {
			blamed[u] += n
		}
	}
	var strange, all int64
	for u, n := range blamed {
		all += n
		answered := inside[u] != nil && inside[u].ok > 0
		if !known[u] && !usedBefore[u] && !answered {
			strange += n
		}
	}
	if all == 0 || len(known) == 0 {
		return
	}
	name := heaviest(blamed)
	q.findings.add(Finding{Kind: "upstream/new", Attrs: map[string]string{"upstream": name}, Strength: saturate(float64(strange)/float64(all), 0.5, 0.95),
		Item: EvidenceItem{Kind: "log", Count: strange, Text: fmt.Sprintf("the failing address %s never answered before; others did", name)}})
	q.findings.add(Finding{Kind: "upstream/same", Attrs: map[string]string{"upstream": name}, Strength: 1 - saturate(float64(strange)/float64(all), 0, 0.3),
		Item: EvidenceItem{Kind: "log", Text: fmt.Sprintf("the failing address %s answered before", name)}})
}
