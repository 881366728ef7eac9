package report

import (
	"time"

	"culprit/correlate"
)

// zoneOf is the zone in which most lines were written that name none, if it differs from UTC at the time asked for; nil otherwise.
// Operators read those logs beside the report, so it shows their clock too.
func zoneOf(r *correlate.Report, at time.Time) *time.Location {
	lines := map[string]int64{}
	best := ""
	for _, in := range r.Inputs {
		if in.TimezoneFrom == "log" || in.Timezone == "" {
			continue
		}
		lines[in.Timezone] += in.Lines
		if n, top := lines[in.Timezone], lines[best]; n > top || n == top && in.Timezone < best {
			best = in.Timezone
		}
	}
	return differing(zoneNamed(best), at)
}

// zoneNamed understands "Europe/Madrid" and "+01:00"; nil for anything else.
func zoneNamed(name string) *time.Location {
	if name == "" || name == "Local" {
		return nil
	}
	if t, err := time.Parse("-07:00", name); err == nil {
		_, offset := t.Zone()
		return time.FixedZone(name, offset)
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil
	}
	return zone
}

func differing(zone *time.Location, at time.Time) *time.Location {
	if zone == nil {
		return nil
	}
	if _, offset := at.In(zone).Zone(); offset == 0 {
		return nil
	}
	return zone
}
