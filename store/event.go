package store

import (
	"bytes"
	"hash/maphash"

	"culprit/parser"
)

// fate is what becomes of a record beyond being counted with the traffic.
type fate uint8

const (
	// drop: a healthy request; only the roll-ups know of it.
	drop fate = iota
	// tally: a message of no consequence, counted by its template.
	tally
	// keep: stored in full.
	keep
	// sample: a refused request, stored while there are few.
	sample
)

// fateOf decides what is stored of a record: every request that failed or went an odd way, every message that a signature
// knows or that is a warning or worse, every slow-log block and stack trace. A request is not stored for its signature alone.
func fateOf(rec *parser.Record, note Note) fate {
	if rec.Kind == parser.Request {
		return requestFate(rec)
	}
	if note.Signature != "" || rec.Severity >= parser.Warning {
		return keep
	}
	switch rec.Format {
	case parser.PHPFPMSlow, parser.MySQLSlow, parser.AppTrace:
		return keep
	}
	return tally
}

func requestFate(rec *parser.Record) fate {
	switch {
	case rec.Status >= 500, rec.Status == 0, rec.Status == 408, rec.Status == 413, rec.Status == 429, rec.Status == 499:
		return keep
	case rec.Retries > 0, rec.Redispatched, listsServerError(rec.UpstreamStatus), cutShort(rec):
		return keep
	case rec.Status >= 400:
		return sample
	}
	return drop
}

// listsServerError reports whether a list of upstream statuses ("502, 200 : 304") has one of 5xx in it.
func listsServerError(list []byte) bool {
	number := 0
	for i, c := range list {
		if c < '0' || c > '9' {
			number = 0
			continue
		}
		number++
		if number == 1 && c == '5' && len(list)-i >= 3 && digit(list[i+1]) && digit(list[i+2]) {
			return true
		}
	}
	return false
}

func digit(c byte) bool {
	return c >= '0' && c <= '9'
}

// cutShort reports whether HAProxy's termination state tells of anything but a normal end. What the proxy answered itself
// ("L": redirects, its statistics page) is normal unless it was refused.
func cutShort(rec *parser.Record) bool {
	t := rec.Termination
	if len(t) < 2 || t[0] == '-' && t[1] == '-' {
		return false
	}
	return t[0] != 'L' || rec.Status >= 400
}

// Bounds on what is stored of a source, so that noise cannot crowd out the rest.
const (
	// refusedPerMinute is how many refused requests (4xx) of a minute are stored.
	refusedPerMinute = 200
	// firstPerTemplate is how many messages of no consequence are stored of each class.
	firstPerTemplate = 3
)

// Bounds of the dictionaries from which event classes are made, in texts.
const (
	maxNames     = 1024 // of each dimension
	maxTemplates = 1024
	maxClasses   = 16384
)

// eventClasses numbers the classes of the events of one source.
type eventClasses struct {
	list      []eventClass
	index     map[eventClass]int32
	firsts    []uint8 // by class: how many were stored though of no consequence
	names     [nameDimensions]interner
	templates interner
	scratch   []byte

	known     [knownClasses]cached     // classes by fingerprint
	endpoints [knownEndpoints]endpoint // by path
}

// endpoint is a path's, remembered.
type endpoint struct {
	hash uint64 // of the path; 0: empty
	name string
}

const (
	knownClasses   = 256
	knownEndpoints = 512
)

// The dimensions of names have a dictionary each, so that a flood in one leaves the others alone.
const (
	nameCode = iota
	nameHost
	nameProgram
	nameVHost
	nameMethod
	nameEndpoint
	nameUpstream
	nameScheme
	nameUpstreamStatus
	namePool
	nameScript
	nameFrontend
	nameBackend
	nameServer
	nameTermination
	nameDimensions
)

func newEventClasses() *eventClasses {
	e := &eventClasses{templates: interner{max: maxTemplates}}
	for i := range e.names {
		e.names[i].max = maxNames
	}
	e.restart()
	return e
}

