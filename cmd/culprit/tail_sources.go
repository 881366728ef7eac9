package main

import (
	"context"
	"sync"
	"time"

	"culprit/ingest/inflow"
)

// pollInterval is how often files are looked at where nothing tells that they were written to.
const pollInterval = 100 * time.Millisecond

// source brings records into the database until ctx ends. An error ends the session, which is begun anew: it is for the database.
type source struct {
	name string // for messages
	run  func(ctx context.Context) error
}

// sources are what a session reads from, side by side.
func (s *session) sources() []source {
	all := []source{{"files", s.files}}
	if s.syslog != nil {
		all = append(all, source{"syslog", s.listening})
	}
	if s.journalctl != "" {
		all = append(all, source{"journal", s.journaling})
	}
	if s.stdin != nil {
		all = append(all, source{"standard input", s.piping})
	}
	return append(all, source{"load", s.measuring}, source{"changes", s.changing})
}

// consumers are those of a session's sources that are no files.
type consumers struct {
	mu  sync.Mutex
	all []*inflow.Consumer
}

func (c *consumers) add(one *inflow.Consumer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all = append(c.all, one)
}

// read grows whenever something was read, from whatever source.
func (s *session) read() int64 {
	n := s.follower.Read()
	s.consumers.mu.Lock()
	defer s.consumers.mu.Unlock()
	for _, c := range s.consumers.all {
		n += c.Count()
	}
	return n
}
