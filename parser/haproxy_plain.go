package parser

import "bytes"

// haproxyPlain is haproxyFields for lines without anything unusual, which nearly all are: an address with its port, a time in
// milliseconds, no captured cookies, no sign before any number. It reports false for any other, which haproxyFields then reads anew,
// and sets rec only if it is true.
func (s *Scanner) haproxyPlain(line []byte, rec *Record) (rest []byte, ok bool) {
	const stamp = len("[21/Nov/2026:06:13:00.123] ")
	end := bytes.IndexByte(line, ' ')
	if end < 3 || len(line) < end+1+stamp || line[end+1] != '[' || line[0] == 'u' || line[0] == '-' {
		return nil, false
	}
	colon := end - 1
	for line[colon] != ':' {
		if colon--; colon == 0 {
			return nil, false
		}
	}
	accepted, ok := s.clock.clfMillis(line[end+2 : end+1+stamp])
	if !ok {
		return nil, false
	}
	message := line[end+1+stamp:]
	frontend, b := cutWord(message)
	upstream, b := cutWord(b)
	slash := bytes.IndexByte(upstream, '/')
	if len(frontend) < 2 || slash < 1 {
		return nil, false
	}
	t0, t1, t2, t3, t4, t5, t6, ok := sevenNumbers(b, behindTimes)
	if !ok {
		return nil, false
	}
	times, b := b, b[t6+1:]
	if len(b) < 9 || string(b[:4]) != "- - " || b[8] != ' ' || !isTermination(b[4:8]) {
		return nil, false
	}
	state, b := b[4:8], b[9:]
	counts := b
	if len(b) < runSize {
		counts = make([]byte, runSize)
		copy(counts, b)
	}
	c0, _, _, c3, c4, c5, c6, ok := sevenNumbers(counts, behindCounts)
	if !ok || c6+1 == len(b) {
		return nil, false
	}
	if frontend[len(frontend)-1] == '~' {
		frontend = frontend[:len(frontend)-1]
	}
	rec.Message = message[:len(message)-len(b)+c6]
	rec.Client, rec.Frontend, rec.Upstream, rec.Backend, rec.Termination = line[:colon], frontend, upstream, upstream[:slash], state
	setServer(rec, upstream[slash+1:])
	rec.Time, rec.Resolution, rec.Zoned = accepted, 1000, false
	rec.Status, rec.Bytes = int32(min(numberBetween(times, t4, t5), 999)), numberBetween(times, t5, t6)
	setTimers(rec, numberBetween(times, t0, t1), numberBetween(times, t1, t2), numberBetween(times, t2, t3), numberBetween(times, t3, t4))
	rec.Active, rec.Retries = int32(numberBetween(counts, -1, c0)), int32(numberBetween(counts, c3, c4))
	rec.QueuedServer, rec.QueuedBackend = int32(numberBetween(counts, c4, c5)), int32(numberBetween(counts, c5, c6))
	return b[c6+1:], true
}
