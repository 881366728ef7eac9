package store

// Who asked for what costs far more to count than that something was asked: an address and a path have to be looked up. Of ordinary
// requests only some are heard, each of which speaks for those before it, where its minute seems quiet so far. Requests that failed speak
// for themselves, and so does every request as soon as its minute has more events than usual.

// spokesmen says which requests are heard.
type spokesmen struct {
	minute   int64 // the latest so far
	asked    int   // ordinary requests in it so far
	mean     int   // how many one speaks for, on average; 0 and 1: everyone is heard
	left     int   // how many more keep silent
	sequence uint64
	silent   int32      // requests that nobody has spoken for
	last     requestRow // of them
}

const (
	// fewestHeard is how many ordinary requests of a minute are heard, more or less, as far as it has so many.
	fewestHeard = 256
	// mostSpokenFor is how many requests one speaks for on average at most.
	mostSpokenFor = 16
)

// hear returns for how many requests an ordinary one speaks, itself included; 0: it is not heard. Who speaks where it is quiet is neither
// up to the requests nor in step with a rhythm of theirs, but the same for the same log.
func (s *spokesmen) hear(row *requestRow, quiet bool) (times int32) {
	if !quiet {
		return s.rest() + 1
	}
	if row.time >= s.minute+minute {
		s.minute, s.mean, s.asked = slotOf(row.time, minute), min(s.asked/fewestHeard, mostSpokenFor), 0
	}
	s.asked++
	if s.left > 0 {
		s.left--
		s.silent++
		s.last = *row
		return 0
	}
	if s.mean > 1 {
		s.sequence = s.sequence*6364136223846793005 + 1442695040888963407
		s.left = int(s.sequence>>33) % (2*s.mean - 1)
	}
	return s.rest() + 1
}

// rest returns how many nobody has spoken for, and forgets them.
func (s *spokesmen) rest() (times int32) {
	times, s.silent = s.silent, 0
	return times
}
