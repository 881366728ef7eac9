package ingest

import (
	"errors"
	"fmt"
	"io"
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

// walker finds files. Names are visited in the order of compareRotated within a directory, as far as the directory is not huge.
type walker struct {
	visit func(file)
	note  func(path, text string)
	fail  func(path string, err error)
	ended func() bool
	known []string        // real paths of what is read as a whole
	links []file          // to be followed at the end, where they lead to something not read yet
	files map[string]bool // real paths of files that links led to
}

// walk visits every file below roots once, those behind symbolic links included.
func (r *run) walk(roots []root, visit func(file)) {
	w := &walker{visit: visit, note: r.note, fail: r.unreadable, ended: r.ended}
	w.roots(roots)
}

func (w *walker) roots(roots []root) {
	w.files = map[string]bool{}
	for _, root := range roots {
		switch {
		case root.stdin:
			w.visit(file{name: "-", stdin: true})
		case !w.isKnown(root.real):
			w.known = append(w.known, root.real)
			w.root(root)
		}
	}
	for len(w.links) > 0 {
		link := w.links[0]
		w.links = w.links[1:]
		w.follow(link)
	}
}

func (w *walker) root(root root) {
	info, err := os.Stat(root.path)
	if err != nil {
		w.fail(display(root.path), explain(err))
		return
	}
	if info.IsDir() {
		w.directory(root.path, root.prefix)
		return
	}
	w.visit(file{path: root.path, name: display(root.path), stream: !info.Mode().IsRegular()})
}

// chunk is how many entries of a directory are held at once.
const chunk = 4096

// directory visits the files of one directory, then its subdirectories. It keeps no directory open while another is read.
func (w *walker) directory(path, name string) {
	dir, err := os.Open(path)
	if err != nil {
		w.fail(display(name), explain(err))
		return
	}
	var below []string
	for err == nil && !w.ended() {
		var entries []fs.DirEntry
		entries, err = dir.ReadDir(chunk)
		slices.SortFunc(entries, func(a, b fs.DirEntry) int { return compareRotated(a.Name(), b.Name()) })
		for _, e := range entries {
			if e.IsDir() {
				below = append(below, e.Name())
				continue
			}
			w.entry(e, filepath.Join(path, e.Name()), filepath.Join(name, e.Name()))
		}
	}
	dir.Close()
	if err != nil && !errors.Is(err, io.EOF) {
		w.fail(display(name), explain(err))
	}
	slices.Sort(below)
	for _, sub := range below {
		if w.ended() {
			return
		}
		if strings.HasPrefix(sub, ".") {
			w.note(display(filepath.Join(name, sub)), "hidden directory, left aside")
			continue
		}
		w.directory(filepath.Join(path, sub), filepath.Join(name, sub))
	}
}

func (w *walker) entry(e fs.DirEntry, path, name string) {
	switch mode := e.Type(); {
	case mode.IsRegular():
		w.visit(file{path: path, name: display(name)})
	case mode&fs.ModeSymlink != 0:
		w.links = append(w.links, file{path: path, name: name})
	default:
		// Opening a named pipe would wait for a writer for ever.
		w.note(display(name), describeMode(mode)+", left aside")
	}
}

// follow visits what a link leads to, unless it is read anyway or leads back up.
func (w *walker) follow(link file) {
	target, err := filepath.EvalSymlinks(link.path)
	if err == nil {
		target, err = filepath.Abs(target)
	}
	var info fs.FileInfo
	if err == nil {
		info, err = os.Stat(target)
	}
	switch {
	case err != nil:
		w.note(display(link.name), "symbolic link that leads nowhere")
	case w.isKnown(target) || w.files[target]:
	case info.IsDir() && w.holdsKnown(target):
		w.note(display(link.name), "symbolic link to a directory around it, left aside")
	case info.IsDir():
		w.known = append(w.known, target)
		w.directory(target, link.name)
	case info.Mode().IsRegular():
		w.files[target] = true
		w.visit(file{path: target, name: display(link.name)})
	default:
		w.note(display(link.name), "symbolic link to a "+describeMode(info.Mode().Type())+", left aside")
	}
}

func (w *walker) isKnown(real string) bool {
	return slices.ContainsFunc(w.known, func(known string) bool { return lies(real, known) })
}

func (w *walker) holdsKnown(real string) bool {
	return slices.ContainsFunc(w.known, func(known string) bool { return lies(known, real) })
}

// lies reports whether path is dir or lies below it.
func lies(path, dir string) bool {
	rest, ok := strings.CutPrefix(path, dir)
	return ok && (rest == "" || os.IsPathSeparator(rest[0]) || dir != "" && os.IsPathSeparator(dir[len(dir)-1]))
}

func describeMode(mode fs.FileMode) string {
	switch {
	case mode&fs.ModeNamedPipe != 0:
		return "named pipe"
	case mode&fs.ModeSocket != 0:
		return "socket"
	case mode&fs.ModeDevice != 0:
		return "device"
	}
	return "special file"
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
