package store

import (
	"errors"
	"fmt"

	_ "culprit/store/allocator" // for its effect on what SQLite holds
)

// How much of the database the writer and each reader of a service keep in memory, in KiB as SQLite wants it. It is what they come back to
// within seconds: the minutes that are being written, and the inner pages of the indexes. The system's own cache has the rest.
const (
	leanWriter = "-1024"
	leanReader = "-768"
)

// OpenLean is OpenSQLite for a service: it bounds the memory of a database that is written to and asked for months, and the room that its
// journal keeps after a burst. The usual caches, which make one large analysis fast, would grow with the database for hours.
func OpenLean(path string) (*SQLite, error) {
	s, err := OpenSQLite(path)
	if err != nil {
		return nil, err
	}
	s.pages = leanReader
	err = s.do(false, func(w *writer) error {
		w.db.ahead = aheadMost
		return w.c.script(fmt.Sprintf("PRAGMA cache_size = %s; PRAGMA journal_size_limit = %d", leanWriter, aheadKept))
	})
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}
