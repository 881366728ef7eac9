package main

import (
	"context"
	"time"
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
	return []source{
		{"files", s.files},
	}
}
