package main

import (
	"culprit/ingest"
	"culprit/rules"
	"culprit/store"
)

// recorder is what both stores offer to whoever writes.
type recorder interface {
	Open(path string, start store.Position) (*store.Appender, error)
}

// sink hands what ingest reads to a store.
type sink struct {
	store   recorder
	matcher *rules.Matcher
}

func (s *sink) Open(p ingest.Piece) (ingest.Feed, error) {
	a, err := s.store.Open(p.Path, store.Position(p.Start))
	if err != nil {
		return nil, err
	}
	return &feed{to: a, matcher: s.matcher}, nil
}

// feed is one source on its way into a store.
type feed struct {
	to      *store.Appender
	matcher *rules.Matcher
	batch   *ingest.Batch
	pulse   *pulse // nil where nobody waits for what is read
}

func (f *feed) Append(b *ingest.Batch) error {
	f.batch = b
	if err := f.to.Append(b.Records, f.note, store.Position(b.End)); err != nil {
		return err
	}
	f.pulse.feel(b)
	return nil
}

func (f *feed) note(i int) store.Note {
	id := f.batch.Signatures[i]
	if id == rules.None {
		return store.Note{}
	}
	s := f.matcher.Signature(id)
	return store.Note{Signature: s.ID, Change: s.Change}
}

func (f *feed) Close(end ingest.Position, problem error) error {
	return f.to.Close(store.Position(end), problem)
}
