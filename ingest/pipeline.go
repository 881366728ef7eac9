package ingest

import (
	"errors"
	"io"
	"sync"

	"culprit/parser"
	"culprit/rules"
)

const (
	// firstBuffer is where a buffer starts: what is read into it is still in the cache when it is scanned. It grows only for records that
	// do not fit, to at most lastBuffer, beyond which the scanner always uses a part.
	firstBuffer = 256 << 10
	lastBuffer  = parser.MaxLine + 1
	batchSize   = 256
	// fewRecords is how many are read at a time behind the first batch: few enough to stay in the cache until they are counted.
	fewRecords = 32
)

// text is a source being read: the bytes between from and to in buf are still to be scanned.
type text struct {
	in       io.Reader
	buf      []byte
	from, to int
	eof      bool
	problem  error // why reading ended early
	records  []parser.Record
	ids      []rules.ID
	batch    Batch
	untimely untimely
}

var texts = sync.Pool{New: func() any {
	return &text{buf: make([]byte, firstBuffer), records: make([]parser.Record, batchSize), ids: make([]rules.ID, batchSize)}
}}

func openText(in io.Reader) *text {
	t := texts.Get().(*text)
	*t = text{in: in, buf: t.buf, records: t.records, ids: t.ids}
	return t
}

// close gives the buffers back. Those that had to grow are dropped.
func (t *text) close() {
	clear(t.records)
	if len(t.buf) == firstBuffer {
		texts.Put(t)
	}
}

// rest is what was read and not yet scanned.
func (t *text) rest() []byte { return t.buf[t.from:t.to] }

// head is as much of it as is looked at to tell what it is.
func (t *text) head() []byte { return t.rest()[:min(len(t.rest()), sniffed)] }

// fill reads until at least n bytes are there, or the end.
func (t *text) fill(n int) {
	if t.from > 0 {
		t.to = copy(t.buf, t.rest())
		t.from = 0
	}
	for n > len(t.buf) {
		grown := make([]byte, min(2*len(t.buf), lastBuffer))
		copy(grown, t.buf[:t.to])
		t.buf = grown
	}
	for t.to < n && !t.eof {
		m, err := t.in.Read(t.buf[t.to:])
		t.to += m
		if err != nil {
			t.eof = true
			if !errors.Is(err, io.EOF) {
				t.problem = err
			}
		}
	}
}

// text reads s as lines of a log, unless it is something else.
func (r *run) text(s stream) {
	t := openText(s.in)
	defer t.close()
	t.fill(sniffed)
	start := Position{}
	if string(t.rest()[:min(3, t.to)]) == "\ufeff" {
		t.from, start.Offset = 3, 3
	}
	switch kind, why := sniff(t.rest(), t.eof, s.name, t.records); {
	case kind == statistics:
		format := parser.TimelineFormat(t.head(), t.eof && len(t.rest()) <= sniffed, parser.TimelineOptions{Path: s.name, Reference: max(r.reference(s), anyMoment)})
		r.statistics(s, t, format)
	case kind != log:
		r.note(s.name, why)
	case s.file != nil && s.size > 2*pieceSize && cap(r.slots) > 1:
		r.pieces(s, start, pieceSize)
	default:
		r.read(s, t, start)
	}
}

// read scans t to its end into a feed of its own.
func (r *run) read(s stream, t *text, start Position) {
	feed, err := r.sink.Open(Piece{Path: s.name, Start: start})
	if err != nil {
		r.fail(stored(s.name, err))
		return
	}
	scanner := parser.NewScanner(r.options(s, start))
	if !s.mtime.IsZero() && s.mtime.Year() >= firstYear {
		t.untimely.latest = s.mtime.UnixMicro() + oneDay
	}
	records, err := r.scan(t, scanner, feed)
	end := position(scanner)
	if err == nil && r.ended() {
		t.problem = r.ctx.Err()
	}
	if t.problem == nil {
		t.problem = t.untimely.doubt()
	}
	if closeErr := feed.Close(end, t.problem); err == nil {
		err = closeErr
	}
	if err != nil {
		r.fail(stored(s.name, err))
		return
	}
	done := tally{records: records, lines: end.Line - start.Line, bytes: end.Offset - start.Offset, problem: t.problem}
	if start.Line == 0 {
		done.sources = 1
	}
	r.count(done)
}

// scan feeds everything in t. The error is the feed's.
func (r *run) scan(t *text, scanner *parser.Scanner, feed Feed) (total int64, err error) {
	records := t.records
	for !r.ended() {
		n, used := scanner.Scan(t.rest(), t.eof, records)
		if n > 0 {
			if err := feed.Append(r.match(t, n, scanner)); err != nil {
				return total, err
			}
			total += int64(n)
			t.untimely.count(t.records[:n])
			records = t.records[:fewRecords]
		}
		t.from += used
		switch {
		case used > 0 && t.from < t.to:
		case t.eof:
			return total, nil
		default:
			t.fill(t.more())
		}
	}
	return total, nil
}

// more is how many bytes to ask for: at least one beyond what the scanner could not make a record of.
func (t *text) more() int {
	n := len(t.rest()) + 1
	return max(n, min(len(t.buf)/2, lastBuffer))
}

// match makes a batch of the first n records of t. It is valid until the next call.
func (r *run) match(t *text, n int, scanner *parser.Scanner) *Batch {
	for i := range t.records[:n] {
		t.ids[i] = r.opts.Matcher.Match(&t.records[i])
	}
	t.batch = Batch{Records: t.records[:n], Signatures: t.ids[:n], End: position(scanner)}
	return &t.batch
}

func position(s *parser.Scanner) Position {
	offset, line := s.Position()
	return Position{Offset: offset, Line: line}
}
