package correlate

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"culprit/parser"
)

// skewOf is what the times of a source were corrected by beyond its zone, µs: by how much the clock of its machine was behind.
func skewOf(s *source) int64 {
	skew := s.Shift
	if !s.Zoned {
		zone, err := zoneNamed(s.Zone)
		if err != nil {
			return 0
		}
		skew -= offsetIn(zone, s.First)
	}
	if skew > maxSkew*second || skew < -maxSkew*second {
		return 0 // whole years, of stamps that carry none
	}
	return skew
}

// zoneNamed is the zone that the shift of a source came from: "Europe/Madrid" or "+01:00".
func zoneNamed(name string) (*time.Location, error) {
	if at, err := time.Parse("-07:00", name); err == nil {
		return at.Location(), nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("zone of a log: %w", err)
	}
	return zone, nil
}

// carrySkew moves the logs of a machine that tell of no requests with those that do, where these agree on how far its clock is off.
// It returns remarks for the report.
func (e *engine) carrySkew(ctx context.Context, lags map[*source]int64) ([]string, error) {
	type clock struct{ lag, most int64 }
	clocks := map[string]*clock{}
	for s, lag := range lags {
		c := clocks[s.host]
		if c == nil {
			c = &clock{lag, lag}
			clocks[s.host] = c
		}
		c.lag, c.most = min(c.lag, lag), max(c.most, lag)
	}
	moved := map[string][]string{}
	for _, s := range e.sources {
		c := clocks[s.host]
		_, measured := lags[s]
		if s.host == "" || c == nil || c.most-c.lag > 1 || c.lag == 0 || measured || s.First == 0 || s.daemon == parser.Timeline {
			continue
		}
		if err := e.store.SetShift(ctx, s.ID, s.Shift+c.lag*second, s.Zone, s.ZoneFrom); err != nil {
			return nil, err
		}
		moved[s.host] = append(moved[s.host], s.Path)
	}
	var notes []string
	for _, host := range sortedKeys(moved) {
		slices.Sort(moved[host])
		notes = append(notes, fmt.Sprintf("the clock of host %s is off by %d s: %s moved with its other logs", host, -clocks[host].lag, strings.Join(moved[host], ", ")))
	}
	return notes, nil
}
