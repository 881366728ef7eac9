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
	f.StringVar(&w.grafana, "grafana", "", "address of a Grafana whose annotations are read as changes; its token comes in CULPRIT_GRAFANA_TOKEN")
}

// secretVariable holds what those must know who post changes.
const secretVariable = "CULPRIT_CHANGES_TOKEN"

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

func (b *changeInbox) take(source string, changes []change.Dated) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.to == nil {
		return errNotReady
	}
	return b.to(source, changes)
}

var errNotReady = errors.New("the database is not open now")

// hook takes changes at POST /v1/changes.
func (s *service) hook() *change.Hook {
	return &change.Hook{Secret: os.Getenv(secretVariable), Sink: s.changes.inbox.take, Now: time.Now}
}

// changing notices changes until ctx ends.
func (s *session) changing(ctx context.Context) error {
	book := changeBook{session: s, feeds: map[string]*changeFeed{}}
	defer book.close()
	s.changes.inbox.open(book.take)
	defer s.changes.inbox.open(nil)
	watched := change.Usual()
	if s.changes.quiet {
		watched = nil
	}
	files := change.Files{Watched: append(watched, change.Watched{Patterns: s.changes.paths})}
	grafana := change.Grafana{URL: s.changes.grafana, Token: os.Getenv("CULPRIT_GRAFANA_TOKEN"), Since: time.Now().Add(-s.window)}
	var asked time.Time
	for ctx.Err() == nil {
		now := time.Now()
		if changes := files.Look(now); len(changes) > 0 {
			if err := book.take("files", changes); err != nil {
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
				if err := book.take(grafana.URL, changes); err != nil {
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
	mu    sync.Mutex
	feeds map[string]*changeFeed
}

type changeFeed struct {
	to  ingest.Feed
	end ingest.Position
}

func (b *changeBook) take(source string, changes []change.Dated) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	f := b.feeds[source]
	if f == nil {
		feed, start, err := inbook{b.ledger}.Onward(source, "changes")
		if err != nil {
			return err
		}
		f = &changeFeed{feed, start}
		b.feeds[source] = f
	}
	if err := f.to.Append(f.batch(changes)); err != nil {
		return err
	}
	for _, c := range changes {
		if !c.At.After(time.Now()) {
			b.say("change: %s %s %s", c.Kind, c.Service, c.Summary)
		}
	}
	return nil
}

// batch makes a line of one byte of each change.
func (f *changeFeed) batch(changes []change.Dated) *ingest.Batch {
	b := &ingest.Batch{}
	for i := range changes {
		var rec parser.Record
		rec.Reset()
		rec.Kind, rec.Daemon, rec.Format, rec.Zoned = parser.ChangeNote, parser.Timeline, parser.FileWatch, true
		rec.Time, rec.Resolution = changes[i].At.UnixMicro(), time.Millisecond.Microseconds()
		rec.Offset, rec.Line, rec.Lines = f.end.Offset, f.end.Line+1, 1
		rec.Change = &changes[i].Change
		f.end.Offset, f.end.Line = f.end.Offset+1, f.end.Line+1
		b.Records, b.Signatures = append(b.Records, rec), append(b.Signatures, rules.None)
	}
	b.End = f.end
	return b
}

func (b *changeBook) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, f := range b.feeds {
		if err := f.to.Close(f.end, nil); err != nil {
			b.say("%v", err)
		}
	}
}
