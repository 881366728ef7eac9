package store

import (
	"hash/maphash"

	"culprit/parser"
)

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

	known     []cached   // classes by fingerprint
	endpoints []endpoint // by path
}

// endpoint is a path's, remembered.
type endpoint struct {
	hash uint64 // of the path; 0: empty
	name string
}

const (
	knownClasses   = 4096
	knownEndpoints = 2048
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
	e := &eventClasses{templates: interner{max: maxTemplates}, known: make([]cached, knownClasses), endpoints: make([]endpoint, knownEndpoints)}
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
	clear(e.known)
	clear(e.endpoints)
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
	i := hash >> 32 % knownClasses
	entry, older := &e.known[i], &e.known[i^1]
	if entry.hash != hash {
		if older.hash == hash {
			return older.number
		}
		*older = *entry
		*entry = cached{hash, e.number(e.build(rec, note, kept, template))}
	}
	return entry.number
}

// fingerprint is a hash of all that makes a class.
func fingerprint(rec *parser.Record, note Note, kept bool, template []byte) uint64 {
	var flags uint64
	if rec.Zoned {
		flags = 1
	}
	if rec.Kind == parser.Request {
		flags |= 2
	}
	if rec.Redispatched {
		flags |= 4
	}
	if kept {
		flags |= 8
	}
	h := digest((flags<<8|uint64(rec.Daemon))<<8|uint64(rec.Format))<<8 | digest(rec.Severity)
	h = (h*digestFactor^digest(uint32(rec.Status)))*digestFactor ^ digest(uint32(rec.Errno))
	h = h*digestFactor + digest(maphash.String(seed, note.Signature))
	h.add(1, template)
	h.add(2, rec.Code)
	h.add(3, rec.Host)
	h.add(4, rec.Program)
	h.add(5, rec.VHost)
	h.add(6, rec.Upstream)
	h.add(7, rec.UpstreamScheme)
	h.add(8, rec.UpstreamStatus)
	h.add(9, rec.Pool)
	h.add(10, rec.Frontend)
	h.add(11, rec.Backend)
	h.add(12, rec.Server)
	h.add(13, rec.Termination)
	return uint64(h) | 1 // 0 is an empty entry
}

// digest is a hash of several texts.
type digest uint64

const digestFactor = 0x9E3779B97F4A7C15

// add takes in the text at a place.
func (d *digest) add(place digest, text []byte) {
	if len(text) > 0 {
		*d += digest(maphash.Bytes(seed, text)) * (place*digestFactor | 1)
	}
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
