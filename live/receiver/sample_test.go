package receiver

import (
	"time"

	"culprit/correlate"
	"culprit/live"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// notice is one with a title, which may be as hostile as a log.
func notice(e live.Event, title string) *live.Notice {
	in := correlate.Incident{ID: "2026-1", Start: noon, Ongoing: e != live.Ended, Hop: "nginx → php-fpm", Component: "php-fpm", Changes: []correlate.ChangeVerdict{},
		Requests: correlate.Requests{Total: 10, Failed: 5, ByStatus: map[string]int64{"502": 5}},
		Hypotheses: []correlate.Hypothesis{{Cause: "backend-down", Title: title, Confidence: 0.9, Summary: "Summary of " + title, Owner: "operations",
			Chain: []string{"backend-down", "502"}, Checks: []correlate.Check{{Command: "systemctl status php-fpm", Expect: "inactive"}},
			Fixes: []correlate.Fix{{Text: "Start it.", Difficulty: "easy"}}, Verify: []string{}, Missing: []string{},
			EvidenceFor: []correlate.EvidenceItem{{Kind: "log", Text: "It refused " + title, Count: 3, Source: "error.log:1"}}}}}
	now := noon.Add(time.Second)
	if e == live.Ended {
		end := noon.Add(time.Minute)
		in.End, now = &end, noon.Add(3*time.Minute)
	}
	return &live.Notice{Event: e, Time: now, ID: "abc", Incident: in, Host: "web1", Link: "https://c.example.org/incidents/2026-1"}
}
