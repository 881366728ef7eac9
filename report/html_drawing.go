package report

import (
	"fmt"
	"strings"
	"time"
)

// drawing is a chart in the units of its view box, for readers without script and for print.
type drawing struct {
	Width, Height         int
	Left, Top, Base, Span int // where the plot lies: left edge, upper edge, ground line, width
	Area                  string
	Bars                  []bar
	From, Wide            float64 // the incident
	Marks                 []notch
	TicksX, TicksY        []tick
}

type bar struct {
	Kind       int // which series, from 1
	X, Y, W, H float64
}

// notch marks a change. Of those too near to each other, the first is labelled for all.
type notch struct {
	X      float64
	Label  string
	Blamed bool
}

const labelWidth = 16

// notches places the changes.
func notches(marks []chartMark, x func(float64) float64) []notch {
	out := make([]notch, len(marks))
	head := 0
	for i, m := range marks {
		out[i] = notch{x(m.Time), fmt.Sprint(m.Number), m.Verdict == "blamed"}
		if i == 0 || out[i].X-out[head].X >= labelWidth {
			head = i
			continue
		}
		out[head].Label = fmt.Sprintf("%d–%d", marks[head].Number, m.Number)
		out[i].Label = ""
	}
	return out
}

// tick is a label of an axis.
type tick struct {
	At   float64
	Text string
}

func draw(d *chartData) drawing {
	g := drawing{Width: 720, Height: 240, Left: 48, Top: 24, Base: 212, Span: 636}
	var top int64 = 1
	for i := range d.Times {
		top = max(top, d.Total[i], failedAt(d, i))
	}
	first, last := d.Times[0], d.Times[len(d.Times)-1]+int64(d.Step)
	x := func(t float64) float64 {
		t = min(max(t, float64(first)), float64(last))
		return tenth(float64(g.Left) + (t-float64(first))/float64(last-first)*float64(g.Span))
	}
	y := func(n int64) float64 { return tenth(float64(g.Base) - float64(n)/float64(top)*float64(g.Base-g.Top)) }
	var area strings.Builder
	fmt.Fprintf(&area, "M%g %d", x(float64(first)), g.Base)
	for i, t := range d.Times {
		from, to := x(float64(t)), x(float64(t+int64(d.Step)))
		fmt.Fprintf(&area, "L%g %gL%g %g", from, y(d.Total[i]), to, y(d.Total[i]))
		var below int64
		for k := range d.Failed {
			n := d.Failed[k].Values[i]
			if n == 0 {
				continue
			}
			g.Bars = append(g.Bars, bar{k + 1, from, y(below + n), tenth(max(to-from, 0.5)), tenth(y(below) - y(below+n))})
			below += n
		}
	}
	fmt.Fprintf(&area, "L%g %dZ", x(float64(last)), g.Base)
	g.Area = area.String()
	g.From = x(float64(d.Start))
	g.Wide = tenth(max(x(float64(d.End))-g.From, 1))
	g.Marks = notches(d.Marks, x)
	g.TicksY = []tick{{y(0), "0"}, {y(top / 2), grouped(top / 2)}, {y(top), grouped(top)}}
	for i := range 5 {
		t := first + (last-first)*int64(i)/4
		g.TicksX = append(g.TicksX, tick{x(float64(t)), time.Unix(t, 0).UTC().Format(clock)})
	}
	return g
}

func failedAt(d *chartData, i int) (n int64) {
	for k := range d.Failed {
		n += d.Failed[k].Values[i]
	}
	return n
}

// tenth rounds a length: more digits than that only make the file larger.
func tenth(x float64) float64 { return float64(int64(x*10+0.5)) / 10 }
