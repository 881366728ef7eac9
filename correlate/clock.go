package correlate

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"culprit/parser"
	"culprit/store"
)

// minute in µs.
const minute = 60 * second

// zones are the offsets that clocks on this earth are set to, in minutes east of UTC: all whole hours, and the odd ones.
var zones = func() []int64 {
	offsets := []int64{-570, -210, -150, 210, 270, 330, 345, 390, 525, 570, 630, 765, 825}
	for h := int64(-12); h <= 14; h++ {
		offsets = append(offsets, 60*h)
	}
	return offsets
}()

// year is used to bring stamps without one near the others, in µs.
const year = 365 * 24 * 3600 * second

// alignClocks brings all sources onto UTC: sources without a zone get one, by flag, by fitting them onto those that have one,
// or from this machine; then clocks that are off by seconds or minutes are set right where two logs tell of the same requests.
// It returns remarks for the report.
func (e *engine) alignClocks(ctx context.Context) ([]string, error) {
	sources, err := e.store.Sources(ctx)
	if err != nil {
		return nil, err
	}
	var notes []string
	known := zonedRange(sources)
	for _, s := range timelinesLast(sources) {
		if s.Zoned || s.First == 0 || s.ZoneFrom != "" {
			continue
		}
		shift, zone, from := e.zoneOf(s, sources, known)
		if err := e.store.SetShift(ctx, s.ID, shift, zone, from); err != nil {
			return nil, err
		}
		s.Shift, s.Zone, s.ZoneFrom = shift, zone, from
		if from == "inferred" && shift != 0 {
			notes = append(notes, fmt.Sprintf("%s names no zone; it was read as %s, which fits the logs that do", s.Path, zone))
		}
	}
	if err := e.load(ctx); err != nil {
		return nil, err
	}
	skew, err := e.correctSkew(ctx)
	return append(notes, skew...), err
}

// timelinesLast orders sources so that a timeline, whose few entries fit anywhere, comes when the zone of the logs beside it is known.
func timelinesLast(sources []store.Source) []*store.Source {
	ordered := make([]*store.Source, 0, len(sources))
	for _, timeline := range [...]bool{false, true} {
		for i := range sources {
			if (sources[i].Daemon == parser.Timeline) == timeline {
				ordered = append(ordered, &sources[i])
			}
		}
	}
	return ordered
}

// timeRange is a range of moments in µs.
type timeRange struct{ first, last int64 }

func (r timeRange) empty() bool { return r.first == 0 }

func (r timeRange) with(first, last int64) timeRange {
	if r.empty() {
		return timeRange{first, last}
	}
	return timeRange{min(r.first, first), max(r.last, last)}
}

// zonedRange is the time covered by sources whose stamps are absolute: logs if there are any, else timelines.
func zonedRange(sources []store.Source) timeRange {
	var logs, lines timeRange
	for _, s := range sources {
		switch {
		case !s.Zoned || s.First == 0 || s.Format == parser.Certificate: // a certificate's time is not of anything that happened
		case s.Daemon == parser.Timeline:
			lines = lines.with(s.First, s.Last)
		default:
			logs = logs.with(s.First, s.Last)
		}
	}
	if logs.empty() {
		return lines
	}
	return logs
}

// zoneOf finds the shift that turns a zone-less source into UTC.
func (e *engine) zoneOf(s *store.Source, all []store.Source, known timeRange) (shift int64, zone, from string) {
	if e.opts.Zone != nil {
		return offsetIn(e.opts.Zone, s.First), e.opts.Zone.String(), "flag"
	}
	if known.empty() {
		local := e.opts.Local
		if local == nil {
			local = time.UTC
		}
		return offsetIn(local, s.First), nameOf(local, s.First), "local"
	}
	shift = wholeYears(s, known)
	best, bestFit := int64(0), math.Inf(-1)
	for _, offset := range zones {
		moved := shift - offset*minute
		fit := fitAll(s, moved, all)
		fit -= 1e-6 * math.Abs(float64(offset)) // of equals, the one nearest to UTC
		fit += 0.02 * companions(s, all, moved)
		if fit > bestFit {
			best, bestFit = offset, fit
		}
	}
	return shift - best*minute, zoneName(best * minute), "inferred"
}

