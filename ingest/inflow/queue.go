package inflow

import (
	"context"
	"errors"
	"sync"
)

// Group is where messages come from, as far as whoever took them in can tell by itself.
type Group struct {
	// Prefix begins the path of every source of the group: the listener's address, "journal".
	Prefix string
	// Host is who sent it, by address; what a message says of itself counts for more. "" where nobody can tell.
	Host string
}

// Message is one line, or several that belong together, without the last line end. Its Text belongs to whoever takes it.
type Message struct {
	Group Group
	Text  []byte
	// Mark is the name that the place behind the message has with the sender, "" where it has none.
	Mark string
}

// Queue holds what has arrived and was not taken yet, and never more than its bounds. It is safe for concurrent use.
type Queue struct {
	mu       sync.Mutex
	waiting  []Message
	bytes    int
	messages int // the bounds
	size     int
	arrived  chan struct{}
	room     chan struct{} // closed as soon as there is some
	closed   bool
}

// messageCost is what a message costs beside its text, in bytes.
const messageCost = 96

// NewQueue returns a Queue of at most that many messages and bytes; one message is let in whatever its size.
func NewQueue(messages, bytes int) *Queue {
	return &Queue{messages: messages, size: bytes, arrived: make(chan struct{}, 1), room: make(chan struct{})}
}

// Offer adds a message, or returns false where there is no room: for senders that cannot be made to wait.
func (q *Queue) Offer(m Message) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.add(m)
}

// ErrEnded is returned by Put once nothing more is taken.
var ErrEnded = errors.New("the queue has ended")

// Put adds a message and waits for room. The error is that of ctx, or ErrEnded.
func (q *Queue) Put(ctx context.Context, m Message) error {
	for {
		q.mu.Lock()
		added, ended, room := q.add(m), q.closed, q.room
		q.mu.Unlock()
		switch {
		case added:
			return nil
		case ended:
			return ErrEnded
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-room:
		}
	}
}

func (q *Queue) add(m Message) bool {
	cost := len(m.Text) + messageCost
	if q.closed || len(q.waiting) >= q.messages || len(q.waiting) > 0 && q.bytes+cost > q.size {
		return false
	}
	q.waiting = append(q.waiting, m)
	q.bytes += cost
	select {
	case q.arrived <- struct{}{}:
	default:
	}
	return true
}

// Take returns all that waits, in the order of arrival. spare is a slice that the Queue may use from then on.
func (q *Queue) Take(spare []Message) []Message {
	q.mu.Lock()
	defer q.mu.Unlock()
	taken := q.waiting
	q.waiting, q.bytes = spare[:0], 0
	close(q.room)
	q.room = make(chan struct{})
	return taken
}

// End says that nothing more will come. What waits can still be taken.
func (q *Queue) End() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	select {
	case q.arrived <- struct{}{}:
	default:
	}
}

// over reports whether nothing waits and nothing will come.
func (q *Queue) over() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.closed && len(q.waiting) == 0
}

// Waiting returns how many messages wait.
func (q *Queue) Waiting() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.waiting)
}
