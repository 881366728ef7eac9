package ingest

import (
	containers "culprit/ingest/container"
	"culprit/parser"
)

// options are those of a scanner that begins at a position of s.
func (r *run) options(s stream, at Position) parser.Options {
	path := s.name
	if s.file != nil {
		path = s.file.Name() // what a runtime keeps beside its logs lies there
	}
	origin := containers.Of(path)
	return parser.Options{Reference: r.reference(s), Offset: at.Offset, Line: at.Line, Host: []byte(origin.Host), Program: []byte(origin.Program)}
}
