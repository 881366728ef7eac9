package journal

import (
	"encoding/json"
	"fmt"

	"culprit/ingest"
	"culprit/ingest/inflow"
)

// Place is how far a journal was read, and how far the sources were that its entries went to.
type Place struct {
	// Cursor is the journal's name for the last entry; while it is empty, reading begins at Since, in seconds since the epoch.
	Cursor string `json:"cursor"`
	Since  int64  `json:"since"`
	// Sources are the positions behind that entry, by path.
	Sources map[string]ingest.Position `json:"sources"`
}

// ParsePlace reads what String wrote.
func ParsePlace(text string) (*Place, error) {
	p := &Place{}
	if err := json.Unmarshal([]byte(text), p); err != nil {
		return nil, fmt.Errorf("read the place in the journal: %w", err)
	}
	if p.Sources == nil {
		p.Sources = map[string]ingest.Position{}
	}
	return p, nil
}

func (p *Place) String() string {
	text, err := json.Marshal(p)
	if err != nil {
		return "" // a struct of texts and numbers can be written
	}
	return string(text)
}

// Tracker moves a Place on as far as entries were made records of. It is used by the goroutine that consumes.
type Tracker struct {
	place   *Place
	pending []entry
}

// entry is one that was taken, and where its source was behind it.
type entry struct {
	source *inflow.Source
	end    ingest.Position
	cursor string
}

// NewTracker begins at a place, which it owns from then on.
func NewTracker(p *Place) *Tracker { return &Tracker{place: p} }

// Taken notes an entry that went to a source.
func (t *Tracker) Taken(m *inflow.Message, to *inflow.Source) {
	t.pending = append(t.pending, entry{to, to.End(), m.Mark})
}

// Place returns the place behind the last entry before which none is held back.
func (t *Tracker) Place() *Place {
	n := 0
	for _, e := range t.pending {
		if e.source.Consumed().Offset < e.end.Offset {
			break
		}
		t.place.Sources[e.source.Path()] = e.end
		if e.cursor != "" {
			t.place.Cursor = e.cursor
		}
		n++
	}
	t.pending = append(t.pending[:0], t.pending[n:]...)
	return t.place
}
