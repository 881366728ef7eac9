package main

import (
	"fmt"

	"culprit/correlate"
	"culprit/live"
	"culprit/report"
)

// show writes a notice to the terminal: lines while an incident lasts, the report when it is over.
func (s *service) show(n *live.Notice) {
	if s.viewing.on.Load() {
		return // it shows notices itself
	}
	s.said.Lock()
	defer s.said.Unlock()
	mark := map[live.Event]string{live.Opened: "INCIDENT", live.Changed: "UPDATE", live.Ended: "ENDED"}[n.Event]
	fmt.Fprintf(s.out, "%s %s %s %s\n", n.Time.Format("15:04:05"), mark, n.ID, report.Clean(live.Headline(n), 0))
	lead := n.Lead()
	if n.Event != live.Ended {
		fmt.Fprintf(s.out, "         %s\n", report.Clean(lead.Summary, 0))
		if len(lead.Checks) > 0 {
			fmt.Fprintf(s.out, "         next: %s\n", report.Clean(lead.Checks[0].Command, 0))
		}
		return
	}
	whole := &correlate.Report{Schema: correlate.Schema, Verdict: "incident", Inputs: []correlate.Input{}, Incidents: []correlate.Incident{n.Incident}}
	screen := terminal(s.out)
	if err := report.Text(s.out, whole, report.TextOptions{Width: screen.width, Color: screen.color(), Zone: s.zone}); err != nil {
		fmt.Fprintf(s.err, "culprit: %v\n", err)
	}
}
