package view

import (
	"cmp"
	"fmt"

	"culprit/live"
	"culprit/live/telemetry"
	"culprit/report"
)

func (c *canvas) header(s *telemetry.Snapshot) {
	c.line(bold, fmt.Sprintf("culprit on %s   %s   up %s   %d logs", cmp.Or(s.Host, "this machine"), s.Time.UTC().Format("2006-01-02 15:04:05 UTC"),
		span(s.Time.Sub(s.Started)), len(s.Sources)))
}

// traffic shows the rates of the last span, and how they came about.
func (c *canvas) traffic(s *telemetry.Snapshot) {
	if s.TrafficOf == "" || len(s.Traffic) == 0 {
		c.line(faint, "no requests in the last ten minutes")
		c.blank()
		return
	}
	requests, failed := make([]int64, len(s.Traffic)), make([]int64, len(s.Traffic))
	for i, t := range s.Traffic {
		requests[i], failed[i] = t.Requests, t.Failed
	}
	now := s.Traffic[len(s.Traffic)-1]
	step := telemetry.TrafficStep.Seconds()
	room := c.width - 22
	color := ""
	if now.Failed > 0 {
		color = red
	}
	c.line("", fmt.Sprintf("requests %8.1f/s  %s", float64(now.Requests)/step, report.Sparkline(fit(requests, room), room)))
	c.line(color, fmt.Sprintf("failed   %8.1f/s  %s", float64(now.Failed)/step, report.Sparkline(fit(failed, room), room)))
}

// fit keeps the latest values that find room.
func fit(values []int64, room int) []int64 {
	return values[len(values)-min(max(room, 0), len(values)):]
}

// incidents shows the latest one that is open, or that there is none.
func (c *canvas) incidents(s *telemetry.Snapshot, height int) {
	if len(s.Open) == 0 {
		switch {
		case !s.Ready:
			c.line("", "Reading what was there before; incidents are told of from then on.")
		default:
			c.line(green, "No incident is open.")
		}
		return
	}
	c.incident(s.Open[0], height)
	if more := len(s.Open) - 1; more > 0 {
		c.line(red, fmt.Sprintf("and %d more open", more))
	}
}

// evidenceMost is how many facts are shown where there is room.
const evidenceMost = 3

func (c *canvas) incident(n *live.Notice, height int) {
	in, lead := &n.Incident, n.Lead()
	c.line(red, fmt.Sprintf("INCIDENT  %s (%s, %.0f %% sure)", lead.Title, lead.Cause, 100*lead.Confidence))
	damage := fmt.Sprintf("%d of %d requests failed", in.Requests.Failed, in.Requests.Total)
	if in.Requests.Unlogged {
		damage = fmt.Sprintf("%d failures logged", in.Requests.Failed)
	}
	c.text("since", fmt.Sprintf("%s; %s; %s", in.Start.UTC().Format("15:04:05 UTC"), damage, cmp.Or(in.Hop, in.Component)), 1)
	sentences, facts := 3, evidenceMost
	if height < leastHeight+20 {
		sentences, facts = 2, 1
	}
	c.text("", lead.Summary, sentences)
	name := "because"
	for _, e := range lead.EvidenceFor[:min(len(lead.EvidenceFor), facts)] {
		times := ""
		if e.Count > 1 {
			times = fmt.Sprintf(" ×%d", e.Count)
		}
		c.text(name, e.Text+times, 1)
		name = ""
	}
	if len(lead.Checks) > 0 {
		c.text("next", "$ "+lead.Checks[0].Command, 2)
	}
}
