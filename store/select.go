package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/mattn/go-sqlite3"
)

// ErrNotAllowed: a statement would do more than read.
var ErrNotAllowed = errors.New("only SELECT, WITH, EXPLAIN and PRAGMA table_info are allowed")

// Rows is the answer to a statement of a user's own.
type Rows struct {
	Columns []string
	rows    driver.Rows
	c       *conn
	left    int // rows that may still be read; < 0: any number
}

// Select runs one statement of a user's own on the database at path and reads at most limit rows of the answer; 0 is no limit. It
// cannot change anything, nor reach beyond the database; ctx ends one that takes too long. The views of migration/ are for it, and so is
// the function quantile(durations, q), which reads µs from the histogram of a roll-up.
func Select(ctx context.Context, path, sql string, limit int) (*Rows, error) {
	c, err := dialReadOnly(path)
	if err != nil {
		return nil, err
	}
	rows, err := selectRows(ctx, c, sql, limit)
	if err != nil {
		return nil, errors.Join(err, c.close())
	}
	return rows, nil
}

func selectRows(ctx context.Context, c *conn, sql string, limit int) (*Rows, error) {
	if err := c.script("PRAGMA query_only = 1"); err != nil {
		return nil, err
	}
	if id, err := c.number("PRAGMA application_id"); err != nil {
		return nil, err
	} else if id != applicationID {
		return nil, ErrForeign
	}
	if err := registerFunctions(c.raw); err != nil {
		return nil, err
	}
	c.raw.RegisterAuthorizer(authorize)
	c.raw.SetLimit(sqlite3.SQLITE_LIMIT_LENGTH, longestValue)
	rows, err := c.raw.QueryContext(ctx, sql, nil)
	if err != nil {
		return nil, refusal(err)
	}
	r := &Rows{Columns: rows.Columns(), rows: rows, c: c, left: limit}
	if limit == 0 {
		r.left = -1
	}
	if len(r.Columns) == 0 {
		return nil, errors.Join(errors.New("there is nothing to answer: give a SELECT"), rows.Close())
	}
	return r, nil
}

// longestValue bounds a text or blob that a statement makes, in bytes: one of a gigabyte is written in a few letters.
const longestValue = 16 << 20

// refusal names what was refused.
func refusal(err error) error {
	var failure sqlite3.Error
	if errors.As(err, &failure) && failure.Code == sqlite3.ErrAuth {
		return fmt.Errorf("%w: %w", ErrNotAllowed, err)
	}
	return err
}

// tellingPragmas describe the schema.
var tellingPragmas = map[string]bool{
	"table_info": true, "table_xinfo": true, "table_list": true, "index_list": true, "index_info": true, "index_xinfo": true,
	"foreign_key_list": true, "function_list": true, "pragma_list": true, "compile_options": true,
}

// authorize is asked by SQLite for every thing a statement would do, while it is prepared.
func authorize(action int, first, second, _ string) int {
	switch action {
	case sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqliteRecursive:
		return sqlite3.SQLITE_OK
	case sqlite3.SQLITE_FUNCTION:
		switch strings.ToLower(second) {
		case "load_extension", "rollup_pack", "rowgather": // the latter two grow without bound
			return sqlite3.SQLITE_DENY
		}
		return sqlite3.SQLITE_OK
	case sqlite3.SQLITE_PRAGMA:
		if tellingPragmas[strings.ToLower(first)] {
			return sqlite3.SQLITE_OK
		}
	}
	return sqlite3.SQLITE_DENY
}

// sqliteRecursive is SQLite's code for a recursive WITH, which the driver does not name.
const sqliteRecursive = 33

// quantile is the SQL function: the q-th part of the durations of a packed histogram, µs; NULL where there are none.
func quantile(packed any, q float64) any {
	durations, _ := packed.([]byte)
	var h Histogram
	h.addPacked(durations)
	if h.Count() == 0 {
		return nil
	}
	return h.Quantile(q)
}

// Next returns the next row: int64, float64, string, []byte or nil by column; io.EOF behind the last one, or the last one allowed.
func (r *Rows) Next() ([]any, error) {
	if r.left == 0 {
		return nil, io.EOF
	}
	r.left--
	values := make([]driver.Value, len(r.Columns))
	if err := r.rows.Next(values); err != nil {
		return nil, err
	}
	row := make([]any, len(values))
	for i, v := range values {
		row[i] = v
	}
	return row, nil
}

// Close ends reading.
func (r *Rows) Close() error {
	return errors.Join(r.rows.Close(), r.c.close())
}
