package follow

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"time"

	"culprit/parser"
)

// chunk is how much is read at once in bulk.
const chunk = 256 << 10

// fetch appends to buf whole lines that follow what was read. What is far behind is read in bulk, the end of the file by hpcloud/tail.
func (g *generation) fetch(size int64, now time.Time) error {
	if g.plain || g.t.f.opts.Plain || size-g.read > tailBehind {
		g.endTail()
		return g.bulk(size, false)
	}
	if g.tail == nil {
		if size == g.fruitless {
			return nil // until the line that is being written goes on
		}
		tail, err := newTailed(g.file, g.read, g.t.f.wakeUp)
		if err != nil {
			g.plain = true
			return g.bulk(size, false)
		}
		g.tail = tail
	}
	before := len(g.buf)
	buf, ok := g.tail.take(g.buf)
	g.buf = buf
	if ok && (len(buf) > before || now.Sub(g.grown) < tailStall) {
		return nil
	}
	if size == g.fruitless {
		return nil // the end of a line is missing: that is no fault of the reader
	}
	if err := g.bulk(size, false); err != nil {
		return err
	}
	if !ok || len(g.buf) > before {
		g.endTail() // it would give these lines again
	}
	return nil
}

// endTail takes the file from hpcloud/tail. Lines it has read and nobody took are read again.
func (g *generation) endTail() {
	if g.tail != nil {
		g.tail.stop()
		g.tail = nil
	}
}

// bulk appends to buf up to a chunk of whole lines; rest asks for all up to size, whole or not. Of a line longer than the scanner
// wants to see, parts are taken.
func (g *generation) bulk(size int64, rest bool) error {
	before := len(g.buf)
	for want := int64(chunk); ; want *= 4 {
		if rest {
			want = size - g.read
		}
		want = min(want, size-g.read, parser.MaxLine+chunk)
		g.buf = slices.Grow(g.buf[:before], int(want))[:before+int(want)]
		n, err := g.file.ReadAt(g.buf[before:], g.read)
		if err != nil && !errors.Is(err, io.EOF) {
			g.buf = g.buf[:before]
			return err
		}
		g.buf = g.buf[:before+n]
		if rest {
			return nil
		}
		if end := bytes.LastIndexByte(g.buf[before:], '\n'); end >= 0 {
			g.buf = g.buf[:before+end+1]
			return nil
		}
		if n > parser.MaxLine {
			return nil
		}
		if int64(n) < want || want == size-g.read {
			g.buf, g.fruitless = g.buf[:before], size
			return nil
		}
	}
}
