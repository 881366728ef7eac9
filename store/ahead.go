package store

import (
	"context"
	"database/sql/driver"
	"fmt"
	"os"
	"time"
)

// What is written goes to a log ahead of the database, which SQLite moves over whenever nobody reads what was before. Where somebody
// always does, that log would grow without end: then the writer waits for them.

const (
	// aheadMost is how large the log of a service may become before it is waited for readers, in bytes; aheadKept is what of it stays
	// on disk after a burst.
	aheadMost, aheadKept = 32 << 20, 16 << 20
	// aheadWait is for how long: who reads for longer, such as a backup, is waited for again when the log has grown by as much once more.
	aheadWait = time.Second
)

// shorten moves the log ahead over where it has become too large. It is called between transactions.
func (w *writer) shorten() error {
	most := w.db.ahead
	if most == 0 {
		return nil
	}
	info, err := os.Stat(w.db.path + "-wal")
	if err != nil || info.Size() <= max(most, w.patience) {
		return nil // where it cannot be looked at, SQLite goes by its own rules
	}
	if err := w.c.script(fmt.Sprintf("PRAGMA busy_timeout = %d", aheadWait.Milliseconds())); err != nil {
		return err
	}
	busy := false
	err = w.c.query(context.Background(), "PRAGMA wal_checkpoint(TRUNCATE)", func(v []driver.Value) error {
		busy = boolean(v[0])
		return nil
	})
	w.patience = 0
	if busy {
		w.patience = info.Size() + most
	}
	if err != nil {
		return err
	}
	return w.c.script(fmt.Sprintf("PRAGMA busy_timeout = %d", lockWait.Milliseconds()))
}
