package main

import (
	"context"
	"time"

	"culprit/correlate"
	"culprit/live/telemetry"
	"culprit/store"
	"culprit/store/clickhouse"
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
	st, err := s.openShared(ctx, dir)
	if err != nil {
		return nil, stopped, err
	}
	s.spooling.Store(st)
	return st, stopped, nil
}

// openShared opens a store that many hosts share, with a spool in dir.
func (s *service) openShared(ctx context.Context, dir string) (*clickhouse.Store, error) {
	address, err := clickhouse.ParseAddress(s.shared)
	if err != nil {
		return nil, usageError(urlForm, "%w", err)
	}
	st, err := clickhouse.Open(ctx, address, clickhouse.Options{
		Origin: s.host, Spool: dir, SpoolLimit: s.spoolSize << 20, Linger: linger, Complain: func(err error) { s.say("%v", err) },
	})
	if err != nil {
		return nil, &failure{exitInput, err, storeHint}
	}
	return st, nil
}

// linger is how long tail gathers rows before it sends them: a server takes few large blocks better than many small ones.
const linger = 5 * time.Second

// spoolMetrics are those of what a shared store has not taken yet.
func (s *service) spoolMetrics() []telemetry.Metric {
	st := s.spooling.Load()
	if st == nil {
		return nil
	}
	blocks, bytes := st.Waiting()
	return []telemetry.Metric{
		{Name: "culprit_spool_blocks", Help: "Blocks that wait to be sent to the store.", Value: float64(blocks)},
		{Name: "culprit_spool_bytes", Help: "Bytes of the spool on disk.", Value: float64(bytes)},
	}
}
