package correlate

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"culprit/store"
)

// A machine is one host of a fleet in one layer, with how its requests went.
type machine struct {
	name, zone string
	layer      int
	sources    []*source
	// before and inside count the requests before the first sign of trouble and during the outage; first is when the first of these
	// failed, µs, 0 if none did.
	before, inside outcome
	first          int64
	state          state
}

// state says what an outage did to a machine.
type state string

const (
	affected   state = "affected"
	unaffected state = "unaffected"
	unclear    state = "unclear" // too few requests to tell, or it does something else
)

// Bounds by which machines are told apart.
const (
	fewRequests = 10   // with fewer, that none failed is chance
	alike       = 0.25 // of the worst share of failures: a machine that fails so often is affected as well
	spared      = 0.1  // of the worst share: a machine that fails no more often is not
	sameTask    = 0.3  // part of the requests to endpoints that the worst machine serves, too
)

// fleet are the machines of the layer in which an outage tells them apart, else of the outermost that has several; never just one.
type fleet []*machine

// weighFleet compares the machines that do the same work, and states which are affected and which are not.
func (q *inquiry) weighFleet(ctx context.Context) error {
	machines := machinesOf(q.present)
	if len(machines) < 2 {
		return nil
	}
	if err := q.readMachines(ctx, machines); err != nil {
		return err
	}
	for l := 3; l > 0; l-- {
		peers := fleet(slices.DeleteFunc(slices.Clone(machines), func(m *machine) bool { return m.layer != l }))
		if len(peers) < 2 {
			continue
		}
		peers.judge()
		if q.fleet == nil || !q.fleet.divided() && peers.divided() {
			q.fleet = peers
		}
	}
	q.stateFleet()
	return q.leaveAside(ctx)
}

// machinesOf groups sources that log requests by host and layer.
func machinesOf(sources []*source) []*machine {
	var machines []*machine
	for _, s := range sources {
		if s.host == "" || s.requests == 0 || layer(s.daemon) == 0 {
			continue
		}
		i := slices.IndexFunc(machines, func(m *machine) bool { return m.name == s.host && m.layer == layer(s.daemon) })
		if i < 0 {
			machines = append(machines, &machine{name: s.host, zone: s.zone, layer: layer(s.daemon)})
			i = len(machines) - 1
		}
		machines[i].sources = append(machines[i].sources, s)
	}
	slices.SortStableFunc(machines, func(a, b *machine) int { return strings.Compare(a.name, b.name) })
	return machines
}

// readMachines counts the requests of every machine, a row each status: a fleet may be large.
func (q *inquiry) readMachines(ctx context.Context, machines []*machine) error {
	owner := map[string]*machine{}
	var keys []string
	for _, m := range machines {
		for _, s := range m.sources {
			owner[s.key] = m
			keys = append(keys, s.key)
		}
	}
	fault := q.fault / second
	read := func(in span, of func(*machine) *outcome) error {
		from, to := in.micros()
		query := store.Query{Table: store.Requests, From: from, To: to, Keys: []store.Key{store.BySource, store.ByStatus},
			Where: []store.Filter{{Key: store.BySource, Values: keys}}}
		return q.store.Series(ctx, query, func(p store.Point) error {
			m := owner[p.Keys[0]]
			o := of(m)
			if c := statusClass(p.Keys[1]); c == "" || c != serverErrors && !q.hurtBy(c) {
				o.ok += p.Count
				return nil
			}
			o.failed += p.Count
			if o == &m.inside && (m.first == 0 || p.First < m.first) {
				m.first = p.First
			}
			return nil
		})
	}
	if usual := (span{q.baseline.from, fault}); !usual.empty() {
		if err := read(usual, func(m *machine) *outcome { return &m.before }); err != nil {
			return err
		}
	}
	return read(span{fault, q.outage.to + 1}, func(m *machine) *outcome { return &m.inside })
}

// judge tells by how many of their requests failed, against the worst of them, which machines are affected.
func (f fleet) judge() {
	worst := f[0]
	for _, m := range f {
		m.state = unclear
		if m.inside.failed >= minFailures && (worst.inside.failed < minFailures || m.inside.failureShare() > worst.inside.failureShare()) {
			worst = m
		}
	}
	if worst.inside.failed < minFailures {
		return
	}
	most := worst.inside.failureShare()
	for _, m := range f {
		share := m.inside.failureShare()
		switch {
		case !m.worksLike(worst):
		case m.inside.failed >= minFailures && share >= alike*most && share > 3*m.before.failureShare():
			m.state = affected
		case m.inside.ok+m.inside.failed >= fewRequests && share <= spared*most:
			m.state = unaffected
		}
	}
}

// worksLike reports whether m serves what o does. Two systems side by side are no fleet.
func (m *machine) worksLike(o *machine) bool {
	if m == o {
		return true
	}
	return slices.ContainsFunc(m.sources, func(s *source) bool {
		return slices.ContainsFunc(o.sources, func(other *source) bool { return other.serves(s) >= sameTask })
	})
}

// in lists the machines of a state.
func (f fleet) in(want state) (some []*machine) {
	for _, m := range f {
		if m.state == want {
			some = append(some, m)
		}
	}
	return some
}

// divided reports whether some machines are affected and others are not.
func (f fleet) divided() bool { return len(f.in(affected)) > 0 && len(f.in(unaffected)) > 0 }

// stateFleet adds what the comparison says as findings.
func (q *inquiry) stateFleet() {
	hurt, well := q.fleet.in(affected), q.fleet.in(unaffected)
	if len(hurt)+len(well) < 2 || len(hurt) == 0 {
		return
	}
	attrs := map[string]string{"affected": fmt.Sprint(len(hurt)), "unaffected": fmt.Sprint(len(well))}
	item := EvidenceItem{Kind: "traffic"}
	for _, m := range hurt {
		item.Count += m.inside.failed
	}
	if len(well) == 0 {
		item.Text = fmt.Sprintf("all %d hosts fail: %s", len(hurt), withCounts(hurt))
		q.findings.add(Finding{Kind: "fleet/all", Attrs: attrs, Strength: 1, Item: item})
		return
	}
	item.Text = fmt.Sprintf("%s, at the same time %s", verbed(hurt, "fails", "fail"), verbed(well, "does not", "do not"))
	q.findings.add(Finding{Kind: "fleet/some", Attrs: attrs, Strength: 1, Item: item})
	q.stateZones(hurt, well)
}

// stateZones says so if all affected machines stand in one place, and none of the others does.
func (q *inquiry) stateZones(hurt, well []*machine) {
	zone := hurt[0].zone
	elsewhere := func(m *machine) bool { return m.zone != zone }
	if zone == "" || len(hurt) < 2 || slices.ContainsFunc(hurt, elsewhere) || !slices.ContainsFunc(well, elsewhere) ||
		slices.ContainsFunc(well, func(m *machine) bool { return !elsewhere(m) }) {
		return
	}
	q.findings.add(Finding{Kind: "fleet/zone", Attrs: map[string]string{"zone": zone}, Strength: 1,
		Item: EvidenceItem{Kind: "traffic", Text: fmt.Sprintf("all hosts of %s fail, and none elsewhere does", zone)}})
}

// withCounts lists machines with their failures.
func withCounts(machines []*machine) string {
	var texts []string
	for _, m := range machines {
		texts = append(texts, fmt.Sprintf("%s (%d of %d requests)", m.name, m.inside.failed, m.inside.ok+m.inside.failed))
	}
	return listed(texts)
}

func verbed(machines []*machine, one, several string) string {
	if len(machines) == 1 {
		several = one
	}
	return withCounts(machines) + " " + several
}
