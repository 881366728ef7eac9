package syslog

import "time"

// Limits bound what senders can cost. Zero values mean the defaults.
type Limits struct {
	// Message bounds one message, in bytes; the rest of a longer one is passed over.
	Message int
	// Connections and PerPeer bound how many streams are open, PerPeer those of one address.
	Connections, PerPeer int
	// Idle ends a stream on which nothing comes. Whoever logs reconnects.
	Idle time.Duration
	// Queued and QueuedBytes bound what waits to be stored.
	Queued, QueuedBytes int
}

// Defaults of Limits.
const (
	defaultMessage     = 64 << 10
	defaultConnections = 512
	defaultPerPeer     = 64
	defaultIdle        = 30 * time.Minute
	defaultQueued      = 1 << 16
	defaultQueuedBytes = 32 << 20
)

func (l Limits) filled() Limits {
	fill := func(v *int, standard int) {
		if *v <= 0 {
			*v = standard
		}
	}
	fill(&l.Message, defaultMessage)
	fill(&l.Connections, defaultConnections)
	fill(&l.PerPeer, defaultPerPeer)
	fill(&l.Queued, defaultQueued)
	fill(&l.QueuedBytes, defaultQueuedBytes)
	if l.Idle <= 0 {
		l.Idle = defaultIdle
	}
	return l
}
