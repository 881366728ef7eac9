package parser

// haproxyPlain is haproxyFields for lines without anything unusual, which nearly all are: no sign before any number and no captured
// cookies. It reports false for any other, which haproxyFields then reads anew, and sets rec only if it is true.
func haproxyPlain(line, b []byte, rec *Record) (rest []byte, ok bool) {
	if len(b) < runSize {
		return nil, false
	}
	times := (*[runSize]byte)(b)
	t0, t1, t2, t3, t4, t5, t6, ok := sevenNumbers(times, behindTimes)
	b = b[t6+1:]
	if !ok || len(b) < 9 || string(b[:4]) != "- - " || b[8] != ' ' || string(b[4:8]) != "----" && !isTermination(b[4:8]) {
		return nil, false
	}
	state, b := b[4:8], b[9:]
	var short [runSize]byte
	counts := &short
	if len(b) < runSize {
		copy(short[:], b)
	} else {
		counts = (*[runSize]byte)(b)
	}
	c0, _, _, c3, c4, c5, c6, ok := sevenNumbers(counts, behindCounts)
	if !ok {
		return nil, false
	}
	rec.Termination = state
	rec.Status, rec.Bytes = int32(min(numberBetween(times, t4, t5), 999)), numberBetween(times, t5, t6)
	setTimers(rec, numberBetween(times, t0, t1), numberBetween(times, t1, t2), numberBetween(times, t2, t3), numberBetween(times, t3, t4))
	rec.Active, rec.Retries = int32(numberBetween(counts, -1, c0)), int32(numberBetween(counts, c3, c4))
	rec.QueuedServer, rec.QueuedBackend = int32(numberBetween(counts, c4, c5)), int32(numberBetween(counts, c5, c6))
	b = b[c6+1:]
	endMessage(rec, line, b)
	return b, true
}
