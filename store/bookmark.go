package store

import (
	"context"
	"database/sql/driver"
)

// Bookmark returns what SetBookmark kept under a name, "" if nothing.
func (s *SQLite) Bookmark(ctx context.Context, name string) (value string, err error) {
	err = s.read(ctx, func(r *reader) error {
		return r.c.query(ctx, "SELECT value FROM bookmark WHERE name = ?", func(v []driver.Value) error {
			value = text(v[0])
			return nil
		}, name)
	})
	return value, err
}

// SetBookmark keeps a place in something that is read into several sources at once. It is durable only with all that was appended
// before, never without.
func (s *SQLite) SetBookmark(name, value string) error {
	if err := s.gather(); err != nil {
		return err
	}
	return s.do(true, func(w *writer) error {
		return w.c.exec("INSERT INTO bookmark VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2", name, value)
	})
}
