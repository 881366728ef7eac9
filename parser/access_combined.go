package parser

import "bytes"

// accessCombined reads the Common and Combined Log Format of nginx and Apache, what is added behind it ("… rt=0.012
// ua="10.0.0.5:8080"", a duration, forwarded addresses) and the virtual host that may stand before it:
//
//	[VHOST[:PORT]] CLIENT IDENT USER [21/Nov/2026:06:13:00 +0100] "METHOD URI PROTO" STATUS BYTES ["REFERER" "AGENT"] …
//
// Bytes inside of quotes are as printed, escapes included.
func (s *Scanner) accessCombined(line []byte, rec *Record) bool {
	tail, ok := s.plainHead(line, rec)
	if s.shapes.plain = ok && len(tail) == 0; s.shapes.plain {
		s.settleAccess(rec)
		rec.plain = !s.wrapped
		return true
	}
	if !ok {
		tail, ok = s.combinedHead(line, rec)
	}
	if !ok {
		return false
	}
	if len(tail) > 0 && !s.byShape(s.combinedLesson(), line, tail, rec) {
		s.combinedHead(line, rec)
	}
	s.settleAccess(rec)
	return true
}

// combinedLesson is about what is added behind the combined format.
func (s *Scanner) combinedLesson() lesson {
	return lesson{
		shapes: &s.shapes.tails,
		behind: true,
		cut: func(s *Scanner, line []byte) ([]byte, int32) {
			var rec Record
			tail, _ := s.combinedHead(line, &rec)
			return tail, rec.Status
		},
		restore: func(s *Scanner, line []byte, rec *Record) {
			rec.Reset()
			s.combinedHead(line, rec)
		},
	}
}

// combinedHead reads the part that all variants share, and returns what follows it.
func (s *Scanner) combinedHead(line []byte, rec *Record) (tail []byte, ok bool) {
	open := bytes.IndexByte(line, '[')
	if open < 2 || line[open-1] != ' ' {
		return nil, false
	}
	m, b, ok := s.clock.clf(line[open+1:])
	if !ok {
		m, b, ok = s.clock.iso(line[open+1:])
	}
	if !ok || len(b) < 8 || b[0] != ']' || b[1] != ' ' || b[2] != '"' {
		return nil, false
	}
	b = b[3:]
	request := 0
	for {
		i := bytes.IndexByte(b[request:], '"')
		if i < 0 {
			return nil, false
		}
		request += i
		if status, ok := statusAt(b[request+1:]); ok && !isEscaped(b, request) {
			rec.Status = status
			break
		}
		request++
	}
	rec.Method, rec.Path, rec.Protocol = splitRequest(b[:request])
	if len(rec.Method) == 0 && bytes.Contains(b[:request], []byte(`" "`)) {
		return nil, false
	}
	rec.Daemon = daemonByStatus(rec.Status)
	b, ok = cutSize(b[request+5:], rec)
	if !ok || !combinedClient(line[:open-1], rec) {
		return nil, false
	}
	m.stamp(rec)
	return combinedAgent(b, rec)
}

// statusAt reads " 200" at the front of b, which ends there or goes on with a blank. 000 is nginx's for no answer.
func statusAt(b []byte) (status int32, ok bool) {
	if len(b) < 4 || b[0] != ' ' || len(b) > 4 && b[4] != ' ' {
		return 0, false
	}
	return statusNumber(b[1:4])
}

// statusNumber reads three digits.
func statusNumber(b []byte) (status int32, ok bool) {
	if len(b) != 3 || b[0]-'0' > 9 || b[1]-'0' > 9 || b[2]-'0' > 9 {
		return 0, false
	}
	status = int32(b[0]-'0')*100 + int32(b[1]-'0')*10 + int32(b[2]-'0')
	return status, status >= 100 || status == 0
}

// daemonByStatus tells nginx by the statuses that only nginx knows.
func daemonByStatus(status int32) Daemon {
	switch status {
	case 0, 444, 494, 495, 496, 497, 499:
		return Nginx
	}
	return AnyWeb
}

// cutSize reads " 1234" at the front of b, or " -" by which Apache means nothing. Behind a status there may be no size at all.
func cutSize(b []byte, rec *Record) (rest []byte, ok bool) {
	switch {
	case len(b) == 0:
		return b, true
	case len(b) < 2 || b[0] != ' ':
		return b, false
	case b[1] == '-':
		rec.Bytes, rec.Daemon, rest = 0, Apache, b[2:]
	default:
		rec.Bytes, rest, ok = cutNumber(b[1:])
		if !ok {
			return b, false
		}
	}
	return rest, len(rest) == 0 || rest[0] == ' '
}

// combinedClient reads what stands before the time: the client, perhaps behind a virtual host or as a list of forwarded
// addresses, then identity and user, which may be anything. A client that is a name counts only with "-" for its identity,
// since a syslog envelope looks much the same.
func combinedClient(b []byte, rec *Record) bool {
	client, rest := cutWord(b)
	if string(rest) == "- -" && isAddress(client) {
		rec.Client = client
		return true
	}
	second, _ := cutWord(rest)
	switch {
	case bytes.HasSuffix(client, []byte(",")):
		rec.Client = client[:len(client)-1]
		return isAddress(rec.Client)
	case isAddress(client):
		rec.Client = client
		if isDomain(second) {
			rec.VHost = second
		}
		return true
	case isAddress(second):
		rec.Client, rec.VHost = second, withoutPort(client, false)
		if len(rec.VHost) < len(client) {
			rec.Daemon = Apache
		}
		return isDomain(rec.VHost) || isLabel(rec.VHost)
	case string(second) != "-":
		return false
	}
	if string(client) != "-" {
		rec.Client = client
	}
	return isDomain(client) || isLabel(client)
}

// isLabel reports whether b could be a host's name without domain, or stands for none.
func isLabel(b []byte) bool {
	for _, c := range b {
		if !isWordByte(c) && c != '-' {
			return false
		}
	}
	return len(b) > 0
}

// combinedAgent reads referrer and agent if they follow, and returns the rest. Texts that are empty in their quotes are of
// HAProxy, which leaves both out: nginx and Apache print "-".
func combinedAgent(b []byte, rec *Record) (tail []byte, ok bool) {
	if len(b) < 2 || b[1] != '"' {
		return b, true
	}
	referrer := quotedSize(b[1:])
	if referrer == 0 || len(b) < referrer+3 || b[referrer+2] != '"' {
		return b, true
	}
	agent := quotedSize(b[referrer+2:])
	if agent == 0 {
		return nil, true
	}
	if referrer == 2 && agent == 2 && len(b) > 6 {
		return nil, false
	}
	b = b[referrer+2:]
	if agent != 3 || b[1] != '-' {
		rec.UserAgent = b[1 : agent-1]
	}
	return b[agent:], true
}

// quotedSize returns the size of the text in quotes at the front of b, with them; 0 if it is not ended. A quote inside is
// escaped (Apache), or it is not followed by a blank.
func quotedSize(b []byte) int {
	for i := 1; i < len(b); i++ {
		j := bytes.IndexByte(b[i:], '"')
		if j < 0 {
			return 0
		}
		i += j
		if (i+1 == len(b) || b[i+1] == ' ') && !isEscaped(b, i) {
			return i + 1
		}
	}
	return 0
}

// isEscaped reports whether an odd number of backslashes stands before b[i].
func isEscaped(b []byte, i int) bool {
	n := 0
	for n < i && b[i-1-n] == '\\' {
		n++
	}
	return n%2 == 1
}
