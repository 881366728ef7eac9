package correlate

import (
	"context"
	"fmt"

	"culprit/store"
)

// gauge says when a measurement is worth a finding.
type gauge struct {
	finding string
	metrics []string
	// high is the value at which a machine is in trouble; rise the growth over the baseline that counts without it.
	high, rise float64
	text       string
}

// gauges are the measurements that every collector knows.
var gauges = []gauge{
	{"load/cpu", []string{"cpu_percent"}, 85, 30, "the CPU was at %.0f %% (before: %.0f %%)"},
	{"load/memory", []string{"mem_used_percent"}, 92, 25, "memory was used to %.0f %% (before: %.0f %%)"},
	{"load/swap", []string{"swap_used_percent"}, 50, 15, "swap was used to %.0f %% (before: %.0f %%)"},
	{"load/disk", []string{"disk_used_percent"}, 97, 10, "the disk was full to %.0f %% (before: %.0f %%)"},
	{"load/iowait", []string{"cpu_iowait_percent"}, 40, 20, "the CPU waited for disks %.0f %% of the time (before: %.0f %%)"},
	{"load/steal", []string{"cpu_steal_percent"}, 25, 15, "the hypervisor took %.0f %% of the CPU (before: %.0f %%)"},
}

// weighLoad compares the measurements of the incident with those before it.
func (q *inquiry) weighLoad(ctx context.Context) error {
	from, to := q.baseline.from*second, q.outage.to*second+second
	for _, g := range gauges {
		samples, err := q.store.Samples(ctx, from, to, g.metrics...)
		if err != nil {
			return err
		}
		q.weighGauge(g, samples)
	}
	return nil
}

func (q *inquiry) weighGauge(g gauge, samples []store.Sample) {
	before, inside := map[string][]float64{}, map[string][]float64{}
	at := map[string]store.Sample{}
	for _, s := range samples {
		if s.Time < q.fault {
			before[s.Host] = append(before[s.Host], s.Value)
			continue
		}
		inside[s.Host] = append(inside[s.Host], s.Value)
		if top, ok := at[s.Host]; !ok || s.Value > top.Value {
			at[s.Host] = s
		}
	}
	for _, host := range sortedKeys(inside) {
		top := at[host]
		usual, now := median(before[host]), median(inside[host])
		if len(before[host]) == 0 {
			usual = now
		}
		rise := now - usual
		strength := max(saturate(now, g.high-10, g.high), saturate(rise, g.rise/2, g.rise)) * saturate(rise, 1, g.rise/3)
		item := EvidenceItem{Kind: "load", Text: fmt.Sprintf(g.text, now, usual), First: timeOf(top.Time), Source: q.place(top.Source, top.Line)}
		attrs := map[string]string{"host": host, "value": fmt.Sprintf("%.0f", now), "before": fmt.Sprintf("%.0f", usual)}
		q.findings.add(Finding{Kind: g.finding, Attrs: attrs, Strength: strength, Item: item})
		if g.finding == "load/cpu" && len(before[host]) > 0 {
			q.findings.add(Finding{Kind: "load/cpu-flat", Attrs: attrs, Strength: (1 - saturate(rise, 8, 20)) * (1 - saturate(now, 60, 80)), Item: item})
		}
	}
}
