package report

import (
	"fmt"
	"strings"

	"culprit/correlate"
)

// hosts says in a line which of several machines fail and which do not; "" where there is only one.
func hosts(in *correlate.Incident) string {
	names := map[string][]string{}
	for i := range in.Hosts {
		h := &in.Hosts[i]
		name := Clean(h.Name, 60)
		if h.State == affected {
			name += fmt.Sprintf(" (%s of its requests)", percent(h.Failed, h.Total))
		}
		names[h.State] = append(names[h.State], name)
	}
	if len(names[affected]) == 0 {
		return ""
	}
	text := some(names[affected], "fails", "fail")
	if len(names[unaffected]) > 0 {
		text += "; " + some(names[unaffected], "does not", "do not")
	}
	return text
}

// States of a host that a line tells of.
const (
	affected   = "affected"
	unaffected = "unaffected"
)

// shownHosts bounds a line.
const shownHosts = 4

func some(names []string, one, several string) string {
	if len(names) == 1 {
		return names[0] + " " + one
	}
	rest := ""
	if n := len(names) - shownHosts; n > 0 {
		names, rest = names[:shownHosts], fmt.Sprintf(" and %d more", n)
	}
	return strings.Join(names, ", ") + rest + " " + several
}

// listedHosts bounds a table; the report as JSON has all.
const listedHosts = 200

// machines lists the hosts that were compared, affected ones first.
func (t *text) machines(in *correlate.Incident) {
	t.table("Machines", machineColumns, machineRows(in))
}

var machineColumns = []Column{{"host", Prose}, {"zone", Prose}, {"state", Word}, {"failed", Number}, {"requests", Number}, {"first UTC", Word},
	{"version", Prose}, {"clock", Word}}

func machineRows(in *correlate.Incident) [][]string {
	var rows [][]string
	for i := range in.Hosts[:min(len(in.Hosts), listedHosts)] {
		h := &in.Hosts[i]
		clock := "–"
		if h.Skew != 0 {
			clock = fmt.Sprintf("%+.0f%ss", -h.Skew, glue)
		}
		rows = append(rows, []string{h.Name, orDash(h.Zone), h.State, grouped(h.Failed), grouped(h.Total), orDash(moments(h.First, nil)), orDash(h.Version), clock})
	}
	return rows
}
