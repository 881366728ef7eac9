package live

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// Receiver is told notices, one after the other.
type Receiver interface {
	// Tell delivers one. An error means that it may be tried again, unless it is a Refusal.
	Tell(ctx context.Context, n *Notice) error
	// Name is for messages; it holds no secrets.
	Name() string
}

// Refusal is an error that another attempt will not mend.
type Refusal struct{ Err error }

func (r *Refusal) Error() string { return r.Err.Error() }
func (r *Refusal) Unwrap() error { return r.Err }

// Courier brings notices to a receiver in their order. A receiver that is away is tried again, ever more rarely.
type Courier struct {
	to     Receiver
	queue  chan *Notice
	report func(error)
	done   sync.WaitGroup
	end    context.CancelFunc

	Sent, Failed, Dropped atomic.Int64
}

const (
	queued       = 64 // notices that wait for a receiver
	firstPause   = time.Second
	longestPause = 2 * time.Minute
	// patience is how long a notice is worth telling.
	patience = time.Hour
	// attempt bounds one delivery.
	attempt = 20 * time.Second
)

// NewCourier starts a courier. report is told what goes wrong.
func NewCourier(to Receiver, report func(error)) *Courier {
	ctx, end := context.WithCancel(context.Background())
	c := &Courier{to: to, queue: make(chan *Notice, queued), report: report, end: end}
	c.done.Go(func() { c.work(ctx) })
	return c
}

// Send queues a notice. It never waits: where too many are waiting, the notice is dropped and counted.
func (c *Courier) Send(n *Notice) {
	select {
	case c.queue <- n:
	default:
		c.Dropped.Add(1)
		c.report(fmt.Errorf("%s is too slow: a notice was dropped", c.to.Name()))
	}
}

// Close delivers what waits, for as long as grace, and ends.
func (c *Courier) Close(grace time.Duration) {
	close(c.queue)
	stop := time.AfterFunc(grace, c.end)
	c.done.Wait()
	stop.Stop()
	c.end()
}

func (c *Courier) work(ctx context.Context) {
	for n := range c.queue {
		c.deliver(ctx, n)
	}
}

func (c *Courier) deliver(ctx context.Context, n *Notice) {
	pause := firstPause
	for begun := time.Now(); ; pause = min(2*pause, longestPause) {
		err := c.try(ctx, n)
		if err == nil {
			c.Sent.Add(1)
			return
		}
		c.Failed.Add(1)
		refusal, final := err.(*Refusal)
		switch {
		case final:
			c.report(fmt.Errorf("%s refused a notice: %w", c.to.Name(), refusal))
		case ctx.Err() != nil || time.Since(begun)+pause > patience:
			c.report(fmt.Errorf("gave up telling %s: %w", c.to.Name(), err))
		default:
			c.report(fmt.Errorf("tell %s: %w (next attempt in %s)", c.to.Name(), err, pause))
			select {
			case <-time.After(pause):
				continue
			case <-ctx.Done():
			}
		}
		c.Dropped.Add(1)
		return
	}
}

func (c *Courier) try(ctx context.Context, n *Notice) error {
	ctx, cancel := context.WithTimeout(ctx, attempt)
	defer cancel()
	return c.to.Tell(ctx, n)
}
