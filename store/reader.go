package store

import (
	"cmp"
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"
	"strings"

	"culprit/parser"
)

// reader is a connection that answers questions. It remembers classes: their rows never change.
type reader struct {
	c       *conn
	shifted *overlay                // set beside the database; nil for none
	known   map[int32]*storedSource // as of version; nil: not read yet
	version int64
	byTime  bool // events are indexed by time
	classes [numTables]map[int32]labels
	kept    []int32 // classes of stored events, as far as learnClasses has seen
	texts   map[int64]string

	// details numbers the detailClasses met in one question.
	details     []storedDetail
	detailIndex map[storedDetail]int32
	failed      error // looking up a text of them
}

// storedDetail is a detailClass by the numbers of the database.
type storedDetail struct {
	event                                        int32
	method, endpoint, script, client, agent, pid int64
}

// detailColumns are those of a storedDetail in the table event.
const detailColumns = "class, method, endpoint, script, client, agent, pid"

func readDetail(v []driver.Value) storedDetail {
	return storedDetail{
		int32(integer(v[0], 0)), integer(v[1], 0), integer(v[2], 0), integer(v[3], 0), integer(v[4], 0), integer(v[5], 0), integer(v[6], 0),
	}
}

// maxRemembered bounds the classes of a table, and the texts, that a reader remembers.
const maxRemembered = 1 << 17

// maxReaders is how many idle readers are kept.
const maxReaders = 4

// read lends a reader to f.
func (s *SQLite) read(_ context.Context, f func(r *reader) error) error {
	if err := s.gather(); err != nil {
		return err
	}
	r, err := s.borrow()
	if err != nil {
		return fmt.Errorf("open %s for reading: %w", s.path, err)
	}
	defer s.giveBack(r)
	if err := errors.Join(f(r), r.failed); err != nil {
		return fmt.Errorf("read %s: %w", s.path, err)
	}
	return nil
}

func (s *SQLite) borrow() (*reader, error) {
	s.mu.Lock()
	if n := len(s.readers); n > 0 {
		r := s.readers[n-1]
		s.readers = s.readers[:n-1]
		s.mu.Unlock()
		return r, nil
	}
	s.mu.Unlock()
	params := connParams()
	if s.readOnly {
		params.Set("mode", "ro")
	}
	c, err := dial(s.path, params)
	if err != nil {
		return nil, err
	}
	if err := c.script("PRAGMA query_only = 1; PRAGMA cache_size = " + cmp.Or(s.pages, "-65536")); err != nil {
		return nil, err
	}
	r := newReader(c)
	r.shifted, r.byTime = s.shifts, s.byTime
	return r, nil
}

func newReader(c *conn) *reader {
	r := &reader{c: c, texts: map[int64]string{}}
	for t := range r.classes {
		r.classes[t] = map[int32]labels{}
	}
	return r
}

func (s *SQLite) giveBack(r *reader) {
	r.details, r.detailIndex, r.failed = nil, nil, nil
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.readers) < maxReaders && !s.closed {
		s.readers = append(s.readers, r)
		return
	}
	_ = r.c.close() // it only read
}

// sources returns the sources by path.
func (r *reader) sources() ([]Source, error) {
	stored, err := r.stored()
	sources := make([]Source, 0, len(stored))
	for _, s := range stored {
		sources = append(sources, s.Source)
	}
	slices.SortFunc(sources, comparePaths)
	return sources, err
}

// stored returns the sources by id, with the shifts that hold here. They are read anew only when the database was written to.
func (r *reader) stored() (map[int32]*storedSource, error) {
	version, err := r.c.number("PRAGMA data_version")
	if err != nil {
		return nil, err
	}
	if r.known == nil || version != r.version {
		if r.known, err = loadSources(r.c); err != nil {
			r.known = nil
			return nil, err
		}
		r.version = version
	}
	for _, s := range r.known {
		r.shifted.apply(&s.Source)
	}
	return r.known, nil
}

// class resolves the class of a cell: see engine.
func (r *reader) class(t cellKind, _, class int32) (labels, error) {
	if t == details {
		return r.detail(class)
	}
	known := r.classes[t]
	if l, ok := known[class]; ok {
		return l, nil
	}
	if len(known) >= maxRemembered {
		clear(known)
	}
	l, err := r.readClass(Table(t), class)
	if err != nil {
		return nil, err
	}
	known[class] = l
	return l, nil
}

var classQueries = [numTables]string{
	Requests:  "SELECT zoned, daemon, format, vhost, upstream, status FROM request_class WHERE id = ?",
	Endpoints: "SELECT zoned, endpoint, status FROM endpoint_class WHERE id = ?",
	Clients:   "SELECT zoned, client, endpoint, agent FROM client_class WHERE id = ?",
	Events: `SELECT zoned, request, kept, redispatched, daemon, format, severity, signature, template, code, errno, host, program, vhost,
		status, upstream, scheme, upstream_status, pool, frontend, backend, server, termination
		FROM event_class WHERE id = ?`,
}

