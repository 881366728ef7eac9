package main

import (
	"context"
	"time"

	"culprit/correlate"
	"culprit/store"
)

// keeper is what tail asks of where it keeps things: a database of its own, or a store that many hosts share.
type keeper interface {
	correlate.Store
	OpenFile(path string, file store.File, start store.Position) (*store.Appender, error)
	OpenOnward(path string, file store.File) (*store.Appender, store.Position, error)
	Reached(ctx context.Context) ([]store.Checkpoint, error)
	Bookmark(ctx context.Context, name string) (string, error)
	SetBookmark(name, value string) error
	Commit() error
	Forget(before int64) error
	Close() error
}

// keeper opens it. stopped is when it was last written to; zero if it is new.
func (s *service) keeper(ctx context.Context) (k keeper, stopped time.Time, err error) {
	if s.shared == "" {
		stopped = lastWritten(s.db)
		st, err := store.OpenLean(s.db)
		if err != nil {
			return nil, stopped, &failure{exitUsage, err, "--db FILE wants a new file or one that culprit made, on a disk with room"}
		}
		return st, stopped, nil
	}
	dir, err := spoolOf(s.db, s.shared)
	if err != nil {
		return nil, stopped, err
	}
	stopped = lastWritten(dir)
	st, err := openShared(ctx, s.shared, dir, s.host, func(err error) { s.say("%v", err) })
	if err != nil {
		return nil, stopped, err
	}
	return st, stopped, nil
}
