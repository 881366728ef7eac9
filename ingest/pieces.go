package ingest

import (
	"bytes"
	"errors"
	"io"
	"math"
	"sync"

	"culprit/parser"
)

// pieceSize is the least size of the pieces a large plain file is cut into, to be read side by side.
const pieceSize = 16 << 20

// pieces reads a large file in pieces. Each begins with a record that carries its own time, so that no record of several lines is
// cut in two. The lines before it are counted on the way, unless the sink can do without.
func (r *run) pieces(s stream, start Position, size int64) {
	cut := cutter{file: s.file, fileSize: s.size, least: size, workers: int64(cap(r.slots)), pieceLines: r.opts.PieceLines, reference: r.reference(s), window: make([]byte, windowSize)}
	var pending sync.WaitGroup
	defer pending.Wait() // the file is closed after this
	defer r.yield()()
	for !r.ended() {
		end, whole, err := cut.next(start)
		if err != nil {
			r.unreadable(s.name, err)
			return
		}
		length := end.Offset - start.Offset
		if whole {
			length = math.MaxInt64 - start.Offset // what is written meanwhile belongs to the last piece
		}
		section, from := io.NewSectionReader(s.file, start.Offset, length), start
		pending.Add(1)
		job := func() {
			defer pending.Done()
			t := openText(r.counted(section))
			defer t.close()
			r.read(s, t, from)
		}
		if !r.start(job) {
			pending.Done()
			return
		}
		if whole {
			return
		}
		start = end
	}
}

// windowSize is how much is read at once to look for a place to cut, and to count lines.
const windowSize = 256 << 10

// cutter finds where pieces end.
type cutter struct {
	file     io.ReaderAt
	fileSize int64
	least    int64 // size of a piece
	size     int64 // of the piece before
	workers  int64
	// pieceLines is that of the Options.
	pieceLines int64
	reference  int64
	window     []byte
}

// grown is the size of the next piece: twice that of the one before, as long as enough is left for every worker to end at about the same
// time. Large pieces cost less, but the lines of one have to be counted before the next can begin.
func (c *cutter) grown(left int64) int64 {
	c.size = max(c.least, min(2*c.size, left/(2*c.workers)))
	return c.size
}

// next returns where the piece that begins at start ends; whole says that it is the last.
func (c *cutter) next(start Position) (end Position, whole bool, err error) {
	at := start.Offset + c.grown(c.fileSize-start.Offset)
	for at+c.least < c.fileSize {
		n, err := c.file.ReadAt(c.window, at)
		if err != nil && !errors.Is(err, io.EOF) {
			return start, false, err
		}
		if cut, ok := c.recordStart(c.window[:n]); ok {
			end.Offset = at + int64(cut)
			end.Line, err = c.lines(start, end.Offset)
			return end, false, err
		}
		at += int64(n)
		if n == 0 {
			break
		}
	}
	return start, true, nil
}

// recordStart finds in b, behind its first line end, a line that begins a record and tells its time.
func (c *cutter) recordStart(b []byte) (int, bool) {
	first := bytes.IndexByte(b, '\n') + 1
	if first == 0 {
		return 0, false
	}
	scanner := parser.NewScanner(parser.Options{Reference: c.reference, Offset: int64(first)})
	var recs [1]parser.Record
	for b = b[first:]; ; {
		n, used := scanner.Scan(b, false, recs[:])
		if used == 0 {
			return 0, false
		}
		if rec := &recs[0]; n > 0 && rec.Time != 0 && (rec.Kind == parser.Message || rec.Kind == parser.Request) {
			return int(rec.Offset), true
		}
		b = b[used:]
	}
}

// lines counts the lines before offset, knowing those before start.
func (c *cutter) lines(start Position, offset int64) (int64, error) {
	if c.pieceLines > 0 {
		return start.Line + c.pieceLines, nil
	}
	lines := start.Line
	for at := start.Offset; at < offset; {
		n, err := c.file.ReadAt(c.window[:min(int64(len(c.window)), offset-at)], at)
		lines += int64(bytes.Count(c.window[:n], newline))
		at += int64(n)
		if err != nil && at < offset {
			return lines, err
		}
	}
	return lines, nil
}

var newline = []byte{'\n'}
