package live

import (
	"time"

	"culprit/correlate"
)

// Event says what a Notice is about.
type Event string

// The events in the life of an incident.
const (
	Opened  Event = "opened"
	Changed Event = "changed" // another cause leads
	Ended   Event = "ended"
)

// Notice is one thing to be told.
type Notice struct {
	Event Event     `json:"event"`
	Time  time.Time `json:"time"` // of telling
	// ID stays the same from opening to end.
	ID string `json:"id"`
	// Before is the cause that led until now, where it changed.
	Before   string             `json:"before,omitempty"`
	Incident correlate.Incident `json:"incident"`
	Host     string             `json:"host,omitempty"`
}

// Lead is the likeliest hypothesis.
func (n *Notice) Lead() *correlate.Hypothesis { return &n.Incident.Hypotheses[0] }
