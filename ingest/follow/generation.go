package follow

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"culprit/ingest"
	"culprit/parser"
)

// generation is one file of a path, from when it was opened until it is left.
type generation struct {
	t    *trail
	file *os.File
	info os.FileInfo // as of opening
	id   fileID
	head head
	last head // the end of what was read; size 0: nothing was

	// file known to the ledger; zero until something was read
	identity  Identity
	feed      ingest.Feed
	scanner   *parser.Scanner
	buf       []byte // whole lines behind what the scanner took
	read      int64  // offset behind buf
	size      int64  // greatest seen
	fruitless int64  // size at which no whole line was found

	tail      *tailed
	plain     bool      // hpcloud/tail cannot read it
	grown     time.Time // when there was first more than read; zero: there is not
	changed   time.Time // when something was last read
	written   time.Time // modification time when all was read, but for a part of a line
	held      bool      // buf may be a whole record, held back for more lines
	abandoned bool      // its rest is gone
	empty     bool      // nothing was in it when it was found, nor since
}

// Timing of one generation.
const (
	recordIdle = 250 * time.Millisecond // after which a record at the end is taken to be whole
	tailIdle   = 10 * time.Second       // after which hpcloud/tail is sent away from a quiet file
	tailStall  = 400 * time.Millisecond // in which it must have read what there is
	tailBehind = 1 << 20                // bytes from which on the file is read in bulk
)

func (g *generation) position() ingest.Position {
	if g.scanner == nil {
		return ingest.Position{Offset: g.read}
	}
	offset, line := g.scanner.Position()
	return ingest.Position{Offset: offset, Line: line}
}

// start sets where reading begins.
func (g *generation) start(at ingest.Position, now time.Time) {
	g.read, g.size = at.Offset, at.Offset
	g.changed = now
	g.scanner = parser.NewScanner(g.options(at, now))
}

// primed is how much in front of a position is looked at to learn the shape of the lines, in bytes.
const primed = 64 << 10

// prime lets the scanner see what lies in front of the position, so that it knows the shape of the lines from the first one on.
func (g *generation) prime(now time.Time) {
	at := g.position()
	from := max(0, at.Offset-primed)
	before := make([]byte, at.Offset-from)
	if n, err := g.file.ReadAt(before, from); n < len(before) || err != nil && !errors.Is(err, io.EOF) {
		return
	}
	if from > 0 {
		skip := bytes.IndexByte(before, '\n') + 1
		before, from = before[skip:], from+int64(skip)
	}
	lines := at.Line - int64(bytes.Count(before, []byte{'\n'}))
	scanner := parser.NewScanner(g.options(ingest.Position{Offset: from, Line: lines}, now))
	for records := g.t.f.scratch.records; len(before) > 0; {
		n, used := scanner.Scan(before, true, records)
		if n == 0 && used == 0 {
			return
		}
		before = before[used:]
	}
	if offset, line := scanner.Position(); offset == at.Offset && line == at.Line {
		g.scanner = scanner
	}
}

// step reads what is there. more says that there is more at once; truncated that the file was cut under its reader.
func (g *generation) step(now time.Time) (more, truncated bool, err error) {
	info, err := g.file.Stat()
	if err != nil {
		return false, false, g.failed("look at", err)
	}
	if (info.Size() == g.read || info.Size() == g.fruitless) && info.ModTime().Equal(g.written) {
		return false, false, g.idle(now)
	}
	size, ok, err := g.check()
	if err != nil || !ok {
		return false, err == nil, err
	}
	if size == g.read {
		g.grown, g.written = time.Time{}, info.ModTime()
		return false, false, g.idle(now)
	}
	if g.grown.IsZero() {
		g.grown = now
	}
	before := len(g.buf)
	if err := g.fetch(size, now); err != nil {
		return false, false, g.failed("read", err)
	}
	n := int64(len(g.buf) - before)
	if n == 0 {
		if size == g.fruitless && size == info.Size() {
			g.written = info.ModTime()
		}
		return false, false, g.idle(now)
	}
	// Only now is it known whether these bytes were the file's own.
	if size, ok, err = g.check(); err != nil || !ok || size < g.read+n {
		g.buf = g.buf[:before]
		return false, err == nil, err
	}
	if err := g.accept(n, now); err != nil {
		return false, false, err
	}
	return g.tail == nil && size > g.read && g.fruitless != size, false, nil
}

