package store

import (
	"slices"

	"culprit/parser"
)

// What an engine outside of this package needs to take what an Appender gathers: see NewAppender.

// AppenderOptions say whom an Appender works for.
type AppenderOptions struct {
	// Source is the id by which the engine knows the source.
	Source int32
	Start  Position
	// Known are the parts of the source that the engine has already: their records are passed over.
	Known []Span
	// Deliver takes what was gathered. The parcel is borrowed. Appenders of several sources call it at once.
	Deliver func(source int32, p *Parcel) error
	// Settle, where set, waits until what was delivered lasts: see Appender.Flush.
	Settle func() error
	// Identify, where set, is given the first record of the source, before it is taken, and says which source it is of.
	Identify func(first []byte) (source int32, known []Span, err error)
}

// NewAppender returns an Appender for an engine of another package.
func NewAppender(o AppenderOptions) *Appender {
	var a *Appender
	a = newAppender(o.Source, o.Start, newHarvest(), newCounting(), func(h *harvest) (*harvest, error) {
		err := o.Deliver(a.source, &Parcel{h: h, source: a.source})
		h.clear()
		return h, err
	})
	a.known, a.settle = JoinSpans(slices.Clone(o.Known)), o.Settle
	if o.Identify != nil {
		a.identify = func(a *Appender, first []byte) error {
			source, known, err := o.Identify(first)
			if err == nil {
				a.source, a.known = source, JoinSpans(slices.Clone(known))
			}
			return err
		}
	}
	return a
}

// HandOver delivers what was gathered and does not wait for it to last. It reports whether the source has ended.
func (a *Appender) HandOver() (ended bool, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.closed.Load(), a.flush()
}

// Parcel is what was gathered of one source since the last one: rows to be kept, and how far the source was read for them.
type Parcel struct {
	h      *harvest
	source int32
}

// Span returns the part of the source that a parcel is of.
func (p *Parcel) Span() Span { return Span{p.h.begin, p.h.end} }

// News is what a parcel tells of its source as a whole. It adds up.
type News struct {
	Lines, Parsed, Unparsed, Bytes int64
	Daemons                        map[parser.Daemon]int64 // records
	Formats                        map[parser.Format]int64
	Zoned, Unzoned                 int64 // records with a time, by whether it was absolute
	First, Last                    int64 // of those, µs; 0 where there are none
	Resolution                     int64
	Host                           string // of the record that stands first, in HostLine
	HostLine                       int64
	UnparsedSample                 []UnparsedLine
	Problem                        string
}

// News returns what a parcel tells of its source.
func (p *Parcel) News() News {
	n := &p.h.news
	news := News{
		Lines: n.lines, Parsed: n.parsed, Unparsed: n.unparsed, Bytes: n.bytes, Daemons: map[parser.Daemon]int64{}, Formats: map[parser.Format]int64{},
		Zoned: n.zoned, Unzoned: n.unzoned, First: n.first, Last: n.last, Resolution: n.resolution, Host: n.host, HostLine: n.hostLine,
		UnparsedSample: n.sample, Problem: n.problem,
	}
	for d, count := range n.daemons {
		if count > 0 {
			news.Daemons[parser.Daemon(d)] = count
		}
	}
	for f, count := range n.formats {
		if count > 0 {
			news.Formats[parser.Format(f)] = count
		}
	}
	return news
}

// Source returns the description of a source of which all of n is known.
func (n *News) Source(id int32, path string) Source {
	s := sourceState{Source: Source{ID: id, Path: path}}
	t := &s.sums
	t.lines, t.parsed, t.unparsed, t.bytes, t.zoned, t.unzoned = n.Lines, n.Parsed, n.Unparsed, n.Bytes, n.Zoned, n.Unzoned
	t.first, t.last, t.resolution, t.host, t.hostLine, t.problem = n.First, n.Last, n.Resolution, n.Host, n.HostLine, n.Problem
	t.sample = n.UnparsedSample
	for d, count := range n.Daemons {
		if int(d) < len(t.daemons) {
			t.daemons[d] = count
		}
	}
	for f, count := range n.Formats {
		if int(f) < len(t.formats) {
			t.formats[f] = count
		}
	}
	s.describe()
	return s.Source
}

