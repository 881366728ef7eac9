package main

import (
	"errors"
	"os"
	"time"

	"culprit/observe/change"
	"culprit/parser"
	"culprit/store"
)

// tailDatabase is the database that tail uses where none is named: one of this user's before that of the system. It is "" where neither
// is there and may be written.
func tailDatabase() string {
	own, err := userDatabase()
	if err != nil {
		own = systemDatabase
	}
	for _, path := range []string{own, systemDatabase} {
		f, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			continue
		}
		_ = f.Close() // nothing was written
		if kept(path) == nil {
			return path
		}
	}
	return ""
}

// noteInDatabase adds a change to a database, which tail may be writing to. It waits for tail's transaction and makes one of its own:
// two that note a change at once get a place each.
func noteInDatabase(db string, c change.Dated) (err error) {
	if isCluster(db) {
		return usageError("post it to the culprit tail that sends to the cluster: POST /v1/changes", "a cluster takes no changes from here")
	}
	if err := kept(db); err != nil {
		return err
	}
	// By when its database was last written to, tail knows after a restart for how long it was away. This is not its doing.
	before := lastWritten(db)
	st, err := store.OpenSQLite(db)
	if err != nil {
		return &failure{exitInput, err, "--file FILE notes the change in a file"}
	}
	defer func() {
		if err = errors.Join(err, st.Close()); err != nil {
			err = &failure{exitInput, err, "--file FILE notes the change in a file"}
			return
		}
		restoreTimes(db, before)
	}()
	return inbook{&ledger{store: st}}.note(change.Dated{Source: "culprit change add", Change: c.Change, At: c.At}, parser.ChangeFeed)
}

// restoreTimes dates a database back. Who may write to it but does not own it cannot; then what tail finds after a restart is read as if
// it had stopped now, so that only logs rotated away in between are passed over.
func restoreTimes(db string, at time.Time) {
	for _, name := range []string{db, db + "-wal"} {
		_ = os.Chtimes(name, time.Time{}, at)
	}
}
