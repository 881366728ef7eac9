package store

import (
	"bytes"
	"sync"
	"sync/atomic"

	"culprit/parser"
)

// Appender takes the records of one source, or of a piece of it, in their order, from one goroutine. Pieces of a source may be
// appended at once, each by an Appender of its own.
type Appender struct {
	// mu guards all below: a query gathers what every Appender has.
	mu     sync.Mutex
	source int32
	h      *harvest
	*counting

	zoned bool // whether the last time was absolute
	clock int64
	// turn is when the minute ends that is being read; none before the first record of a harvest.
	turn int64
	// taken counts the records of the harvest.
	taken int
	// entire says that the minute has been read from its beginning, stored how many of its events were to be kept.
	entire bool
	stored int64
	// quiet says which minutes the engine keeps no seconds of.
	quiet   quietness
	refused minuteCount
	// known are the parts of the source that the database holds already: their records are passed over.
	known []Span
	// deliver hands a harvest on and returns an empty one to go on with.
	deliver func(h *harvest) (*harvest, error)
	// thinner, where set, chooses the events that are delivered.
	thinner *thinner
	// settle, where set, waits until what was delivered is durable.
	settle func() error
	// identify, where set, is given the first record of the source, before it is taken.
	identify func(a *Appender, first []byte) error
	// handOn, where set, is called at the end: what it was counted with is free.
	handOn func()
	closed atomic.Bool
}

// minuteCount counts within a minute.
type minuteCount struct {
	minute, n int64
}

func newAppender(source int32, start Position, h *harvest, c *counting, deliver func(*harvest) (*harvest, error)) *Appender {
	a := &Appender{source: source, h: h, counting: c, deliver: deliver}
	a.h.begin, a.h.end = start, start
	a.turn, a.h.wholeBegin = none, start.Offset == 0
	return a
}

// Append takes one batch of records; note says what the rules made of each, and end is the position behind the last of them.
// Nothing of the records is kept beyond the call. Records that a database holds already are passed over.
func (a *Appender) Append(records []parser.Record, note func(i int) Note, end Position) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.clock == 0 {
		a.clock, a.zoned = firstTime(records)
	}
	for i := range records {
		rec := &records[i]
		if a.identify != nil {
			if err := a.identify(a, rec.Raw); err != nil {
				return err
			}
			a.identify = nil
		}
		if a.isKnown(rec.Offset) {
			continue
		}
		if turned := rec.Time >= a.turn && timed(rec) && a.turned(rec.Time); turned || a.taken%fullEvery == 0 && a.h.full() {
			a.h.wholeEnd = turned
			a.reached(Position{Offset: rec.Offset, Line: rec.Line - 1})
			if err := a.flush(); err != nil {
				return err
			}
		}
		a.add(rec, note, i)
		a.taken++
	}
	a.reached(end)
	return nil
}

// fullEvery is how many records are taken without asking whether there is room: a harvest has some to spare. They are counted from its begin:
// what is delivered must not depend on how records come in batches, since what a killed process had sent is known again by its bounds.
const fullEvery = 16

// turned takes note of the minute of the next record, and reports whether it is a good one to begin a harvest with.
func (a *Appender) turned(time int64) bool {
	if a.turn != none {
		a.countMinute(a.h, a.entire && a.quiet.holds(a.stored))
		a.entire, a.stored = true, 0
		if a.h.ripe() {
			return true
		}
	}
	at := slotOf(time, minute)
	if a.turn == none {
		a.h.firstMinute, a.entire, a.stored = at, a.h.wholeBegin, 0
	}
	a.h.lastMinute, a.turn = at, at+minute
	return false
}

// firstTime returns the first time in a batch: until there is one, records without time are taken to be of that time.
func firstTime(records []parser.Record) (time int64, zoned bool) {
	for i := range records {
		if rec := &records[i]; timed(rec) {
			return rec.Time, rec.Zoned
		}
	}
	return 0, false
}

// isKnown reports whether what begins at an offset is in the database.
func (a *Appender) isKnown(offset int64) bool {
	for _, k := range a.known {
		if offset >= k.Begin.Offset && offset < k.End.Offset {
			return true
		}
	}
	return false
}

// reached notes how far the source has been read.
func (a *Appender) reached(end Position) {
	if end.Offset > a.h.end.Offset {
		a.h.end = end
	}
}

// add takes one record.
func (a *Appender) add(rec *parser.Record, note func(i int) Note, i int) {
	switch rec.Kind {
	case parser.Blank:
		return
	case parser.Unparsed:
		a.h.news.unknown(rec)
		return
	}
	a.h.news.parsed += int64(max(rec.Lines, 1))
	if rec.Kind == parser.Continuation {
		return
	}
	a.h.news.record(rec)
	time := a.timeOf(rec)
	switch rec.Kind {
	case parser.Request:
		f := requestFate(rec)
		a.rollup.add(a.h, rec, time, a.quiet.holds(a.stored), f == keep)
		if f != drop {
			a.event(rec, time, note(i), f)
		}
	case parser.Message:
		n := note(i)
		a.event(rec, time, n, fateOf(rec, n))
		if n.Change != "" {
			a.h.changes = append(a.h.changes, changeRow{a.ownChange(rec, time, n), rec.Zoned})
		}
	case parser.ChangeNote:
		if rec.Change != nil {
			a.h.changes = append(a.h.changes, changeRow{Change{Source: a.source, Line: rec.Line, Time: time, Change: *rec.Change}, rec.Zoned})
		}
	case parser.Measurement:
		if rec.Sample != nil {
			a.h.samples = append(a.h.samples, sampleRow{Sample{Source: a.source, Line: rec.Line, Time: time, Sample: *rec.Sample}, rec.Zoned})
		}
	}
}

