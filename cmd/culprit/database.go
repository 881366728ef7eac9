package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"culprit/correlate"
	"culprit/store"
)

// noDatabase is the --db that keeps counts and samples in memory only.
const noDatabase = "none"

// analysisStore is written by ingest and read by correlate.
type analysisStore interface {
	recorder
	correlate.Store
}

// openStore opens where events are kept: a database that is removed afterwards (""), memory ("none"), a ClickHouse server or cluster
// (clickhouse://…), or the database in a file.
// done is to be called in the end.
func openStore(db string) (st analysisStore, done func() error, err error) {
	if isCluster(db) {
		return openCluster(db)
	}
	switch db {
	case noDatabase:
		return store.NewMemory(), func() error { return nil }, nil
	case "":
		return database(store.OpenTemporary(""))
	}
	return database(store.CreateSQLite(db))
}

func database(s *store.SQLite, err error) (analysisStore, func() error, error) {
	if err != nil {
		return nil, nil, &failure{exitUsage, err, "--db FILE wants a new file or one that culprit made, on a disk with room; --db none keeps nothing"}
	}
	return s, s.Close, nil
}

// kept checks that --db names a database that is there.
func kept(db string) error {
	if isCluster(db) {
		return nil
	}
	if db == "" || db == noDatabase {
		return usageError("culprit analyze --db FILE DIR makes a database; then name it here with --db FILE", "which database?")
	}
	info, err := os.Stat(db)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &failure{exitInput, fmt.Errorf("there is no database %s", db), "culprit analyze --db FILE DIR makes one"}
	case err != nil:
		return &failure{exitInput, fmt.Errorf("open database: %w", err), ""}
	case info.IsDir():
		return &failure{exitInput, fmt.Errorf("%s is a directory, not a database", db), "culprit analyze " + db + " reads the logs in it"}
	}
	f, err := os.Open(db)
	if err != nil {
		return &failure{exitInput, fmt.Errorf("open database: %w", err), ""}
	}
	defer f.Close()
	head := make([]byte, len(sqliteMagic))
	if _, err := io.ReadFull(f, head); err != nil || string(head) != sqliteMagic {
		return &failure{exitInput, fmt.Errorf("%s is not a database", db), "culprit analyze --db FILE DIR makes one"}
	}
	return nil
}

// sqliteMagic begins every database of SQLite 3.
const sqliteMagic = "SQLite format 3\x00"
