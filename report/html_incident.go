package report

import (
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"time"

	"culprit/correlate"
)

// incidentPage is an incident as the page tells it.
type incidentPage struct {
	*correlate.Incident
	N, Of    int
	Tag      string // tells the parts of several incidents apart: ", incident 2"
	Lead     *correlate.Hypothesis
	Others   []rival
	Verdict  string // the sentence at the top
	Sure     string // how sure it is, in words
	Meter    int    // the same, 0 to 100
	Doubt    bool   // less than half sure, or unknown
	Summary  string
	Span     string // when, in UTC
	Local    string // when, on the clock of the logs; "" where that is UTC
	Lasted   string
	Hurt     string // share of requests that failed
	SetOff   string
	SetOffAt string // where that is written
	Route    []stop
	Chain    []link
	Chart    *chart // nil where no log tells of requests
}

func newIncidentPage(r *correlate.Report, i int, zone *time.Location, most bounds) incidentPage {
	in := &r.Incidents[i]
	h := &in.Hypotheses[0]
	p := incidentPage{Incident: in, N: i + 1, Of: len(r.Incidents), Lead: h, Verdict: h.Title, Summary: h.Summary,
		Sure: sure(h.Confidence) + glue + "sure", Meter: int(100*min(max(h.Confidence, 0), 1) + 0.5)}
	if p.Of > 1 {
		p.Tag = fmt.Sprintf(", incident %d", p.N)
	}
	p.Doubt = h.Cause == unknown || h.Confidence < doubtful
	if h.Cause != unknown && p.Doubt {
		p.Verdict, p.Summary = "Cause uncertain. Suspected: "+h.Title, "If the suspicion is right: "+h.Summary
	}
	p.Span = between(in.Start, in.End, time.UTC, dateTime) + " UTC"
	if zone = differing(zone, in.Start); zone == nil {
		zone = zoneOf(r, in.Start)
	}
	if zone != nil {
		p.Local = between(in.Start, in.End, zone, clock) + " " + zone.String()
	}
	p.Lasted = "still going on"
	if in.End != nil {
		p.Lasted = lasting(in.End.Sub(in.Start))
	}
	p.Hurt = percent(in.Requests.Failed, in.Requests.Total)
	p.SetOff, p.SetOffAt = setOff(in, h)
	for j := range in.Hypotheses[1:] {
		p.Others = append(p.Others, newRival(&in.Hypotheses[j+1], h))
	}
	p.Route, p.Chain = route(in.Hop), links(in)
	p.Chart = newChart(in, most.rows)
	return p
}

// rival is a hypothesis that did not win, and why.
type rival struct {
	*correlate.Hypothesis
	Why string
}

func newRival(h, lead *correlate.Hypothesis) rival {
	if len(h.EvidenceAgainst) > 0 {
		return rival{h, factText(&h.EvidenceAgainst[0])}
	}
	if h.Cause == unknown {
		return rival{h, "What the logs hold explains the failures well enough."}
	}
	weight := func(h *correlate.Hypothesis) (sum float64) {
		for _, e := range h.EvidenceFor {
			sum += e.Weight
		}
		return sum
	}
	if mine, theirs := weight(h), weight(lead); mine < theirs {
		return rival{h, fmt.Sprintf("Nothing contradicts it, but what speaks for it weighs less: %.1f against %.1f.", mine, theirs)}
	}
	return rival{h, "It explains the failures less well as a whole."}
}

// stop is a station on the way of a request.
type stop struct {
	Name   string
	Broken bool // the way to this one is where it broke
	Far    bool // there may be others before it
}

// route draws the hop that broke, from the users' side.
func route(hop string) []stop {
	var stops []stop
	names := strings.Split(hop, " → ")
	if names[0] != "client" {
		stops = []stop{{Name: "users"}}
	}
	for i, name := range names {
		if name = strings.TrimSpace(name); name != "" {
			stops = append(stops, stop{Name: name, Broken: i > 0, Far: i == 0})
		}
	}
	return stops
}

// link is a step from the cause to what users saw.
type link struct {
	Role, Name, Title string
}

// links are the chain with titles. Those of causes come from the hypotheses of the incident; others stand with their name only.
func links(in *correlate.Incident) []link {
	ids := in.Hypotheses[0].Chain
	out := make([]link, len(ids))
	for i, id := range ids {
		out[i] = link{Role: "which led to", Name: id, Title: strings.ReplaceAll(id, "-", " ")}
		switch {
		case i == 0:
			out[i].Role = "root cause"
		case i == len(ids)-1:
			out[i].Role, out[i].Title = "users saw", answer(id)
			if in.Requests.Unlogged {
				out[i].Role = "seen as"
			}
		}
		for j := range in.Hypotheses {
			if in.Hypotheses[j].Cause == id {
				out[i].Title = in.Hypotheses[j].Title
			}
		}
	}
	return out
}

// answer writes a status with its name; what is no status as it is.
func answer(status string) string {
	code, err := strconv.Atoi(status)
	switch {
	case err != nil:
		return status
	case code == 0:
		return "no answer"
	}
	return strings.TrimSpace(status + " " + http.StatusText(code))
}

// statusName writes a status in a column or a legend.
func statusName(status string) string {
	if status == "0" {
		return "no answer"
	}
	return status
}

// phrases are what the templates say things with.
func phrases(most bounds) template.FuncMap {
	return template.FuncMap{
		"n": grouped, "counted": counted, "percent": percent, "sure": sure, "ms": duration,
		"here": func(source string, line int64) bool { return strings.HasSuffix(source, fmt.Sprintf(":%d", line)) }, "fact": func(e correlate.EvidenceItem) string { return factText(&e) },
		"moments": moments, "weight": func(x float64) string { return fmt.Sprintf("%.1f", max(x, -x)) },
		"clock":    func(t time.Time) string { return t.UTC().Format(clock) },
		"statuses": byStatus, "change": func(c correlate.ChangeVerdict) string { return change(&c) },
		"covers": func(in correlate.Input) string { return covers(&in) }, "zone": func(in correlate.Input) string { return zoneCell(&in) },
		"dash": orDash, "hosts": hosts, "machines": machineRows, "add": func(a, b int) int { return a + b }, "beyond": most.beyond,
		"items":   func(l []correlate.EvidenceItem) []correlate.EvidenceItem { return l[:min(len(l), most.rows)] },
		"changes": func(l []correlate.ChangeVerdict) []correlate.ChangeVerdict { return l[:min(len(l), most.rows)] },
		"inputs":  func(l []correlate.Input) []correlate.Input { return l[:min(len(l), most.rows)] },
		"skipped": func(l []correlate.SkippedFile) []correlate.SkippedFile { return l[:min(len(l), most.rows)] },
	}
}

// beyond says how many rows are not shown; "" for none.
func (most bounds) beyond(n int) string {
	if n <= most.rows {
		return ""
	}
	return "… and " + grouped(int64(n-most.rows)) + " more, in the report as JSON."
}