// RowKind says what a Row holds.
type RowKind uint8

// The kinds of rows.
const (
	RequestRow  RowKind = 1 + iota // a cell of Requests
	EndpointRow                    // a cell of Endpoints
	ClientRow                      // a cell of Clients
	TallyRow                       // a cell of Events
	EventRow                       // a stored event, which a cell of Events counts too; see EventTile
	ChangeRow
	SampleRow
)

// Row is one row of a Parcel. Times are unshifted. A cell says in Event the labels it is counted by.
type Row struct {
	Kind    RowKind
	Zoned   bool  // its time was absolute
	Kept    bool  // of cells of Events: they are of events that are stored
	At      int64 // start of the slot, µs
	Count   int64
	Arrived int64
	Bytes   int64 // sum of the sizes that are known
	First   int64
	Last    int64
	// Buckets and Counts are the durations counted, by bucket of a Histogram.
	Buckets []uint8
	Counts  []uint32
	Event   Event
	Change  *Change
	Sample  *Sample
	packed  []byte // scratch
}

// Each calls yield for every row of the parcel but the stored events, which EachTile hands out. The row is borrowed.
func (p *Parcel) Each(yield func(*Row)) {
	h, r := p.h, &Row{}
	for i := range h.seconds.cells {
		number, status, zoned := splitTrafficClass(h.seconds.cells[i].class)
		to := &h.routes[number]
		r.cell(RequestRow, &h.seconds.cells[i], zoned)
		r.Event = Event{Daemon: to.daemon, Format: to.format, VHost: to.vhost, Upstream: to.upstream, Status: status}
		yield(r)
	}
	for i := range h.slots.cells {
		number, status, zoned := splitTrafficClass(h.slots.cells[i].class)
		r.cell(EndpointRow, &h.slots.cells[i], zoned)
		r.Event = Event{Endpoint: h.endpoints[number], Status: status}
		yield(r)
	}
	for i := range h.clients {
		c := &h.clients[i]
		*r = Row{Kind: ClientRow, Zoned: c.class.zoned, At: c.at, Count: int64(c.count), Bytes: c.bytes, First: c.at, Last: c.at, Buckets: r.Buckets[:0], Counts: r.Counts[:0]}
		r.Event = Event{Client: c.class.client, Endpoint: c.class.endpoint, UserAgent: c.class.agent}
		yield(r)
	}
	var none eventRow
	for i := range h.tallies.cells {
		c := &h.classes[h.tallies.cells[i].class]
		r.cell(TallyRow, &h.tallies.cells[i], c.zoned)
		r.Kept, r.Event = c.kept, none.event(c)
		yield(r)
	}
	*r = Row{Kind: ChangeRow}
	for i := range h.changes {
		r.Zoned, r.Change, r.At = h.changes[i].zoned, &h.changes[i].Change, h.changes[i].Time
		yield(r)
	}
	*r = Row{Kind: SampleRow}
	for i := range h.samples {
		r.Zoned, r.Sample, r.At = h.samples[i].zoned, &h.samples[i].Sample, h.samples[i].Time
		yield(r)
	}
}

// cell makes r a row of a cell.
func (r *Row) cell(kind RowKind, c *cell, zoned bool) {
	r.Kind, r.Zoned, r.Kept = kind, zoned, false
	r.At, r.First, r.Last = c.at, c.first, c.last
	r.Count, r.Arrived, r.Bytes = int64(c.count), int64(c.arrived), c.bytes
	r.Buckets, r.Counts = r.Buckets[:0], r.Counts[:0]
	if !c.durations.empty() {
		// Packed they are in the order of buckets, and told but once.
		r.packed = c.durations.appendPacked(r.packed[:0])
		eachPacked(r.packed, func(bucket int, n uint32) {
			r.Buckets, r.Counts = append(r.Buckets, uint8(bucket)), append(r.Counts, n)
		})
	}
}
