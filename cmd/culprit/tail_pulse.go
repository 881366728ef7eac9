package main

import (
	"net/http"

	"culprit/ingest"
	"culprit/rules"
)

// pulse tells the watch that something was stored that may be a sign of trouble, so that it need not wait for its next turn.
type pulse struct{ trouble chan struct{} }

func newPulse() *pulse { return &pulse{make(chan struct{}, 1)} }

// feel looks at a batch that was stored. A nil pulse feels nothing.
func (p *pulse) feel(b *ingest.Batch) {
	if p != nil && troubled(b) {
		p.again()
	}
}

// again asks for another look.
func (p *pulse) again() {
	select {
	case p.trouble <- struct{}{}:
	default:
	}
}

// troubled reports whether a batch holds a failed request or a message that a signature knows.
func troubled(b *ingest.Batch) bool {
	for i := range b.Records {
		if b.Records[i].Status >= http.StatusInternalServerError || b.Signatures[i] != rules.None {
			return true
		}
	}
	return false
}
