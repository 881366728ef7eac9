package correlate

import (
	"context"

	"culprit/store"
)

// Store is what correlation asks of the place where records are kept. All times are µs UTC.
type Store interface {
	Aggregates
	Timelines
	Clocks
}

// Aggregates answers counts. Only Sample returns rows, at most Query.Limit of them, in time order and spread over the range.
type Aggregates interface {
	Series(ctx context.Context, q store.Query, yield func(store.Point) error) error
	Top(ctx context.Context, q store.Query) ([]store.Point, error)
	Sample(ctx context.Context, q store.Query) ([]store.Event, error)
}

// Timelines returns changes and measurements in time order.
type Timelines interface {
	Changes(ctx context.Context, from, to int64) ([]store.Change, error)
	Samples(ctx context.Context, from, to int64, metrics ...string) ([]store.Sample, error)
}

// Clocks lists the sources and lets their times be moved.
type Clocks interface {
	Sources(ctx context.Context) ([]store.Source, error)
	SetShift(ctx context.Context, id int32, shift int64, zone, zoneFrom string) error
}
