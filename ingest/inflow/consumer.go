package inflow

import (
	"context"
	"sync/atomic"
	"time"
)

// Consumer moves what waits in a Queue into Sources.
type Consumer struct {
	Queue   *Queue
	Sources *Sources
	// Commit makes durable what was handed on. It is called about every CommitEvery while something comes, and in the end.
	Commit func() error
	// Taken, where set, is told of each message, with the source it went to.
	Taken func(m *Message, to *Source)

	taken atomic.Int64
	// uncommitted counts the messages since the last commit: what a failure of the store costs where nobody can send them again.
	uncommitted atomic.Int64
}

// CommitEvery is how long what came may be undurable.
const CommitEvery = time.Second

// Count returns how many messages were taken.
func (c *Consumer) Count() int64 { return c.taken.Load() }

// Uncommitted returns how many of them are not durable.
func (c *Consumer) Uncommitted() int64 { return c.uncommitted.Load() }

// Run consumes until ctx or the queue ends, and then makes durable what came. It returns an error only if the ledger fails. clock and
// tick are time.Now and time.After, or what a test has instead.
func (c *Consumer) Run(ctx context.Context, clock func() time.Time, tick func(time.Duration) <-chan time.Time) error {
	var spare []Message
	committed := clock()
	for {
		batch := c.Queue.Take(spare)
		if err := c.step(batch, clock()); err != nil {
			return err
		}
		clear(batch)
		spare = batch
		if now := clock(); c.uncommitted.Load() > 0 && now.Sub(committed) >= CommitEvery {
			committed = now
			if err := c.commit(); err != nil {
				return err
			}
		}
		if ctx.Err() != nil || c.Queue.over() {
			return c.finish(clock())
		}
		select {
		case <-ctx.Done():
		case <-c.Queue.arrived:
		case <-c.alarm(tick):
		}
	}
}

// alarm rings where there is something to be done though nothing comes.
func (c *Consumer) alarm(tick func(time.Duration) <-chan time.Time) <-chan time.Time {
	switch {
	case c.Sources.Held():
		return tick(recordIdle)
	case c.uncommitted.Load() > 0:
		return tick(CommitEvery)
	}
	return nil
}

func (c *Consumer) step(batch []Message, now time.Time) error {
	for i := range batch {
		m := &batch[i]
		c.taken.Add(1)
		c.uncommitted.Add(1)
		to, err := c.Sources.Take(m, now)
		if err != nil {
			return err
		}
		if c.Taken != nil {
			c.Taken(m, to)
		}
	}
	return c.Sources.Flush(now)
}

// finish takes what still waits and leaves the sources.
func (c *Consumer) finish(now time.Time) error {
	if err := c.step(c.Queue.Take(nil), now); err != nil {
		return err
	}
	if err := c.Sources.Close(); err != nil {
		return err
	}
	return c.commit()
}

func (c *Consumer) commit() error {
	if err := c.Commit(); err != nil {
		return err
	}
	c.uncommitted.Store(0)
	return nil
}