func (r *reader) readClass(t Table, class int32) (l labels, err error) {
	err = r.c.query(context.Background(), classQueries[t], func(v []driver.Value) (err error) {
		switch t {
		case Requests:
			l = &requestClass{route{daemonOf(v[1]), formatOf(v[2]), text(v[3]), text(v[4])}, statusOf(v[5]), boolean(v[0])}
		case Endpoints:
			l = &endpointClass{text(v[1]), statusOf(v[2]), boolean(v[0])}
		case Clients:
			c := &clientClass{client: text(v[1]), zoned: boolean(v[0])}
			if c.endpoint, err = r.text(integer(v[2], 0)); err == nil {
				c.agent, err = r.text(integer(v[3], 0))
			}
			l = c
		default:
			l = readEventClass(v)
		}
		return err
	}, int64(class))
	if err == nil && l == nil {
		err = fmt.Errorf("class %d of table %d is missing: the database is damaged", class, t)
	}
	return l, err
}

func readEventClass(v []driver.Value) *eventClass {
	return &eventClass{
		zoned: boolean(v[0]), request: boolean(v[1]), kept: boolean(v[2]), redispatched: boolean(v[3]),
		daemon: daemonOf(v[4]), format: formatOf(v[5]), severity: parser.SeverityNamed(text(v[6])),
		signature: text(v[7]), template: text(v[8]), code: text(v[9]), errno: int32(integer(v[10], 0)), host: text(v[11]),
		program: text(v[12]), vhost: text(v[13]), status: statusOf(v[14]), upstream: text(v[15]), scheme: text(v[16]),
		upstreamStatus: text(v[17]), pool: text(v[18]), frontend: text(v[19]), backend: text(v[20]), server: text(v[21]),
		termination: text(v[22]),
	}
}

func daemonOf(v driver.Value) parser.Daemon {
	d, _ := parser.DaemonNamed(text(v))
	return d
}

func formatOf(v driver.Value) parser.Format {
	f, _ := parser.FormatNamed(text(v))
	return f
}

func statusOf(v driver.Value) int32 {
	return int32(integer(v, parser.Unknown))
}

// text returns a text of the dictionary.
func (r *reader) text(id int64) (string, error) {
	if id == 0 {
		return "", nil
	}
	if s, ok := r.texts[id]; ok {
		return s, nil
	}
	if len(r.texts) >= maxRemembered {
		clear(r.texts)
	}
	var s string
	err := r.c.query(context.Background(), "SELECT value FROM text WHERE id = ?", func(v []driver.Value) error {
		s = text(v[0])
		return nil
	}, id)
	if err == nil {
		r.texts[id] = s
	}
	return s, err
}

// detailNumber returns the number of a detail within this question.
func (r *reader) detailNumber(d storedDetail) int32 {
	if r.detailIndex == nil {
		r.detailIndex = map[storedDetail]int32{}
	}
	return enter(&r.details, r.detailIndex, d)
}

func (r *reader) detail(number int32) (labels, error) {
	d := r.details[number]
	event, err := r.eventClass(d.event)
	if err != nil {
		return nil, err
	}
	return &storedDetailLabels{r: r, storedDetail: d, event: event}, nil
}

// storedDetailLabels looks texts up only when they are asked for.
type storedDetailLabels struct {
	storedDetail
	r     *reader
	event *eventClass
}

func (l *storedDetailLabels) absolute() bool { return l.event.zoned }

func (l *storedDetailLabels) label(k Key) (string, bool) {
	id := int64(0)
	switch k {
	case ByMethod:
		id = l.method
	case ByEndpoint:
		id = l.endpoint
	case ByScript:
		id = l.script
	case ByClient:
		id = l.client
	case ByAgent:
		id = l.agent
	case ByPID:
		return decimal(l.pid), true
	default:
		return l.event.label(k)
	}
	s, err := l.r.text(id)
	l.r.failed = errors.Join(l.r.failed, err)
	return s, true
}

func (r *reader) eventClass(class int32) (*eventClass, error) {
	l, err := r.class(cellKind(Events), 0, class)
	if err != nil {
		return nil, err
	}
	c, ok := l.(*eventClass)
	if !ok {
		return nil, fmt.Errorf("class %d is none of an event", class)
	}
	return c, nil
}

func comparePaths(a, b Source) int {
	if d := strings.Compare(a.Path, b.Path); d != 0 {
		return d
	}
	return compareInt(int64(a.ID), int64(b.ID))
}