// fitAll is how well a source, moved by shift, fits those whose time is known, on average. Those that lie nearer to it in the tree
// count more: a tarball of yesterday beside one of today.
func fitAll(s *store.Source, shift int64, all []store.Source) float64 {
	own := timeRange{s.First + shift, s.Last + shift}
	var sum, weights float64
	for i := range all {
		o := &all[i]
		if !o.Zoned || o.First == 0 || o.Format == parser.Certificate {
			continue
		}
		weight := math.Pow(4, float64(sharedFolders(s.Path, o.Path)))
		sum += weight * fitOf(own, timeRange{o.First, o.Last})
		weights += weight
	}
	return sum / max(weights, 1)
}

// wholeYears moves stamps that carry no year, and were given a wrong one, next to the others.
func wholeYears(s *store.Source, known timeRange) int64 {
	if s.First >= known.first && s.Last <= known.last {
		return 0
	}
	years := int(math.Round(float64(known.last-s.Last) / year))
	last := time.UnixMicro(s.Last).UTC()
	return last.AddDate(years, 0, 0).Sub(last).Microseconds()
}

// sharedFolders counts the leading folders that two paths have in common.
func sharedFolders(a, b string) (n int) {
	for {
		i, j := strings.IndexByte(a, '/'), strings.IndexByte(b, '/')
		if i < 0 || j < 0 || a[:i] != b[:j] {
			return n
		}
		n++
		a, b = a[i+1:], b[j+1:]
	}
}

// fitOf says how well two ranges cover each other: the part of the shorter that they share, or, where they do not meet, a little
// less than that the nearer they are: a log of two lines may end a second before the next one begins.
func fitOf(own, known timeRange) float64 {
	shared := min(own.last, known.last) - max(own.first, known.first)
	if shared < 0 {
		return max(-1, 0.9-float64(-shared)/(10*minute))
	}
	shorter := max(min(own.last-own.first, known.last-known.first), 1)
	return min(1, float64(max(shared, 1))/float64(shorter))
}

// companions counts the sources that already got the same shift: the logs of a host share its zone.
func companions(s *store.Source, all []store.Source, shift int64) (n float64) {
	for i := range all {
		if all[i].ID != s.ID && all[i].ZoneFrom == "inferred" && all[i].Shift == shift {
			n++
		}
	}
	return min(n, 5)
}

// offsetIn is the shift that turns a wall clock read as UTC into UTC, for a zone.
func offsetIn(loc *time.Location, wall int64) int64 {
	w := time.UnixMicro(wall).UTC()
	_, offset := time.Date(w.Year(), w.Month(), w.Day(), w.Hour(), w.Minute(), w.Second(), 0, loc).Zone()
	return -int64(offset) * second
}

// nameOf is what a zone is called, or its distance from UTC at a wall-clock time where the system knows no more than that it is its own.
func nameOf(zone *time.Location, wall int64) string {
	if name := zone.String(); name != "Local" {
		return name
	}
	return zoneName(-offsetIn(zone, wall))
}

func zoneName(offset int64) string {
	if offset == 0 {
		return "UTC"
	}
	sign := "+"
	if offset < 0 {
		sign, offset = "-", -offset
	}
	minutes := offset / minute
	return fmt.Sprintf("%s%02d:%02d", sign, minutes/60, minutes%60)
}

// Bounds of the search for a clock that is off.
const (
	maxSkew     = 300 // seconds
	leastSkew   = 3
	skewQuality = 0.5  // correlation that a match must reach
	skewGain    = 0.25 // by how much it must beat the clock as it stands
	skewPeak    = 0.15 // and every other lag: the same requests fit at one only, a lull or a rush at many
	peakWidth   = 8    // seconds around the best lag that fit nearly as well
	skewSpan    = 4 * 3600
)