// restart forgets all classes: their numbers begin anew.
func (e *eventClasses) restart() {
	e.list, e.firsts = nil, nil
	e.index = make(map[eventClass]int32)
	for i := range e.names {
		e.names[i].texts = nil
	}
	e.templates.texts = nil
	clear(e.known[:])
	clear(e.endpoints[:])
}

func (e *eventClasses) crowded() bool {
	return len(e.list) > maxClasses*3/4 || len(e.templates.texts) > maxTemplates*3/4
}

// of returns the class of a record, stored in full or only counted.
func (e *eventClasses) of(rec *parser.Record, note Note, kept bool) int32 {
	var template []byte
	if note.Signature == "" && rec.Kind != parser.Request {
		e.scratch = appendTemplate(e.scratch[:0], rec.Message)
		template = e.scratch
	}
	hash := fingerprint(rec, note, kept, template)
	entry := &e.known[hash>>32%knownClasses]
	if entry.hash != hash {
		*entry = cached{hash, e.number(e.build(rec, note, kept, template))}
	}
	return entry.number
}

// fingerprint is a hash of all that makes a class.
func fingerprint(rec *parser.Record, note Note, kept bool, template []byte) uint64 {
	const factor = 0x9E3779B97F4A7C15
	var flags uint64
	for _, flag := range [...]bool{rec.Zoned, rec.Kind == parser.Request, rec.Redispatched, kept} {
		flags <<= 1
		if flag {
			flags |= 1
		}
	}
	h := (flags<<8|uint64(rec.Daemon))<<8 | uint64(rec.Format)
	h = (h<<8|uint64(rec.Severity))*factor ^ uint64(uint32(rec.Status))
	h = h*factor ^ uint64(uint32(rec.Errno))
	h = h*factor ^ maphash.String(seed, note.Signature)
	for _, text := range [...][]byte{
		template, rec.Code, rec.Host, rec.Program, rec.VHost, rec.Upstream, rec.UpstreamScheme, rec.UpstreamStatus, rec.Pool,
		rec.Frontend, rec.Backend, rec.Server, rec.Termination,
	} {
		h *= factor
		if len(text) > 0 {
			h ^= maphash.Bytes(seed, text)
		}
	}
	return h | 1 // 0 is an empty entry
}

// build makes the class of a record.
func (e *eventClasses) build(rec *parser.Record, note Note, kept bool, template []byte) eventClass {
	c := eventClass{
		zoned: rec.Zoned, request: rec.Kind == parser.Request, redispatched: rec.Redispatched, kept: kept,
		daemon: rec.Daemon, format: rec.Format, severity: rec.Severity, status: rec.Status, errno: rec.Errno,
		signature:      note.Signature,
		code:           e.names[nameCode].bounded(rec.Code),
		host:           e.names[nameHost].bounded(rec.Host),
		program:        e.names[nameProgram].bounded(rec.Program),
		vhost:          e.names[nameVHost].bounded(rec.VHost),
		upstream:       e.names[nameUpstream].bounded(rec.Upstream),
		scheme:         e.names[nameScheme].bounded(rec.UpstreamScheme),
		upstreamStatus: e.names[nameUpstreamStatus].bounded(rec.UpstreamStatus),
		pool:           e.names[namePool].bounded(rec.Pool),
		frontend:       e.names[nameFrontend].bounded(rec.Frontend),
		backend:        e.names[nameBackend].bounded(rec.Backend),
		server:         e.names[nameServer].bounded(rec.Server),
		termination:    e.names[nameTermination].bounded(rec.Termination),
		template:       e.templates.bounded(template),
	}
	if len(rec.Upstream) == 0 && c.backend != "" && c.request {
		e.scratch = append(append(append(e.scratch[:0], c.backend...), '/'), c.server...)
		c.upstream = e.names[nameUpstream].bounded(e.scratch)
	}
	return c
}

