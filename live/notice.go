package live

import (
	"net/url"
	"strings"
	"time"

	"culprit/correlate"
)

// Event says what a Notice is about.
type Event string

// The events in the life of an incident, and the one that only tries whether a receiver hears.
const (
	Opened  Event = "opened"
	Changed Event = "changed" // another cause leads
	Ended   Event = "ended"
	Test    Event = "test"
)

// Notice is one thing to be told. It is kept as JSON while its receiver is away.
type Notice struct {
	Event Event     `json:"event"`
	Time  time.Time `json:"time"` // of telling
	// ID stays the same from opening to end.
	ID string `json:"id"`
	// Before is the cause that led until now, where it changed.
	Before   string             `json:"before,omitempty"`
	Incident correlate.Incident `json:"incident"`
	Host     string             `json:"host,omitempty"`
	// Link is where the incident can be looked at, "" if nowhere.
	Link string `json:"link,omitempty"`
}

// Lead is the likeliest hypothesis; an empty one where there is none.
func (n *Notice) Lead() *correlate.Hypothesis {
	if len(n.Incident.Hypotheses) == 0 {
		return &correlate.Hypothesis{}
	}
	return &n.Incident.Hypotheses[0]
}

// Report is the incident as a report of its own.
func (n *Notice) Report() *correlate.Report {
	return &correlate.Report{
		Schema: correlate.Schema, Verdict: "incident", Inputs: []correlate.Input{}, Incidents: []correlate.Incident{n.Incident},
	}
}

// NewTest is a notice that tells of no incident.
func NewTest(host string, now time.Time) *Notice {
	end := now
	return &Notice{Event: Test, Time: now, ID: "test-" + now.UTC().Format("20060102T150405Z"), Host: host, Incident: correlate.Incident{
		ID: "test", Start: now, End: &end,
		Hypotheses: []correlate.Hypothesis{{Cause: "none", Title: "Test", Summary: "Somebody asked culprit to try whether this receiver hears. Nothing is wrong."}},
	}}
}

// LinkTo is where "culprit serve" at an address shows an incident; "" where there is no address.
func LinkTo(serve, incident string) string {
	if serve == "" {
		return ""
	}
	return strings.TrimRight(serve, "/") + "/incidents/" + url.PathEscape(incident)
}
