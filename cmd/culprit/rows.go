package main

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	"culprit/report"
)

// rowWriter writes the answer to a query.
type rowWriter interface {
	row(values []any) error
	end() error
}

func (q *asking) writer(columns []string) rowWriter {
	screen := terminal(q.out)
	switch q.format {
	case "json":
		return &jsonRows{out: bufio.NewWriter(q.out), columns: columns}
	case "csv":
		w := &csvRows{out: csv.NewWriter(q.out), safe: screen.tty}
		_ = w.out.Write(columns) // an error shows again at the end
		return w
	}
	return &tableRows{out: q.out, columns: columns, width: screen.columns()}
}

// text writes a value for people. Blobs are histograms and the like: only their size tells something.
func text(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case []byte:
		return fmt.Sprintf("(%d bytes)", len(v))
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	return fmt.Sprint(value)
}

type tableRows struct {
	out     io.Writer
	columns []string
	width   int
	rows    [][]string
	numbers []bool // columns that hold nothing but numbers
}

func (w *tableRows) row(values []any) error {
	if w.numbers == nil {
		w.numbers = make([]bool, len(values))
		for i := range w.numbers {
			w.numbers[i] = true
		}
	}
	row := make([]string, len(values))
	for i, v := range values {
		switch v.(type) {
		case int64, float64, nil:
		default:
			w.numbers[i] = false
		}
		row[i] = text(v)
	}
	w.rows = append(w.rows, row)
	return nil
}

func (w *tableRows) end() error {
	columns := make([]report.Column, len(w.columns))
	for i, name := range w.columns {
		columns[i].Name = report.Clean(name, 60)
		if w.numbers != nil && w.numbers[i] {
			columns[i].Kind = report.Number
		}
	}
	show := report.Table
	if !report.Fits(columns, w.rows, w.width) {
		show = report.Listing
	}
	_, err := io.WriteString(w.out, show(columns, w.rows, w.width))
	return err
}

type csvRows struct {
	out  *csv.Writer
	safe bool // for a terminal
}

func (w *csvRows) row(values []any) error {
	row := make([]string, len(values))
	for i, v := range values {
		if row[i] = text(v); w.safe {
			row[i] = report.Clean(row[i], 0)
		}
	}
	return w.out.Write(row)
}

func (w *csvRows) end() error {
	w.out.Flush()
	return w.out.Error()
}

// jsonRows writes an array of objects whose keys are in the order of the columns.
type jsonRows struct {
	out     *bufio.Writer
	columns []string
	n       int
}

func (w *jsonRows) row(values []any) error {
	separator := "[\n "
	if w.n > 0 {
		separator = ",\n "
	}
	w.n++
	object := []byte(separator + "{")
	for i, v := range values {
		if i > 0 {
			object = append(object, ',')
		}
		for j, part := range []any{w.columns[i], v} {
			encoded, err := json.Marshal(part)
			if err != nil {
				return &failure{exitUsage, fmt.Errorf("column %s: %w", report.Clean(w.columns[i], 60), err), "numbers without a value in JSON want a CAST to text"}
			}
			if object = append(object, encoded...); j == 0 {
				object = append(object, ':')
			}
		}
	}
	_, err := w.out.Write(report.EscapeJSON(append(object, '}')))
	return err
}

func (w *jsonRows) end() error {
	tail := "\n]\n"
	if w.n == 0 {
		tail = "[]\n"
	}
	if _, err := w.out.WriteString(tail); err != nil {
		return err
	}
	return w.out.Flush()
}
