package load

import (
	"context"
	"time"

	"culprit/parser"
)

// Source is something that tells how busy it is.
type Source interface {
	// Name is where the figures come from, a URL where there is one. It names the source in reports.
	Name() string
	// Read measures. Rates are taken over the time since the call before; the first call leaves them out. Read is not called again before it
	// has returned.
	Read(ctx context.Context, now time.Time) ([]parser.Sample, error)
}

// Sink takes what one source measured at one moment. It is called from several goroutines, for one source never from two.
type Sink func(source string, at time.Time, samples []parser.Sample) error

// Observer reads its sources again and again.
type Observer struct {
	Sources []Source
	Every   time.Duration
	// Timeout bounds one reading.
	Timeout time.Duration
	// Sink takes the figures. Its error ends Run.
	Sink Sink
	// Complain is told when a source begins to fail and when it is well again; never the same twice in a row. It may be nil.
	Complain func(source string, err error)
	// Found says that sources were found rather than asked for: one that never answered does not run here, and nobody is told.
	Found bool
	// Now and After are the clock.
	Now   func() time.Time
	After func(time.Duration) <-chan time.Time
}

// patience is how many rounds a source that failed is left alone at most.
const patience = 32

// Run measures until ctx ends, which is no error. A source that hangs holds up nobody else.
func (o *Observer) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	done := make(chan struct{})
	for _, s := range o.Sources {
		go func() {
			defer func() { done <- struct{}{} }()
			if err := o.follow(ctx, s); err != nil {
				cancel(err)
			}
		}()
	}
	for range o.Sources {
		<-done
	}
	if cause := context.Cause(ctx); cause != nil && ctx.Err() != nil && cause != ctx.Err() {
		return cause
	}
	return nil
}

// follow reads one source until ctx ends. The more often it fails in a row, the less often it is asked.
func (o *Observer) follow(ctx context.Context, s Source) error {
	last := thinner{}
	failed, well := 0, !o.Found
	for {
		at := o.Now()
		samples, err := o.read(ctx, s, at)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			if failed == 0 && well {
				o.complain(s.Name(), err)
			}
			failed++
		default:
			if failed > 0 && well {
				o.complain(s.Name(), nil)
			}
			failed, well = 0, true
			if samples = last.fresh(at, samples); len(samples) > 0 {
				if err := o.Sink(s.Name(), at, samples); err != nil {
					return err
				}
			}
		}
		wait := o.Every * time.Duration(min(1<<min(failed, 8), patience))
		select {
		case <-ctx.Done():
			return nil
		case <-o.After(wait):
		}
	}
}

func (o *Observer) read(ctx context.Context, s Source, at time.Time) ([]parser.Sample, error) {
	ctx, cancel := context.WithTimeout(ctx, o.Timeout)
	defer cancel()
	return s.Read(ctx, at)
}

func (o *Observer) complain(source string, err error) {
	if o.Complain != nil {
		o.Complain(source, err)
	}
}
