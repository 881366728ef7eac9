package store

import (
	"errors"
	"fmt"

	"github.com/mattn/go-sqlite3"

	"culprit/parser"
)

// writer is the one that writes to a database, in large transactions.
type writer struct {
	c  *conn
	db *SQLite

	inside  bool  // a transaction
	rows    int   // in it
	version int64 // of the database when the last transaction of ours ended
	batch   int64
	failed  error

	patience int64 // size of the log ahead up to which no reader is waited for
	sources  map[int32]*storedSource
	*dictionary
	rollups                            *rollups
	events, messages, changes, samples *inserter
}

// transactionRows is how many rows make a transaction.
const transactionRows = 20_000

func newWriter(c *conn, db *SQLite) *writer {
	return &writer{
		c: c, db: db, dictionary: newDictionary(), rollups: newRollups(),
		events: newInserter("event", "source", "time", "class", "line", `"offset"`, "method", "endpoint", "script", "client", "path", "message", "detail",
			"pid", "conn", "agent", "bytes", "duration", "queue", "connect", "header", "response", "retries", "queued_server", "queued_backend", "active"),
		messages: newInserter("event", "source", "time", "class", "line", `"offset"`, "method", "endpoint", "script", "client", "path", "message", "detail",
			"pid", "conn", "agent=0", "retries=0"),
		changes: newInserter("change", "source", "line", "time", "zoned", "kind", "service", "version", "summary", "actor", "signature",
			"version_from", "host", "vhost", "upstream", "path", "ref", "early", "late"),
		samples: newInserter("sample", "source", "line", "time", "zoned", "host", "metric", "value", "span"),
	}
}

// load reads what the writer has to know of the database: at first, and when somebody else has written to it.
func (w *writer) load() (err error) {
	if w.sources, err = loadSources(w.c); err != nil {
		return err
	}
	if err := w.dictionary.load(w.c); err != nil {
		return err
	}
	if w.batch, err = w.c.number("SELECT max(batch) FROM position"); err != nil {
		return err
	}
	w.version, err = w.c.number("PRAGMA data_version")
	return err
}

// run does one job after the other until there will be no more. After a failure it does none, and tells so to each.
func (w *writer) run(jobs <-chan job) error {
	for j := range jobs {
		err := w.failed
		if err == nil {
			if err = w.work(j); err != nil {
				w.fail(err)
				err = w.failed
			}
		}
		if j.done != nil {
			j.done <- err
		}
		if j.harvest != nil {
			w.db.recycle(j.harvest)
		}
	}
	err := w.failed
	if err == nil {
		err = w.commit()
	}
	if err == nil {
		err = w.finish()
	}
	return errors.Join(err, w.c.close())
}

func (w *writer) work(j job) error {
	if err := w.begin(); err != nil {
		return err
	}
	if j.harvest != nil {
		if err := w.take(w.sources[j.source], j.numbers, j.harvest); err != nil {
			return err
		}
	}
	if j.do != nil {
		if err := j.do(w); err != nil {
			return err
		}
	}
	if j.commit || w.rows >= transactionRows {
		return w.commit()
	}
	return nil
}

// fail gives the transaction up, and writing with it: what was handed over since the last commit is lost to this process, and read
// again by the next.
func (w *writer) fail(err error) {
	if w.inside {
		err = errors.Join(err, w.c.script("ROLLBACK"))
		w.inside = false
	}
	w.failed = fmt.Errorf("write to database %s: %w%s", w.db.path, err, hint(err))
	w.db.failure.Store(&w.failed)
}

// hint says what an operator can do about an error of SQLite.
func hint(err error) string {
	var failure sqlite3.Error
	if !errors.As(err, &failure) {
		return ""
	}
	switch failure.Code {
	case sqlite3.ErrFull:
		return " (free some room, choose another place with --db or TMPDIR, or use --db none)"
	case sqlite3.ErrReadonly, sqlite3.ErrPerm, sqlite3.ErrCantOpen:
		return " (the file and its directory must be writable)"
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		return " (another process keeps it locked)"
	case sqlite3.ErrCorrupt, sqlite3.ErrNotADB:
		return " (the file is damaged: move it away and read the logs again)"
	}
	return ""
}

// begin makes sure that a transaction is open.
func (w *writer) begin() error {
	if w.inside {
		return nil
	}
	if err := w.c.exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	w.inside, w.rows = true, 0
	version, err := w.c.number("PRAGMA data_version")
	if err != nil || version == w.version {
		return err
	}
	return w.load()
}

