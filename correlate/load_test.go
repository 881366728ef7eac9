package correlate

import (
	"fmt"
	"strings"
	"testing"

	"culprit/parser"
	"culprit/rules"
	"culprit/store"
)

// loadInquiry is one about an incident from second 1000 to 1060, with nothing known of it.
func loadInquiry() *inquiry {
	q := &inquiry{engine: &engine{byKey: map[string]*source{}, services: &rules.Services{}}}
	q.fault, q.onset, q.end = 1000*second, 1000*second, 1060*second
	q.outage = outage{span: span{1000, 1060}}
	q.baseline = span{400, 1000}
	q.traffic = &traffic{total: newSeries(span{400, 1100})}
	return q
}

// measurements are values every so many seconds; each is the mean of that time where mean is set.
func measurements(metric string, from, step int64, mean bool, values ...float64) (all []store.Sample) {
	for i, v := range values {
		s := store.Sample{Time: (from + int64(i)*step) * second, Sample: parser.Sample{Host: "web1", Metric: metric, Value: v}}
		if mean {
			s.Span = step * second
		}
		all = append(all, s)
	}
	return all
}

// TestGauges weighs what was measured: where it stands, how it rose, and what did not move.
func TestGauges(t *testing.T) {
	f := func(metric string, samples []store.Sample, want string) {
		t.Helper()
		q := loadInquiry()
		for _, g := range gauges {
			if g.metric != metric {
				continue
			}
			m := &gauged{}
			for _, s := range samples {
				m.add(s, q.fault, q.outage.to*second+second)
			}
			q.weighGauge(g, "web1", m)
		}
		var got []string
		for _, found := range q.findings {
			got = append(got, fmt.Sprintf("%s %.1f", found.Kind, found.Strength))
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%s %v: %s, want %s", metric, valuesOf(samples), strings.Join(got, ", "), want)
		}
	}
	f("cpu_percent", measurements("cpu_percent", 900, 20, true, 5, 5, 5, 5, 5, 5, 95, 96, 97), "load/cpu 1.0")
	f("cpu_percent", measurements("cpu_percent", 900, 20, true, 5, 5, 6, 5, 5, 5, 6, 5, 6), "load/cpu-flat 1.0")
	f("cpu_percent", measurements("cpu_percent", 900, 20, true, 90, 90, 90, 90, 90, 90, 91, 90, 90), "")       // always busy: neither
	f("cpu_percent", measurements("cpu_percent", 900, 20, true, 5, 5, 5, 5, 5, 5, 25, 26, 27), "load/cpu 0.4") // a little more
	f("cpu_percent", measurements("cpu_percent", 1010, 20, true, 95, 96, 97), "")                              // nothing before to compare with
	f("cpu_percent", measurements("cpu_percent", 900, 20, true, 5, 5, 5, 5, 5), "")                            // nothing of the incident
	f("disk_used_percent", measurements("disk_used_percent", 900, 20, false, 80, 80, 80, 80, 80, 80, 99, 100, 100), "load/disk 1.0")
	f("disk_used_percent", measurements("disk_used_percent", 900, 20, false, 40, 40, 40, 40, 40, 40, 40, 40, 40), "load/disk-flat 1.0")
	f("mem_used_percent", measurements("mem_used_percent", 900, 20, false, 60, 61, 60, 60, 61, 60, 93, 95, 97), "load/memory 1.0")
	f("fpm_listen_queue", measurements("fpm_listen_queue", 900, 20, false, 0, 0, 0, 0, 0, 0, 40, 60, 50), "load/fpm-queue 1.0")
	f("cpu_steal_percent", measurements("cpu_steal_percent", 900, 20, true, 0, 0, 0, 0, 0, 0, 30, 30, 30), "load/steal 1.0")
	f("cpu_percent", measurements("cpu_percent", 900, 20, true, 5, 5, 5, 5, 5, 5, 5, 97, 97, 97, 97), "load/cpu 0.5") // what came of it
	// A mean of ten minutes acquits only as far as it lies in the incident.
	f("cpu_percent", measurements("cpu_percent", 400, 600, true, 5, 5, 5), "")
}

// TestGauged sorts means by the period they cover.
func TestGauged(t *testing.T) {
	f := func(at, span int64, before, inside int) {
		t.Helper()
		m := &gauged{}
		m.add(store.Sample{Time: at * second, Sample: parser.Sample{Span: span * second}}, 1000*second, 1061*second)
		if len(m.before) != before || len(m.inside) != inside {
			t.Errorf("at %d over %d s: %d before and %d inside, want %d and %d", at, span, len(m.before), len(m.inside), before, inside)
		}
	}
	f(990, 0, 1, 0)
	f(1010, 0, 0, 1)
	f(1061, 0, 0, 0)
	f(999, 600, 1, 0)
	f(1010, 20, 0, 1)
	f(1002, 60, 0, 0) // of the time before, mostly
	f(1070, 20, 0, 1)
	f(1090, 20, 0, 0)
	f(1500, 600, 0, 0)
}

// TestOnset tells whether a measurement rose before the first sign of trouble, with it, or after.
func TestOnset(t *testing.T) {
	f := func(want string, samples []store.Sample) {
		t.Helper()
		m := &gauged{}
		for _, s := range samples {
			m.add(s, 1000*second, 1061*second)
		}
		if got := m.onset(50, 1000*second); got != want {
			t.Errorf("%v rose %s, want %s", valuesOf(samples), got, want)
		}
	}
	f("before", measurements("cpu_percent", 900, 20, false, 5, 5, 5, 90, 90, 90, 90))
	f("with", measurements("cpu_percent", 900, 30, false, 5, 5, 5, 5, 90, 90))
	f("with", measurements("cpu_percent", 900, 10, false, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 90))
	f("after", measurements("cpu_percent", 900, 20, false, 5, 5, 5, 5, 5, 5, 5, 90))
	f("after", measurements("cpu_percent", 900, 20, false, 5, 5, 5, 5, 5, 5, 5, 5))
}

// TestUnsureTimes: a change that happened somewhere in a range counts from the end of it that is nearer to the trouble, or from its stated
// time where the trouble began within the range, and for less than one that is sure to have happened right before.
func TestUnsureTimes(t *testing.T) {
	judge := func(at, early, late int64) suspect {
		q := loadInquiry()
		q.failed, q.total = 60, 600
		return q.suspect(store.Change{Time: at * second, Change: parser.Change{Kind: "deploy", Service: "shop", Early: early * second, Late: late * second}}, 1, 0.5)
	}
	f := func(name string, at, early, late int64, gap float64, below suspect) {
		t.Helper()
		s := judge(at, early, late)
		if s.gap != gap {
			t.Errorf("%s: %.1f s before the first sign, want %.1f", name, s.gap, gap)
		}
		if s.timing >= below.timing {
			t.Errorf("%s: weighs %.2f, want less than %.2f", name, s.timing, below.timing)
		}
	}
	sure := judge(999, 0, 0)
	if sure.gap != 1 || sure.timing <= 0 {
		t.Errorf("a second before, for sure: %.1f s, %.2f", sure.gap, sure.timing)
	}
	f("begun two minutes before", 880, 0, 120, 120, sure)
	f("ended some time behind", 1030, 60, 0, 0, sure)
	f("surely a minute before", 940, 0, 0, 60, sure)
	f("up to half a minute before", 940, 0, 30, 30, sure)
	if within, outside := judge(940, 0, 120), judge(940, 0, 0); within.timing <= outside.timing {
		t.Errorf("a range that reaches the trouble weighs %.2f, one that surely ends a minute before %.2f", within.timing, outside.timing)
	}
}
