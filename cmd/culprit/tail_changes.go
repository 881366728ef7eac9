package main

import (
	"context"
	"errors"
	"os"
	"sync"
	"time"

	"github.com/spf13/pflag"

	"culprit/ingest"
	"culprit/observe/change"
	"culprit/parser"
	"culprit/rules"
)

// changeWatch is what tail is told about noticing changes.
type changeWatch struct {
	paths   []string
	quiet   bool
	grafana string

	inbox changeInbox
}

func (w *changeWatch) flags(f *pflag.FlagSet) {
	f.StringSliceVar(&w.paths, "watch", nil, "more files and links whose changes are noticed, as patterns such as '/srv/*/current' (repeatable)")
	f.BoolVar(&w.quiet, "no-watch", false, "notice no changes of configuration files, certificates and links")
	f.StringVar(&w.grafana, "grafana", "", "address of a Grafana whose annotations are read as changes, and where each incident is annotated; its token comes in CULPRIT_GRAFANA_TOKEN")
}

// secretVariable holds what those must know who post changes.
const secretVariable = "CULPRIT_CHANGES_TOKEN"

// grafanaVariable holds the token for --grafana.
const grafanaVariable = "CULPRIT_GRAFANA_TOKEN"

// Timing of looking for changes.
const (
	watchEvery   = 5 * time.Second
	grafanaEvery = 30 * time.Second
)

// changeInbox passes changes on to the session that has the database open. What comes while there is none is refused, and sent again.
type changeInbox struct {
	mu sync.Mutex
	to change.Sink
}

func (b *changeInbox) open(to change.Sink) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.to = to
}

func (b *changeInbox) take(changes []change.Dated) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.to == nil {
		return errNotReady
	}
	return b.to(changes)
}

var errNotReady = errors.New("the database is not open now")

// hook takes changes at POST /v1/changes.
func (s *service) hook() *change.Hook {
	return &change.Hook{Secret: os.Getenv(secretVariable), Sink: s.changes.inbox.take, Now: time.Now}
}

// changing notices changes until ctx ends.
func (s *session) changing(ctx context.Context) error {
	book := changeBook{session: s}
	s.changes.inbox.open(func(changes []change.Dated) error { return book.take(parser.ChangeFeed, changes) })
	defer s.changes.inbox.open(nil)
	watched := change.Usual()
	if s.changes.quiet {
		watched = nil
	}
	files := change.Files{Watched: append(watched, change.Watched{Patterns: s.changes.paths})}
	grafana := change.Grafana{URL: s.changes.grafana, Token: os.Getenv(grafanaVariable), Since: time.Now().Add(-s.window)}
	var asked time.Time
	for ctx.Err() == nil {
		now := time.Now()
		if changes := files.Look(now); len(changes) > 0 {
			if err := book.take(parser.FileWatch, changes); err != nil {
				return err
			}
		}
		if grafana.URL != "" && now.Sub(asked) >= grafanaEvery {
			asked = now
			changes, err := grafana.Annotations(ctx, now)
			switch {
			case err != nil && ctx.Err() == nil:
				s.say("no annotations: %v", err)
			case len(changes) > 0:
				if err := book.take(parser.ChangeFeed, changes); err != nil {
					return err
				}
			}
		}
		select {
		case <-ctx.Done():
		case <-time.After(watchEvery):
		}
	}
	return nil
}

// changeBook keeps changes in the database, those of each source as one.
type changeBook struct {
	*session
	mu sync.Mutex
}

func (b *changeBook) take(format parser.Format, changes []change.Dated) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range changes {
		if err := (inbook{b.ledger}).note(c, format); err != nil {
			return err
		}
		if !c.At.After(time.Now()) {
			b.say("change: %s %s %s", c.Kind, c.Service, c.Summary)
		}
	}
	return nil
}

// note adds a change to its source, as a line of one byte.
func (b inbook) note(c change.Dated, format parser.Format) error {
	feed, end, err := b.Onward(c.Source, "changes")
	if err != nil {
		return err
	}
	var rec parser.Record
	rec.Reset()
	rec.Kind, rec.Daemon, rec.Format, rec.Zoned = parser.ChangeNote, parser.Timeline, format, true
	rec.Time, rec.Resolution = c.At.UnixMicro(), time.Millisecond.Microseconds()
	rec.Offset, rec.Line, rec.Lines = end.Offset, end.Line+1, 1
	rec.Change = &c.Change
	end.Offset, end.Line = end.Offset+1, end.Line+1
	if err := feed.Append(&ingest.Batch{Records: []parser.Record{rec}, Signatures: []rules.ID{rules.None}, End: end}); err != nil {
		return err
	}
	return feed.Close(end, nil)
}
