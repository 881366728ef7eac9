package follow

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"

	"culprit/ingest"
)

// trail is a path that is followed, with its generations.
type trail struct {
	f    *Follower
	path string
	name string // as a user would write it

	gens  []*generation // the oldest first; the last one is the file at path, if current
	seen  map[fileID]bool
	heads []head // of generations that were left, the latest
	left  []left // rotated files that may be written to again
	used  map[Identity]bool

	begun   bool // the path was there once
	problem error
}

// How long a generation is kept that is no longer at its path: whoever writes may take long to open the new one. Kept ones cost an
// open file each.
const (
	linger      = 60 * time.Second
	hurry       = time.Second // where more than keptMost are open
	keptMost    = 24
	lingerAlone = 10 * time.Minute // where nothing came after it
)

// look finds out what is at the path now.
func (t *trail) look(now time.Time) error {
	info, err := os.Stat(t.path)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			t.problem = err
		} else {
			t.problem = nil
		}
		return nil
	}
	if n := len(t.gens); n > 0 && sameFile(t.gens[n-1].info, info) {
		return nil
	}
	for range 8 {
		again, err := t.arrive(now)
		if err != nil || !again {
			return err
		}
	}
	return nil
}

// arrive opens the file that is new at the path, and what came and went between it and the last one. again says that the path has
// changed meanwhile.
func (t *trail) arrive(now time.Time) (again bool, err error) {
	file, err := openRegular(t.path)
	if err != nil {
		t.problem = err
		return false, nil
	}
	info, err := file.Stat()
	if err != nil {
		return false, errors.Join(err, file.Close())
	}
	beginning, beside, err := t.around(file)
	if err != nil {
		return false, errors.Join(err, file.Close())
	}
	if there, err := os.Stat(t.path); err == nil && !sameFile(there, info) {
		file.Close()
		closeAll(beside)
		return true, nil
	}
	t.problem = nil
	// What was renamed while it was looked at is there twice.
	beside = slices.DeleteFunc(beside, func(s *sibling) bool { return sameFile(s.info, info) && s.file.Close() == nil })
	defer func() { closeAll(beside) }()
	if !t.begun {
		t.begun = true
		if err := t.resume(file, info, beginning, beside, now); err != nil {
			return false, err
		}
		t.remember(beside, t.gens[len(t.gens)-1])
		return false, nil
	}
	for i, s := range beside {
		if t.isNew(s) {
			g := t.add(s.file, s.info, s.head)
			beside[i] = &sibling{id: s.id, beginning: s.beginning} // kept open
			g.start(ingest.Position{}, now)
		}
	}
	present := t.add(file, info, headOf(beginning))
	present.start(ingest.Position{}, now)
	t.remember(beside, present)
	return false, nil
}

// seenMost bounds how many files are remembered that are gone by now.
const seenMost = 1024

// remember notes what is beside the path, so that later ones stand out: also what an earlier look saw, for a directory in which names
// change can be read with one missing. A copy of what is at the path now may be all that is left of it soon, and one that is empty yet
// may become such a copy.
func (t *trail) remember(beside []*sibling, present *generation) {
	if t.seen == nil || len(t.seen) > seenMost {
		t.seen = map[fileID]bool{}
	}
	for _, s := range beside {
		if s.file == nil || s.head.size > 0 && !present.copiedTo(s) {
			t.seen[s.id] = true
		}
	}
}

// isNew reports whether a sibling came after the last look and is no copy of what is known.
func (t *trail) isNew(s *sibling) bool {
	if s.packed || t.seen[s.id] || s.head.size == 0 {
		return false
	}
	for _, g := range t.gens {
		if sameFile(g.info, s.info) || g.copiedTo(s) {
			return false
		}
	}
	return !slices.ContainsFunc(t.heads, func(h head) bool { return h.fits(s.beginning) })
}

func (t *trail) add(file *os.File, info os.FileInfo, beginning head) *generation {
	g := &generation{t: t, file: file, info: info, id: idOf(file), head: beginning, empty: beginning.size == 0}
	t.gens = append(t.gens, g)
	return g
}

// step reads all generations and leaves those that are over.
func (t *trail) step(now time.Time) (more bool, err error) {
	if err := t.look(now); err != nil {
		return false, err
	}
	for i := 0; i < len(t.gens); i++ {
		g := t.gens[i]
		if g.abandoned {
			err := g.finish(now)
			t.forget(i)
			i--
			if err != nil {
				return more, err
			}
			continue
		}
		if g.empty && g.hasBytes() {
			g.empty = false
			if err := t.filled(g, now); err != nil {
				return more, err
			}
			more = true
			break
		}
		again, truncated, err := g.step(now)
		if err != nil {
			return more, err
		}
		more = more || again
		if truncated {
			if err := t.truncated(i, now); err != nil {
				return more, err
			}
			more = true
			continue
		}
		if !again && t.over(i, now) {
			err := g.finish(now)
			t.forget(i)
			i--
			if err != nil {
				return more, err
			}
		}
	}
	return more, nil
}

