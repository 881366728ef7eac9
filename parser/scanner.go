package parser

import "bytes"

// Scanner reads one source. It remembers the formats it has seen there, so that the next line is tried with the likeliest
// first, and the shapes of custom access-log formats. The zero value is not ready: use NewScanner.
type Scanner struct {
	opts Options
	line int64 // physical lines consumed
	pos  int64 // bytes consumed

	recent   [4]Format // formats that last accepted a line, the most recent first
	wrapped  bool      // the last accepted line had an envelope
	previous Record    // scalar part of the last accepted record: what a continuation belongs to

	clock   clockCache
	scratch scratch
	shapes  shapeMemory
	csv     csvHeader
	php     phpState
	slow    slowState
}

// Options is what a Scanner may know of its source beforehand.
type Options struct {
	// Reference is a moment at or shortly after the source's last line (a file's modification time), µs since the epoch.
	// It supplies the year where a time stamp has none. 0: the year is taken from other lines of the source, else 1970.
	Reference int64
	// Offset and Line are where in the source the first byte lies, when reading does not begin at its start.
	// Line is the number of lines before it.
	Offset, Line int64
}

// NewScanner returns a Scanner for one source.
func NewScanner(opts Options) *Scanner {
	return &Scanner{opts: opts, line: opts.Line, pos: opts.Offset, clock: clockCache{reference: opts.Reference}}
}

// MaxLine bounds one physical line, in bytes. What lies beyond is dropped from the record (the line still counts as one).
const MaxLine = 1 << 20

// Scan reads records from buf into recs until either is used up, and returns how many records it filled and how many bytes
// of buf they span. A last record that may continue beyond buf is left unread unless eof is true: call again with those bytes
// in front of more. Slices in recs borrow from buf, and where a text had to be unescaped from the Scanner: the latter are
// valid until the next call.
func (s *Scanner) Scan(buf []byte, eof bool, recs []Record) (n, used int) {
	s.scratch.reset()
	for n < len(recs) && used < len(buf) {
		size := s.next(buf[used:], eof, &recs[n])
		if size == 0 {
			break
		}
		used += size
		if recs[n].Kind != Blank {
			n++
		}
	}
	return n, used
}

// next reads one record from the front of buf and returns its size, 0 if buf may hold only a part of it.
func (s *Scanner) next(buf []byte, eof bool, rec *Record) int {
	line, size := cutLine(buf, eof)
	if size == 0 {
		return 0
	}
	rec.Reset()
	format := s.parse(line, rec)
	lines := int32(1)
	if joins := continuations[format]; joins != nil {
		for {
			if size == len(buf) && !eof {
				return 0
			}
			more, moreSize := cutLine(buf[size:], eof)
			if moreSize == 0 {
				if !eof {
					return 0
				}
				break
			}
			if !joins(s, rec, more) {
				break
			}
			size += moreSize
			lines++
		}
		if lines > 1 {
			whole := trimEOL(buf[:size])
			rec.Detail = whole[min(len(line)+1, len(whole)):]
			s.finish(format, whole, rec)
		}
	}
	rec.Raw = trimEOL(buf[:size])
	rec.Offset, rec.Line, rec.Lines = s.pos, s.line+1, lines
	s.pos += int64(size)
	s.line += int64(lines)
	return size
}

// cutLine returns the first line of buf without its end, and its size with it; 0 if the line's end is not in buf.
func cutLine(buf []byte, eof bool) (line []byte, size int) {
	i := bytes.IndexByte(buf, '\n')
	if i < 0 {
		if !eof {
			return nil, 0
		}
		return trimEOL(buf), len(buf)
	}
	return trimEOL(buf[:i+1]), i + 1
}

func trimEOL(b []byte) []byte {
	if n := len(b); n > 0 && b[n-1] == '\n' {
		b = b[:n-1]
	}
	if n := len(b); n > 0 && b[n-1] == '\r' {
		b = b[:n-1]
	}
	return b
}
