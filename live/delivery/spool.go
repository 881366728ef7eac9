package delivery

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"culprit/live"
)

// spool is a directory with a file for each letter, named by its number. The zero value keeps nothing.
type spool struct{ dir string }

// ending is how the name of a letter ends; what is still being written has another one after it.
const (
	ending  = ".json"
	halfway = ".tmp"
)

// largest is the most a file of the spool may have, bytes. Notices are some ten thousand.
const largest = 4 << 20

// load reads all letters, in their order. Files that are no letters any more are removed, and named in the error; the letters are good
// even then.
func (s spool) load() (letters []*letter, err error) {
	if s.dir == "" {
		return nil, nil
	}
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return nil, fmt.Errorf("make room for notices that wait: %w", err)
	}
	entries, err := os.ReadDir(s.dir) // sorted by name
	if err != nil {
		return nil, fmt.Errorf("read the notices that wait: %w", err)
	}
	var problems []error
	for _, e := range entries {
		path := filepath.Join(s.dir, e.Name())
		l, err := read(path)
		if err == nil {
			letters = append(letters, l)
			continue
		}
		if !strings.HasSuffix(path, halfway) {
			problems = append(problems, fmt.Errorf("a notice that waited is no longer readable and was removed: %w", err))
		}
		problems = append(problems, os.RemoveAll(path))
	}
	return letters, errors.Join(problems...)
}

func read(path string) (*letter, error) {
	number, ok := strings.CutSuffix(filepath.Base(path), ending)
	n, err := strconv.ParseInt(number, 10, 64)
	if !ok || err != nil {
		return nil, fmt.Errorf("%s is not a name of a notice", path)
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > largest || !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is too large or no file", path)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	l := &letter{number: n, size: info.Size()}
	if err := json.Unmarshal(data, l); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if l.Notice == nil || l.Queued.IsZero() || l.Notice.Event == live.Test || len(l.Notice.Incident.Hypotheses) == 0 {
		return nil, fmt.Errorf("%s holds no notice", path)
	}
	return l, nil
}

func (s spool) path(l *letter) string {
	return filepath.Join(s.dir, fmt.Sprintf("%019d%s", l.number, ending))
}

// save writes a letter so that it is there as a whole or not at all, whenever the power fails, and sets its size.
func (s spool) save(l *letter) error {
	data, err := json.Marshal(l)
	if err != nil {
		return fmt.Errorf("keep a notice: %w", err)
	}
	l.size = int64(len(data))
	if s.dir == "" {
		return nil
	}
	path := s.path(l)
	if err := errors.Join(write(path+halfway, data), os.Rename(path+halfway, path), s.sync()); err != nil {
		return fmt.Errorf("keep a notice until it is told: %w", err)
	}
	return nil
}

func write(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}

// sync makes names durable.
func (s spool) sync() error {
	d, err := os.Open(s.dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// remove forgets a letter.
func (s spool) remove(l *letter) error {
	if s.dir == "" {
		return nil
	}
	if err := os.Remove(s.path(l)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("forget a notice that was told: %w", err)
	}
	return nil
}
