package report

import (
	"fmt"
	"math"
	"strings"
)

// panelDrawing stands in for a panel without script and in print, in the units of its view box.
type panelDrawing struct {
	Width, Height  int
	Left, Base     int
	Span           int
	Paths          []panelPath
	Cells          []panelCell
	TicksY, TicksX []tick
}

// panelPath is a line; panelCell a bar, or a part of a heat strip, whose Class says how it is filled.
type panelPath struct {
	Color int
	D     string
}

type panelCell struct {
	Class      string
	X, Y, W, H float64
}

const (
	heatRow   = 18 // height of a strip
	heatSteps = 5
)

func (p *panel) drawn(buckets int) panelDrawing {
	g := panelDrawing{Width: 720, Height: 120, Left: 48, Base: 104, Span: 636}
	x := func(i int) float64 { return tenth(float64(g.Left) + float64(i)/float64(buckets)*float64(g.Span)) }
	if p.Kind == "heat" {
		g.Left = 48
		g.Base = heatRow * len(p.Series)
		g.Height = g.Base + 4
		for row := range p.Series {
			g.TicksY = append(g.TicksY, tick{float64(row*heatRow) + heatRow/2, p.Series[row].Name})
			for i, v := range p.Series[row].Values {
				if v != nil {
					class := fmt.Sprintf("h%d", int(math.Ceil(*v*heatSteps)))
					g.Cells = append(g.Cells, panelCell{class, x(i), float64(row*heatRow) + 1, tenth(x(i+1) - x(i)), heatRow - 2})
				}
			}
		}
		return g
	}
	low, top := 0.0, p.top(buckets)
	y := func(v float64) float64 { return tenth(float64(g.Base) - v/top*float64(g.Base-8)) }
	if p.Log {
		low, top = p.decades()
		y = func(v float64) float64 {
			part := (math.Log10(max(v, low)) - math.Log10(low)) / (math.Log10(top) - math.Log10(low))
			return tenth(float64(g.Base) - part*float64(g.Base-8))
		}
	}
	g.TicksY = []tick{{y(low), axisLabel(low, p.Unit)}, {y(top), axisLabel(top, p.Unit)}}
	if p.Kind == "bars" {
		below := make([]float64, buckets)
		for _, s := range p.Series {
			for i, v := range s.Values {
				if v != nil && *v > 0 {
					g.Cells = append(g.Cells, panelCell{fmt.Sprintf("s%d", s.Color), x(i), y(below[i] + *v), tenth(max(x(i+1)-x(i), 0.5)), tenth(y(below[i]) - y(below[i]+*v))})
					below[i] += *v
				}
			}
		}
		return g
	}
	for _, s := range p.Series {
		var d strings.Builder
		pen := "M"
		for i, v := range s.Values {
			if v == nil {
				continue
			}
			fmt.Fprintf(&d, "%s%g %g", pen, tenth((x(i)+x(i+1))/2), y(*v))
			pen = "L"
		}
		g.Paths = append(g.Paths, panelPath{s.Color, d.String()})
	}
	return g
}

// top is the end of the vertical axis.
func (p *panel) top(buckets int) float64 {
	top := 0.0
	sums := make([]float64, buckets)
	for _, s := range p.Series {
		for i, v := range s.Values {
			if v != nil {
				sums[i] += *v
				top = max(top, *v)
			}
		}
	}
	if p.Kind == "bars" {
		for _, n := range sums {
			top = max(top, n)
		}
	}
	if p.Unit == "%" {
		return 100
	}
	return max(top, 1e-9)
}

// decades are the powers of ten around the values.
func (p *panel) decades() (low, high float64) {
	low, high = math.Inf(1), 0
	for _, s := range p.Series {
		for _, v := range s.Values {
			if v != nil && *v > 0 {
				low, high = min(low, *v), max(high, *v)
			}
		}
	}
	if high == 0 {
		return 1, 10
	}
	low, high = math.Pow(10, math.Floor(math.Log10(low))), math.Pow(10, math.Ceil(math.Log10(high)))
	return low, max(high, 10*low)
}

func axisLabel(v float64, unit string) string {
	switch unit {
	case "ms":
		return duration(v)
	case "%":
		return fmt.Sprintf("%.0f%s%%", v, glue)
	}
	if v >= 1000 {
		return grouped(int64(v))
	}
	return fmt.Sprintf("%.3g", v)
}
