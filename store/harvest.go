package store

// harvest is what was gathered of one source since the last one: sums to be added to what is known, and rows. The numbers of
// classes index the lists that come with it; they keep their meaning while generation stays the same.
type harvest struct {
	generation int
	routes     []route
	endpoints  []string
	classes    []eventClass

	seconds    cellTable // Requests; traffic classes by route
	slots      cellTable // Endpoints; traffic classes by endpoint
	calm       calmMinutes
	tallies    cellTable // Events; classes
	clients    []clientCell
	events     []eventRow
	changes    []changeRow
	samples    []sampleRow
	news       sourceNews
	begin, end Position // what was read; see Appender
	// firstMinute and lastMinute are the starts of those it was gathered in; wholeBegin and wholeEnd say that it holds all of them
	// that the source has, as far as its times do not go back.
	firstMinute, lastMinute int64
	wholeBegin, wholeEnd    bool
}

// clientCell is one client's share of a slot of EndpointBucket, or of several in a minute that may prove quiet.
type clientCell struct {
	at, last int64 // starts of the first and the last of them
	class    clientClass
	who, key uint64 // seeded hashes of the client and its zone, and of the class
	count    uint32
	bytes    int64
}

// eventRow is a stored event, but for its class.
type eventRow struct {
	class                                int32
	weight                               int64 // for how many events it stands
	time, line, offset                   int64 // time unshifted
	method, endpoint, script             string
	client, agent, path, message, detail string
	hashes                               textHashes
	pid, conn, bytes                     int64
	duration, queue, connect             int64
	header, response                     int64
	retries, queuedServer, queuedBackend int32
	active                               int32
}

// changeRow and sampleRow are entries of timelines, unshifted.
type changeRow struct {
	Change
	zoned bool
}

type sampleRow struct {
	Sample
	zoned bool
}

// harvestRows bounds the rows of each kind in a harvest.
const harvestRows = 4096

func newHarvest() *harvest {
	h := &harvest{firstMinute: none, lastMinute: none, calm: newCalmMinutes()}
	h.seconds.width = second
	h.slots.width = EndpointBucket
	h.tallies.width = second
	return h
}

// second in µs.
const second = 1_000_000

// full reports whether there is no room for more. What waits to be counted finds some nevertheless: see settle.
func (h *harvest) full() bool {
	return h.seconds.room() < 1 || h.slots.room() < 1 || h.tallies.room() < 1 || h.calm.room() < 1 ||
		len(h.clients) > harvestRows || len(h.events) >= harvestRows || len(h.changes) >= harvestRows || len(h.samples) >= harvestRows
}

// ripe reports whether so much is in h that it may go on where a minute ends.
func (h *harvest) ripe() bool {
	return min(h.seconds.room(), h.slots.room(), h.tallies.room(), h.calm.room()) < maxCells/2 ||
		len(h.clients) > harvestRows/2 || len(h.events) >= harvestRows/2
}

// empty reports whether nothing was read.
func (h *harvest) empty() bool {
	return h.begin == h.end && h.news.problem == "" && len(h.seconds.cells) == 0 && len(h.slots.cells) == 0 && h.calm.empty() && len(h.tallies.cells) == 0 && len(h.clients) == 0 &&
		len(h.events) == 0 && len(h.changes) == 0 && len(h.samples) == 0
}

// clear empties h for the next harvest and keeps its memory.
func (h *harvest) clear() {
	h.seconds.clear()
	h.slots.clear()
	h.calm.clear()
	h.tallies.clear()
	clear(h.clients)
	clear(h.events)
	h.clients, h.events = h.clients[:0], h.events[:0]
	h.changes, h.samples = nil, nil
	h.news = sourceNews{}
	h.firstMinute, h.lastMinute, h.wholeBegin, h.wholeEnd = none, none, false, false
}

// event puts a row and its class together. Its time is unshifted, its source not set.
func (r *eventRow) event(c *eventClass) Event {
	return Event{
		Time: r.time, Line: r.line, Offset: r.offset, Request: c.request, Daemon: c.daemon, Format: c.format,
		Severity: c.severity, Signature: c.signature, Template: c.template, Message: r.message, Detail: r.detail, Code: c.code,
		Host: c.host, Program: c.program, PID: r.pid, Conn: r.conn, Errno: c.errno, Client: r.client, VHost: c.vhost,
		Method: r.method, Path: r.path, Endpoint: r.endpoint, UserAgent: r.agent, Upstream: c.upstream,
		UpstreamScheme: c.scheme, UpstreamStatus: c.upstreamStatus, Pool: c.pool, Script: r.script, Frontend: c.frontend,
		Backend: c.backend, Server: c.server, Termination: c.termination, Status: c.status, Bytes: r.bytes,
		Duration: r.duration, Queue: r.queue, Connect: r.connect, Header: r.header, Response: r.response,
		Retries: r.retries, Redispatched: c.redispatched, QueuedServer: r.queuedServer, QueuedBackend: r.queuedBackend,
		Active: r.active,
	}
}

// Note is what the rules say of a record.
type Note struct {
	// Signature is the id of the one that matched, "" for none.
	Signature string
	// Change is the kind of change the message itself is, "" for none.
	Change string
}

// Position is how far a source has been read.
type Position struct {
	Offset int64 // bytes (of the decompressed stream)
	Line   int64 // lines
}
