package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/url"
	"os"

	"github.com/mattn/go-sqlite3"

	"culprit/store/rowfeed"
)

// conn is one connection to SQLite, used without database/sql: rows go in and out by the hundred thousand, and its conversions
// would cost as much as SQLite itself. It is used by one goroutine at a time.
type conn struct {
	raw   *sqlite3.SQLiteConn
	stmts map[string]*sqlite3.SQLiteStmt
}

// dial opens a connection. params are those of the driver, such as mode=ro.
func dial(path string, params url.Values) (*conn, error) {
	if err := rowfeed.Register(); err != nil {
		return nil, err
	}
	params = maps.Clone(params)
	params.Set("_mutex", "no") // one goroutine at a time
	name := (&url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: params.Encode()}).String()
	raw, err := (&sqlite3.SQLiteDriver{}).Open(name)
	if err != nil {
		return nil, err
	}
	c, ok := raw.(*sqlite3.SQLiteConn)
	if !ok {
		return nil, errors.Join(errors.New("not a connection of go-sqlite3"), raw.Close())
	}
	return &conn{raw: c, stmts: map[string]*sqlite3.SQLiteStmt{}}, nil
}

// dialReadOnly opens a connection that cannot write, to a database that is there.
func dialReadOnly(path string) (*conn, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	params := connParams()
	params.Set("mode", "ro")
	c, err := dial(path, params)
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", path, err)
	}
	return c, nil
}

func (c *conn) close() error {
	for _, s := range c.stmts {
		_ = s.Close() // its last error was returned where it happened
	}
	return c.raw.Close()
}

// statement returns the prepared form of a statement of this package's own; it is kept.
func (c *conn) statement(sql string) (*sqlite3.SQLiteStmt, error) {
	if s, ok := c.stmts[sql]; ok {
		return s, nil
	}
	prepared, err := c.raw.Prepare(sql)
	if err != nil {
		return nil, fmt.Errorf("prepare %.40q: %w", sql, err)
	}
	s, ok := prepared.(*sqlite3.SQLiteStmt)
	if !ok {
		return nil, errors.New("not a statement of go-sqlite3")
	}
	c.stmts[sql] = s
	return s, nil
}

// script runs statements without arguments.
func (c *conn) script(sql string) error {
	_, err := c.raw.ExecContext(context.Background(), sql, nil)
	return err
}

// exec runs one statement.
func (c *conn) exec(sql string, args ...any) error {
	s, err := c.statement(sql)
	if err != nil {
		return err
	}
	_, err = s.ExecContext(context.Background(), named(args))
	return err
}

// query runs one statement and hands out its rows: integers are int64, texts string, blobs []byte, NULL nil. A row is borrowed until
// the next one.
func (c *conn) query(ctx context.Context, sql string, row func(values []driver.Value) error, args ...any) error {
	s, err := c.statement(sql)
	if err != nil {
		return err
	}
	rows, err := s.QueryContext(ctx, named(args))
	if err != nil {
		return err
	}
	return each(rows, row)
}

// each hands out the rows of an answer and closes it.
func each(rows driver.Rows, row func(values []driver.Value) error) (err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	values := make([]driver.Value, len(rows.Columns()))
	for {
		if err := rows.Next(values); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if err := row(values); err != nil {
			return err
		}
	}
}

// number asks for one integer, 0 where there is none.
func (c *conn) number(sql string, args ...any) (n int64, err error) {
	err = c.query(context.Background(), sql, func(v []driver.Value) error {
		n = integer(v[0], 0)
		return nil
	}, args...)
	return n, err
}

func named(args []any) []driver.NamedValue {
	values := make([]driver.NamedValue, len(args))
	for i, a := range args {
		values[i] = driver.NamedValue{Ordinal: i + 1, Value: a}
	}
	return values
}

// integer reads a column of an answer; absent stands for NULL.
func integer(v driver.Value, absent int64) int64 {
	if n, ok := v.(int64); ok {
		return n
	}
	return absent
}

func text(v driver.Value) string {
	s, _ := v.(string)
	return s
}

func blob(v driver.Value) []byte {
	b, _ := v.([]byte)
	return b
}

func boolean(v driver.Value) bool {
	return integer(v, 0) != 0
}
