package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"culprit/correlate"
)

// happening is an entry of the timeline of an incident, for a post-mortem.
type happening struct {
	at   time.Time
	text string // Markdown
}

// mostHappenings bounds the timeline: a long incident is told by its first and last minutes.
const mostHappenings = 120

// timeline writes what happened minute by minute: changes, the first signs of each piece of evidence, and what users saw.
func (m *markdown) timeline(in *correlate.Incident) {
	all := happenings(in)
	if len(all) == 0 {
		return
	}
	left := 0
	if len(all) > mostHappenings {
		left = len(all) - mostHappenings
		all = slices.Concat(all[:mostHappenings/2], all[len(all)-mostHappenings/2:])
	}
	m.line("\n## Timeline (UTC)\n")
	for i, h := range all {
		if left > 0 && i == mostHappenings/2 {
			m.line("- … %s left out …", counted(int64(left), "line"))
		}
		m.line("- %s %s", h.at.UTC().Format(clock), h.text)
	}
}

func happenings(in *correlate.Incident) []happening {
	var all []happening
	add := func(t time.Time, text string) { all = append(all, happening{t, text}) }
	for i := range in.Changes {
		c := &in.Changes[i]
		add(c.Time, fmt.Sprintf("%s (%s)", plain(change(c)), plain(c.Verdict)))
	}
	h := &in.Hypotheses[0]
	for i := range h.EvidenceFor {
		if e := &h.EvidenceFor[i]; e.First != nil && e.Kind != "change" {
			add(*e.First, "first sign: "+plain(e.Text))
		}
	}
	add(in.Start, "**first failure that users saw**")
	if in.End != nil {
		add(*in.End, "**last failure that users saw**")
	}
	for _, minute := range minutes(in.Timeline) {
		add(minute.Time, "in this minute "+failing(in, &minute))
	}
	slices.SortStableFunc(all, func(a, b happening) int { return a.at.Compare(b.at) })
	return all
}

// minutes adds up the buckets of each minute that saw failures.
func minutes(points []correlate.TimelinePoint) []correlate.TimelinePoint {
	var sums []correlate.TimelinePoint
	for i := range points {
		p := &points[i]
		minute := p.Time.Truncate(time.Minute)
		if n := len(sums); n == 0 || !sums[n-1].Time.Equal(minute) {
			sums = append(sums, correlate.TimelinePoint{Time: minute, ByStatus: map[string]int64{}})
		}
		s := &sums[len(sums)-1]
		s.Total, s.Failed = s.Total+p.Total, s.Failed+p.Failed
		for status, n := range p.ByStatus {
			s.ByStatus[status] += n
		}
	}
	return slices.DeleteFunc(sums, func(p correlate.TimelinePoint) bool { return p.Failed == 0 })
}

// postmortem adds what only people know, to be filled in.
const postmortem = `
## For the post-mortem

### What went well

-

### What went badly

-

### Where we were lucky

-

### Actions

| what | who | until |
|---|---|---|
|  |  |  |
`

// failing says how much failed in a minute, as far as it is known.
func failing(in *correlate.Incident, minute *correlate.TimelinePoint) string {
	if in.Requests.Unlogged {
		return counted(minute.Failed, "failure") + " logged"
	}
	return strings.TrimSuffix(fmt.Sprintf("%s of %s failed: %s", grouped(minute.Failed), counted(minute.Total, "request"), plain(byStatus(minute.ByStatus))), ": ")
}
