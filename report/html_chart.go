package report

import (
	"fmt"
	"slices"
	"sort"
	"time"

	"culprit/correlate"
)

// chart is the picture of an incident: as data for the script, and as lengths for the drawing that stands in for it.
type chart struct {
	Data  chartData
	Table []correlate.TimelinePoint
	Times *correlate.LatencySeries // nil, or a value each row of Table
	Draw  drawing
	Says  string // the picture in words
	Step  string // width of a bucket
}

// chartData is what the script draws. Times are seconds since the epoch, values one a bucket.
type chartData struct {
	Step   int           `json:"step"`
	Times  []int64       `json:"times"`
	Total  []int64       `json:"total"`
	Failed []chartSeries `json:"failed"`
	Start  int64         `json:"start"`
	End    int64         `json:"end"`
	Marks  []chartMark   `json:"marks"`
	Panels []panel       `json:"panels"`
}

// chartSeries are the failures of one kind.
type chartSeries struct {
	Status string  `json:"-"`
	Name   string  `json:"name"`
	Values []int64 `json:"values"`
}

// chartMark is a change inside the picture; Number is its row in the list of changes.
type chartMark struct {
	Time    float64 `json:"time"`
	Number  int     `json:"number"`
	Verdict string  `json:"verdict"`
	Text    string  `json:"text"`
}

const mostKinds = 5 // of failures that have a colour of their own; the others share the last

// newChart returns nil where no log tells of requests. It marks the first changes only, at most as many as the list of them has rows.
func newChart(in *correlate.Incident, rows int) *chart {
	if len(in.Timeline) == 0 {
		return nil
	}
	step := max(in.BucketSeconds, 1)
	first, last := in.Timeline[0].Time, in.Timeline[len(in.Timeline)-1].Time.Add(time.Duration(step)*time.Second)
	d := chartData{Step: step, Start: in.Start.Unix(), End: last.Unix(), Failed: failures(in.Timeline), Marks: []chartMark{}, Panels: panels(in)}
	if in.End != nil {
		d.End = in.End.Unix() + 1
	}
	for i := range in.Timeline {
		p := &in.Timeline[i]
		d.Times, d.Total = append(d.Times, p.Time.Unix()), append(d.Total, p.Total)
	}
	for i := range in.Changes[:min(len(in.Changes), rows)] {
		c := &in.Changes[i]
		if !c.Time.Before(first) && !c.Time.After(last) {
			d.Marks = append(d.Marks, chartMark{float64(c.Time.UnixMilli()) / 1000, i + 1, c.Verdict, change(c)})
		}
	}
	return &chart{Data: d, Table: in.Timeline, Times: told(in), Draw: draw(&d), Step: lasting(time.Duration(step) * time.Second), Says: described(in, &d)}
}

// failures splits the failed by status, the most frequent first. Where no status is told, all are of one kind.
func failures(points []correlate.TimelinePoint) []chartSeries {
	totals := map[string]int64{}
	for i := range points {
		rest := points[i].Failed
		for status, n := range points[i].ByStatus {
			totals[status] += n
			rest -= n
		}
		if rest > 0 {
			totals[other] += rest
		}
	}
	kinds := make([]string, 0, len(totals))
	for status := range totals {
		kinds = append(kinds, status)
	}
	sort.Slice(kinds, func(i, j int) bool {
		a, b := kinds[i], kinds[j]
		return totals[a] > totals[b] || totals[a] == totals[b] && a < b
	})
	if len(kinds) > mostKinds {
		kinds = append(slices.DeleteFunc(kinds, func(k string) bool { return k == other })[:mostKinds-1], other)
	}
	series := make([]chartSeries, len(kinds))
	for i, status := range kinds {
		series[i] = chartSeries{Status: status, Name: statusName(status), Values: make([]int64, len(points))}
	}
	for i := range points {
		shown := int64(0)
		for k := range series {
			if series[k].Status == other {
				continue
			}
			series[k].Values[i] = points[i].ByStatus[series[k].Status]
			shown += series[k].Values[i]
		}
		if k := len(series) - 1; k >= 0 {
			if o := slices.Index(kinds, other); o >= 0 {
				series[o].Values[i] = max(points[i].Failed-shown, 0)
			}
		}
	}
	return series
}

// other stands for failures whose status is not told.
const other = "failed"

// described tells the picture in a sentence.
func described(in *correlate.Incident, d *chartData) string {
	worst := 0
	for i := range in.Timeline {
		if in.Timeline[i].Failed > in.Timeline[worst].Failed {
			worst = i
		}
	}
	p := &in.Timeline[worst]
	s := fmt.Sprintf("Requests and failures from %s to %s UTC, counted every %s.", in.Timeline[0].Time.UTC().Format(clock),
		in.Timeline[len(in.Timeline)-1].Time.UTC().Format(clock), lasting(time.Duration(d.Step)*time.Second))
	if p.Failed > 0 {
		s += fmt.Sprintf(" It was worst at %s: %s of %s failed.", p.Time.UTC().Format(clock), grouped(p.Failed), counted(p.Total, "request"))
	}
	if n := len(d.Marks); n > 0 {
		s += fmt.Sprintf(" %s in this time, numbered as in the list of changes.", counted(int64(n), "change"))
	}
	return s
}
