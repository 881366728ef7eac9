package main

import (
	"context"
	"os"
	"time"

	"culprit/ingest"
	"culprit/ingest/follow"
	"culprit/rules"
	"culprit/store"
)

// ledger keeps what is followed in a database, each generation of a log as a source of its own.
type ledger struct {
	store   keeper
	matcher *rules.Matcher
	pulse   *pulse
}

func (l *ledger) Open(path string, file follow.Identity, start ingest.Position) (ingest.Feed, error) {
	a, err := l.store.OpenFile(path, store.File(file), store.Position(start))
	if err != nil {
		return nil, err
	}
	return &feed{to: a, matcher: l.matcher, pulse: l.pulse}, nil
}

// known returns how far earlier runs came.
func (l *ledger) known(ctx context.Context) ([]follow.Checkpoint, error) {
	reached, err := l.store.Reached(ctx)
	if err != nil {
		return nil, err
	}
	known := make([]follow.Checkpoint, len(reached))
	for i, c := range reached {
		known[i] = follow.Checkpoint{Path: c.Path, File: follow.Identity(c.File), Offset: c.End.Offset, Line: c.End.Line}
	}
	return known, nil
}

// lastWritten is when a database was last written to; zero if it is new.
func lastWritten(db string) (latest time.Time) {
	for _, name := range []string{db, db + "-wal"} {
		if info, err := os.Stat(name); err == nil && info.ModTime().After(latest) {
			latest = info.ModTime()
		}
	}
	return latest
}