// correctSkew compares sources that log the same requests as the edge, and moves those whose clock is off.
func (e *engine) correctSkew(ctx context.Context) ([]string, error) {
	whole := e.wholeSpan()
	if whole.empty() || whole.seconds() > skewSpan {
		return nil, nil
	}
	t, err := loadTraffic(ctx, e.store, e.sources, whole)
	if err != nil {
		return nil, err
	}
	answered := t.answered()
	var notes []string
	lags := map[*source]int64{}
	for _, s := range e.sources {
		if s.edge || s.requests < someRequests {
			continue
		}
		own, err := e.activity(ctx, s, whole)
		if err != nil {
			return nil, err
		}
		lag := bestLag(answered, own.within(s.lasts()))
		lags[s] = lag
		if lag == 0 {
			continue
		}
		if err := e.store.SetShift(ctx, s.ID, s.Shift+lag*second, s.Zone, s.ZoneFrom); err != nil {
			return nil, err
		}
		notes = append(notes, fmt.Sprintf("the clock of %s is off by %d s against the gateway's log; corrected", s.Path, -lag))
	}
	if len(notes) == 0 {
		return nil, nil
	}
	carried, err := e.carrySkew(ctx, lags)
	if err != nil {
		return nil, err
	}
	return append(notes, carried...), e.load(ctx)
}

// activity counts the requests of one source per second.
func (e *engine) activity(ctx context.Context, s *source, in span) (*series, error) {
	own := newSeries(in)
	from, to := in.micros()
	q := store.Query{Table: store.Requests, From: from, To: to, Bucket: second, Where: []store.Filter{{Key: store.BySource, Values: []string{s.key}}}}
	err := e.store.Series(ctx, q, func(p store.Point) error {
		own.add(p.Bucket/second, p.Count)
		return nil
	})
	return own, err
}

// bestLag returns by how many seconds own must be moved to run with ref, 0 where it already does or nothing fits.
func bestLag(ref, own *series) int64 {
	a, b := smoothed(ref), smoothed(own)
	apart := own.from - ref.from
	still := correlation(a, b, apart)
	best, top := int64(0), still
	var fits [2*maxSkew + 1]float64
	for lag := int64(-maxSkew); lag <= maxSkew; lag++ {
		c := correlation(a, b, apart+lag)
		fits[lag+maxSkew] = c
		if c > top {
			best, top = lag, c
		}
	}
	if top < skewQuality || top-still < skewGain || max(best, -best) < leastSkew {
		return 0
	}
	for lag, c := range fits {
		if off := int64(lag) - maxSkew - best; max(off, -off) > peakWidth && c > top-skewPeak {
			return 0
		}
	}
	return best
}

// smoothed sums a series over three seconds.
func smoothed(s *series) []float64 {
	out := make([]float64, len(s.counts))
	for i := range out {
		for j := max(0, i-1); j <= min(len(out)-1, i+1); j++ {
			out[i] += float64(s.counts[j])
		}
	}
	return out
}

// correlation is Pearson's of b[i] with a[i+at], over where both exist; 0 where that is less than half a minute or half of b.
func correlation(a, b []float64, at int64) float64 {
	from, to := max(0, -at), min(int64(len(b)), int64(len(a))-at)
	n := float64(to - from)
	if n < 30 || n < float64(len(b))/2 {
		return 0
	}
	var sa, sb, saa, sbb, sab float64
	for i := from; i < to; i++ {
		x, y := a[i+at], b[i]
		sa += x
		sb += y
		saa += x * x
		sbb += y * y
		sab += x * y
	}
	va, vb := saa-sa*sa/n, sbb-sb*sb/n
	if va <= 0 || vb <= 0 {
		return 0
	}
	return (sab - sa*sb/n) / math.Sqrt(va*vb)
}