// number returns the number of a class. When there is no room for another, its less telling parts become Other.
func (e *eventClasses) number(c eventClass) int32 {
	n, known := e.index[c]
	if known {
		return n
	}
	if len(e.list) >= maxClasses {
		c = c.coarse(len(e.list) >= maxClasses*3/2)
		if n, known = e.index[c]; known {
			return n
		}
	}
	n = int32(len(e.list))
	e.list, e.firsts = append(e.list, c), append(e.firsts, 0)
	e.index[c] = n
	return n
}

// coarse gives up the parts of a class that take many values; with coarser, all texts but the signature.
func (c eventClass) coarse(coarser bool) eventClass {
	c.code, c.vhost, c.upstreamStatus = Other, Other, Other
	if !coarser {
		return c
	}
	return eventClass{
		zoned: c.zoned, request: c.request, kept: c.kept, daemon: c.daemon, format: c.format, severity: c.severity,
		status: min(max(c.status, parser.Unknown), maxStatus+1), signature: c.signature, template: Other, upstream: Other,
	}
}

// spare reports whether a message of no consequence is one of the first of its class, and notes that it was.
func (e *eventClasses) spare(class int32) bool {
	if e.firsts[class] >= firstPerTemplate {
		return false
	}
	e.firsts[class]++
	return true
}

// detail fills in what a row has beside its class.
func (e *eventClasses) detail(rec *parser.Record, row *eventRow) {
	row.method = e.names[nameMethod].bounded(rec.Method)
	row.script = e.names[nameScript].bounded(rec.Script)
	if len(rec.Path) == 0 {
		return
	}
	path := pathOnly(rec.Path)
	hash := maphash.Bytes(seed, path) | 1 // 0 is an empty entry
	known := &e.endpoints[hash>>32%knownEndpoints]
	if known.hash != hash {
		e.scratch = appendEndpoint(e.scratch[:0], path)
		*known = endpoint{hash, e.names[nameEndpoint].bounded(e.scratch)}
	}
	row.endpoint = known.name
}

// rowTexts gives the countless texts of event rows one string each.
type rowTexts struct {
	clients, paths, messages interner
}

func newRowTexts() *rowTexts {
	return &rowTexts{clients: interner{max: 1 << 15}, paths: interner{max: 1 << 14}, messages: interner{max: 1 << 12}}
}

func (t *rowTexts) row(rec *parser.Record, time int64) eventRow {
	row := eventRow{
		time: time, line: rec.Line, offset: rec.Offset, pid: rec.PID, conn: rec.Conn, bytes: rec.Bytes,
		duration: rec.Duration, queue: rec.Queue, connect: rec.Connect, header: rec.Header, response: rec.Response,
		retries: rec.Retries, queuedServer: rec.QueuedServer, queuedBackend: rec.QueuedBackend, active: rec.Active,
		client: t.clients.shared(cut(rec.Client, sketchText)), agent: t.clients.shared(cut(rec.UserAgent, textLimit)),
		path: t.paths.shared(cut(rec.Path, pathLimit)),
	}
	row.message = t.messages.shared(cut(rec.Message, MaxMessage))
	if len(rec.Detail) > 0 {
		row.detail = string(cut(rec.Detail, MaxDetail))
	}
	return row
}

// pathLimit bounds a stored path with its query, in bytes.
const pathLimit = 1024

// cut shortens text to limit bytes and replaces zero bytes, at which SQL functions would end it.
func cut(text []byte, limit int) []byte {
	if len(text) > limit {
		text = wholeRunes(text[:limit])
	}
	if i := bytes.IndexByte(text, 0); i >= 0 {
		return bytes.ReplaceAll(text, zeroByte, questionMark)
	}
	return text
}

var zeroByte, questionMark = []byte{0}, []byte{'?'}
