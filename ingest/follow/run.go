package follow

import (
	"context"
	"time"
)

// heard is how often the files are looked at where the system tells what happens to them.
const heard = 500 * time.Millisecond

// Run steps whenever something happens, and every interval at the latest, until ctx ends: more rarely where nothing can happen unheard.
// tick is time.After, or what a test has instead.
func (f *Follower) Run(ctx context.Context, interval time.Duration, clock func() time.Time, tick func(time.Duration) <-chan time.Time) error {
	if f.ears = listen(f.hear); f.ears != nil {
		f.attend()
		defer f.ears.close()
	}
	for ctx.Err() == nil {
		more, err := f.Step(clock())
		if err != nil {
			return err
		}
		if more {
			continue
		}
		select {
		case <-ctx.Done():
		case <-f.wake:
		case <-tick(f.patience(interval)):
		}
	}
	return nil
}

// hear is told by the ears.
func (f *Follower) hear(arrival bool) {
	if arrival {
		f.arrived.Store(true)
	}
	f.wakeUp()
}

// attend listens where the files are, or are awaited.
func (f *Follower) attend() {
	if f.ears == nil {
		return
	}
	f.ears.deaf = false
	for _, path := range f.opts.Paths {
		f.ears.expect(path)
	}
	for _, t := range f.trails {
		f.ears.attend(t.path)
	}
}

// patience is how long to wait for an event. A new name that is not looked for yet, a record that is held back, and what cannot be read
// yet want to be looked after.
func (f *Follower) patience(interval time.Duration) time.Duration {
	switch {
	case f.ears == nil || f.ears.deaf:
		return interval
	case f.arrived.Load():
		return min(interval, rescanSoon)
	}
	for _, t := range f.trails {
		for _, g := range t.gens {
			if g.held || !g.grown.IsZero() && g.fruitless != g.size {
				return interval
			}
		}
	}
	return max(interval, heard)
}

// Rescan has the next Step search for files.
func (f *Follower) Rescan() {
	f.rescan.Store(true)
	f.wakeUp()
}

func (f *Follower) wakeUp() {
	select {
	case f.wake <- struct{}{}:
	default:
	}
}
