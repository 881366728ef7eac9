package serve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// Bounds of the console.
const (
	consoleTime  = 5 * time.Second
	consoleRows  = 500
	consoleBytes = 2 << 20 // of all values
	longestSQL   = 16 << 10
)

// answer is what a statement gave.
type answer struct {
	SQL     string
	Columns []string
	Rows    [][]cell
	Cut     string // why there is not all
	Problem string
	Took    time.Duration
}

// cell is a value in words.
type cell struct {
	Text   string
	Number bool
}

// console runs one statement. It reads only, on a connection of its own; the writer is not kept waiting.
func (s *Server) console(w http.ResponseWriter, r *http.Request) {
	a := answer{SQL: r.FormValue("q")}
	status := http.StatusOK
	switch {
	case len(a.SQL) > longestSQL:
		a.SQL, a.Problem, status = a.SQL[:longestSQL], "The statement is too long.", http.StatusBadRequest
	case a.SQL != "":
		status = s.answer(r.Context(), &a)
	}
	s.show(w, r, status, "console", frame{Title: "SQL", Here: "/sql"}, struct {
		answer
		Guide
		Seconds int
		Most    int
	}{a, s.opts.Console.Guide, int(consoleTime.Seconds()), consoleRows})
}

func (s *Server) answer(ctx context.Context, a *answer) (status int) {
	ctx, cancel := context.WithTimeout(ctx, consoleTime)
	defer cancel()
	select {
	case s.asking <- struct{}{}:
		defer func() { <-s.asking }()
	case <-ctx.Done():
		a.Problem = "Others are asking already. Try again in a moment."
		return http.StatusServiceUnavailable
	}
	begun := time.Now()
	err := s.read(ctx, a)
	a.Took = time.Since(begun)
	switch {
	case err == nil:
		return http.StatusOK
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		a.Cut = fmt.Sprintf("Stopped after %.0f s. Narrow it by time, or run culprit query, which waits as long as you do.", consoleTime.Seconds())
		return http.StatusOK
	}
	a.Problem = err.Error()
	return http.StatusBadRequest
}

func (s *Server) read(ctx context.Context, a *answer) (err error) {
	columns, rows, err := s.opts.Console.Select(ctx, a.SQL, consoleRows+1)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	a.Columns = columns
	for bytes := 0; ; {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if len(a.Rows) == consoleRows {
			a.Cut = fmt.Sprintf("Only the first %d rows are shown.", consoleRows)
			return nil
		}
		cells := make([]cell, len(row))
		for i, v := range row {
			cells[i] = newCell(v)
			bytes += len(cells[i].Text)
		}
		if bytes > consoleBytes {
			a.Cut = "The answer is too large to be shown as a whole."
			return nil
		}
		a.Rows = append(a.Rows, cells)
	}
}

func newCell(value any) cell {
	switch v := value.(type) {
	case nil:
		return cell{}
	case int64:
		return cell{strconv.FormatInt(v, 10), true}
	case float64:
		return cell{strconv.FormatFloat(v, 'g', -1, 64), true}
	case []byte:
		return cell{fmt.Sprintf("(%d bytes)", len(v)), false}
	case string:
		return cell{v[:min(len(v), longestText)], false}
	}
	return cell{fmt.Sprint(value), false}
}