func (w *writer) commit() error {
	if !w.inside {
		return nil
	}
	if err := w.c.exec("COMMIT"); err != nil {
		return err
	}
	w.inside = false
	return w.shorten()
}

// take writes a harvest with the position it ends at.
func (w *writer) take(s *storedSource, numbers *numbering, h *harvest) error {
	if s == nil {
		return errors.New("a source has vanished from the database")
	}
	w.batch++
	w.takeRollups(s, numbers, h)
	w.takeEvents(s, numbers, h)
	w.takeTimelines(h)
	for _, n := range [...]*inserter{
		w.texts.rows, w.requests.rows, w.endpoints.rows, w.clientClasses.rows, w.classes.rows,
		w.rollups.inserter, w.events, w.messages, w.changes, w.samples,
	} {
		if err := n.insert(w.c); err != nil {
			return fmt.Errorf("insert into %s: %w", n.table, err)
		}
	}
	w.rows += len(h.seconds.cells) + len(h.slots.cells) + len(h.clients) + len(h.tallies.cells) + len(h.events)
	s.learn(&h.news)
	if err := s.save(w.c); err != nil {
		return err
	}
	return w.advance(s, h.begin, h.end)
}

// advance records that a part of a source has been read.
func (w *writer) advance(s *storedSource, begin, end Position) error {
	s.known = JoinSpans(append(s.known, Span{begin, end}))
	return w.c.exec(`INSERT INTO position (source, start, start_line, "offset", line, batch) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
		ON CONFLICT (source, start) DO UPDATE SET "offset" = max("offset", ?4), line = max(line, ?5), batch = ?6`,
		int64(s.ID), begin.Offset, begin.Line, end.Offset, end.Line, w.batch)
}

func (w *writer) takeEvents(s *storedSource, numbers *numbering, h *harvest) {
	for i := range h.events {
		r := &h.events[i]
		to := w.events
		if r.plain() {
			to = w.messages
		}
		to.begin()
		to.int(int64(s.ID))
		to.int(r.time)
		to.int(w.eventClass(h, numbers, r.class))
		to.int(r.line)
		to.int(r.offset)
		for _, text := range [...]string{r.method, r.endpoint, r.script} {
			to.int(w.text(text))
		}
		to.int(w.hashed(r.hashes.client, r.client))
		to.int(w.hashed(r.hashes.path, r.path))
		to.int(w.hashed(r.hashes.message, r.message))
		to.optional(r.detail)
		to.int(r.pid)
		to.int(r.conn)
		if to == w.events {
			w.measurements(r)
		}
	}
}

// plain reports whether an event has none of what measurements stores.
func (r *eventRow) plain() bool {
	const none = parser.Unknown
	return r.agent == "" && r.retries == 0 && r.bytes == none && r.duration == none && r.queue == none && r.connect == none &&
		r.header == none && r.response == none && r.queuedServer == none && r.queuedBackend == none && r.active == none
}

// measurements ends a row of an event with what requests have.
func (w *writer) measurements(r *eventRow) {
	e := w.events
	e.int(w.hashed(r.hashes.agent, r.agent))
	for _, n := range [...]int64{r.bytes, r.duration, r.queue, r.connect, r.header, r.response} {
		e.known(n)
	}
	e.int(int64(r.retries))
	for _, n := range [...]int32{r.queuedServer, r.queuedBackend, r.active} {
		e.known(int64(n))
	}
}

func (w *writer) takeTimelines(h *harvest) {
	for i := range h.changes {
		r := &h.changes[i]
		n := w.changes
		n.begin()
		n.int(int64(r.Source))
		n.int(r.Line)
		n.int(r.Time)
		n.bool(r.zoned)
		for _, text := range [...]string{r.Kind, r.Service, r.Version, r.Summary, r.Actor, r.Signature,
			r.From, r.Scope.Host, r.Scope.VHost, r.Scope.Upstream, r.Scope.Path, r.Ref} {
			n.text(text)
		}
		n.int(r.Early)
		n.int(r.Late)
	}
	for i := range h.samples {
		r := &h.samples[i]
		n := w.samples
		n.begin()
		n.int(int64(r.Source))
		n.int(r.Line)
		n.int(r.Time)
		n.bool(r.zoned)
		n.text(r.Host)
		n.text(r.Metric)
		n.float(r.Value)
		n.int(r.Span)
	}
}
