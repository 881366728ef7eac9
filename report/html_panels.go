package report

import (
	"fmt"
	"math"
	"strings"

	"culprit/correlate"
)

// panel is a picture below that of the requests, on the same axis of time.
type panel struct {
	Kind   string        `json:"kind"` // lines, bars or heat
	Unit   string        `json:"unit"`
	Series []panelSeries `json:"series"`
	Name   string        `json:"name"`
	Log    bool          `json:"log"` // the axis of values is logarithmic
	Low    float64       `json:"low"` // its ends, where it is
	High   float64       `json:"high"`
	Title  string        `json:"-"`
	Says   string        `json:"-"` // the picture in words
	Draw   panelDrawing  `json:"-"`
}

// panelSeries has a value a bucket; nil: there is none.
type panelSeries struct {
	Name   string     `json:"name"`
	Color  int        `json:"color"`
	Values []*float64 `json:"values"`
	// Texts are values in words, where the number alone does not tell; of a heat strip.
	Texts []string `json:"texts,omitempty"`
}

const mostLines = 6 // of a panel

// panels are those for which there is something to draw.
func panels(in *correlate.Incident) []panel {
	all := []panel{}
	for _, p := range []*panel{hopPanel(in), latencyPanel(in), signaturePanel(in), loadPanel(in, true), loadPanel(in, false)} {
		if p == nil {
			continue
		}
		p.Draw = p.drawn(len(in.Timeline))
		all = append(all, *p)
	}
	return all
}

func latencyPanel(in *correlate.Incident) *panel {
	l := told(in)
	if l == nil {
		return nil
	}
	p := &panel{Kind: "lines", Name: "latency", Unit: "ms", Title: "How long requests took", Series: []panelSeries{
		{Name: "p99", Color: 1}, {Name: "p90", Color: 2}, {Name: "median", Color: 6}}}
	worst, at := 0.0, 0
	for i, n := range l.Counts {
		var v [3]*float64
		if n > 0 {
			v = [3]*float64{&l.P99[i], &l.P90[i], &l.P50[i]}
		}
		if l.P99[i] > worst {
			worst, at = l.P99[i], i
		}
		for k := range v {
			p.Series[k].Values = append(p.Series[k].Values, v[k])
		}
	}
	p.Log = true
	p.Low, p.High = p.decades()
	p.Says = fmt.Sprintf("Durations of requests: median, nine in ten, and all but one in a hundred. The longest were seen at %s: %s.",
		in.Timeline[at].Time.UTC().Format(clock), duration(worst))
	return p
}

// told are the durations of an incident, nil where there is not one a bucket of the timeline.
func told(in *correlate.Incident) *correlate.LatencySeries {
	l, n := in.Latency, len(in.Timeline)
	if l == nil || n == 0 || len(l.Counts) != n || len(l.P50) != n || len(l.P90) != n || len(l.P99) != n {
		return nil
	}
	return l
}

// duration writes ms.
func duration(ms float64) string {
	if ms >= 1000 {
		return fmt.Sprintf("%.1f%ss", ms/1000, glue)
	}
	return fmt.Sprintf("%.0f%sms", ms, glue)
}

func signaturePanel(in *correlate.Incident) *panel {
	p := &panel{Kind: "bars", Name: "signatures", Unit: "messages", Title: "Messages of failures, by what they mean"}
	for i, s := range in.Signatures {
		if len(s.Counts) != len(in.Timeline) || len(p.Series) == mostLines {
			continue
		}
		p.Series = append(p.Series, panelSeries{Name: s.Title, Color: i%mostLines + 1, Values: floats(s.Counts)})
	}
	if len(p.Series) == 0 {
		return nil
	}
	total := int64(0)
	for _, n := range in.Signatures[0].Counts {
		total += n
	}
	p.Says = fmt.Sprintf("Messages of failures over time, stacked. The most frequent: %s, %s times.", p.Series[0].Name, grouped(total))
	return p
}

