package parser

// haproxyTCP reads what HAProxy writes about a finished connection with option tcplog:
//
//	ci:cp [accept] frontend backend/server Tw/Tc/Tt bytes state ac/fc/bc/sc/retries sq/bq
//
// Status stays Unknown. Message is the part from the frontend to the queues.
func (s *Scanner) haproxyTCP(line []byte, rec *Record) bool {
	b, ok := s.haproxyHead(line, rec)
	if !ok {
		return false
	}
	var timers, counts, queues [5]int64
	n, b := slashedNumbers(b, &timers)
	if n != 3 {
		return false
	}
	sent, b, ok := signedNumber(b)
	if !ok {
		return false
	}
	if len(b) < 3 || b[2] != ' ' || !isTermination(b[:2]) {
		return false
	}
	rec.Termination, b = b[:2], b[3:]
	n, b = slashedNumbers(b, &counts)
	if n != 5 {
		return false
	}
	rec.Redispatched = isRedispatched(line, b)
	n, b = slashedNumbers(b, &queues)
	if n != 2 {
		return false
	}
	rec.Bytes = sent
	setTimers(rec, timers[0], timers[1], 0, timers[2])
	rec.Header = Unknown
	setCounters(rec, &counts, &queues)
	endMessage(rec, line, b)
	return true
}
