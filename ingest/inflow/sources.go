package inflow

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"culprit/ingest"
	"culprit/parser"
	"culprit/rules"
)

// Ledger keeps what came together with how far.
type Ledger interface {
	// Open begins or goes on with a source at start. Records that are kept already are passed over.
	Open(path, origin string, start ingest.Position) (ingest.Feed, error)
	// Onward goes on with a source where it was left, or begins it.
	Onward(path, origin string) (ingest.Feed, ingest.Position, error)
}

// Options says where lines go.
type Options struct {
	Ledger  Ledger
	Matcher *rules.Matcher
	// Origin is the kind of source, the same in every run: "syslog", "journal", "pipe".
	Origin string
	// Start is where to go on, by path, for a sender that can be asked for what it sent before; all others go on where they were left.
	Start map[string]ingest.Position
	// Hosts puts the host into the paths: for lines that come over a network.
	Hosts bool
}

// Bounds of what one Sources keeps. A source costs memory, and whoever can send can name as many programs as he likes.
const (
	sourcesMost = 256
	groupMost   = 48
	idleMost    = time.Hour // after which a source is closed, until something comes
	nameMost    = 64
)

// Sources sorts lines by who wrote them. It is used by one goroutine.
type Sources struct {
	opts    Options
	origin  *parser.Scanner
	scratch *scratch
	byPath  map[string]*Source
	byGroup map[Group]int
	groupOf map[string]Group
	cleaned time.Time
	// Shared counts the messages that went into the source of all that there was no room for.
	shared int64
}

// NewSources returns one without any source.
func NewSources(o Options) *Sources {
	return &Sources{opts: o, origin: parser.NewScanner(parser.Options{}), scratch: newScratch(),
		byPath: map[string]*Source{}, byGroup: map[Group]int{}, groupOf: map[string]Group{}}
}

// Take adds a message to the source that it is of.
func (s *Sources) Take(m *Message, now time.Time) (*Source, error) {
	src, err := s.source(m, now)
	if err != nil {
		return nil, err
	}
	src.add(m.Text, now)
	if len(src.buf) >= chunk {
		return src, src.scan(s.scratch, s.opts.Matcher, false)
	}
	return src, nil
}

// Flush makes records of what came, but for what may go on in lines to come.
func (s *Sources) Flush(now time.Time) error {
	for _, src := range s.byPath {
		if src.unread {
			if err := src.scan(s.scratch, s.opts.Matcher, false); err != nil {
				return err
			}
		}
	}
	return s.settle(now)
}

// settle makes records of what was held back, where nothing more came.
func (s *Sources) settle(now time.Time) error {
	for _, src := range s.byPath {
		if src.held && now.Sub(src.changed) >= recordIdle {
			if err := src.scan(s.scratch, s.opts.Matcher, true); err != nil {
				return err
			}
		}
	}
	return s.retire(now)
}

// Held reports whether anything is held back.
func (s *Sources) Held() bool {
	for _, src := range s.byPath {
		if src.held || src.unread {
			return true
		}
	}
	return false
}

// retire closes sources from which nothing came for long.
func (s *Sources) retire(now time.Time) error {
	if now.Sub(s.cleaned) < idleMost/10 {
		return nil
	}
	s.cleaned = now
	for path, src := range s.byPath {
		if now.Sub(src.changed) < idleMost || src.held {
			continue
		}
		if err := src.close(); err != nil {
			return err
		}
		if s.opts.Start != nil {
			s.opts.Start[path] = src.end
		}
		group := s.groupOf[path]
		if s.byGroup[group]--; s.byGroup[group] == 0 {
			delete(s.byGroup, group)
		}
		delete(s.byPath, path)
		delete(s.groupOf, path)
	}
	return nil
}

// Close makes records of all that came and leaves the sources.
func (s *Sources) Close() error {
	var errs []error
	for _, src := range s.byPath {
		errs = append(errs, src.scan(s.scratch, s.opts.Matcher, true), src.close())
	}
	clear(s.byPath)
	return errors.Join(errs...)
}

// source finds the source of a message, which is begun if need be.
func (s *Sources) source(m *Message, now time.Time) (*Source, error) {
	first := m.Text
	if i := slices.Index(first[:min(len(first), 2048)], '\n'); i >= 0 {
		first = first[:i]
	}
	host, program := s.origin.Origin(first)
	path := s.path(m.Group, host, program)
	if src := s.byPath[path]; src != nil {
		return src, nil
	}
	group := m.Group
	switch {
	case len(s.byPath) >= sourcesMost:
		path, group = m.Group.Prefix+"/other", Group{Prefix: m.Group.Prefix}
	case s.byGroup[group] >= groupMost:
		path = s.path(Group{Prefix: m.Group.Prefix, Host: m.Group.Host}, nil, []byte("other"))
	}
	if src := s.byPath[path]; src != nil {
		s.shared++
		return src, nil
	}
	src, err := s.open(path, now)
	if err != nil {
		return nil, err
	}
	s.byPath[path], s.groupOf[path] = src, group
	s.byGroup[group]++
	return src, nil
}

func (s *Sources) open(path string, now time.Time) (*Source, error) {
	src := &Source{path: path, changed: now}
	var err error
	if start, known := s.opts.Start[path]; known || s.opts.Start != nil {
		src.end = start
		src.feed, err = s.opts.Ledger.Open(path, s.opts.Origin, start)
	} else {
		src.feed, src.end, err = s.opts.Ledger.Onward(path, s.opts.Origin)
	}
	if err != nil {
		return nil, fmt.Errorf("store what comes from %s: %w", path, err)
	}
	src.begin(src.end, now)
	return src, nil
}

// path names a source: where it came in, the host where that matters, and the program.
func (s *Sources) path(g Group, host, program []byte) string {
	var b strings.Builder
	b.WriteString(g.Prefix)
	if s.opts.Hosts {
		name := plain(host)
		if name == "" {
			name = plain([]byte(g.Host))
		}
		if name != "" {
			b.WriteByte('/')
			b.WriteString(name)
		}
	}
	if name := plain(program); name != "" {
		b.WriteByte('/')
		b.WriteString(name)
	}
	return b.String()
}

// plain makes a name that a sender chose fit for a path that is shown: few bytes, none of them special.
func plain(name []byte) string {
	name = name[:min(len(name), nameMost)]
	out := make([]byte, 0, len(name))
	for _, c := range name {
		switch {
		case c >= '0' && c <= '9', c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c == '.', c == '-', c == '_', c == ':', c == '@':
			out = append(out, c)
		default:
			out = append(out, '_')
		}
	}
	if s := string(out); s != "." && s != ".." {
		return s
	}
	return "_"
}
