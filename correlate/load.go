package correlate

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"culprit/store"
)

// gauge says when a measurement is worth a finding.
type gauge struct {
	finding string
	metric  string
	// high is the value at which something is in trouble; rise the growth over the baseline that counts without it.
	high, rise float64
	text       string
}

// gauges are the measurements that tell trouble. Rates are a second.
var gauges = []gauge{
	{"load/cpu", "cpu_percent", 85, 30, "the CPU was at %.0f %% (before: %.0f %%)"},
	{"load/memory", "mem_used_percent", 92, 25, "memory was used to %.0f %% (before: %.0f %%)"},
	{"load/swap", "swap_used_percent", 50, 15, "swap was used to %.0f %% (before: %.0f %%)"},
	{"load/disk", "disk_used_percent", 97, 10, "the disk was full to %.0f %% (before: %.0f %%)"},
	{"load/iowait", "cpu_iowait_percent", 40, 20, "the CPU waited for disks %.0f %% of the time (before: %.0f %%)"},
	{"load/steal", "cpu_steal_percent", 25, 15, "the hypervisor took %.0f %% of the CPU (before: %.0f %%)"},
	{"load/listen-queue", "tcp_listen_overflows", 15, 6, "%.0f connections a second found the listen queue full (before: %.0f)"},
	{"load/listen-queue", "tcp_listen_drops", 15, 6, "%.0f connections a second were dropped on arrival (before: %.0f)"},
	{"load/retransmissions", "tcp_retrans", 200, 50, "TCP sent %.0f segments a second again (before: %.0f)"},
	{"load/fpm-queue", "fpm_listen_queue", 20, 9, "%.0f requests waited for a PHP-FPM worker (before: %.0f)"},
	{"load/haproxy-queue", "haproxy_queue", 30, 15, "%.0f requests waited in HAProxy's queues (before: %.0f)"},
	{"load/haproxy-sessions", "haproxy_sessions_percent", 97, 40, "HAProxy's frontend used %.0f %% of its maxconn (before: %.0f %%)"},
	{"load/workers", "apache_workers_percent", 97, 40, "Apache's workers were busy to %.0f %% (before: %.0f %%)"},
	{"load/nginx-dropped", "nginx_dropped", 15, 6, "nginx dropped %.0f connections a second (before: %.0f)"},
	{"load/database-connections", "mysql_connections_percent", 95, 40, "the database's connections were used to %.0f %% (before: %.0f %%)"},
	{"load/pressure", "psi_io_percent", 60, 30, "work stood still %.0f %% of the time for disks (before: %.0f %%)"},
	{"load/pressure", "psi_memory_percent", 40, 20, "work stood still %.0f %% of the time for memory (before: %.0f %%)"},
}

// flats are findings that something measured did not move, which speak for what needs no such load and against what does.
var flats = map[string]struct {
	finding    string
	rise, high [2]float64 // from where to where the finding fades
}{
	"cpu_percent":       {"load/cpu-flat", [2]float64{8, 20}, [2]float64{60, 80}},
	"mem_used_percent":  {"load/memory-flat", [2]float64{4, 12}, [2]float64{75, 90}},
	"disk_used_percent": {"load/disk-flat", [2]float64{1, 4}, [2]float64{85, 95}},
}

// longestSpan bounds the period of means that are asked for behind an incident, µs: sar's ten minutes, told at their end.
const longestSpan = 600 * second

// weighLoad compares the measurements of the incident with those before it.
func (q *inquiry) weighLoad(ctx context.Context) error {
	metrics := make([]string, len(gauges))
	for i, g := range gauges {
		metrics[i] = g.metric
	}
	from, to := q.baseline.from*second, q.outage.to*second+second+longestSpan
	samples, err := q.store.Samples(ctx, from, to, metrics...)
	if err != nil {
		return err
	}
	for _, g := range gauges {
		hosts := map[string]*gauged{}
		for _, s := range samples {
			if s.Metric != g.metric {
				continue
			}
			if hosts[s.Host] == nil {
				hosts[s.Host] = &gauged{}
			}
			hosts[s.Host].add(s, q.fault, q.outage.to*second+second)
		}
		for _, host := range sortedKeys(hosts) {
			q.weighGauge(g, host, hosts[host])
		}
	}
	return nil
}

