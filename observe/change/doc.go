// Package change notices changes while a system runs: files and links that are swapped on it, what pipelines and forges post, and what
// others note in Grafana.
package change

import (
	"time"

	"culprit/parser"
)

// Dated is a change with its time.
type Dated struct {
	At time.Time
	parser.Change
}

// Sink takes changes of one source. It may be called from several goroutines.
type Sink func(source string, changes []Dated) error