// loadPanel draws the measurements that are shares of what there is, or the others.
func loadPanel(in *correlate.Incident, shares bool) *panel {
	p := &panel{Kind: "lines", Name: "load", Unit: "%", Title: "Load of the machines"}
	if !shares {
		p.Name, p.Unit, p.Title = "measurements", "", "Other measurements"
	}
	hosts := map[string]bool{}
	for i := range in.Load {
		hosts[in.Load[i].Host] = true
	}
	var peaks []string
	for i := range in.Load {
		l := &in.Load[i]
		metric, share := strings.CutSuffix(l.Metric, "_percent")
		if share != shares || len(l.Values) != len(in.Timeline) || len(p.Series) == mostLines || flat(l.Values) || !shares && len(p.Series) == 1 {
			continue
		}
		name := gaugeName(metric)
		if len(hosts) > 1 && l.Host != "" {
			name += " of " + l.Host
		}
		p.Series = append(p.Series, panelSeries{Name: name, Color: len(p.Series)%mostLines + 1, Values: l.Values})
		peaks = append(peaks, fmt.Sprintf("%s up to %.4g%s", name, highest(l.Values), p.Unit))
	}
	if len(p.Series) == 0 {
		return nil
	}
	if !shares {
		p.Title = strings.ToUpper(p.Series[0].Name[:1]) + p.Series[0].Name[1:]
	}
	p.Says = "Measurements over time: " + strings.Join(peaks, ", ") + "."
	return p
}

var gaugeNames = strings.NewReplacer("cpu_iowait", "CPU waiting for disks", "cpu_steal", "CPU taken by the hypervisor", "cpu", "CPU", "mem_used", "memory", "swap_used", "swap",
	"disk_used", "disk", "load1", "load average of a minute", "tcp_inuse", "TCP connections in use", "tcp_tw", "TCP connections closing", "_", " ")

func gaugeName(metric string) string { return gaugeNames.Replace(metric) }

func flat(values []*float64) bool { return highest(values) == 0 }

func highest(values []*float64) (top float64) {
	for _, v := range values {
		if v != nil {
			top = max(top, *v)
		}
	}
	return top
}

// hopPanel is a strip a daemon: how much of what it did failed, and where it logs no requests, how many messages of failures it wrote.
func hopPanel(in *correlate.Incident) *panel {
	p := &panel{Kind: "heat", Name: "hops", Title: "Where it hurt, from the user inwards"}
	var worst []string
	for i := range in.Hops {
		h := &in.Hops[i]
		if len(h.Requests) != len(in.Timeline) || len(h.Failed) != len(in.Timeline) || len(h.Errors) != len(in.Timeline) {
			continue
		}
		s := panelSeries{Name: h.Daemon, Color: 1}
		peak, at := 0.0, -1
		loudest := max(highest(floats(h.Errors)), loud)
		for k := range h.Requests {
			heat, text := heatOf(h, k, loudest)
			s.Values, s.Texts = append(s.Values, heat), append(s.Texts, text)
			if heat != nil && *heat > peak {
				peak, at = *heat, k
			}
		}
		if at >= 0 {
			worst = append(worst, fmt.Sprintf("%s worst at %s (%s)", h.Daemon, in.Timeline[at].Time.UTC().Format(clock), s.Texts[at]))
		}
		p.Series = append(p.Series, s)
	}
	if len(worst) == 0 {
		return nil
	}
	p.Says = "A strip for each daemon, the darker the more failed: " + strings.Join(worst, ", ") + "."
	return p
}

// loud is how many messages of failures in a bucket are many, for a daemon that never writes more.
const loud = 20

// heatOf is from 0 (all is well) to 1; nil: the daemon logged nothing.
func heatOf(h *correlate.HopSeries, k int, loudest float64) (*float64, string) {
	requests, failed, errors := h.Requests[k], h.Failed[k], h.Errors[k]
	var heat float64
	switch {
	case requests > 0:
		heat = math.Sqrt(float64(failed) / float64(requests)) // a few in a hundred are to be seen
		text := percent(failed, requests) + " of " + counted(requests, "request") + " failed"
		if errors > 0 {
			text += ", " + counted(errors, "message") + " of failures"
			heat = max(heat, 0.15)
		}
		return rounded(heat), text
	case errors > 0:
		heat = math.Log1p(float64(errors)) / math.Log1p(loudest)
		return rounded(heat), counted(errors, "message") + " of failures"
	}
	return nil, ""
}

func rounded(x float64) *float64 {
	x = math.Round(x*100) / 100
	return &x
}

func floats(counts []int64) []*float64 {
	values := make([]*float64, len(counts))
	for i, n := range counts {
		x := float64(n)
		values[i] = &x
	}
	return values
}
