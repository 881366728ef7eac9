package ingest

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// walker finds files. Names are visited in the order of compareRotated within a directory, as far as the directory is not huge.
type walker struct {
	visit func(file)
	// swapped is told the links that say which release is live.
	swapped func(swap)
	note    func(path, text string)
	fail    func(path string, err error)
	ended   func() bool
	known   []string        // real paths of what is read as a whole
	links   []file          // to be followed at the end, where they lead to something not read yet
	files   map[string]bool // real paths of files that links led to
}

// walk visits every file below roots once, those behind symbolic links included.
func (r *run) walk(roots []root, visit func(file)) {
	w := &walker{visit: visit, swapped: r.swapped, note: r.note, fail: r.unreadable, ended: r.ended}
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
		switch {
		case sub == ".git":
			w.reflog(filepath.Join(path, sub), filepath.Join(name, sub))
			continue
		case sub == ".dep": // of Deployer, with its log of releases
		case strings.HasPrefix(sub, "."):
			w.note(display(filepath.Join(name, sub)), "hidden directory, left aside")
			continue
		}
		w.directory(filepath.Join(path, sub), filepath.Join(name, sub))
	}
}

// reflog visits of a repository only the log of where its HEAD was: what was checked out, and when.
func (w *walker) reflog(path, name string) {
	info, err := os.Lstat(filepath.Join(path, "logs", "HEAD"))
	if err != nil || !info.Mode().IsRegular() {
		w.note(display(name), "hidden directory, left aside")
		return
	}
	w.visit(file{path: filepath.Join(path, "logs", "HEAD"), name: display(filepath.Join(name, "logs", "HEAD"))})
}

func (w *walker) entry(e fs.DirEntry, path, name string) {
	switch mode := e.Type(); {
	case mode.IsRegular():
		w.visit(file{path: path, name: display(name)})
	case mode&fs.ModeSymlink != 0:
		w.linked(filepath.Dir(path), e.Name(), name)
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
