package delivery

import (
	"context"
	"time"

	"culprit/live"
)

// Receiver is told notices.
type Receiver interface {
	// Tell delivers a group of one or more notices, in their order, as one message. The notices are not to be changed or kept. An error
	// means that the group may be tried again, unless it is a Refusal.
	Tell(ctx context.Context, group []*live.Notice) error
	// Name is for messages; it holds no secrets.
	Name() string
}

// Refusal is an error that another attempt will not mend.
type Refusal struct{ Err error }

func (r *Refusal) Error() string { return r.Err.Error() }
func (r *Refusal) Unwrap() error { return r.Err }

// Later is an error of a receiver that says when it wants to be asked again.
type Later struct {
	Err   error
	After time.Duration
}

func (l *Later) Error() string { return l.Err.Error() }
func (l *Later) Unwrap() error { return l.Err }

// Partial is an error of a group that was told, though not to all who are behind the receiver. It is not told again.
type Partial struct{ Err error }

func (p *Partial) Error() string { return p.Err.Error() }
func (p *Partial) Unwrap() error { return p.Err }
