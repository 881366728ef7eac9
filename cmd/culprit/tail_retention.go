package main

import "time"

// retentionStep is how often what is too old or too much is forgotten.
const retentionStep = time.Hour

// shrinker is a keeper whose size can be bounded.
type shrinker interface {
	Shrink(most, kept int64) (fits bool, err error)
}

// forget drops what is older than --keep, and the oldest of what is more than --keep-size.
func (l *lookout) forget(now time.Time) error {
	if now.Sub(l.forgotten) < retentionStep {
		return nil
	}
	l.forgotten = now
	if l.keep > 0 {
		if err := l.store.Forget(now.Add(-l.keep).UTC().Truncate(24 * time.Hour).UnixMicro()); err != nil {
			return err
		}
	}
	st, ok := l.store.(shrinker)
	if l.keepSize == 0 || !ok {
		return nil
	}
	fits, err := st.Shrink(l.keepSize<<20, now.Add(-l.window).UnixMicro())
	if err == nil && fits == l.cramped {
		if l.cramped = !fits; l.cramped {
			l.say("--keep-size leaves no room for the events of %s; they are kept all the same", l.window)
		}
	}
	return err
}
