package store

import (
	"context"
	"database/sql/driver"
)

// Facets are the values that the stored events have of a few keys, sorted: what a search can be narrowed to.
type Facets struct {
	Signatures, Upstreams []string
	Statuses              []int64
}

// mostFacets bounds each list.
const mostFacets = 2000

// Facets reads them from the classes of events, of which there are few.
func (r *Reading) Facets(ctx context.Context) (Facets, error) {
	var f Facets
	err := r.sqlite.read(ctx, func(rd *reader) error {
		for column, to := range map[string]*[]string{"signature": &f.Signatures, "upstream": &f.Upstreams} {
			sql := "SELECT DISTINCT " + column + " FROM event_class WHERE kept AND " + column + " <> '' ORDER BY 1 LIMIT ?"
			err := rd.c.query(ctx, sql, func(v []driver.Value) error {
				*to = append(*to, text(v[0]))
				return nil
			}, int64(mostFacets))
			if err != nil {
				return err
			}
		}
		return rd.c.query(ctx, "SELECT DISTINCT status FROM event_class WHERE kept AND status IS NOT NULL ORDER BY 1 LIMIT ?", func(v []driver.Value) error {
			f.Statuses = append(f.Statuses, integer(v[0], 0))
			return nil
		}, int64(mostFacets))
	})
	return f, err
}
