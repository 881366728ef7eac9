package load

import (
	"context"
	"errors"
	"time"

	"github.com/shirou/gopsutil/v4/cpu"
	"github.com/shirou/gopsutil/v4/disk"
	hostload "github.com/shirou/gopsutil/v4/load"
	"github.com/shirou/gopsutil/v4/mem"

	"culprit/parser"
)

// Host measures the machine it runs on: CPU with steal and waiting, memory, swap, pressure stalls, run queue, load, file systems, disks,
// and what TCP had to drop or send again.
type Host struct {
	// Hostname names the machine in the figures.
	Hostname string
	// Proc is where the kernel's figures lie, "/proc".
	Proc string

	last hostCounters
}

// hostCounters are what rates are taken of.
type hostCounters struct {
	at    time.Time
	cpu   *cpu.TimesStat
	disks map[string]disk.IOCountersStat
	tcp   tcpCounters
}

// Name of the source.
func (h *Host) Name() string { return "proc://" + h.Hostname }

// Read measures what can be had; an error means that nothing could.
func (h *Host) Read(ctx context.Context, now time.Time) ([]parser.Sample, error) {
	out := gathering{host: h.Hostname}
	if !h.last.at.IsZero() {
		out.span = now.Sub(h.last.at)
	}
	next := hostCounters{at: now}
	err := errors.Join(
		h.processors(ctx, &out, &next),
		memory(ctx, &out),
		queues(ctx, &out),
		h.disks(ctx, &out, &next),
		fileSystems(ctx, &out),
		h.kernel(&out, &next),
	)
	h.last = next
	if len(out.samples) > 0 {
		return out.samples, nil // a part that this system does not tell is no failure
	}
	return nil, err
}

// gathering collects the figures of one reading.
type gathering struct {
	host    string
	span    time.Duration // since the reading before, 0 if there was none
	samples []parser.Sample
}

// gauge adds a figure of the moment, mean one of the time since the reading before.
func (g *gathering) gauge(metric string, value float64) {
	if value == value && value < 1e300 && value > -1e300 {
		g.samples = append(g.samples, parser.Sample{Host: g.host, Metric: metric, Value: value})
	}
}

func (g *gathering) mean(metric string, value float64) {
	n := len(g.samples)
	if g.gauge(metric, value); len(g.samples) > n {
		g.samples[n].Span = g.span.Microseconds()
	}
}

// rate adds the growth a second of a counter that stood at before; one that went back was begun anew, and tells nothing.
func (g *gathering) rate(metric string, before, now float64) {
	if g.span > 0 && now >= before {
		g.mean(metric, (now-before)/g.span.Seconds())
	}
}

func (h *Host) processors(ctx context.Context, out *gathering, next *hostCounters) error {
	all, err := cpu.TimesWithContext(ctx, false)
	if err != nil || len(all) == 0 {
		return err
	}
	now := all[0]
	next.cpu = &now
	if h.last.cpu == nil {
		return nil
	}
	was := *h.last.cpu
	total := func(t *cpu.TimesStat) float64 {
		return t.User + t.System + t.Idle + t.Nice + t.Iowait + t.Irq + t.Softirq + t.Steal
	}
	whole := total(&now) - total(&was)
	if whole <= 0 {
		return nil
	}
	share := func(before, after float64) float64 { return min(100, max(0, 100*(after-before)/whole)) }
	out.mean("cpu_percent", 100-share(was.Idle, now.Idle))
	out.mean("cpu_user_percent", share(was.User+was.Nice, now.User+now.Nice))
	out.mean("cpu_system_percent", share(was.System+was.Irq+was.Softirq, now.System+now.Irq+now.Softirq))
	out.mean("cpu_iowait_percent", share(was.Iowait, now.Iowait))
	out.mean("cpu_steal_percent", share(was.Steal, now.Steal))
	return nil
}

func memory(ctx context.Context, out *gathering) error {
	m, err := mem.VirtualMemoryWithContext(ctx)
	if err == nil && m.Total > 0 {
		out.gauge("mem_used_percent", 100*(1-float64(m.Available)/float64(m.Total)))
	}
	s, swapErr := mem.SwapMemoryWithContext(ctx)
	if swapErr == nil && s.Total > 0 {
		out.gauge("swap_used_percent", s.UsedPercent)
	}
	return errors.Join(err, swapErr)
}

func queues(ctx context.Context, out *gathering) error {
	average, err := hostload.AvgWithContext(ctx)
	if err == nil {
		out.gauge("load1", average.Load1)
	}
	processes, miscErr := hostload.MiscWithContext(ctx)
	if miscErr == nil {
		out.gauge("runq", float64(processes.ProcsRunning))
		out.gauge("blocked", float64(processes.ProcsBlocked))
	}
	return errors.Join(err, miscErr)
}
