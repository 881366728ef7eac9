package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"culprit/ingest"
	"culprit/ingest/inflow"
	"culprit/ingest/journal"
	"culprit/ingest/syslog"
	"culprit/live/telemetry"
	"culprit/store"
)

// arrivals are the sources that are no files. They outlive a session: what comes while the database is opened anew waits.
type arrivals struct {
	syslog *syslog.Server
	stdin  *inflow.Queue
	// journalctl is its path, "" where the journal is not followed; units are those that are wanted, nil for all.
	journalctl string
	units      []string
	// alone says that nothing but standard input is read: its end is that of tail.
	alone bool
	quit  context.CancelFunc
}

// Bounds of what waits for the database from the journal and a pipe. Both are made to wait.
const (
	pipeMessages = 1 << 14
	pipeBytes    = 16 << 20
)

// arrive opens the sources that are no files.
func (s *service) arrive(ctx context.Context) error {
	if len(s.senders) > 0 {
		server, err := syslog.Listen(s.senders, syslog.Limits{})
		if err != nil {
			return usageError("culprit tail --help shows how addresses are written", "%w", err)
		}
		s.syslog = server
		for _, a := range server.Status().Listening {
			s.say("listening for syslog on %s%s", a, openness(a))
		}
	}
	if len(s.journal) > 0 {
		path, err := journal.Find()
		if err != nil {
			return usageError("--journal wants a machine with systemd; files are followed without it", "%w", err)
		}
		if s.units, err = journal.Units(s.journal); err != nil {
			return usageError("--journal nginx,php8.2-fpm or --journal all", "%w", err)
		}
		s.journalctl = path
		s.say("following the journal")
	}
	if s.piped {
		s.stdin = inflow.NewQueue(pipeMessages, pipeBytes)
		go func() {
			if err := inflow.ReadLines(ctx, s.in, inflow.Group{Prefix: "stdin"}, s.stdin); err != nil && ctx.Err() == nil {
				s.say("standard input: %v", err)
			}
		}()
		s.say("reading standard input")
	}
	return nil
}

// openness warns of an address that others can reach: syslog asks nobody who he is.
func openness(a syslog.Address) string {
	if !a.Open() {
		return ""
	}
	return ": any machine that reaches it can write into this database"
}

// depart closes them.
func (s *service) depart() {
	if s.syslog == nil {
		return
	}
	if err := s.syslog.Close(); err != nil {
		s.say("%v", err)
	}
}

// inbook keeps what arrives in the database.
type inbook struct{ *ledger }

func (b inbook) Open(path, origin string, start ingest.Position) (ingest.Feed, error) {
	a, err := b.store.OpenFile(path, store.File{Fingerprint: origin}, store.Position(start))
	if err != nil {
		return nil, err
	}
	return &feed{to: a, matcher: b.matcher, pulse: b.pulse}, nil
}

func (b inbook) Onward(path, origin string) (ingest.Feed, ingest.Position, error) {
	a, start, err := b.store.OpenOnward(path, store.File{Fingerprint: origin})
	if err != nil {
		return nil, ingest.Position{}, err
	}
	return &feed{to: a, matcher: b.matcher, pulse: b.pulse}, ingest.Position(start), nil
}

func (s *session) inflow(origin string, hosts bool) inflow.Options {
	return inflow.Options{Ledger: inbook{s.ledger}, Matcher: s.matcher, Origin: origin, Hosts: hosts}
}

// consume moves what arrives into the database until ctx ends.
func (s *session) consume(ctx context.Context, c *inflow.Consumer) error {
	s.consumers.add(c)
	return c.Run(ctx, time.Now, time.After)
}

// listening takes what syslog senders sent.
func (s *session) listening(ctx context.Context) error {
	c := &inflow.Consumer{Queue: s.syslog.Queue(), Sources: inflow.NewSources(s.inflow("syslog", true)), Commit: s.store.Commit}
	stop := make(chan struct{})
	defer close(stop)
	go s.tellDrops(stop)
	err := s.consume(ctx, c)
	if n := c.Uncommitted(); err != nil && n > 0 {
		err = fmt.Errorf("%w; %d syslog messages are lost with it: nobody can be asked for them again", err, n)
	}
	return err
}

// dropsEvery is how often it is said that messages were dropped.
const dropsEvery = 30 * time.Second

// tellDrops says when messages were dropped.
func (s *session) tellDrops(stop <-chan struct{}) {
	ticker := time.NewTicker(dropsEvery)
	defer ticker.Stop()
	before := s.syslog.Status()
	for {
		select {
		case <-stop:
			return
		case <-ticker.C:
		}
		now := s.syslog.Status()
		if n := now.Dropped - before.Dropped + now.Kernel - before.Kernel; n > 0 {
			s.say("%d syslog datagrams came faster than they could be stored and are lost; over tcp:// senders are made to wait", n)
		}
		if n := now.Cut - before.Cut; n > 0 {
			s.say("%d syslog messages were longer than can be kept, and were cut", n)
		}
		if n := now.Refused - before.Refused; n > 0 {
			s.say("%d connections for syslog were refused: too many are open", n)
		}
		before = now
	}
}

