package live

import (
	"context"
	"time"

	"culprit/correlate"
	"culprit/parser"
)

// edge is the present of the logs: the time of their latest record, moved on by what the clock says has passed since it came. So logs
// that are played back have their own present, and silence is time too.
type edge struct {
	latest time.Time // of a record
	came   time.Time // by the clock
}

// ahead is how far a log's clock may be in front of ours before it is not believed.
const ahead = 5 * time.Minute

func (e *edge) move(ctx context.Context, st correlate.Clocks, now time.Time) (time.Time, error) {
	sources, err := st.Sources(ctx)
	if err != nil {
		return now, err
	}
	for i := range sources {
		s := &sources[i]
		if s.First == 0 || s.Daemon == parser.Timeline { // what is measured beside the logs goes on when they fall silent
			continue
		}
		last := time.UnixMicro(s.Last + s.Shift)
		if last.After(e.latest) && last.Before(now.Add(ahead)) {
			e.latest, e.came = last, now
		}
	}
	if e.latest.IsZero() {
		return now, nil
	}
	return e.latest.Add(now.Sub(e.came)), nil
}

// setZones says of new logs without zones that they are of the local one: their writer is this machine.
func (w *Watch) setZones(ctx context.Context) error {
	zone, from := w.opts.Zone, "flag"
	if zone == nil {
		zone, from = w.opts.Local, "local"
	}
	if zone == nil {
		zone = time.UTC
	}
	sources, err := w.store.Sources(ctx)
	if err != nil {
		return err
	}
	for i := range sources {
		s := &sources[i]
		if s.Zoned || s.First == 0 || s.ZoneFrom != "" {
			continue
		}
		wall := time.UnixMicro(s.First).UTC()
		utc := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), wall.Nanosecond(), zone)
		if err := w.store.SetShift(ctx, s.ID, utc.UnixMicro()-s.First, zone.String(), from); err != nil {
			return err
		}
	}
	return nil
}
