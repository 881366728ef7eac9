package inflow

import (
	"fmt"
	"time"

	"culprit/ingest"
	"culprit/parser"
	"culprit/rules"
)

// Timing and size of what is held back.
const (
	recordIdle = 250 * time.Millisecond // after which a record at the end is taken to be whole
	chunk      = 64 << 10               // bytes from which on lines are read without waiting for more
	// fresh is how long a scanner may be quiet: it supplies the year of stamps that have none by the lines before.
	fresh = 24 * time.Hour
	// batchSize is how many records are handed on at once.
	batchSize = 256
)

// Source is what one program on one host says.
type Source struct {
	path    string
	feed    ingest.Feed
	scanner *parser.Scanner
	buf     []byte // whole lines behind what the scanner took
	end     ingest.Position
	changed time.Time
	unread  bool // lines came since the last scan
	held    bool // buf may be a whole record, held back for more lines
}

// Path is its name in reports.
func (s *Source) Path() string { return s.path }

// End is the position behind the last line that came.
func (s *Source) End() ingest.Position { return s.end }

// Consumed is the position up to which records were made of what came and handed on.
func (s *Source) Consumed() ingest.Position {
	offset, line := s.scanner.Position()
	return ingest.Position{Offset: offset, Line: line}
}

func (s *Source) begin(at ingest.Position, now time.Time) {
	s.scanner = parser.NewScanner(parser.Options{Reference: now.UnixMicro(), Offset: at.Offset, Line: at.Line})
}

// add takes a line, or several.
func (s *Source) add(text []byte, now time.Time) {
	if len(s.buf) == 0 && now.Sub(s.changed) > fresh {
		s.begin(s.end, now)
	}
	s.buf = append(append(s.buf, text...), '\n')
	s.end.Offset += int64(len(text)) + 1
	s.end.Line++
	for _, c := range text {
		if c == '\n' {
			s.end.Line++
		}
	}
	s.changed, s.unread = now, true
}

// scratch is where records lie on their way to the ledger.
type scratch struct {
	records []parser.Record
	ids     []rules.ID
	batch   ingest.Batch
}

func newScratch() *scratch {
	return &scratch{records: make([]parser.Record, batchSize), ids: make([]rules.ID, batchSize)}
}

// scan makes records of buf. whole says that nothing more belongs to its last one.
func (s *Source) scan(t *scratch, matcher *rules.Matcher, whole bool) error {
	from := 0
	for {
		n, used := s.scanner.Scan(s.buf[from:], whole, t.records)
		if n == 0 && used == 0 {
			break
		}
		from += used
		if n == 0 {
			continue
		}
		for i := range t.records[:n] {
			t.ids[i] = matcher.Match(&t.records[i])
		}
		t.batch = ingest.Batch{Records: t.records[:n], Signatures: t.ids[:n], End: s.Consumed()}
		if err := s.feed.Append(&t.batch); err != nil {
			return fmt.Errorf("store what came from %s: %w", s.path, err)
		}
	}
	s.buf = append(s.buf[:0], s.buf[from:]...)
	s.unread, s.held = false, len(s.buf) > 0
	if !s.held && cap(s.buf) > 4*chunk {
		s.buf = nil
	}
	return nil
}

// close ends the source where records were made of it.
func (s *Source) close() error {
	if err := s.feed.Close(s.Consumed(), nil); err != nil {
		return fmt.Errorf("store what came from %s: %w", s.path, err)
	}
	return nil
}
