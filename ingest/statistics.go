package ingest

import (
	"bytes"
	"io"

	"culprit/parser"
	"culprit/rules"
)

// statistics reads s, of which t holds the beginning, as the one document that sadf -j prints.
func (r *run) statistics(s stream, t *text) {
	feed, err := r.sink.Open(Piece{Path: s.name})
	if err != nil {
		r.fail(stored(s.name, err))
		return
	}
	b := statisticsBatch{t: t, feed: feed}
	in := &countingReader{in: io.MultiReader(bytes.NewReader(bytes.Clone(t.rest())), t.in), run: r}
	problem := parser.ReadSadf(in, b.add)
	if b.err == nil {
		b.flush()
	}
	if r.ended() {
		problem = r.ctx.Err()
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

// statisticsBatch gathers measurements. What was measured at one moment ends at one offset and stays together.
type statisticsBatch struct {
	t     *text
	feed  Feed
	n     int
	end   Position
	total int64
	err   error // of the feed
}

func (b *statisticsBatch) add(rec *parser.Record) error {
	if b.n == len(b.t.records) || b.n >= len(b.t.records)/2 && rec.Offset != b.end.Offset {
		if b.flush(); b.err != nil {
			return b.err
		}
	}
	b.t.records[b.n], b.t.ids[b.n] = *rec, rules.None
	b.n++
	b.end = Position{Offset: rec.Offset, Line: rec.Line}
	return nil
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
