package delivery

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"culprit/live"
)

// Options of a Courier. The zero value keeps what waits in memory, within DefaultLimits, and sends each notice by itself, at once.
type Options struct {
	// Dir is where waiting notices are kept, of this courier alone; "": in memory.
	Dir    string
	Limits Limits
	// Group is how many notices go into one message at most, where several wait.
	Group int
	// Pace is how far apart messages are at least, once Burst of them were sent; 0: any number.
	Pace  time.Duration
	Burst int
	// Only are the events that are told; none: all. A Test is told always.
	Only []live.Event
	// Repeat is how often the incidents that are open are told again, for receivers that forget; 0: never.
	Repeat time.Duration
	// Open are incidents that were opened before.
	Open []*live.Notice
	// Random returns numbers of [0, 1); nil: of the machine.
	Random func() float64
	// Report is told what goes wrong; it must not wait. It is called from several goroutines, one at a time.
	Report func(error)
}

// attempt bounds one delivery.
const attempt = 20 * time.Second

// Courier brings notices to one receiver, in their order. A receiver that is away is tried again, ever more rarely.
type Courier struct {
	to     Receiver
	opts   Options
	box    outbox
	pace   *rate.Limiter
	wake   chan struct{}
	ending chan struct{}
	done   sync.WaitGroup
	stop   context.CancelFunc
	talk   sync.Mutex // held while Report is called

	book   book
	found  []*live.Notice // that waited when it was made
	failed int            // attempts since the last success
	alone  int            // how many letters are told one by one, after a group was refused
}

// NewCourier starts a courier, which first tells what waited when the program ended.
func NewCourier(to Receiver, o Options) *Courier {
	if o.Limits == (Limits{}) {
		o.Limits = DefaultLimits
	}
	if o.Random == nil {
		o.Random = rand.Float64
	}
	limit := rate.Inf
	if o.Pace > 0 {
		limit = rate.Every(o.Pace)
	}
	ctx, stop := context.WithCancel(context.Background())
	c := &Courier{to: to, opts: o, wake: make(chan struct{}, 1), ending: make(chan struct{}), stop: stop, pace: rate.NewLimiter(limit, max(o.Burst, 1))}
	c.box = outbox{spool: spool{o.Dir}, limits: o.Limits}
	c.book.open(o.Open)
	c.complain(c.box.open())
	for _, l := range c.box.waiting {
		c.found = append(c.found, l.Notice)
	}
	c.done.Go(func() { c.work(ctx) })
	return c
}

// Send queues a notice, which may not be changed any more. It waits for the disk, never for the receiver.
func (c *Courier) Send(n *live.Notice) {
	c.book.note(n)
	if n.Event != live.Test && len(c.opts.Only) > 0 && !slices.Contains(c.opts.Only, n.Event) {
		return
	}
	c.take(c.box.add(n, time.Now()))
	select {
	case c.wake <- struct{}{}:
	default: // it is awake already
	}
}

// Found reports whether a notice was among those that waited when the program ended: it needs not be sent again.
func (c *Courier) Found(n *live.Notice) bool {
	return slices.ContainsFunc(c.found, func(f *live.Notice) bool { return f.ID == n.ID && f.Event == n.Event && f.Time.Equal(n.Time) })
}

// Know takes what is known of an incident now: that is what is repeated of it.
func (c *Courier) Know(n *live.Notice) { c.book.note(n) }

// Close delivers what waits, for as long as grace, and ends. What could not be told by then stays in Dir for the next time.
func (c *Courier) Close(grace time.Duration) {
	close(c.ending)
	timer := time.AfterFunc(grace, c.stop)
	c.done.Wait()
	timer.Stop()
	c.stop()
	if n, _ := c.box.state(); n > 0 && c.opts.Dir == "" {
		c.complain(fmt.Errorf("%d notices were not told", n))
	}
}

// State is how the courier does.
func (c *Courier) State() State {
	s := c.book.state()
	s.Receiver = c.to.Name()
	s.Waiting, s.WaitingSince = c.box.state()
	return s
}

func (c *Courier) complain(err error) {
	if err == nil || c.opts.Report == nil {
		return
	}
	c.talk.Lock()
	defer c.talk.Unlock()
	c.opts.Report(fmt.Errorf("%s: %w", c.to.Name(), err))
}

// take enters what came of a change of the outbox.
func (c *Courier) take(o outcome) {
	c.book.add(o)
	c.complain(o.err)
}