// check compares the file with what is known of it: ok is false if it is not the one that was being read.
func (g *generation) check() (size int64, ok bool, err error) {
	info, err := g.file.Stat()
	if err != nil {
		return 0, false, g.failed("look at", err)
	}
	now, beginning, err := readHead(g.file)
	if err != nil {
		return 0, false, g.failed("read", err)
	}
	if info.Size() < g.read || !g.head.fits(beginning) || !g.last.endsAt(g.file, g.read) {
		return 0, false, nil
	}
	if now.size > g.head.size {
		g.head = now
	}
	g.size = max(g.size, info.Size())
	return info.Size(), true, nil
}

// accept makes the last n bytes of buf count.
func (g *generation) accept(n int64, now time.Time) error {
	if g.feed == nil {
		if err := g.open(); err != nil {
			return err
		}
	}
	g.read += n
	g.last = lastOf(g.buf[len(g.buf)-int(n):])
	g.t.f.count(n)
	g.changed, g.grown, g.held = now, time.Time{}, true
	return g.scan(false)
}

// open makes the generation a source of the ledger.
func (g *generation) open() error {
	if g.identity == (Identity{}) {
		g.identity = g.t.identify(g)
	}
	feed, err := g.t.f.opts.Ledger.Open(g.t.name, g.identity, g.position())
	if err != nil {
		return fmt.Errorf("%w what is read of %s: %w", errLedger, g.t.name, err)
	}
	g.feed = feed
	return nil
}

// scan makes records of buf. whole says that nothing more belongs to its last one.
func (g *generation) scan(whole bool) error {
	from, s := 0, &g.t.f.scratch
	for {
		n, used := g.scanner.Scan(g.buf[from:], whole, s.records)
		if n == 0 && used == 0 {
			break
		}
		if n > 0 {
			if err := g.feed.Append(s.batch(n, g.t.f.opts.Matcher, g.position())); err != nil {
				return fmt.Errorf("%w what is read of %s: %w", errLedger, g.t.name, err)
			}
		}
		from += used
	}
	g.buf = append(g.buf[:0], g.buf[from:]...)
	g.held = len(g.buf) > 0
	if !g.held && cap(g.buf) > pumped {
		g.buf = nil
	}
	return nil
}

// idle hands on the record at the end once no more lines came, and sends hpcloud/tail away from a quiet file.
func (g *generation) idle(now time.Time) error {
	if g.tail != nil && now.Sub(g.changed) > tailIdle && (g.grown.IsZero() || now.Sub(g.grown) > tailIdle) {
		g.endTail()
	}
	if !g.held || now.Sub(g.changed) < recordIdle {
		return nil
	}
	return g.scan(true)
}

// finish reads the rest that has no line end, ends the source and leaves the file.
func (g *generation) finish(now time.Time) error {
	g.endTail()
	defer g.file.Close()
	if !g.abandoned {
		if err := g.readRest(now); err != nil {
			return err
		}
	}
	if g.feed == nil {
		return nil
	}
	if err := g.scan(true); err != nil {
		return err
	}
	return g.closeFeed()
}

// readRest takes what follows the last line end.
func (g *generation) readRest(now time.Time) error {
	size, ok, err := g.check()
	for ; err == nil && ok && size > g.read; size, ok, err = g.check() {
		before := len(g.buf)
		if err := g.bulk(size, true); err != nil {
			return g.failed("read", err)
		}
		if len(g.buf) == before {
			return nil
		}
		if err := g.accept(int64(len(g.buf)-before), now); err != nil {
			return err
		}
	}
	return err
}

// stop ends the source where it was read to. What is held back will be read again by the next run.
func (g *generation) stop() error {
	g.endTail()
	defer g.file.Close()
	if g.feed == nil {
		return nil
	}
	return g.closeFeed()
}

// hasBytes reports whether there is anything in the file.
func (g *generation) hasBytes() bool {
	info, err := g.file.Stat()
	return err == nil && info.Size() > 0
}

func (g *generation) failed(what string, err error) error {
	return fmt.Errorf("%s %s: %w", what, g.file.Name(), err)
}

func (g *generation) closeFeed() error {
	if err := g.feed.Close(g.position(), nil); err != nil {
		return fmt.Errorf("%w what is read of %s: %w", errLedger, g.t.name, err)
	}
	return nil
}
