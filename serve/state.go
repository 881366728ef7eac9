package serve

import (
	"net/http"
	"time"

	"culprit/store"
)

// mostLogs bounds how many logs are listed.
const mostLogs = 1000

// logState is how the reading of one log goes.
type logState struct {
	store.Source
	First, Last *time.Time // UTC
	Position    int64      // bytes known without a gap
	Known       bool       // Position is
	Behind      string     // how long ago its last record was written, while the database is
}

// state shows how the reading goes.
func (s *Server) state(w http.ResponseWriter, r *http.Request) {
	db := s.opts.Database
	stored, err := db.Stored(r.Context())
	var sources []store.Source
	var positions []store.Checkpoint
	if err == nil {
		sources, err = db.Sources(r.Context())
	}
	if err == nil {
		positions, err = db.Positions(r.Context())
	}
	if err != nil {
		s.opts.Log.Error("read the database", "error", err)
		s.fail(w, r, http.StatusInternalServerError, "The database could not be read.", "culprit's own log says why.")
		return
	}
	ends := map[string]int64{}
	for _, p := range positions {
		ends[p.Path] = max(ends[p.Path], p.End.Offset)
	}
	t := s.analysis.current()
	var states []logState
	var read, unparsed int64
	for i, source := range sources {
		if read, unparsed = read+source.Lines, unparsed+source.Unparsed; i >= mostLogs {
			continue
		}
		l := logState{Source: source}
		l.Position, l.Known = ends[source.Path]
		if source.First != 0 {
			first, last := time.UnixMicro(source.First+source.Shift).UTC(), time.UnixMicro(source.Last+source.Shift).UTC()
			l.First, l.Last = &first, &last
			if t.Live {
				l.Behind = max(s.opts.Now().Sub(last), 0).Round(time.Second).String()
			}
		}
		states = append(states, l)
	}
	s.show(w, r, http.StatusOK, "state", frame{Title: "State", Here: "/state", Follows: newEvents}, struct {
		telling
		Name            string
		Stored          store.Stored
		Logs            []logState
		More            int // logs that are not shown
		Lines, Unparsed int64
		Now             time.Time
	}{t, db.Name(), stored, states, len(sources) - len(states), read, unparsed, s.opts.Now()})
}
