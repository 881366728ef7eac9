package live

import (
	"time"

	"culprit/correlate"
)

// Memory is what a Watch must know after a restart, so that nothing is told twice. It is kept as JSON.
type Memory struct {
	// Over is before when all incidents that ended are history.
	Over time.Time `json:"over"`
	// Open are the incidents that were told of and are not over.
	Open []Remembered `json:"open,omitempty"`
	// Pending are notices that were about to be handed over. A Watch does not look at them.
	Pending []*Notice `json:"pending,omitempty"`
}

// Remembered is one incident that was told of.
type Remembered struct {
	ID       string             `json:"id"`
	Cause    string             `json:"cause"` // as told last
	Incident correlate.Incident `json:"incident"`
}

// Memory returns what the Watch knows.
func (w *Watch) Memory() Memory {
	m := Memory{Over: w.over}
	for _, in := range w.open {
		if in.told {
			m.Open = append(m.Open, Remembered{in.id, in.cause, in.latest})
		}
	}
	return m
}

// Recall has a new Watch go on where an earlier one ended.
func (w *Watch) Recall(m Memory) {
	w.over = m.Over
	for _, r := range m.Open {
		if len(r.Incident.Hypotheses) > 0 {
			w.open = append(w.open, &incident{id: r.ID, cause: r.Cause, latest: r.Incident, rounds: confirm, told: true})
		}
	}
}
