package receiver

import (
	"fmt"
	"maps"
	"time"

	"culprit/live"
	"culprit/live/delivery"
)

// labels tell Alertmanager which alert a notice is of: they stay the same as long as the incident lasts. What changes, the cause
// included, are annotations. Labels of the user's own come first.
func labels(n *live.Notice, own map[string]string) map[string]string {
	all := map[string]string{"alertname": "CulpritIncident", "severity": "critical"}
	if n.Event == live.Test {
		all["alertname"], all["severity"] = "CulpritTest", "info"
	}
	if n.Host != "" {
		all["instance"] = plain(n.Host, 0)
	}
	maps.Copy(all, own)
	all["incident"] = plain(n.ID, 0)
	return all
}

// ends is when an incident was over; zero while it lasts.
func ends(n *live.Notice) time.Time {
	if n.Event != live.Ended {
		return time.Time{}
	}
	if n.Incident.End != nil && n.Incident.End.Before(n.Time) {
		return n.Incident.End.UTC()
	}
	return n.Time.UTC()
}

// annotations are what is known of an incident.
func annotations(n *live.Notice) map[string]string {
	lead := n.Lead()
	notes := map[string]string{
		"event": string(n.Event), "summary": live.Headline(n), "description": plain(lead.Summary, 0), "cause": lead.Cause,
		"confidence": fmt.Sprintf("%.2f", lead.Confidence), "owner": plain(lead.Owner, 0), "hop": plain(n.Incident.Hop, 0),
		"component": plain(n.Incident.Component, 0), "failed": fmt.Sprint(n.Incident.Requests.Failed), "requests": fmt.Sprint(n.Incident.Requests.Total),
		"previous_cause": n.Before, "link": n.Link, "report": markdown(n),
	}
	if len(lead.Checks) > 0 {
		notes["check"] = plain(lead.Checks[0].Command, 0)
	}
	if len(lead.Fixes) > 0 {
		notes["fix"] = plain(lead.Fixes[0].Text, 0)
	}
	maps.DeleteFunc(notes, func(_, v string) bool { return v == "" })
	return notes
}

// latest keeps of each incident its last notice, in their order: an alert has one state.
func latest(group []*live.Notice) []*live.Notice {
	last := map[string]int{}
	for i, n := range group {
		last[n.ID] = i
	}
	var kept []*live.Notice
	for i, n := range group {
		if last[n.ID] == i {
			kept = append(kept, n)
		}
	}
	return kept
}

var _ delivery.Receiver = (*Alertmanager)(nil)
