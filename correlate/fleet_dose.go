package correlate

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"culprit/store"
)

// How likely a machine is to fail that got a guilty change, and one that did not.
const (
	guiltyDose = 0.95
	noDose     = 0.03
)

// Bounds of what the comparison of machines may say of one change, in log-odds.
const (
	mostBlame   = 4.0
	mostAcquits = -5.0
)

// unharmed is how long before the end of an outage a change must have been made to count as harmless where it was made, µs.
const unharmed = 10 * second

// dose is what machines with and without a change say of it.
type dose struct {
	odds float64
	// failing and sparing are the machines that got it, those without it likewise.
	failing, sparing, failingWithout, sparingWithout []string
}

// weighDoses judges every suspect by which machines it reached: a guilty change hurts where it was made, and nowhere else.
func (q *inquiry) weighDoses() {
	if len(q.fleet.in(affected))+len(q.fleet.in(unaffected)) < 2 {
		return
	}
	for i := range q.suspects {
		if s := &q.suspects[i]; !slices.Contains(q.services.Everywhere, s.Kind) {
			s.dose = q.doseOf(s)
		}
	}
}

// doseOf compares the machines that a change, or the same change at another time of a rollout, had reached before they failed with the
// others. It says nothing of changes made elsewhere, or nobody knows where.
func (q *inquiry) doseOf(s *suspect) dose {
	var d dose
	known := q.fleet.in(affected)
	share := (float64(len(known)) + 0.5) / float64(len(known)+len(q.fleet.in(unaffected))+1)
	reached := false
	for _, m := range q.fleet {
		got := slices.ContainsFunc(q.suspects, func(o suspect) bool { return sameRollout(s, &o) && q.reached(&o, m) })
		reached = reached || got && q.reached(s, m)
		switch {
		case m.state == affected && got:
			d.failing, d.odds = append(d.failing, m.name), d.odds+math.Log(guiltyDose/share)
		case m.state == affected:
			d.failingWithout, d.odds = append(d.failingWithout, m.name), d.odds+math.Log(noDose/share)
		case m.state == unaffected && got:
			d.sparing, d.odds = append(d.sparing, m.name), d.odds+math.Log((1-guiltyDose)/(1-share))
		case m.state == unaffected:
			d.sparingWithout, d.odds = append(d.sparingWithout, m.name), d.odds+math.Log((1-noDose)/(1-share))
		}
	}
	if !reached {
		return dose{}
	}
	d.odds = min(max(d.odds, mostAcquits), mostBlame)
	return d
}

// sameRollout reports whether two entries tell of one change that went from machine to machine.
func sameRollout(a, b *suspect) bool {
	return a.Kind == b.Kind && a.Service == b.Service && agree(a.Version, b.Version)
}

// reached reports whether a change was made on a machine before that failed; before the end of the outage where it did not fail.
func (q *inquiry) reached(s *suspect, m *machine) bool {
	limit := m.first
	if m.state != affected {
		limit = q.outage.to*second - unharmed
	}
	if float64(s.Time-s.Early) > float64(limit)+q.late()*second {
		return false
	}
	return slices.ContainsFunc(q.hostsOf(s.Change), func(host string) bool { return m.is(host) })
}

// hostsOf lists where a change was made: as told, several with commas between them, else the machine whose log it stands in; none where nobody knows.
func (e *engine) hostsOf(c store.Change) []string {
	if c.Scope.Host != "" {
		return strings.FieldsFunc(c.Scope.Host, func(r rune) bool { return r == ',' || r == ' ' })
	}
	if src := e.byKey[fmt.Sprint(c.Source)]; src != nil && src.host != "" {
		return []string{src.host}
	}
	return nil
}

// is reports whether a name means the machine: its own, with or without domain, or one that its logs call it.
func (m *machine) is(name string) bool {
	return sameHost(m.name, name) || slices.ContainsFunc(m.sources, func(s *source) bool { return sameHost(s.Host, name) })
}

// sameHost reports whether two names may be of one host: one of them may lack the domain.
func sameHost(a, b string) bool {
	a, b = strings.ToLower(a), strings.ToLower(b)
	return a != "" && b != "" && (a == b || strings.HasPrefix(a, b+".") || strings.HasPrefix(b, a+"."))
}

// why says in words what the machines tell of a change, "" where they tell nothing.
func (d *dose) why() string {
	switch {
	case len(d.failing)+len(d.sparing) == 0:
		return ""
	case len(d.failingWithout) > 0 && len(d.sparing) == 0:
		return fmt.Sprintf("%s failed as well without it", listed(d.failingWithout))
	case len(d.failing) == 0:
		return fmt.Sprintf("%s got it without failing", listed(d.sparing))
	case len(d.failingWithout)+len(d.sparing) == 0 && len(d.sparingWithout) > 0:
		return fmt.Sprintf("of the hosts those fail that got it (%s), and the others do not (%s)", listed(d.failing), listed(d.sparingWithout))
	case len(d.failingWithout)+len(d.sparing) == 0:
		return "every host got it, and all fail"
	}
	return fmt.Sprintf("of the hosts that got it %d fail and %d do not, of the others %d and %d", len(d.failing), len(d.sparing), len(d.failingWithout), len(d.sparingWithout))
}