// gauged are the measurements of one metric on one host, in the order of time.
type gauged struct {
	before, inside []store.Sample
	// share is how much of what the samples inside are means of lies within the incident, at most 1.
	share float64
}

// add puts a sample where it belongs. A mean over a period belongs to the incident as far as the period does: one that lies mostly in
// front of it, or behind it, says nothing of either.
func (g *gauged) add(s store.Sample, fault, end int64) {
	begun := s.Time - s.Span
	switch {
	case s.Time < fault:
		g.before = append(g.before, s)
		return
	case s.Span == 0 && s.Time >= end, s.Span > 0 && begun >= end:
		return
	}
	share := 1.0
	if s.Span > 0 {
		share = float64(min(s.Time, end)-max(begun, fault)) / float64(s.Span)
	}
	if share < leastShare {
		return
	}
	g.inside = append(g.inside, s)
	g.share = max(g.share, share)
}

// leastShare is how much of a mean's period must lie within the incident for the mean to say something of it.
const leastShare = 0.15

func valuesOf(samples []store.Sample) []float64 {
	values := make([]float64, len(samples))
	for i, s := range samples {
		values[i] = s.Value
	}
	return values
}

func (q *inquiry) weighGauge(g gauge, host string, m *gauged) {
	if len(m.inside) == 0 {
		return
	}
	usual, now := median(valuesOf(m.before)), median(valuesOf(m.inside))
	if len(m.before) == 0 {
		usual = now
	}
	rise := now - usual
	top := slices.MaxFunc(m.inside, func(a, b store.Sample) int { return cmp.Compare(a.Value, b.Value) })
	strength := max(saturate(now, g.high-10, g.high), saturate(rise, g.rise/2, g.rise)) * saturate(rise, 1, g.rise/3)
	item := EvidenceItem{Kind: "load", Text: fmt.Sprintf(g.text, now, usual), First: timeOf(top.Time), Source: q.place(top.Source, top.Line)}
	attrs := map[string]string{"host": host, "value": fmt.Sprintf("%.0f", now), "before": fmt.Sprintf("%.0f", usual), "metric": g.metric}
	if top.Span >= coarse {
		item.Text += fmt.Sprintf("; a mean over %s", human(top.Span))
		attrs["span"] = time.Duration(top.Span * int64(time.Microsecond)).String()
	}
	if len(m.before) > 0 && strength > 0 {
		attrs["onset"] = m.onset(usual+rise/2, q.fault)
		if attrs["onset"] == "after" { // what came of the failures did not bring them about
			strength /= 2
			item.Text += "; it rose after the first failures"
		}
	}
	q.findings.add(Finding{Kind: g.finding, Attrs: attrs, Strength: strength, Item: item})
	if f, ok := flats[g.metric]; ok && len(m.before) > 0 {
		flat := (1 - saturate(rise, f.rise[0], f.rise[1])) * (1 - saturate(now, f.high[0], f.high[1])) * m.share
		q.findings.add(Finding{Kind: f.finding, Attrs: attrs, Strength: flat, Item: item})
	}
}

// coarse is from when on the period of a mean is worth a word, µs.
const coarse = 60 * second

// onset says whether a measurement rose above a level before the first sign of trouble, with it, or after: "before", "with", "after".
func (g *gauged) onset(level float64, fault int64) string {
	last := int64(0) // that lay below
	for _, s := range append(slices.Clone(g.before), g.inside...) {
		if s.Value < level {
			last = s.Time
			continue
		}
		if s.Time < fault && (last == 0 || s.Time > fault-lately) {
			return "before"
		}
		if s.Time >= fault {
			if last < fault+hesitation {
				return "with" // it rose between two samples, of which one lies in front of the fault or hardly behind it
			}
			return "after"
		}
	}
	return "after"
}

// hesitation is how long after the first sign a measurement may take to show what brought it about, µs: queues fill, means lag.
const hesitation = 15 * second

// lately is how long before the first sign a rise may have begun to count as of this incident, µs.
const lately = 300 * second
