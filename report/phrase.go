package report

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
	"time"

	"culprit/correlate"
)

// grouped writes a number with separators: 1,234,567.
func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// Counted writes a number with its noun: "1 log", "2 logs".
func Counted(n int64, noun string) string { return counted(n, noun) }

// counted writes a number with its noun.
func counted(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return grouped(n) + " " + noun + "s"
}

// glue stands for a space at which no line may break; plainSpaces takes it out of what is written.
const glue = "\u00a0"

func plainSpaces(s string) string { return strings.ReplaceAll(s, glue, " ") }

// percent never says that all or none were hit unless it is so.
func percent(part, whole int64) string {
	switch {
	case whole <= 0 || part == 0:
		return "0" + glue + "%"
	case part >= whole:
		return "100" + glue + "%"
	case 100*part < whole:
		return "under" + glue + "1" + glue + "%"
	}
	return fmt.Sprintf("%d%s%%", min(99, (100*part+whole/2)/whole), glue)
}

// sure writes a confidence. Nothing is ever certain.
func sure(confidence float64) string {
	return fmt.Sprintf("%.0f%s%%", min(99, 100*confidence), glue)
}

// lasting writes a duration in its two largest units.
func lasting(d time.Duration) string {
	switch {
	case d < time.Second:
		return "less than 1 s"
	case d < time.Minute:
		return units(int(d.Seconds()), "s", 0, "")
	case d < time.Hour:
		return units(int(d.Minutes()), "min", int(d.Seconds())%60, "s")
	case d < 48*time.Hour:
		return units(int(d.Hours()), "h", int(d.Minutes())%60, "min")
	}
	return units(int(d.Hours())/24, "d", int(d.Hours())%24, "h")
}

func units(n int, unit string, rest int, small string) string {
	if rest == 0 {
		return fmt.Sprint(n) + glue + unit
	}
	return strings.Join([]string{fmt.Sprint(n), unit, fmt.Sprint(rest), small}, glue)
}

const (
	dateTime = "2006-01-02 15:04:05"
	clock    = "15:04:05"
)

// between writes a span in one zone, the date of its end only where that is another day.
func between(start time.Time, end *time.Time, zone *time.Location, layout string) string {
	start = start.In(zone)
	if end == nil {
		return "since " + start.Format(layout)
	}
	last, to := end.In(zone), clock
	if last.Format(time.DateOnly) != start.Format(time.DateOnly) {
		to = dateTime
	}
	return start.Format(layout) + " – " + last.Format(to)
}

// when says how long an incident lasted, in UTC and in the zone of the logs (nil: there is none to speak of).
func when(in *correlate.Incident, zone *time.Location) string {
	s := between(in.Start, in.End, time.UTC, dateTime) + " UTC"
	if in.End == nil {
		s += ", still going on"
	} else {
		s += ", for " + lasting(in.End.Sub(in.Start))
	}
	if zone != nil {
		s += " (" + strings.ReplaceAll(between(in.Start, in.End, zone, clock)+" "+zone.String(), " ", glue) + ")"
	}
	return s
}

// damage says how many requests were hurt, and how.
func damage(r *correlate.Requests) string {
	how := byStatus(r.ByStatus)
	switch {
	case r.Unlogged:
		return counted(r.Failed, "failure") + " logged; no access log was read, so the share of the requests is not known"
	case r.Failed == 0 && r.Total == 0:
		return "not known: no log of requests was read"
	case r.Total < r.Failed || r.Total == 0:
		return strings.TrimSuffix(counted(r.Failed, "request")+": "+how, ": ")
	}
	s := fmt.Sprintf("%s of %s (%s)", grouped(r.Failed), counted(r.Total, "request"), percent(r.Failed, r.Total))
	if how != "" {
		s += ": " + how
	}
	return s
}

// byStatus lists statuses by how often they were sent.
func byStatus(counts map[string]int64) string {
	statuses := make([]string, 0, len(counts))
	for s := range counts {
		statuses = append(statuses, s)
	}
	sort.Slice(statuses, func(i, j int) bool {
		a, b := statuses[i], statuses[j]
		return counts[a] > counts[b] || counts[a] == counts[b] && a < b
	})
	var parts []string
	for _, s := range statuses {
		name := Clean(s, 20)
		if s == "0" {
			name = "no answer"
		}
		parts = append(parts, name+glue+"×"+grouped(counts[s]))
	}
	return strings.Join(parts, ", ")
}

// setOff says what began it, and where that is written.
func setOff(in *correlate.Incident, h *correlate.Hypothesis) (text, source string) {
	if h.Trigger == nil {
		return nothingSetOff(in), ""
	}
	kind := Clean(h.Trigger.Kind, 40)
	at := h.Trigger.Time.Format(clock)
	if apart := in.Start.Sub(h.Trigger.Time); apart >= time.Second {
		at += ", " + lasting(apart) + " before"
	}
	return fmt.Sprintf("%s at %s: %s", kind, at, Clean(h.Trigger.Summary, 160)), Clean(h.Trigger.Source, 0)
}

func nothingSetOff(in *correlate.Incident) string {
	var acquitted int64
	for _, c := range in.Changes {
		if c.Verdict == "acquitted" {
			acquitted++
		}
	}
	switch acquitted {
	case 0:
		return "no change that these logs know of"
	case 1:
		return "no change: the one nearby is acquitted"
	}
	return fmt.Sprintf("no change: the %s nearby are acquitted", grouped(acquitted))
}

// chain leads from the root to what users saw.
func chain(h *correlate.Hypothesis) string {
	links := make([]string, len(h.Chain))
	for i, l := range h.Chain {
		links[i] = Clean(l, 80)
		if l == "0" {
			links[i] = "no answer"
		}
	}
	return strings.Join(links, " → ")
}
