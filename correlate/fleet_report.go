package correlate

import (
	"cmp"
	"slices"
	"strings"
)

// hosts tells of every machine that was compared how it fared, affected ones first; nil where there is only one, or none that can be said to be affected.
func (q *inquiry) hosts() []HostShare {
	if len(q.fleet.in(affected)) == 0 {
		return nil
	}
	var shares []HostShare
	for _, m := range q.fleet {
		share := HostShare{Name: m.name, Zone: m.zone, State: string(m.state), Failed: m.inside.failed, Total: m.inside.ok + m.inside.failed,
			Version: q.versionOn(m), Skew: m.skew()}
		if m.state == affected {
			share.First = timeOf(m.first)
		}
		shares = append(shares, share)
	}
	slices.SortStableFunc(shares, func(a, b HostShare) int {
		return cmp.Or(gravity(a.State)-gravity(b.State), cmp.Compare(b.Failed, a.Failed))
	})
	return shares
}

// gravity orders states by what is looked for first.
func gravity(s string) int {
	return slices.Index([]string{string(affected), string(unclear), string(unaffected)}, s)
}

// versionOn is the version that the last change before a machine's trouble brought there, "" where no change tells of one.
func (q *inquiry) versionOn(m *machine) string {
	version := ""
	for i := range q.suspects {
		s := &q.suspects[i]
		if s.Version == "" || !q.reached(s, m) {
			continue
		}
		version = strings.TrimSpace(s.Service + " " + s.Version)
	}
	return version
}

// skew is by how many seconds the clock of a machine was corrected: by that of any of its logs.
func (m *machine) skew() float64 {
	i := slices.IndexFunc(m.sources, func(s *source) bool { return s.skew != 0 })
	if i < 0 {
		return 0
	}
	return float64(m.sources[i].skew) / second
}
