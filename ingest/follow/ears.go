package follow

import (
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// ears hear that something happens in the directories of what is followed. They only wake the follower up: what is missed costs time
// and nothing else.
type ears struct {
	watcher *fsnotify.Watcher
	heard   func(arrival bool)
	deaf    bool // a directory cannot be heard, or only in part
}

const (
	// pauseBetween bounds how often a busy directory wakes the follower up. Meanwhile the kernel folds equal events into one.
	pauseBetween = 20 * time.Millisecond
	// drained is how long events that came during the pause are thrown away.
	drained = 5 * time.Millisecond
)

// listen starts hearing; nil where the system has no ears to give. heard is called when something happened; arrival says that there
// is a new name.
func listen(heard func(arrival bool)) *ears {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return nil
	}
	e := &ears{watcher: watcher, heard: heard}
	go e.hear()
	return e
}

// hear runs until the ears are closed. Errors, such as a queue that overflowed, are a reason to look as well.
func (e *ears) hear() {
	for {
		var arrival bool
		select {
		case event, ok := <-e.watcher.Events:
			if !ok {
				return
			}
			arrival = event.Has(fsnotify.Create)
		case _, ok := <-e.watcher.Errors:
			if !ok {
				return
			}
			arrival = true
		}
		e.heard(arrival)
		time.Sleep(pauseBetween)
		if any, arrival := e.drain(); any {
			e.heard(arrival)
		}
	}
}

// drain takes what has come meanwhile.
func (e *ears) drain() (any, arrival bool) {
	end := time.After(drained)
	for {
		select {
		case event, ok := <-e.watcher.Events:
			if !ok {
				return any, arrival
			}
			any, arrival = true, arrival || event.Has(fsnotify.Create)
		case <-end:
			return any, arrival
		}
	}
}

// attend hears what happens around a path, and around what it links to. What is not there yet is not heard: it is looked for.
func (e *ears) attend(path string) {
	e.directory(filepath.Dir(path))
	if real, err := filepath.EvalSymlinks(path); err == nil && filepath.Dir(real) != filepath.Dir(path) {
		e.directory(filepath.Dir(real))
	}
}

// expect hears files come that are found by searching: in a directory, or by a pattern in one.
func (e *ears) expect(path string) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		e.directory(path)
		return
	}
	if dir := filepath.Dir(path); !strings.ContainsAny(dir, "*?[") {
		e.directory(dir)
	}
}

func (e *ears) directory(dir string) {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return
	}
	if distant(dir) || e.watcher.Add(dir) != nil {
		e.deaf = true
	}
}

func (e *ears) close() { _ = e.watcher.Close() }
