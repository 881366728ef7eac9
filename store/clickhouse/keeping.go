package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// Bookmark returns a place that SetBookmark has kept, "" where it has none.
func (s *Store) Bookmark(_ context.Context, name string) (string, error) {
	if s.spool == nil {
		return "", errNoSpool
	}
	return s.spool.bookmark(name)
}

// SetBookmark keeps a place in something that is read into several sources at once, beside the spool. It is durable only with all that
// was appended before, never without.
func (s *Store) SetBookmark(name, value string) error {
	if s.spool == nil {
		return errNoSpool
	}
	if err := s.settle(); err != nil {
		return err
	}
	return s.spool.setBookmark(name, value)
}

var errNoSpool = errors.New("places of what cannot be read again are kept in a spool")

// Forget drops what is older than a moment, µs, by whole weeks, on every host of the address. Servers that forget by themselves lose
// nothing by it. The week that a source was last read in stays, and with it where its reading came to.
func (s *Store) Forget(before int64) error {
	ctx, cancel := context.WithTimeout(context.Background(), s.client.Timeout)
	defer cancel()
	name, err := s.client.cluster(ctx)
	if err != nil {
		return fmt.Errorf("forget what is old: %w", err)
	}
	table := "record"
	if name != "" {
		table = "record_local"
	}
	for _, host := range s.client.Hosts {
		if err := s.client.forget(ctx, host, table, weekOf(before)); err != nil {
			return fmt.Errorf("forget what is old on %s: %w", host, err)
		}
	}
	return nil
}

func (c *client) forget(ctx context.Context, host, table string, week int32) error {
	var weeks []string
	sql := fmt.Sprintf("SELECT DISTINCT partition FROM system.parts WHERE database = %s AND table = %s AND active AND toUInt32(partition) < %d",
		quote(c.Database), quote(table), week)
	err := c.queryHost(ctx, host, sql, func(r *rowReader) error {
		weeks = append(weeks, r.text())
		return r.err
	})
	slices.Sort(weeks)
	for _, w := range weeks {
		if err == nil {
			err = c.run(ctx, host, fmt.Sprintf("ALTER TABLE %s DROP PARTITION %s", table, w))
		}
	}
	return err
}