// over reports whether a generation can be left: it was read, it is quiet, and there is a newer one or it is gone.
func (t *trail) over(i int, now time.Time) bool {
	g := t.gens[i]
	quiet := now.Sub(g.changed)
	if g.size > g.read && g.fruitless != g.size {
		return false
	}
	switch newer := len(t.gens) - 1 - i; {
	case newer == 0:
		there, err := os.Stat(t.path)
		return quiet > lingerAlone && (err != nil || !sameFile(there, g.info))
	case newer > keptMost:
		return quiet > hurry
	}
	return quiet > linger
}

// forget drops a generation, but for its head, and where it ended.
func (t *trail) forget(i int) {
	g := t.gens[i]
	if h := g.head; h.size > 0 {
		t.heads = append(t.heads, h)
		t.heads = t.heads[max(0, len(t.heads)-64):]
		if !g.abandoned {
			t.leave(left{info: g.info, id: g.id, head: h, identity: g.identity, at: g.position(), counted: true})
		}
	}
	t.gens = slices.Delete(t.gens, i, i+1)
}

// truncated deals with a file that was cut, as copytruncate does: what was not read is looked for in the copy, and the file begins
// anew.
func (t *trail) truncated(i int, now time.Time) error {
	g := t.gens[i]
	g.endTail()
	fresh := &generation{t: t, file: g.file, info: g.info, id: g.id}
	fresh.start(ingest.Position{}, now)
	beginning, beside, err := t.around(g.file)
	if err != nil {
		return err
	}
	defer func() { closeAll(beside) }()
	present, at := headOf(beginning), -1
	if g.head.size > 0 {
		at = slices.IndexFunc(beside, func(s *sibling) bool { return s.id != g.id && g.head.fits(s.beginning) && s.holds(g.read, g.last) })
	}
	if at >= 0 {
		if err := g.unpack(beside[at], now); errors.Is(err, errLedger) {
			return err
		} else if err != nil {
			t.f.note(t.name, fmt.Sprintf("the rest of its rotated file cannot be read: %v", err))
		}
	} else if g.head.size > 0 {
		t.f.lost(t.name, g.size-g.read)
	}
	fresh.head, fresh.empty = present, present.size == 0
	g.file, g.abandoned = devNull(), true
	err = t.between(fresh, beside, now)
	t.gens = append(t.gens, fresh)
	t.remember(beside, fresh)
	return err
}

// around returns the beginning of a file and what is beside it, as of one moment: a copy of it that is being made while it is cut
// could not be told from one of something else.
func (t *trail) around(file *os.File) (beginning []byte, beside []*sibling, err error) {
	for range 16 {
		closeAll(beside)
		var before head
		if before, beginning, err = readHead(file); err != nil {
			return nil, nil, fmt.Errorf("read %s: %w", t.path, err)
		}
		beside, err = siblings(t.path)
		switch {
		case errors.Is(err, fs.ErrPermission):
			beside = nil // a directory that may not be listed, but searched
		case err != nil:
			return nil, nil, err
		}
		after, _, err := readHead(file)
		if err != nil || before == after {
			return beginning, beside, nil
		}
	}
	return beginning, beside, nil
}

// filled looks, when something appears in a file that was found empty, whether more than that had been there meanwhile.
func (t *trail) filled(g *generation, now time.Time) error {
	beginning, beside, err := t.around(g.file)
	if err != nil {
		return err
	}
	defer func() { closeAll(beside) }()
	there, err := os.Stat(t.path)
	if err != nil || !sameFile(there, g.info) {
		return nil // it was moved away: what is beside it now may be files of their own
	}
	present := headOf(beginning)
	g.head = present
	at := slices.Index(t.gens, g)
	newer := slices.Clone(t.gens[at:])
	t.gens = t.gens[:at]
	err = t.between(g, beside, now)
	t.gens = append(t.gens, newer...)
	t.remember(beside, g)
	return err
}

// between reads the copies of what was written and truncated again since the last look. present is what is there now.
func (t *trail) between(present *generation, beside []*sibling, now time.Time) error {
	for _, s := range beside {
		if s.packed || !t.isNew(s) || present.copiedTo(s) {
			continue // of what is still there, a copy may just be made
		}
		g := &generation{t: t, file: devNull(), info: s.info, id: s.id, abandoned: true}
		g.start(ingest.Position{}, now)
		if err := g.unpack(s, now); errors.Is(err, errLedger) {
			return err
		} else if err != nil {
			t.f.note(t.name, fmt.Sprintf("a copy of it cannot be read: %v", err))
		}
		t.gens = append(t.gens, g)
	}
	return nil
}

// devNull stands in for the file of a generation that has none any more.
func devNull() *os.File {
	f, err := os.Open(os.DevNull)
	if err != nil {
		return nil
	}
	return f
}

// stop leaves all generations as far as they were read.
func (t *trail) stop() error {
	var errs []error
	for _, g := range t.gens {
		errs = append(errs, g.stop())
	}
	t.gens = nil
	return errors.Join(errs...)
}
