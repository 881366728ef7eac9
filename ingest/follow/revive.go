package follow

import (
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"culprit/ingest"
)

// left is a rotated file that was read as far as it went and closed. A writer that was not told of the rotation may still go on in it,
// and on a quiet server its next line may be hours away.
type left struct {
	info     os.FileInfo
	id       fileID
	head     head
	identity Identity
	at       ingest.Position
	counted  bool // at.Line is known
}

// leftMost bounds how many are remembered.
const leftMost = 24

// leave remembers a file in case it grows.
func (t *trail) leave(l left) {
	t.left = append(t.left, l)
	t.left = t.left[max(0, len(t.left)-leftMost):]
}

// leaveSibling remembers a file beside the path of which nothing is to be read.
func (t *trail) leaveSibling(s *sibling) {
	if !s.packed && s.head.size > 0 {
		t.leave(left{info: s.info, id: s.id, head: s.head, at: ingest.Position{Offset: s.info.Size()}})
	}
}

// revive opens the files again that have grown since they were left.
func (t *trail) revive(now time.Time) {
	if len(t.left) == 0 {
		return
	}
	names, err := siblingNames(t.path)
	if err != nil {
		return // a directory that may not be listed, but searched
	}
	for _, name := range names {
		info, err := os.Stat(name)
		if err != nil {
			continue
		}
		i := slices.IndexFunc(t.left, func(l left) bool { return sameFile(l.info, info) && info.Size() > l.at.Offset })
		if i < 0 {
			continue
		}
		if err := t.reopen(name, t.left[i], now); err != nil {
			t.f.note(t.name, fmt.Sprintf("a rotated file that is written to again cannot be read: %v", err))
		}
		t.left = slices.Delete(t.left, i, i+1)
	}
}

// reopen goes on with a file that was left, unless its name has come to mean another one.
func (t *trail) reopen(name string, l left, now time.Time) error {
	file, err := openRegular(name)
	if err != nil {
		return err
	}
	info, err := file.Stat()
	if err == nil {
		var beginning []byte
		if _, beginning, err = readHead(file); err == nil && (idOf(file) != l.id || !l.head.fits(beginning)) {
			return file.Close()
		}
	}
	if err == nil && !l.counted {
		l.at, err = firstPosition(io.NewSectionReader(file, 0, l.at.Offset), l.at.Offset, 0)
	}
	if err != nil {
		_ = file.Close() // it was only read
		return err
	}
	g := &generation{t: t, file: file, info: info, id: l.id, head: l.head, identity: l.identity}
	g.start(l.at, now)
	g.prime(now)
	t.gens = slices.Insert(t.gens, 0, g)
	return nil
}
