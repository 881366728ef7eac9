package telemetry

import (
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"culprit/live"
)

// Collector gives Prometheus the numbers of the latest snapshot.
type Collector struct {
	// Latest returns it; nil before the first.
	Latest func() *Snapshot
	Counts *Counts
}

// Describe says nothing: which numbers there are depends on what is read.
func (c *Collector) Describe(chan<- *prometheus.Desc) {}

// Collect sends all numbers.
func (c *Collector) Collect(to chan<- prometheus.Metric) {
	s := c.Latest()
	if s == nil {
		return
	}
	e := &exposition{to}
	e.gauge("build_info", "Which culprit this is.", 1, "version", s.Version)
	e.gauge("incidents_open", "Incidents that were told of and are not over.", float64(len(s.Open)))
	for _, event := range []live.Event{live.Opened, live.Changed, live.Ended} {
		e.counter("incident_events_total", "What happened to incidents.", s.Notices[event], "event", string(event))
	}
	c.sources(e, s)
	e.work(s)
	e.receivers(s)
	for _, m := range s.Others {
		kind := prometheus.GaugeValue
		if m.Counter {
			kind = prometheus.CounterValue
		}
		e.send(strings.TrimPrefix(m.Name, "culprit_"), m.Help, kind, m.Value)
	}
}

func (c *Collector) sources(e *exposition, s *Snapshot) {
	c.Counts.each(func(daemon string, lines, unparsed int64) {
		e.counter("lines_total", "Lines of logs read.", lines, "daemon", daemon)
		e.counter("unparsed_lines_total", "Lines that no format accepted.", unparsed, "daemon", daemon)
	})
	now := time.Now()
	for i := range s.Sources {
		if source := &s.Sources[i]; !source.Last.IsZero() {
			e.gauge("source_lag_seconds", "How long ago the latest record of a log was written.", source.Lag(now).Seconds(), "source", source.Path, "daemon", source.Daemon)
			e.gauge("source_silent", "Whether a log that used to be written to no longer is.", map[bool]float64{true: 1}[source.Silent], "source", source.Path, "daemon", source.Daemon)
		}
	}
	e.gauge("sources", "Logs that are read.", float64(len(s.Sources)), "state", "followed")
	e.gauge("sources", "Logs that are read.", float64(len(s.Waiting)), "state", "awaited")
	e.gauge("sources", "Logs that are read.", float64(len(s.Refused)), "state", "refused")
}

// exposition sends numbers whose names begin alike.
type exposition struct{ to chan<- prometheus.Metric }

func (e *exposition) work(s *Snapshot) {
	e.gauge("lag_bytes", "Bytes written to logs and not yet read.", float64(s.LagBytes))
	e.counter("read_bytes_total", "Bytes of logs read.", s.ReadBytes)
	e.counter("lost_bytes_total", "Bytes known to have been truncated before they were read.", s.LostBytes)
	e.counter("truncations_total", "Truncations of logs without a copy that held the rest.", s.Truncations)
	e.counter("rounds_total", "Looks for incidents.", s.Rounds)
	e.gauge("last_round_duration_seconds", "How long the last look for incidents took.", s.LastRound.Seconds())
	e.counter("store_failures_total", "Times the database could not be written and was opened anew.", s.StoreFailures)
}

func (e *exposition) receivers(s *Snapshot) {
	for i := range s.Receivers {
		r := &s.Receivers[i]
		for result, n := range map[string]int64{"sent": r.Sent, "refused": r.Refused, "dropped": r.Dropped, "superseded": r.Superseded} {
			e.counter("notices_total", "Notices by what became of them: superseded ones were made old by a later one before they could be told.", n, "receiver", r.Label, "result", result)
		}
		e.counter("delivery_failures_total", "Attempts to tell a receiver that did not succeed.", r.Failed, "receiver", r.Label)
		e.gauge("notices_waiting", "Notices that wait for a receiver.", float64(r.Waiting), "receiver", r.Label)
		up := 1.0
		if r.Problem != "" {
			up = 0
		}
		e.gauge("receiver_up", "Whether the last attempt to tell a receiver succeeded.", up, "receiver", r.Label)
	}
}

func (e *exposition) gauge(name, help string, v float64, labels ...string) {
	e.send(name, help, prometheus.GaugeValue, v, labels...)
}

func (e *exposition) counter(name, help string, v int64, labels ...string) {
	e.send(name, help, prometheus.CounterValue, float64(v), labels...)
}

// send takes labels as name, value, name, value. Values may come from logs and paths: what is no UTF-8 in them is replaced.
func (e *exposition) send(name, help string, kind prometheus.ValueType, v float64, labels ...string) {
	var names, values []string
	for i := 0; i+1 < len(labels); i += 2 {
		names, values = append(names, labels[i]), append(values, strings.ToValidUTF8(labels[i+1], "\uFFFD"))
	}
	desc := prometheus.NewDesc("culprit_"+name, help, names, nil)
	m, err := prometheus.NewConstMetric(desc, kind, v, values...)
	if err != nil {
		m = prometheus.NewInvalidMetric(desc, err)
	}
	e.to <- m
}
