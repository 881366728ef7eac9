package ingest

import (
	"bytes"
	"fmt"
	"io"

	"culprit/parser"
	"culprit/rules"
)

// statistics reads s, of which t holds the beginning, as a timeline of the given format.
func (r *run) statistics(s stream, t *text, format parser.Format) {
	feed, err := r.sink.Open(Piece{Path: s.name})
	if err != nil {
		r.fail(stored(s.name, err))
		return
	}
	opts := parser.TimelineOptions{Path: s.name, Reference: r.reference(s)}
	b := statisticsBatch{t: t, feed: feed, latest: opts.Reference + oneDay}
	in := &countingReader{in: io.MultiReader(bytes.NewReader(bytes.Clone(t.rest())), t.in), run: r}
	problem := parser.ReadTimeline(format, in, opts, b.add)
	if b.err == nil {
		b.flush()
	}
	if r.ended() {
		problem = r.ctx.Err()
	}
	if problem == nil {
		problem = b.doubts(opts.Reference)
	}
	end := Position{Offset: in.bytes, Line: in.lines}
	if err := feed.Close(end, problem); b.err == nil {
		b.err = err
	}
	if b.err != nil {
		r.fail(stored(s.name, b.err))
		return
	}
	r.count(tally{sources: 1, records: b.total, lines: end.Line, bytes: end.Offset, problem: problem})
}

// oneDay is by how much the entries of a file may lie behind its last writing: a clock without zone may be half a day ahead. In µs.
const oneDay = 24 * 3600 * 1_000_000

// statisticsBatch gathers measurements. What was measured at one moment ends at one offset and stays together.
type statisticsBatch struct {
	t     *text
	feed  Feed
	n     int
	end   Position
	total int64
	err   error // of the feed

	latest         int64 // no entry can be younger, µs
	future         int64 // entries that are
	dated, unknown int64 // entries with a time, lines that are no entry
}

func (b *statisticsBatch) add(rec *parser.Record) error {
	switch {
	case rec.Kind == parser.Unparsed:
		b.unknown++
	case rec.Time > b.latest:
		b.future++
		fallthrough
	default:
		b.dated++
	}
	if b.n == len(b.t.records) || b.n >= len(b.t.records)/2 && rec.Offset != b.end.Offset {
		if b.flush(); b.err != nil {
			return b.err
		}
	}
	b.t.records[b.n], b.t.ids[b.n] = *rec, rules.None
	b.t.records[b.n].Raw = bytes.Clone(rec.Raw) // the reader's buffer moves on
	b.n++
	b.end = Position{Offset: rec.Offset, Line: max(b.end.Line, rec.Line)}
	return nil
}

// doubts says what is odd about a timeline that could be read: it is told as its problem, and what it holds is used all the same.
func (b *statisticsBatch) doubts(written int64) error {
	switch {
	case b.future > 0 && written > 0:
		return datedAhead(b.future, b.dated)
	case b.unknown > b.dated:
		return fmt.Errorf("%d lines do not fit its format, only %d entries do", b.unknown, b.dated)
	}
	return nil
}

func datedAhead(future, dated int64) error {
	return fmt.Errorf("%d of its %d entries are dated more than a day after the file was written; check the clock that wrote them", future, dated)
}

// untimely counts the entries of a timeline that is read line by line, and those of them that its file is too old for.
type untimely struct {
	latest        int64 // µs, 0: not known
	future, dated int64
}

func (a *untimely) count(records []parser.Record) {
	for i := range records {
		if records[i].Daemon != parser.Timeline {
			continue
		}
		a.dated++
		if a.latest > 0 && records[i].Time > a.latest {
			a.future++
		}
	}
}

// doubt says so, nil where there is nothing to say.
func (a *untimely) doubt() error {
	if a.future == 0 {
		return nil
	}
	return datedAhead(a.future, a.dated)
}

func (b *statisticsBatch) flush() {
	if b.n == 0 {
		return
	}
	b.err = b.feed.Append(&Batch{Records: b.t.records[:b.n], Signatures: b.t.ids[:b.n], End: b.end})
	b.total += int64(b.n)
	b.n = 0
}

// countingReader counts what it reads, and ends when the run does.
type countingReader struct {
	in           io.Reader
	run          *run
	bytes, lines int64
}

func (t *countingReader) Read(p []byte) (int, error) {
	if t.run.ended() {
		return 0, t.run.ctx.Err()
	}
	n, err := t.in.Read(p)
	t.bytes += int64(n)
	t.lines += int64(bytes.Count(p[:n], newline))
	return n, err
}
