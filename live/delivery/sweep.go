package delivery

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// Sweep removes from a directory the spools of receivers that are no longer there, once what waits in them is too old to be told. Until
// then they stay: who comes back finds what waited.
func Sweep(dir string, there []string, now time.Time) error {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("look for notices of receivers that are gone: %w", err)
	}
	var problems []error
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || slices.Contains(there, e.Name()) || now.Sub(info.ModTime()) <= DefaultLimits.Age {
			continue
		}
		problems = append(problems, os.RemoveAll(filepath.Join(dir, e.Name())))
	}
	return errors.Join(problems...)
}
