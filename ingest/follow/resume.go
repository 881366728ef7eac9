package follow

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"culprit/ingest"
)

// slack is how far the clocks of a file system and of the ledger may be apart, and how late a new file may have been found.
const slack = 10 * time.Second

// resume goes on where an earlier run ended: with the rest of every generation it knew, wherever rotation has put it, then with what
// was born since. Of a path that was never followed the file itself is read, and what was
// rotated a moment ago.
func (t *trail) resume(file *os.File, info os.FileInfo, beginning []byte, beside []*sibling, now time.Time) error {
	known := t.f.known[t.name]
	if len(known) == 0 {
		if err := t.justRotated(file, headOf(beginning), beside, now); err != nil {
			return errors.Join(err, file.Close())
		}
		at, err := firstPosition(file, info.Size(), t.f.opts.Backlog)
		if err != nil {
			return errors.Join(fmt.Errorf("read %s: %w", t.path, err), file.Close())
		}
		g := t.add(file, info, headOf(beginning))
		g.start(at, now)
		g.prime(now)
		return nil
	}
	live := &sibling{file: file, info: info, id: idOf(file), head: headOf(beginning), beginning: beginning}
	r := reunion{t: t, now: now, known: known, there: append(append([]*sibling{}, beside...), live)}
	r.claim()
	r.copies(live)
	for i, s := range r.there {
		kept, err := r.continued(i, s == live)
		if err != nil {
			return err
		}
		if kept && s != live {
			beside[i] = &sibling{id: s.id, beginning: s.beginning} // stays open
		}
	}
	return nil
}

// justRotated begins with what lies beside a path that was never followed: a file that was rotated a moment ago belongs to the present,
// and may still be written to.
func (t *trail) justRotated(file *os.File, beginning head, beside []*sibling, now time.Time) error {
	live := &generation{file: file, head: beginning}
	for i, s := range beside {
		if s.packed || s.head.size == 0 || live.copiedTo(s) {
			continue // of what is at the path, a copy may just be made
		}
		if now.Sub(s.info.ModTime()) > linger {
			t.leaveSibling(s)
			continue
		}
		at, err := firstPosition(s.file, s.info.Size(), t.f.opts.Backlog)
		if err != nil {
			return fmt.Errorf("read %s: %w", s.file.Name(), err)
		}
		g := t.add(s.file, s.info, s.head)
		g.start(at, now)
		g.prime(now)
		beside[i] = &sibling{id: s.id, beginning: s.beginning} // stays open
	}
	return nil
}

// reunion brings together what an earlier run knew and what is there now.
type reunion struct {
	t     *trail
	now   time.Time
	known []Checkpoint
	there []*sibling // the oldest first, the file at the path last
	owner []int      // of each file: the index of its checkpoint, -1: new, copied: a copy of a known one
}

const copied = -2

// claim finds for every checkpoint its file: the same inode if it begins alike, else a copy that holds at least as much.
func (r *reunion) claim() {
	r.owner = make([]int, len(r.there))
	for i := range r.owner {
		r.owner[i] = -1
	}
	holder := make([]*sibling, len(r.known))
	fits := func(c *Checkpoint, s *sibling) bool { return parseHead(c.File.Fingerprint).fits(s.beginning) }
	for k := range slices.Backward(r.known) { // a file that was truncated has several: the latest counts
		c := &r.known[k]
		for i, s := range r.there {
			if r.owner[i] == -1 && !s.packed && s.id.inode == c.File.Inode && s.info.Size() >= c.Offset && fits(c, s) {
				r.owner[i], holder[k] = k, s
				break
			}
		}
	}
	for k := range r.known {
		c := &r.known[k]
		for i, s := range r.there {
			if r.owner[i] != -1 || !fits(c, s) || holder[k] != nil && !s.packed && !alike(holder[k].file, s.file) {
				continue
			}
			r.owner[i] = copied
			if holder[k] == nil && !r.settled(s) && s.holds(c.Offset, head{}) {
				r.owner[i], holder[k] = k, s
			}
		}
	}
}

// copies marks the copies of what is at the path now: they are found again when it is truncated.
func (r *reunion) copies(live *sibling) {
	present := &generation{file: live.file, head: live.head}
	for i, s := range r.there {
		if r.owner[i] == -1 && s != live && present.copiedTo(s) {
			r.owner[i] = copied
		}
	}
}

// settled reports whether a file was last written so long before the earlier run ended that it must have read all of it.
func (r *reunion) settled(s *sibling) bool {
	stopped := r.t.f.opts.Stopped
	return !stopped.IsZero() && s.info.ModTime().Before(stopped.Add(-linger-slack))
}

// continued makes a generation of a file, if there is anything to read in it or may still come.
func (r *reunion) continued(i int, live bool) (kept bool, err error) {
	s, t := r.there[i], r.t
	switch k := r.owner[i]; {
	case k >= 0:
		c := r.known[k]
		if !live && !s.packed && s.info.Size() == c.Offset && r.now.Sub(s.info.ModTime()) > linger {
			t.leave(left{info: s.info, id: s.id, head: s.head, identity: c.File, at: ingest.Position{Offset: c.Offset, Line: c.Line}, counted: true})
			return false, nil
		}
		return r.generation(s, c.File, ingest.Position{Offset: c.Offset, Line: c.Line})
	case live:
		return r.generation(s, Identity{}, ingest.Position{})
	case k == -1 && s.info.ModTime().Before(t.f.opts.Stopped.Add(-slack)):
		t.leaveSibling(s)
		return false, nil
	case k == copied || s.head.size == 0 || t.f.opts.Stopped.IsZero() || s.info.ModTime().Before(t.f.opts.Stopped.Add(-slack)):
		return false, nil
	}
	return r.generation(s, Identity{}, ingest.Position{})
}

func (r *reunion) generation(s *sibling, is Identity, at ingest.Position) (kept bool, err error) {
	g := r.t.add(s.file, s.info, s.head)
	g.identity = is
	g.start(at, r.now)
	if !s.packed {
		g.prime(r.now)
		return true, nil
	}
	g.file, g.abandoned = devNull(), true
	if err := g.unpack(s, r.now); err != nil {
		r.t.f.note(r.t.name, fmt.Sprintf("a rotated file cannot be read to its end: %v", err))
	}
	return false, nil
}

// firstPosition is where to begin in a file that was never read: at its start or, of a large one, so that about backlog bytes are
// read. The lines in front are counted.
func firstPosition(file io.ReaderAt, size, backlog int64) (ingest.Position, error) {
	var at ingest.Position
	if size <= backlog {
		return at, nil
	}
	block := make([]byte, 1<<20)
	for at.Offset < size {
		n, err := file.ReadAt(block, at.Offset)
		if n == 0 || err != nil && !errors.Is(err, io.EOF) {
			return at, err
		}
		part := block[:n]
		if past := size - backlog - at.Offset; past < int64(n) {
			past = max(past, 0)
			if end := bytes.IndexByte(part[past:], '\n'); end >= 0 {
				part = part[:past+int64(end)+1]
				at.Offset += int64(len(part))
				at.Line += int64(bytes.Count(part, []byte{'\n'}))
				return at, nil
			}
		}
		at.Offset += int64(n)
		at.Line += int64(bytes.Count(part, []byte{'\n'}))
	}
	return at, nil
}
