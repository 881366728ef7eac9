package store

import (
	"context"
	"fmt"
	"os"
	"sync"
)

// Reading answers questions about a database that another process may be writing. It changes nothing in the file: what SetShift says
// of a source is remembered here alone. Any number of goroutines may ask.
type Reading struct {
	sqlite SQLite // lends readers; nothing writes
	shifts *overlay
	watch  *conn // of Version, whose answers only compare on one connection
	mu     sync.Mutex
}

// overlay holds the shifts that were set on a Reading.
type overlay struct {
	mu    sync.Mutex
	known map[int32]Source // Shift, Zone and ZoneFrom count
}

// apply gives a source the shift that was set for it.
func (o *overlay) apply(s *Source) {
	if o == nil {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if set, ok := o.known[s.ID]; ok {
		s.Shift, s.Zone, s.ZoneFrom = set.Shift, set.Zone, set.ZoneFrom
	}
}

// OpenReading opens the database at path, which must be there and be one of culprit's.
func OpenReading(path string) (*Reading, error) {
	c, err := dialReadOnly(path)
	if err != nil {
		return nil, err
	}
	r := &Reading{watch: c, shifts: &overlay{known: map[int32]Source{}}}
	r.sqlite.path, r.sqlite.readOnly, r.sqlite.byTime, r.sqlite.shifts = path, true, true, r.shifts
	id, err := c.number("PRAGMA application_id")
	if err == nil && id != applicationID {
		err = ErrForeign
	}
	if err == nil {
		err = upToDate(c)
	}
	if err != nil {
		_ = c.close() // it only read
		return nil, fmt.Errorf("open database %s: %w", path, err)
	}
	return r, nil
}

// Sources, Series, Top, Sample, Changes, Samples and Positions are those of SQLite.

// Sources returns the sources by path.
func (r *Reading) Sources(ctx context.Context) ([]Source, error) { return r.sqlite.Sources(ctx) }

// Series yields the groups of q by bucket, then keys. yield must not call the Reading.
func (r *Reading) Series(ctx context.Context, q Query, yield func(Point) error) error {
	return r.sqlite.Series(ctx, q, yield)
}

// Top returns the groups of q with the greatest counts.
func (r *Reading) Top(ctx context.Context, q Query) ([]Point, error) { return r.sqlite.Top(ctx, q) }

// Sample returns at most q.Limit events, in time order.
func (r *Reading) Sample(ctx context.Context, q Query) ([]Event, error) {
	return r.sqlite.Sample(ctx, q)
}

// Changes returns the changes of a span in time order.
func (r *Reading) Changes(ctx context.Context, from, to int64) ([]Change, error) {
	return r.sqlite.Changes(ctx, from, to)
}

// Samples returns the measurements of a span in time order.
func (r *Reading) Samples(ctx context.Context, from, to int64, metrics ...string) ([]Sample, error) {
	return r.sqlite.Samples(ctx, from, to, metrics...)
}

// Positions returns how far each source is known from its beginning.
func (r *Reading) Positions(ctx context.Context) ([]Checkpoint, error) {
	return r.sqlite.Positions(ctx)
}

// SetShift says how the times of a source are turned into UTC, for the questions asked here.
func (r *Reading) SetShift(ctx context.Context, id int32, shift int64, zone, zoneFrom string) error {
	r.shifts.mu.Lock()
	defer r.shifts.mu.Unlock()
	r.shifts.known[id] = Source{Shift: shift, Zone: zone, ZoneFrom: zoneFrom}
	return nil
}

// Version is a number that changes whenever another process has written to the database.
func (r *Reading) Version(context.Context) (int64, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.watch.number("PRAGMA data_version")
}

// Stored is how much a database holds.
type Stored struct {
	Events       int64 // stored one by one; a bound from above where some were forgotten
	Bytes, Ahead int64 // of the file, and of the log that is written ahead of it
}

// Stored tells the size of the database.
func (r *Reading) Stored(context.Context) (Stored, error) {
	var s Stored
	info, err := os.Stat(r.sqlite.path)
	if err != nil {
		return s, fmt.Errorf("size of the database: %w", err)
	}
	s.Bytes = info.Size()
	if info, err := os.Stat(r.sqlite.path + "-wal"); err == nil {
		s.Ahead = info.Size()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	// Ids rise by one, so that nothing has to be counted.
	s.Events, err = r.watch.number("SELECT (SELECT max(id) FROM event) - (SELECT min(id) FROM event) + 1")
	return s, err
}

// Select runs one statement of a user's own: see the function of that name.
func (r *Reading) Select(ctx context.Context, sql string, limit int) (*Rows, error) {
	return Select(ctx, r.sqlite.path, sql, limit)
}

// Name is the path of the database.
func (r *Reading) Name() string { return r.sqlite.path }

// Close ends reading. Questions must have come to an end.
func (r *Reading) Close() error {
	err := r.watch.close()
	r.sqlite.mu.Lock()
	defer r.sqlite.mu.Unlock()
	r.sqlite.closed = true
	for _, one := range r.sqlite.readers {
		_ = one.c.close() // it only read
	}
	return err
}
