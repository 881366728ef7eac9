package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"culprit/store"
)

// asking is one run of query.
type asking struct {
	*globals
	db, format string
	limit      int
}

// tableLimit is how many rows a table shows unless more are asked for: it is held in memory, and nobody reads on.
const tableLimit = 1000

func newQuery(g *globals) *cobra.Command {
	q := &asking{globals: g}
	cmd := &cobra.Command{
		Use:   "query SQL --db FILE",
		Short: "Ask a database in SQL",
		Long: "query runs one SELECT on a database that analyze --db has made; it cannot change anything. The views to ask are events, events_per_minute, " +
			"requests_per_second, requests_per_minute, endpoints_per_minute, clients_per_10s, changes, samples and sources; times are UTC, durations µs. " +
			"quantile(durations, 0.99) reads the histogram of a roll-up.",
		Example: "  culprit query --db run.db \"SELECT signature, count(*) AS n FROM events GROUP BY 1 ORDER BY n DESC LIMIT 10\"\n" +
			"  culprit query --db run.db --format csv \"SELECT time, sum(count) FROM requests_per_second WHERE status >= 500 GROUP BY 1\"",
		Args: exactlyOne("statement", `culprit query --db FILE "SELECT …" (mind the quotes)`),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !cmd.Flags().Changed("limit") && q.format == "table" {
				q.limit = tableLimit
			}
			return q.run(cmd.Context(), args[0])
		},
	}
	f := cmd.Flags()
	f.StringVar(&q.db, "db", "", "the database that analyze --db has made")
	storeFlag(f, &q.db)
	f.StringVar(&q.format, "format", "table", "table, json or csv")
	f.IntVar(&q.limit, "limit", 0, fmt.Sprintf("show at most so many rows, 0 all (default: %d of a table)", tableLimit))
	return cmd
}

func (q *asking) run(ctx context.Context, sql string) (err error) {
	if !slices.Contains([]string{"table", "json", "csv"}, q.format) {
		return usageError("--format takes table, json or csv", "unknown format %q", q.format)
	}
	if q.limit < 0 {
		return usageError("--limit 0 shows all rows", "--limit: %d is negative", q.limit)
	}
	if err := kept(q.db); err != nil {
		return err
	}
	if isCluster(q.db) {
		return q.askCluster(ctx, sql)
	}
	rows, err := store.Select(ctx, q.db, sql, q.bound())
	if err != nil {
		return unanswered(err)
	}
	defer func() { err = errors.Join(err, closing(rows.Close())) }()
	return q.answer(rows.Columns, rows)
}

// bound is one row more than is shown, so that it is known whether there are more.
func (q *asking) bound() int {
	if q.limit == 0 {
		return 0
	}
	return q.limit + 1
}

func (q *asking) answer(columns []string, rows interface{ Next() ([]any, error) }) error {
	out := q.writer(columns)
	for n := 1; ; n++ {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			return out.end()
		}
		if err != nil {
			return unanswered(err)
		}
		if q.limit > 0 && n > q.limit {
			fmt.Fprintf(q.err, "culprit: there are more than %d rows; --limit 0 shows all\n", q.limit)
			return out.end()
		}
		if err := out.row(row); err != nil {
			return err
		}
	}
}

func unanswered(err error) error {
	if errors.Is(err, store.ErrForeign) {
		return &failure{exitInput, err, "culprit analyze --db FILE DIR makes a database"}
	}
	return &failure{exitUsage, fmt.Errorf("query: %w", err), "culprit query --help names the views; SELECT * FROM events LIMIT 1 shows their columns"}
}
