// Package change notices changes while a system runs: files and links that are swapped on it, what pipelines and forges post, and what
// others note in Grafana.
package change

import (
	"time"

	"culprit/parser"
)

// Dated is a change with its time and where it was noticed: a file, a URL, or the name of who told of it.
type Dated struct {
	At time.Time
	parser.Change
	Source string
}

// Sink takes changes. It may be called from several goroutines.
type Sink func(changes []Dated) error
