package clickhouse

import (
	"errors"
	"os"
	"path/filepath"
)

// disk is what a spool writes to. Tests have it fail.
type disk interface {
	// write makes a file, whose content is durable when it returns; its name may not be.
	write(path string, content []byte) error
	rename(from, to string) error
	remove(path string) error
	// sync makes the names in a directory durable.
	sync(dir string) error
}

// halfway ends the names of files that are not whole yet.
const halfway = ".new"

// write makes a file of the spool of a content, wholly or not at all, whenever the power fails.
func (s *spool) write(name string, content []byte) error {
	path := filepath.Join(s.dir, name)
	if err := s.disk.write(path+halfway, content); err != nil {
		return errors.Join(err, s.disk.remove(path+halfway))
	}
	if err := s.disk.rename(path+halfway, path); err != nil {
		return err
	}
	return s.disk.sync(s.dir)
}

// makeDir makes the directory of a spool, durably.
func makeDir(d disk, dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return d.sync(filepath.Dir(dir))
}

// osDisk is a file system of this machine.
type osDisk struct{}

func (osDisk) write(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Sync(), f.Close())
}

func (osDisk) rename(from, to string) error { return os.Rename(from, to) }

func (osDisk) remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

func (osDisk) sync(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
