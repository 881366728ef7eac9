package parser

import "bytes"

// haproxyHTTP reads what HAProxy writes about a finished request with option httplog, httpslog or httplog clf:
//
//	ci:cp [accept] frontend backend/server TR/Tw/Tc/Tr/Ta status bytes cookie cookie state ac/fc/bc/sc/retries sq/bq {captures} {captures} "request"
//
// Captures may be missing, fields of a longer log-format may follow the request, and the line may be cut anywhere behind the
// queues. Message is the part from the frontend to the queues.
func (s *Scanner) haproxyHTTP(line []byte, rec *Record) bool {
	b, ok := s.haproxyHead(line, rec)
	if !ok {
		return s.haproxyCLF(line, rec)
	}
	rest, ok := haproxyPlain(line, b, rec)
	if !ok {
		rest, ok = haproxyFields(line, b, rec)
	}
	if ok && len(rest) > 0 {
		s.haproxyRequestLine(rest, rec)
	}
	return ok
}

// haproxyFields reads b, which is line from its timers on, up to what follows the queues.
func haproxyFields(line, b []byte, rec *Record) (rest []byte, ok bool) {
	var timers, counts, queues [5]int64
	n, b := slashedNumbers(b, &timers)
	if n != 5 {
		return nil, false
	}
	status, b, okStatus := signedNumber(b)
	sent, b, okSent := signedNumber(b)
	if !okStatus || !okSent {
		return nil, false
	}
	b = afterCookies(b)
	if len(b) < 5 || b[4] != ' ' || !isTermination(b[:4]) {
		return nil, false
	}
	rec.Termination, b = b[:4], b[5:]
	n, b = slashedNumbers(b, &counts)
	if n != 5 {
		return nil, false
	}
	rec.Redispatched = isRedispatched(line, b)
	n, b = slashedNumbers(b, &queues)
	if n != 2 {
		return nil, false
	}
	rec.Status = int32(min(max(status, 0), 999))
	rec.Bytes = sent
	setTimers(rec, timers[1], timers[2], timers[3], timers[4])
	setCounters(rec, &counts, &queues)
	endMessage(rec, line, b)
	return b, true
}

// haproxyHead reads what HTTP and TCP lines begin with, up to the timers, which it returns. Frontend, Backend, Server and
// Upstream are set, and Time is the moment of acceptance. Message begins at the frontend and is not ended yet.
func (s *Scanner) haproxyHead(line []byte, rec *Record) (rest []byte, ok bool) {
	b, ok := s.haproxyPeer(line, rec)
	if !ok {
		return nil, false
	}
	rec.Message = b
	frontend, b := cutWord(b)
	if n := len(frontend); n > 0 && frontend[n-1] == '~' {
		frontend = frontend[:n-1]
	}
	upstream, b := cutWord(b)
	slash := bytes.IndexByte(upstream, '/')
	if len(frontend) == 0 || slash <= 0 {
		return nil, false
	}
	rec.Frontend = frontend
	rec.Upstream = upstream
	rec.Backend = upstream[:slash]
	setServer(rec, upstream[slash+1:])
	return b, true
}

// haproxyPeer reads "203.0.113.7:54321 [21/Nov/2026:06:13:00.123] ". The address may be IPv6 without brackets, or "unix:1".
func (s *Scanner) haproxyPeer(line []byte, rec *Record) (rest []byte, ok bool) {
	end := bytes.IndexByte(line, ' ')
	if end < 3 || len(line) < end+26 || line[end+1] != '[' {
		return nil, false
	}
	m, rest, ok := s.clock.clfMillis(line[end+2:])
	if !ok {
		m, rest, ok = s.clock.clf(line[end+2:])
	}
	if !ok || len(rest) < 3 || rest[0] != ']' || rest[1] != ' ' {
		return nil, false
	}
	colon := bytes.LastIndexByte(line[:end], ':')
	if colon < 0 {
		return nil, false
	}
	switch {
	case colon == 4 && line[0] == 'u':
		rec.Client = line[:5] // a Unix socket
	case colon > 1 || line[0] != '-': // HAProxy's own client has no address
		rec.Client = line[:colon]
	}
	m.stamp(rec)
	return rest[2:], true
}

// setServer notes the server's name. <NOSRV> is none; <STATS>, <CACHE> and other services of HAProxy's own stay.
func setServer(rec *Record, name []byte) {
	if string(name) != "<NOSRV>" {
		rec.Server = name
	}
}

// setTimers sets the phases of a request or connection from HAProxy's milliseconds, and moves Time from acceptance to
// completion.
func setTimers(rec *Record, queue, connect, header, total int64) {
	rec.Kind, rec.Daemon = Request, HAProxy
	rec.Queue, rec.Connect, rec.Header = haproxyPhase(queue), haproxyPhase(connect), haproxyPhase(header)
	if total >= 0 {
		rec.Duration = haproxyPhase(total)
		rec.Time += rec.Duration
	}
}

// haproxyPhase turns HAProxy's milliseconds into µs; -1 is a phase that was never completed.
func haproxyPhase(ms int64) int64 {
	const most = int64(1) << 40 // 34 years; no sum of phases overflows
	switch {
	case ms < 0:
		return NotReached
	case ms > most:
		return most * 1000
	}
	return ms * 1000
}

// setCounters sets what ac/fc/bc/sc/retries and the queue positions say.
func setCounters(rec *Record, counts, queues *[5]int64) {
	rec.Active = small(counts[0])
	rec.Retries = small(counts[4])
	rec.QueuedServer, rec.QueuedBackend = small(queues[0]), small(queues[1])
}

func small(n int64) int32 { return int32(min(n, 1<<31-1)) }

// endMessage ends Message, which began at the frontend, before what is left of the line.
func endMessage(rec *Record, line, left []byte) {
	begin := len(line) - len(rec.Message)
	end := len(line) - len(left)
	if len(left) > 0 {
		end--
	}
	rec.Message = line[begin:end]
}

// isRedispatched reports whether the number that ends before left is signed: "+1" retries were made on another server.
func isRedispatched(line, left []byte) bool {
	i := len(line) - len(left) - 1
	for i > 0 && line[i] != '/' {
		if line[i] == '+' {
			return true
		}
		i--
	}
	return false
}

// isTermination reports whether state is two or four characters as HAProxy's session states are.
func isTermination(state []byte) bool {
	switch state[0] {
	case '-', 'C', 'S', 'P', 'L', 'R', 'I', 'D', 'U', 'K', 'c', 's':
	default:
		return false
	}
	for _, c := range state[1:] {
		if c != '-' && (c|0x20 < 'a' || c|0x20 > 'z') {
			return false
		}
	}
	return true
}

// cutWord cuts b at its first blank.
func cutWord(b []byte) (word, rest []byte) {
	i := bytes.IndexByte(b, ' ')
	if i < 0 {
		return b, nil
	}
	return b[:i], b[i+1:]
}

// afterCookies skips the captured request and response cookies, which are mostly "- -".
func afterCookies(b []byte) []byte {
	if len(b) > 4 && b[0] == '-' && b[1] == ' ' && b[2] == '-' && b[3] == ' ' {
		return b[4:]
	}
	_, b = cutWord(b)
	_, b = cutWord(b)
	return b
}
