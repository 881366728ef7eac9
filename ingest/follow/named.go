package follow

import (
	"path/filepath"
	"time"

	"culprit/ingest"
	"culprit/ingest/container"
	"culprit/parser"
)

// options are those of a scanner that begins at a position: a container's log does not say whose it is.
func (g *generation) options(at ingest.Position, now time.Time) parser.Options {
	origin := container.Of(g.t.path)
	return parser.Options{Reference: now.UnixMicro(), Offset: at.Offset, Line: at.Line, Host: []byte(origin.Host), Program: []byte(origin.Program)}
}

// followedAs is the own name of the file that a link leads to, if that is followed by it; "" else. The logs of containers have several names.
func (f *Follower) followedAs(path string) string {
	own, err := filepath.EvalSymlinks(path)
	if err != nil || own == path || f.byPath[own] == nil {
		return ""
	}
	return own
}
