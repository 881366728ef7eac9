package parser

import "bytes"

// Scanner reads one source. It remembers the formats it has seen there, so that the next line is tried with the likeliest
// first, and the shapes of custom access-log formats. The zero value is not ready: use NewScanner.
type Scanner struct {
	opts Options
	line int64 // physical lines consumed
	pos  int64 // bytes consumed

	bareRecent, wrappedRecent recency // without and inside an envelope

	wrapped  bool // the last accepted line had an envelope
	skipping bool // inside a line whose beginning was longer than MaxLine
	severed  bool // the last record was ended by MaxLine, not by its own end

	clock     clockCache
	host      hostClock
	scratch   scratch
	nginx     nginxState
	envelopes envelopeState
	echoes    echoes
	hosts     hostMemo // of HAProxy
	shapes    shapeMemory
	json      *jsonShape // nil until a line needs it
	csv       csvHeader
	php       phpState
	slow      slowState
	trace     fpmTrace
	apache    apacheState
	app       appState
	lately    moment // of the last record that had one; resolution 0 before that
}

// Options is what a Scanner may know of its source beforehand.
type Options struct {
	// Reference is a moment at or shortly after the source's last line (a file's modification time), µs since the epoch.
	// It supplies the year where a time stamp has none. 0: the year is taken from other lines of the source, else 1970.
	Reference int64
	// Offset and Line are where in the source the first byte lies, when reading does not begin at its start.
	// Line is the number of lines before it.
	Offset, Line int64
	// Host and Program are who wrote lines whose envelope names nobody: a container's, whose name only its runtime knows. They are not changed
	// while the Scanner is used.
	Host, Program []byte
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
//
// A buf longer than MaxLine is always used in part, whatever it holds, so a buffer of that size plus one never fills up: of a
// line without end Scan takes the first MaxLine bytes as a record, and passes over the rest in this and the following calls.
// Runs of NUL bytes at the front of a line, which truncating a file under its writer leaves behind, are passed over too.
func (s *Scanner) Scan(buf []byte, eof bool, recs []Record) (n, used int) {
	s.scratch.reset()
	for n < len(recs) && used < len(buf) {
		if s.skipping || buf[used] == 0 {
			used += s.skip(buf[used:])
			continue
		}
		size := s.next(buf[used:], eof, &recs[n])
		if size == 0 {
			break
		}
		if size == sameLine {
			n++
			continue
		}
		used += size
		if recs[n].Kind != Blank {
			n++
		}
	}
	s.shapes.ahead = nil
	s.host.placeAll(recs[:n])
	return n, used
}

// skip passes over what no record can be made of: the rest of an over-long line, or NUL bytes at the front of buf.
func (s *Scanner) skip(buf []byte) (size int) {
	if s.skipping {
		size = bytes.IndexByte(buf, '\n') + 1
		s.skipping = size == 0
		if s.skipping {
			size = len(buf)
		}
	} else {
		for size < len(buf) && buf[size] == 0 {
			size++
		}
	}
	s.pos += int64(size)
	return size
}

// sameLine is the size of a record when another one follows from the same line, a row of a load timeline that measures
// several things.
const sameLine = -1

// next reads one record from the front of buf and returns its size, 0 if buf may hold only a part of it.
func (s *Scanner) next(buf []byte, eof bool, rec *Record) int {
	first, size := cutLine(buf, eof)
	if size == 0 {
		return 0
	}
	rec.Reset()
	s.shapes.ahead = buf[size:]
	format := s.parse(first, rec)
	firstSize, lines := size, int32(1)
	if s.maySpanLines(format) {
		var whole bool
		size, lines, whole = s.join(buf, size, eof, format, rec)
		if !whole {
			return 0
		}
	}
	rec.Raw = first
	if lines > 1 {
		rec.Raw = trimEOL(buf[:size])
		rec.Detail = rec.Raw[min(firstSize, len(rec.Raw)):]
		s.finish(format, rec.Raw, rec)
	}
	if rec.Time != 0 {
		s.lately = moment{rec.Time, rec.Resolution, rec.Zoned}
	}
	s.skipping = size < len(buf) && buf[size-1] != '\n'
	rec.Offset, rec.Line, rec.Lines = s.pos, s.line+1, lines
	if format == LoadCSV && s.csv.next != 0 {
		return sameLine
	}
	s.pos += int64(size)
	s.line += int64(lines)
	return size
}

// maySpanLines reports whether the record just read may go on in the next line.
func (s *Scanner) maySpanLines(f Format) bool {
	switch f {
	case NginxError:
		return s.nginx.open != nginxClosed
	case PHPError:
		return s.php.joins > 0
	case AppJSON, AppLogfmt, AppText, AppTrace:
		return s.app.trace != traceLone
	}
	return continuations[f] != nil
}

// join adds to the record at the front of buf, whose first line has the given size, the lines that belong to it.
// whole is false if more of them may come. A record never grows beyond MaxLine; what would, is left over as Continuation.
func (s *Scanner) join(buf []byte, size int, eof bool, f Format, rec *Record) (total int, lines int32, whole bool) {
	for lines = 1; s.maySpanLines(f); lines++ {
		more, moreSize := cutLine(buf[size:], eof)
		if moreSize == 0 {
			s.severed = !eof && len(buf) > MaxLine
			return size, lines, eof || s.severed
		}
		if !continuations[f](s, rec, more) {
			return size, lines, true
		}
		if size+moreSize > MaxLine {
			s.severed = true
			return size, lines, true
		}
		size += moreSize
	}
	return size, lines, true
}

// cutLine returns the first line of buf without its end, MaxLine bytes of it at most, and its size with the end; 0 if the
// line's end is not in buf and may still come.
func cutLine(buf []byte, eof bool) (line []byte, size int) {
	i := bytes.IndexByte(buf, '\n')
	switch {
	case i >= 0:
		size = i + 1
	case len(buf) > MaxLine && !eof:
		size = MaxLine
	case eof:
		size = len(buf)
	default:
		return nil, 0
	}
	line = trimEOL(buf[:size])
	return line[:min(len(line), MaxLine)], size
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
