package ingest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
)

// root is one thing to read, as asked for.
type root struct {
	path string
	// prefix is put before the names of what lies below a directory; empty where the directory was the only thing asked for.
	prefix string
	real   string // path with all links resolved
	stdin  bool
}

// file is something to open.
type file struct {
	path, name string
	stream     bool // a pipe or device that was asked for by name
	stdin      bool
}

// expand resolves what was asked for. A path that is not there is taken as a pattern.
func expand(paths []string) ([]root, error) {
	var roots []root
	for _, path := range paths {
		if path == "-" {
			roots = append(roots, root{path: path, stdin: true})
			continue
		}
		_, err := os.Stat(path)
		if errors.Is(err, fs.ErrNotExist) && strings.ContainsAny(path, "*?[") {
			matches, globErr := filepath.Glob(path)
			if globErr != nil {
				return nil, fmt.Errorf("%w: pattern %s: %w", ErrInput, path, globErr)
			}
			if len(matches) == 0 {
				return nil, fmt.Errorf("%w: nothing matches %s", ErrInput, path)
			}
			slices.SortFunc(matches, compareRotated)
			for _, m := range matches {
				roots = append(roots, root{path: m, prefix: m})
			}
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrInput, explain(err))
		}
		roots = append(roots, root{path: path, prefix: path})
	}
	if len(roots) == 1 {
		roots[0].prefix = ""
	}
	for i := range roots {
		roots[i].real = realPath(roots[i].path)
	}
	return roots, nil
}

func realPath(path string) string {
	if resolved, err := filepath.EvalSymlinks(path); err == nil {
		path = resolved
	}
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	return path
}

// display makes a path fit to be shown and compared: slashes, no control characters that could steer a terminal.
func display(path string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return '?'
		}
		return r
	}, filepath.ToSlash(path))
}

// explain adds what the operator can do about an error of the file system.
func explain(err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("%w (run as a user that may read it: root, or a member of group adm)", err)
	}
	return err
}
