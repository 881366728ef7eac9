package serve

import (
	"context"

	"culprit/correlate"
	"culprit/store"
)

// Database is what is shown: a file, or a store that many hosts share. All of it only reads.
type Database interface {
	correlate.Store
	Events
	Gauge
}

// Events finds single events.
type Events interface {
	Search(ctx context.Context, q store.Search) (store.Found, error)
	Facets(ctx context.Context) (store.Facets, error)
}

// Gauge says how much is kept, and how far logs were read.
type Gauge interface {
	// Version is a number that changes whenever somebody has written.
	Version(ctx context.Context) (int64, error)
	Stored(ctx context.Context) (store.Stored, error)
	Positions(ctx context.Context) ([]store.Checkpoint, error)
	// Name is a path or an address, without secrets.
	Name() string
}

// Console runs statements of users.
type Console struct {
	// Select runs one statement, which must not change anything, and reads at most limit rows of the answer.
	Select func(ctx context.Context, sql string, limit int) (columns []string, rows Rows, err error)
	Guide  Guide
}

// Rows are an answer. Next returns int64, float64, string, []byte or nil by column, and io.EOF behind the last row.
type Rows interface {
	Next() ([]any, error)
	Close() error
}
