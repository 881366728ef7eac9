package main

import (
	"context"

	"culprit/serve"
	"culprit/store"
	"culprit/store/clickhouse"
)

// shown opens what serve shows, only to be read: a database in a file, or a store that many hosts share. done is to be called in the end.
func shown(ctx context.Context, db string) (serve.Database, serve.Console, func() error, error) {
	if isCluster(db) {
		return shownCluster(ctx, db)
	}
	r, err := store.OpenReading(db)
	if err != nil {
		return nil, serve.Console{}, nil, &failure{exitInput, err, "culprit analyze --db FILE DIR makes a database"}
	}
	console := serve.Console{Guide: serve.SQLiteGuide, Select: func(ctx context.Context, sql string, limit int) ([]string, serve.Rows, error) {
		rows, err := r.Select(ctx, sql, limit)
		if err != nil {
			return nil, nil, err
		}
		return rows.Columns, rows, nil
	}}
	return r, console, r.Close, nil
}

func shownCluster(ctx context.Context, url string) (serve.Database, serve.Console, func() error, error) {
	address, err := clickhouse.ParseAddress(url)
	if err != nil {
		return nil, serve.Console{}, nil, usageError(urlForm, "%w", err)
	}
	inTime, cancel := context.WithTimeout(ctx, clusterPatience)
	defer cancel()
	r, err := clickhouse.OpenReading(inTime, address)
	if err != nil {
		return nil, serve.Console{}, nil, &failure{exitInput, err, storeHint}
	}
	console := serve.Console{Guide: serve.ClickHouseGuide, Select: func(ctx context.Context, sql string, limit int) ([]string, serve.Rows, error) {
		rows, err := r.Select(ctx, sql, limit)
		if err != nil {
			return nil, nil, err
		}
		return rows.Columns, rows, nil
	}}
	return r, console, r.Close, nil
}
