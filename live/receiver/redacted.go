package receiver

import (
	"context"

	"culprit/live"
	"culprit/live/delivery"
	"culprit/report"
)

// Redacted tells a receiver no addresses, names of users, query strings and secrets.
type Redacted struct{ delivery.Receiver }

// Tell replaces what tells of people, and passes the group on.
func (r Redacted) Tell(ctx context.Context, group []*live.Notice) error {
	shared := make([]*live.Notice, len(group))
	for i, n := range group {
		redacted := *n
		redacted.Incident = report.Redact(n.Report()).Incidents[0]
		shared[i] = &redacted
	}
	return r.Receiver.Tell(ctx, shared)
}