// journalBookmark is the name under which the place in the journal is kept.
const journalBookmark = "journal"

// following the journal from where the database has come to.
func (s *session) journaling(ctx context.Context) error {
	place, err := s.journalPlace(ctx)
	if err != nil {
		return err
	}
	q := inflow.NewQueue(pipeMessages, pipeBytes)
	r := &journal.Reader{Command: s.journalctl, Units: s.units, Queue: q, Complain: func(err error) { s.say("%v", err) }, Wait: time.After}
	from, start := *place, map[string]ingest.Position{}
	for path, at := range place.Sources {
		start[path] = at
	}
	opts := s.inflow("journal", false)
	opts.Start = start
	tracker := journal.NewTracker(place)
	c := &inflow.Consumer{Queue: q, Sources: inflow.NewSources(opts), Taken: tracker.Taken,
		Commit: func() error { return s.store.SetBookmark(journalBookmark, tracker.Place().String()) }}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan struct{})
	go func() { defer close(done); r.Run(ctx, from) }()
	err = s.consume(ctx, c)
	cancel()
	<-done
	return err
}

// journalPlace is where to go on. The first one is kept before anything is read: should this run be killed at once, the next one begins there, too.
func (s *session) journalPlace(ctx context.Context) (*journal.Place, error) {
	kept, err := s.store.Bookmark(ctx, journalBookmark)
	if err != nil {
		return nil, err
	}
	if kept != "" {
		return journal.ParsePlace(kept)
	}
	place := &journal.Place{Since: time.Now().Add(-s.window).Unix(), Sources: map[string]ingest.Position{}}
	return place, s.store.SetBookmark(journalBookmark, place.String())
}

// piping takes standard input until it ends.
func (s *session) piping(ctx context.Context) error {
	c := &inflow.Consumer{Queue: s.stdin, Sources: inflow.NewSources(s.inflow("pipe", false)), Commit: s.store.Commit}
	if err := s.consume(ctx, c); err != nil || ctx.Err() != nil {
		return err
	}
	s.say("standard input has ended")
	if !s.alone {
		return nil
	}
	select { // what came last is still to be looked at, and confirmed
	case <-ctx.Done():
	case <-time.After(max(lastLook, 4*s.every)):
		s.quit()
	}
	return nil
}

// lastLook is how long tail goes on behind the end of its only source.
const lastLook = time.Second

// sortOut parts what --listen and the paths name: addresses of syslog, that of HTTP, standard input.
func (t *tailing) sortOut(paths []string) ([]string, error) {
	for _, text := range t.listens {
		if !syslog.IsAddress(text) {
			if t.listen != "" {
				return nil, usageError("--listen 127.0.0.1:9753 once; udp://, tcp:// and unix:// as often as need be", "two addresses for metrics: %s and %s", t.listen, text)
			}
			t.listen = text
			continue
		}
		a, err := syslog.ParseAddress(text)
		if err != nil {
			return nil, usageError("--listen udp://127.0.0.1:5514, tcp://127.0.0.1:5514 or unix:///run/culprit/log", "%w", err)
		}
		t.senders = append(t.senders, a)
	}
	var files []string
	for _, path := range paths {
		if path == "-" {
			t.piped = true
			continue
		}
		files = append(files, path)
	}
	if t.piped && t.in == nil {
		return nil, &failure{exitInput, errors.New("there is no standard input"), ""}
	}
	return files, nil
}

// arrivalMetrics are those of sources that are no files.
func (s *service) arrivalMetrics() []telemetry.Metric {
	if s.syslog == nil {
		return nil
	}
	status := s.syslog.Status()
	counter := func(name, help string, v int64) telemetry.Metric {
		return telemetry.Metric{Name: name, Help: help, Counter: true, Value: float64(v)}
	}
	return []telemetry.Metric{
		counter("culprit_syslog_messages_total", "Syslog messages received.", status.Messages),
		counter("culprit_syslog_bytes_total", "Bytes of syslog messages received.", status.Bytes),
		counter("culprit_syslog_dropped_total", "Datagrams lost since they could not be stored fast enough, in the kernel or here.", status.Dropped+status.Kernel),
		counter("culprit_syslog_cut_total", "Messages that were longer than can be kept.", status.Cut),
		counter("culprit_syslog_refused_total", "Connections refused since too many were open.", status.Refused),
		{Name: "culprit_syslog_connections", Help: "Open connections.", Value: float64(status.Connections)},
		{Name: "culprit_syslog_waiting", Help: "Messages that wait to be stored.", Value: float64(status.Waiting)},
	}
}
