package clickhouse

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Rows is the answer to a statement of a user's own.
type Rows struct {
	Columns []string
	answer  io.ReadCloser
	lines   *bufio.Scanner
	left    int   // rows that may still be read; < 0: any number
	ahead   []any // the next row
}

// maxLine bounds a row of an answer, bytes.
const maxLine = 16 << 20

// Select runs one statement of a user's own and reads at most limit rows of the answer; 0 is no limit. The servers let it change nothing,
// nor reach beyond themselves, unless that is how a user is limited to reading anyway.
func Select(ctx context.Context, a *Address, sql string, limit int) (*Rows, error) {
	c := newClient(a)
	settings := c.reading()
	level, err := c.number(ctx, "SELECT toInt64(value) FROM system.settings WHERE name = 'readonly'")
	if err != nil {
		return nil, err
	}
	if level == 0 { // a user who may only read cannot be limited further
		settings.Set("readonly", "1") // no settings, and no tables that are files or other hosts
	}
	if limit > 0 {
		settings.Set("max_result_rows", decimal(int64(limit)))
		settings.Set("result_overflow_mode", "break")
	}
	settings.Set("output_format_json_quote_64bit_integers", "0")
	sql = strings.TrimRight(strings.TrimSpace(sql), ";")
	answer, err := c.ask(ctx, &request{sql: sql + "\nFORMAT JSONEachRow", settings: settings})
	if err != nil {
		return nil, err
	}
	r := &Rows{answer: answer, lines: bufio.NewScanner(answer), left: limit}
	r.lines.Buffer(make([]byte, 64<<10), maxLine)
	if limit == 0 {
		r.left = -1
	}
	if r.ahead, err = r.next(); err != nil && !errors.Is(err, io.EOF) {
		return nil, errors.Join(err, answer.Close())
	}
	return r, nil
}

// Next returns the next row; io.EOF behind the last one, or the last one allowed.
func (r *Rows) Next() ([]any, error) {
	row := r.ahead
	if r.left == 0 || row == nil {
		return nil, io.EOF
	}
	r.left--
	var err error
	if r.ahead, err = r.next(); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return row, nil
}

func (r *Rows) next() ([]any, error) {
	if !r.lines.Scan() {
		if err := r.lines.Err(); err != nil {
			return nil, err
		}
		return nil, io.EOF
	}
	return r.row(r.lines.Bytes())
}

// row reads one object, whose keys come in the order of the columns.
func (r *Rows) row(line []byte) ([]any, error) {
	in := json.NewDecoder(bytes.NewReader(line))
	in.UseNumber()
	if _, err := in.Token(); err != nil {
		return nil, fmt.Errorf("read a row: %w", err)
	}
	var columns []string
	var values []any
	for in.More() {
		name, err := in.Token()
		if err != nil {
			return nil, fmt.Errorf("read a row: %w", err)
		}
		var value any
		if err := in.Decode(&value); err != nil {
			return nil, fmt.Errorf("read a row: %w", err)
		}
		columns, values = append(columns, fmt.Sprint(name)), append(values, plain(value))
	}
	if r.Columns == nil {
		r.Columns = columns
	}
	return values, nil
}

// plain turns a value of JSON into one that rows are shown by.
func plain(value any) any {
	switch v := value.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		f, _ := v.Float64() // it is a number
		return f
	case nil, string:
		return v
	}
	text, _ := json.Marshal(value) // it came from JSON
	return string(text)
}

// Close ends reading.
func (r *Rows) Close() error { return r.answer.Close() }
