package store

import (
	"hash/maphash"
	"unsafe"
)

// dictionary numbers texts and classes in a database. What it remembers is bounded: a text or class that was forgotten, or written by
// an earlier process, gets another row, which changes no answer.
type dictionary struct {
	texts         textNumbers
	requests      entries[requestClass]
	endpoints     entries[endpointClass]
	clientClasses entries[clientClass]
	classes       entries[eventClass]

	recent  [recentTexts]recentText
	clients hashNumbers // of classes of clients, by clientCell.key, salted
}

// recentText is the number of a text that was asked for lately. Texts that repeat are one string, so that where it lies tells most of
// them: its bytes need not be hashed, nor even be read.
type recentText struct {
	text string
	id   int64
}

const recentTexts = 1 << 12

// entries are the numbers of one table, and its rows that are still to be written.
type entries[K comparable] struct {
	ids  map[K]int64
	last int64
	rows *inserter
}

// maxEntries bounds what is remembered of each table.
const maxEntries = 1 << 16

func newDictionary() *dictionary {
	d := &dictionary{texts: newTextNumbers(), clients: newHashNumbers()}
	d.requests.rows = newInserter("request_class", "id", "zoned", "daemon", "format", "vhost", "upstream", "status")
	d.endpoints.rows = newInserter("endpoint_class", "id", "zoned", "endpoint", "status")
	d.clientClasses.rows = newInserter("client_class", "id", "zoned", "client", "endpoint", "agent")
	d.classes.rows = newInserter("event_class", "id", "zoned", "request", "kept", "redispatched", "daemon", "format", "severity", "signature",
		"template", "code", "errno", "host", "program", "vhost", "status", "upstream", "scheme", "upstream_status",
		"pool", "frontend", "backend", "server", "termination")
	return d
}

// load begins anew behind the last numbers in the database.
func (d *dictionary) load(c *conn) error {
	clear(d.recent[:])
	d.clients = newHashNumbers()
	for _, reload := range [...]func(*conn) error{d.texts.load, d.requests.load, d.endpoints.load, d.clientClasses.load, d.classes.load} {
		if err := reload(c); err != nil {
			return err
		}
	}
	return nil
}

// forget makes room: what comes again gets another row.
func (d *dictionary) forget() {
	if d.texts.known.count+d.clients.count+len(d.requests.ids)+len(d.endpoints.ids)+len(d.clientClasses.ids)+len(d.classes.ids) == 0 {
		return
	}
	clear(d.recent[:])
	d.texts.known, d.clients = newHashNumbers(), newHashNumbers()
	d.requests.ids, d.endpoints.ids = map[requestClass]int64{}, map[endpointClass]int64{}
	d.clientClasses.ids, d.classes.ids = map[clientClass]int64{}, map[eventClass]int64{}
}

func (e *entries[K]) load(c *conn) (err error) {
	e.ids = make(map[K]int64)
	e.last, err = c.number("SELECT max(id) FROM " + e.rows.table)
	return err
}

// enter returns the number of k. Where it is new, the number is the first column of a row that the caller completes.
func (e *entries[K]) enter(k K) (id int64, isNew bool) {
	if id, known := e.ids[k]; known {
		return id, false
	}
	if len(e.ids) >= maxEntries {
		clear(e.ids)
	}
	e.last++
	e.ids[k] = e.last
	e.rows.begin()
	e.rows.int(e.last)
	return e.last, true
}

// text returns the number of a text; 0 for the empty one.
func (d *dictionary) text(text string) int64 {
	if text == "" {
		return 0
	}
	at := unsafe.StringData(text)
	near := &d.recent[uint64(uintptr(unsafe.Pointer(at)))*0x9E3779B97F4A7C15>>32%recentTexts]
	if unsafe.StringData(near.text) == at && len(near.text) == len(text) {
		return near.id
	}
	id := d.texts.number(maphash.String(seed, text)|1, text)
	*near = recentText{text, id}
	return id
}

// hashed is text where the hash of the text may be known; 0 says that it is not.
func (d *dictionary) hashed(hash uint64, text string) int64 {
	if hash == 0 {
		return d.text(text)
	}
	return d.texts.number(hash, text)
}

func (d *dictionary) requestClass(c requestClass) int64 {
	id, isNew := d.requests.enter(c)
	if isNew {
		r := d.requests.rows
		r.bool(c.zoned)
		r.text(c.daemon.String())
		r.text(c.format.String())
		r.text(c.vhost)
		r.text(c.upstream)
		r.known(int64(c.status))
	}
	return id
}

func (d *dictionary) endpointClass(c endpointClass) int64 {
	id, isNew := d.endpoints.enter(c)
	if isNew {
		r := d.endpoints.rows
		r.bool(c.zoned)
		r.text(c.endpoint)
		r.known(int64(c.status))
	}
	return id
}

func (d *dictionary) clientClass(c clientClass) int64 {
	id, isNew := d.clientClasses.enter(c)
	if isNew {
		r := d.clientClasses.rows
		r.bool(c.zoned)
		r.text(c.client)
		r.int(d.text(c.endpoint))
		r.int(d.text(c.agent))
	}
	return id
}

// cellClient returns the number of the class of a cell. One that was met lately is told by its hash.
func (d *dictionary) cellClient(c *clientCell, salt uint64) int64 {
	hash := c.key ^ salt
	if c.key == 0 || hash == 0 {
		return d.clientClass(c.class)
	}
	if id := d.clients.find(hash); id != 0 {
		return id
	}
	id := d.clientClass(c.class)
	d.clients.add(hash, id)
	return id
}

// eventClass returns the number of a class of a harvest.
func (d *dictionary) eventClass(h *harvest, numbers *numbering, class int32) int64 {
	known := numbers.of(h.generation, class)
	if *known == 0 {
		*known = d.newEventClass(&h.classes[class]) + 1
	}
	return *known - 1
}

func (d *dictionary) newEventClass(c *eventClass) int64 {
	id, isNew := d.classes.enter(*c)
	if !isNew {
		return id
	}
	r := d.classes.rows
	r.bool(c.zoned)
	r.bool(c.request)
	r.bool(c.kept)
	r.bool(c.redispatched)
	for _, text := range [...]string{c.daemon.String(), c.format.String(), c.severity.String(), c.signature, c.template, c.code} {
		r.text(text)
	}
	r.int(int64(c.errno))
	for _, text := range [...]string{c.host, c.program, c.vhost} {
		r.text(text)
	}
	r.known(int64(c.status))
	for _, text := range [...]string{c.upstream, c.scheme, c.upstreamStatus, c.pool, c.frontend, c.backend, c.server, c.termination} {
		r.text(text)
	}
	return id
}
