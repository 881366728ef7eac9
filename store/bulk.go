package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// A new database is made in one go: beside its place, without a journal, its indexes at the end, as fast as one that is thrown away.
// Only the finished one gets its name, so that a run which is killed leaves no half of one behind under it.

// CreateSQLite makes a new database at path, where it appears when Close has succeeded; until then it is path.partial-N. A process that
// is killed may leave that file behind. Where path is there already, it is opened as by OpenSQLite.
func CreateSQLite(path string) (*SQLite, error) {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return OpenSQLite(path)
	}
	partial, err := partialFile(path)
	if err != nil {
		return nil, fmt.Errorf("make database %s: %w", path, err)
	}
	s, err := openSQLite(partial, temporaryPragmas)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("make database %s: %w", path, err), os.Remove(partial))
	}
	s.becomes = path
	return s, nil
}

// partialFile makes an empty file for a database that is to be at path. One of its name is of a process that had the number of this one.
func partialFile(path string) (string, error) {
	partial := fmt.Sprintf("%s.partial-%d", path, os.Getpid())
	if err := os.Remove(partial); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	f, err := os.OpenFile(partial, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o644)
	if err != nil {
		return "", err
	}
	return partial, f.Close()
}

// finish brings a database that was made in one go into the state of those that last.
func (w *writer) finish() error {
	if w.db.becomes == "" {
		return nil
	}
	return w.c.script(sortingPragmas + eventIndexes + "; PRAGMA journal_mode = WAL")
}

// publish gives a finished database its name; one that could not be written, as err says, is removed.
func (s *SQLite) publish(err error) error {
	if s.becomes == "" {
		return err
	}
	if err != nil {
		return errors.Join(err, os.Remove(s.path))
	}
	if err := errors.Join(synced(s.path), s.place()); err != nil {
		return fmt.Errorf("finish database %s: %w", s.becomes, err)
	}
	_ = synced(filepath.Dir(s.becomes)) // not every system can; the database is whole, whatever its name after a power failure
	return nil
}

// place moves the database to where it is wanted, unless there is something by now.
func (s *SQLite) place() error {
	if _, err := os.Lstat(s.becomes); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s has come up meanwhile; this run's database is %s", s.becomes, s.path)
	}
	return os.Rename(s.path, s.becomes)
}

// synced waits until the disk has a file or directory.
func synced(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
