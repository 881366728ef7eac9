package delivery

import (
	"errors"
	"time"
)

// Pauses between attempts: they double from the first to the longest, and vary so that many senders do not ask a receiver that came
// back all at once.
const (
	firstPause   = time.Second
	longestPause = 5 * time.Minute
	// longestWish bounds how long a receiver may ask to be left alone.
	longestWish = time.Hour
)

// pause is how long to wait after so many failed attempts, 1 or more. random is from [0, 1).
func pause(failed int, err error, random float64) time.Duration {
	whole := longestPause
	if shift := failed - 1; shift < 20 {
		whole = min(firstPause<<shift, longestPause)
	}
	p := whole/2 + time.Duration(random*float64(whole/2))
	if later := (*Later)(nil); errors.As(err, &later) {
		p = max(p, min(later.After, longestWish))
	}
	return p
}
