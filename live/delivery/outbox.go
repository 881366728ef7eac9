package delivery

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"culprit/live"
)

// Limits bound what waits for a receiver.
type Limits struct {
	Age     time.Duration // how long a notice is worth telling
	Notices int
	Bytes   int64
}

// DefaultLimits keep what an on-call person wants to hear of the day after.
var DefaultLimits = Limits{Age: 24 * time.Hour, Notices: 1000, Bytes: 32 << 20}

// outbox is what waits for one receiver, in memory and in the spool. Where the spool cannot be written it goes on in memory alone.
type outbox struct {
	mutex   sync.Mutex
	spool   spool
	limits  Limits
	waiting []*letter
	last    int64 // number
	bytes   int64
}

// outcome is what came of a change of an outbox.
type outcome struct {
	superseded, dropped int
	err                 error // of the spool; the outbox is good nevertheless
}

// open reads what waited when the program ended.
func (o *outbox) open() error {
	letters, err := o.spool.load()
	o.waiting = letters
	for _, l := range letters {
		o.last = l.number
		o.bytes += l.size
	}
	return err
}

// add puts a notice behind all others.
func (o *outbox) add(n *live.Notice, now time.Time) outcome {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	o.last++
	l := &letter{number: o.last, Queued: now, Notice: n}
	err := error(nil)
	if n.Event != live.Test {
		err = o.spool.save(l)
	}
	o.waiting = append(o.waiting, l)
	o.bytes += l.size
	result := o.tidy(now)
	result.err = errors.Join(err, result.err)
	return result
}

// take returns the first letters, at most so many, and marks them as being told.
func (o *outbox) take(most int) []*letter {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	group := append([]*letter(nil), o.waiting[:min(most, len(o.waiting))]...)
	for _, l := range group {
		l.flying = true
	}
	return group
}

// done forgets letters that were taken.
func (o *outbox) done(group []*letter) error {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	gone := map[*letter]bool{}
	for _, l := range group {
		gone[l] = true
	}
	return o.drop(gone)
}

// back puts letters that were taken and not told where they were.
func (o *outbox) back(group []*letter, now time.Time) outcome {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	for _, l := range group {
		l.flying = false
	}
	return o.tidy(now)
}

// tidy leaves out what is old, and what is beyond the limits, the oldest first.
func (o *outbox) tidy(now time.Time) (result outcome) {
	_, old, rewritten := settle(o.waiting)
	var problems []error
	for _, l := range rewritten {
		o.bytes -= l.size
		problems = append(problems, o.spool.save(l))
		o.bytes += l.size
	}
	result.superseded = len(old)
	gone := map[*letter]bool{}
	for _, l := range old {
		gone[l] = true
	}
	problems = append(problems, o.drop(gone))
	gone = map[*letter]bool{}
	count, bytes := len(o.waiting), o.bytes
	for _, l := range o.waiting {
		if l.flying || now.Sub(l.Queued) <= o.limits.Age && count <= o.limits.Notices && bytes <= o.limits.Bytes {
			continue
		}
		gone[l] = true
		count--
		bytes -= l.size
	}
	if result.dropped = len(gone); result.dropped > 0 {
		problems = append(problems, fmt.Errorf("%d notices were too old or too many and are not told", result.dropped), o.drop(gone))
	}
	result.err = errors.Join(problems...)
	return result
}

func (o *outbox) drop(gone map[*letter]bool) error {
	var problems []error
	kept := o.waiting[:0]
	for _, l := range o.waiting {
		if !gone[l] {
			kept = append(kept, l)
			continue
		}
		o.bytes -= l.size
		problems = append(problems, o.spool.remove(l))
	}
	clear(o.waiting[len(kept):])
	o.waiting = kept
	return errors.Join(problems...)
}

// state is how many wait, and since when the first of them.
func (o *outbox) state() (waiting int, since time.Time) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if len(o.waiting) > 0 {
		since = o.waiting[0].Queued
	}
	return len(o.waiting), since
}