// latest bounds the times that are believed, µs: some three hundred years to either side of the epoch.
const latest = 1e16

// timed reports whether a record carries a time that can be believed.
func timed(rec *parser.Record) bool {
	return rec.Time != 0 && rec.Time > -latest && rec.Time < latest
}

// timeOf returns the time of a record. One that carries none was written right after the record in front of it.
func (a *Appender) timeOf(rec *parser.Record) int64 {
	if !timed(rec) {
		rec.Zoned = a.zoned
		return a.clock
	}
	a.clock, a.zoned = rec.Time, rec.Zoned
	return rec.Time
}

// event stores or counts what is more than traffic.
func (a *Appender) event(rec *parser.Record, time int64, note Note, f fate) {
	if f == sample && !a.refused.allow(time, refusedPerMinute) {
		return
	}
	if f == tally && a.thinner == nil && ofErrorLog(rec) {
		f = keep
	}
	class := a.classes.of(rec, note, f != tally)
	kept := f != tally
	if f == tally && a.classes.spare(class) {
		class, kept = a.classes.of(rec, note, true), true
	}
	row := tallyRow{time: time, bytes: max(rec.Bytes, 0), class: class, bucket: -1}
	if rec.Duration >= 0 {
		row.bucket = int16(HistogramBucket(rec.Duration))
	}
	a.tallies.add(a.h, row, a.quiet.holds(a.stored))
	if !kept {
		return
	}
	a.stored++
	weight := int64(1)
	if a.thinner != nil {
		if weight = a.thinner.choose(time, class, a.classes.list, a.generation); weight == 0 {
			return
		}
	}
	a.h.events = append(a.h.events, a.texts.row(rec, time))
	event := &a.h.events[len(a.h.events)-1]
	event.class, event.weight = class, weight
	a.classes.detail(rec, event)
}

// allow reports whether one more is within the limit of its minute.
func (m *minuteCount) allow(time, limit int64) bool {
	if minute := slotOf(time, 60*second); minute != m.minute {
		m.minute, m.n = minute, 0
	}
	m.n++
	return m.n <= limit
}

// ownChange is a change that a daemon tells of itself.
func (a *Appender) ownChange(rec *parser.Record, time int64, note Note) Change {
	message := rec.Message
	if i := bytes.IndexByte(message, '\n'); i >= 0 {
		message = message[:i]
	}
	return Change{
		Source: a.source, Line: rec.Line, Time: time, Signature: note.Signature,
		Change: parser.Change{Kind: note.Change, Service: string(cut(rec.Subject(), textLimit)), Summary: string(cut(message, textLimit))},
	}
}

// Flush makes everything appended so far part of the answers and, in a database, lets it survive the process. Queries do so by
// themselves.
func (a *Appender) Flush() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := a.flush(); err != nil || a.settle == nil {
		return err
	}
	return a.settle()
}

// flush delivers what was gathered.
func (a *Appender) flush() error {
	if a.closed.Load() {
		return nil
	}
	a.finish(a.h)
	if a.h.empty() {
		return nil
	}
	a.h.news.lines, a.h.news.bytes = a.newlyRead()
	end, whole := a.h.end, a.h.wholeEnd
	next, err := a.deliver(a.h)
	if err != nil {
		return err
	}
	a.h = next
	a.h.begin, a.h.end, a.taken = end, end, 0
	a.turn, a.h.wholeBegin = none, whole
	if a.crowded() {
		a.restart()
	}
	return nil
}

// newlyRead returns how many lines and bytes the harvest spans, without those known already.
func (a *Appender) newlyRead() (lines, size int64) {
	begin, end := a.h.begin, a.h.end
	lines, size = end.Line-begin.Line, end.Offset-begin.Offset
	for _, k := range a.known {
		if k.End.Offset <= begin.Offset || k.Begin.Offset >= end.Offset {
			continue
		}
		from, to := k.Begin, k.End
		if from.Offset < begin.Offset {
			from = begin
		}
		if to.Offset > end.Offset {
			to = end
		}
		lines, size = lines-(to.Line-from.Line), size-(to.Offset-from.Offset)
	}
	return max(lines, 0), max(size, 0)
}

// Close ends the source. problem is nil, or why it could not be read to its end.
func (a *Appender) Close(end Position, problem error) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed.Load() {
		return nil
	}
	a.reached(end)
	if problem != nil {
		a.h.news.problem = problem.Error()
	}
	err := a.flush()
	a.closed.Store(true)
	if err == nil && a.handOn != nil {
		a.handOn()
	}
	a.counting, a.h = nil, nil
	return err
}
