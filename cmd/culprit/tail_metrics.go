package main

import (
	"fmt"

	"culprit/live"
)

// metrics are what /metrics tells.
func (s *service) metrics() []live.Metric {
	all := []live.Metric{
		{Name: "culprit_build_info", Help: "Which culprit this is.", Labels: live.Label("version", buildVersion()), Value: 1},
		{Name: "culprit_incidents_open", Help: "Incidents that were told of and are not over.", Value: float64(s.stats.open.Load())},
	}
	counter := func(name, help, labels string, v int64) {
		all = append(all, live.Metric{Name: name, Help: help, Counter: true, Labels: labels, Value: float64(v)})
	}
	counter("culprit_notices_total", "Notices told.", live.Label("event", "opened"), s.stats.opened.Load())
	counter("culprit_notices_total", "", live.Label("event", "changed"), s.stats.changed.Load())
	counter("culprit_notices_total", "", live.Label("event", "ended"), s.stats.ended.Load())
	counter("culprit_rounds_total", "Looks for incidents.", "", s.stats.rounds.Load())
	counter("culprit_store_failures_total", "Times the database could not be written and was opened anew.", "", s.stats.storeFailures.Load())
	all = append(all, live.Metric{Name: "culprit_round_seconds", Help: "How long the last look took.", Value: float64(s.stats.roundSeconds.Load()) / 1e6})
	if f := s.following.Load(); f != nil {
		status := f.Status()
		counter("culprit_read_bytes_total", "Bytes of logs read.", "", status.Bytes)
		counter("culprit_truncations_total", "Truncations without a copy that held the rest.", "", status.Truncations)
		counter("culprit_lost_bytes_total", "Bytes known to be truncated before they were read.", "", status.Lost)
		all = append(all,
			live.Metric{Name: "culprit_lag_bytes", Help: "Bytes written and not yet read.", Value: float64(status.Lag)},
			live.Metric{Name: "culprit_files_followed", Help: "Logs that are followed.", Value: float64(len(status.Files))},
			live.Metric{Name: "culprit_files_awaited", Help: "Logs that are not there yet.", Value: float64(len(status.Waiting))})
	}
	for i, c := range s.couriers {
		label := live.Label("receiver", fmt.Sprint(i))
		counter("culprit_deliveries_total", "Notices delivered.", label, c.Sent.Load())
	}
	for i, c := range s.couriers {
		counter("culprit_deliveries_dropped_total", "Notices given up.", live.Label("receiver", fmt.Sprint(i)), c.Dropped.Load())
	}
	return append(all, s.arrivalMetrics()...)
}