// closing reports whether Close was called.
func (c *Courier) closing() bool {
	select {
	case <-c.ending:
		return true
	default:
		return false
	}
}

func (c *Courier) work(ctx context.Context) {
	told := time.Now()
	for ctx.Err() == nil {
		waiting, _ := c.box.state()
		switch {
		case waiting > 0:
			if !c.forward(ctx) {
				return
			}
			told = time.Now()
		case c.closing():
			return
		default:
			if c.rest(ctx, told) {
				c.repeat(ctx)
				told = time.Now()
			}
		}
	}
}

// rest waits for work and reports whether it is time to repeat what is open.
func (c *Courier) rest(ctx context.Context, told time.Time) bool {
	var again <-chan time.Time
	if c.opts.Repeat > 0 && c.book.anyOpen() {
		timer := time.NewTimer(time.Until(told.Add(c.opts.Repeat)))
		defer timer.Stop()
		again = timer.C
	}
	select {
	case <-again:
		return true
	case <-c.wake:
	case <-c.ending:
	case <-ctx.Done():
	}
	return false
}

// repeat tells what is open once more. Failures are shown, not mended: the next time comes soon.
func (c *Courier) repeat(ctx context.Context) {
	open := c.book.openNotices()
	if len(open) == 0 {
		return
	}
	err := Tell(ctx, c.to, open)
	if c.book.attempted(err, 0); err != nil {
		c.complain(fmt.Errorf("repeat what is open: %w", err))
	}
}

// forward tells the next group and reports whether to go on.
func (c *Courier) forward(ctx context.Context) bool {
	if c.failed == 0 && !c.sleep(ctx, c.pace.Reserve().Delay()) {
		return false
	}
	most := max(c.opts.Group, 1)
	if c.alone > 0 {
		most = 1
	}
	c.take(c.box.back(nil, time.Now())) // what became too old while the receiver was away is not told
	group := c.box.take(most)
	if len(group) == 0 {
		return true
	}
	notices := make([]*live.Notice, len(group))
	for i, l := range group {
		notices[i] = l.Notice
	}
	err := Tell(ctx, c.to, notices)
	if partial := (*Partial)(nil); errors.As(err, &partial) {
		c.complain(fmt.Errorf("some were not told: %w", err))
		err = nil
	}
	c.book.attempted(err, len(group))
	return c.settle(ctx, group, err)
}

// settle draws the consequence of an attempt.
func (c *Courier) settle(ctx context.Context, group []*letter, err error) bool {
	refusal := (*Refusal)(nil)
	switch {
	case err == nil:
		c.alone = max(c.alone-1, 0)
		c.failed = 0
		c.complain(c.box.done(group))
		return true
	case errors.As(err, &refusal) && len(group) > 1:
		c.alone = len(group) // to find the one that is not wanted
		c.take(c.box.back(group, time.Now()))
		return true
	case errors.As(err, &refusal):
		c.alone = max(c.alone-1, 0)
		c.failed = 0
		c.book.refused()
		c.complain(fmt.Errorf("it refused a notice, which is dropped: %w", err))
		c.complain(c.box.done(group))
		return true
	}
	c.failed++
	c.take(c.box.back(group, time.Now()))
	if ctx.Err() != nil || c.closing() && c.opts.Dir != "" {
		return false // it waits on disk
	}
	wait := pause(c.failed, err, c.opts.Random())
	c.complain(fmt.Errorf("%w (attempt %d, the next in %s)", err, c.failed, wait.Round(time.Second/10)))
	return c.sleep(ctx, wait)
}

// sleep waits and reports whether to go on. When the courier is closed and what waits is safe on disk, there is no point in it.
func (c *Courier) sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	var ending <-chan struct{}
	if c.opts.Dir != "" {
		ending = c.ending
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ending:
	case <-ctx.Done():
	}
	return false
}

// Tell makes one attempt to tell a receiver, of bounded time.
func Tell(ctx context.Context, to Receiver, group []*live.Notice) error {
	ctx, cancel := context.WithTimeoutCause(ctx, attempt, fmt.Errorf("no answer within %s", attempt))
	defer cancel()
	err := to.Tell(ctx, group)
	if cause := context.Cause(ctx); err != nil && errors.Is(err, context.DeadlineExceeded) && cause != nil {
		return cause
	}
	return err
}
