package parser

import "bytes"

// haproxyMessage reads everything HAProxy says that is no finished request: state changes, health checks, "Connect from",
// handshake failures, starts and stops. It takes the syslog form, which is recognised by its wording unless the envelope
// names the program, and the stderr form:
//
//	[WARNING]  (1234) : Server web/web1 is DOWN, …
//	[ALERT] 324/061300 (1234) : …                     until version 2.3, with the day of the year
//	203.0.113.7:56059 [21/Nov/2026:06:13:00.123] https-in/1: SSL handshake failure
//
// Message is the text behind all that. HAProxy that logs to its own stdout or to the journal says most things in both forms:
// the second is a Continuation of the first.
func (s *Scanner) haproxyMessage(line []byte, rec *Record) bool {
	b, labelled := s.haproxyLabel(line, rec)
	switch {
	case labelled:
	case s.haproxyPeerError(line, rec):
		return true
	case haproxyStarts(line):
	case rec.Daemon != HAProxy || !isSentence(line):
		return false
	}
	rec.Kind = Message
	rec.Message = b
	if phpSpeech(b, rec) {
		return true
	}
	rec.Daemon = HAProxy
	haproxyNames(b, rec)
	if rec.Severity == NoSeverity {
		rec.Severity = haproxySeverity(b)
	}
	if s.echoes.said(b, labelled) || bytes.HasPrefix(b, []byte("Please ")) {
		rec.Kind = Continuation
	}
	return true
}

// isSentence tells words from the beginnings of custom request lines: an address, a quote, JSON.
func isSentence(b []byte) bool {
	c := b[0]
	return (c|0x20 >= 'a' && c|0x20 <= 'z' || c == '[' || c == '<') && !bytes.HasPrefix(b, []byte("unix:"))
}

// haproxyLabel reads "[WARNING]  (1234) : " and "[ALERT] 324/061300 (1234) : ". Without one, text is the whole line.
func (s *Scanner) haproxyLabel(line []byte, rec *Record) (text []byte, ok bool) {
	if line[0] != '[' || len(line) < 14 {
		return line, false
	}
	end := bytes.IndexByte(line[:12], ']')
	if end < 0 {
		return line, false
	}
	severity := levelOf(line[1:end])
	if severity == NoSeverity && string(line[1:end]) != "DIAG" {
		return line, false
	}
	b := trimSpace(line[end+1:])
	m, b, stamped := s.clock.ordinal(b)
	b = trimSpace(b)
	if len(b) < 6 || b[0] != '(' {
		return line, false
	}
	pid, n := leadingNumber(b[1:])
	if n == 0 || !bytes.HasPrefix(b[n+1:], []byte(") : ")) {
		return line, false
	}
	if stamped {
		m.stamp(rec)
	}
	rec.PID, rec.Severity = pid, severity
	return b[n+5:], true
}

// haproxyPeerError reads the line of a connection that failed before it became a request.
func (s *Scanner) haproxyPeerError(line []byte, rec *Record) bool {
	b, ok := s.haproxyPeer(line, rec)
	if !ok {
		return false
	}
	end := bytes.Index(b, []byte(": "))
	slash := bytes.IndexByte(b, '/')
	if slash <= 0 || end < slash || bytes.IndexByte(b[:slash], ' ') >= 0 {
		return false
	}
	rec.Kind, rec.Daemon = Message, HAProxy
	if rec.Severity == NoSeverity {
		rec.Severity = Info
	}
	rec.Frontend = bytes.TrimSuffix(b[:slash], []byte("~"))
	rec.Message = b[end+2:]
	return true
}

// haproxySpeaks reports whether b can only be HAProxy's.
func haproxySpeaks(b []byte) bool {
	if haproxyStarts(b) {
		return true
	}
	end := bytes.IndexByte(b, ' ')
	return end > 2 && len(b) > end+26 && b[end+1] == '[' && b[end+4] == '/' && b[end+8] == '/' && b[end+13] == ':' &&
		bytes.IndexByte(b[:end], ':') > 0
}

// haproxyOpenings are the beginnings of HAProxy's messages that nobody else's have, each with a text that has to follow
// somewhere.
var haproxyOpenings = [...]struct{ begin, follow string }{
	{"Server ", "/"},
	{"Backup Server ", "/"},
	{"Health check for ", "server "},
	{"backend ", " has no server available!"},
	{"Proxy ", " stopped (cumulated conns: "},
	{"Proxy ", " started."},
	{"Proxy ", " reached the configured maximum connection limit"},
	{"Proxy ", " reached system "},
	{"Proxy ", " reached process FD limit"},
	{"Connect from ", " to "},
	{"Connect() failed for backend ", ""},
	{"Cannot bind to ", "source address before connect() for backend "},
	{"Stopping ", " in "},
	{"Pausing ", " proxy"},
	{"SIGHUP received, dumping servers states", ""},
	{"SIGUSR1 received", ""},
	{"Blocking cacheable cookie in response from instance ", ""},
	{"SPOE: [", ""},
	// Second lines of messages on stderr, which make a Continuation.
	{"Please check that you are running an up to date ", " version of haproxy"},
	{"Please change the secret key for ", ""},
}

// haproxyStarts reports whether b is worded as only HAProxy's messages are.
func haproxyStarts(b []byte) bool {
	if len(b) < 10 || bytes.IndexByte([]byte("SBHbPC"), b[0]) < 0 {
		return false
	}
	for i := range haproxyOpenings {
		o := &haproxyOpenings[i]
		if len(b) > len(o.begin) && string(b[:len(o.begin)]) == o.begin && bytes.Contains(b, []byte(o.follow)) {
			return o.follow != "/" || isServerState(b[len(o.begin):])
		}
	}
	return false
}

// isServerState reports whether b is "backend/server" and one of the verbs of a state change.
func isServerState(b []byte) bool {
	name, rest := cutWord(b)
	slash := bytes.IndexByte(name, '/')
	if slash <= 0 || slash == len(name)-1 {
		return false
	}
	verb, _ := cutWord(rest)
	switch string(verb) {
	case "is", "was", "enters", "remains":
		return true
	}
	return len(verb) > 0 && verb[0] == '('
}
