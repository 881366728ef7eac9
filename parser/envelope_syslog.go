package parser

import "bytes"

// prioritised reads a line that begins with syslog's <PRI>: RFC 5424, RFC 3164, HAProxy's "timed", and its "short" and
// "priority", which have nothing but the priority.
func (s *Scanner) prioritised(line []byte, env *envelope) (inner []byte, ok bool) {
	pri, n := leadingNumber(line[1:])
	if n == 0 || n > 3 || pri > 191 || len(line) < n+3 || line[n+1] != '>' {
		return nil, false
	}
	env.severity = Emergency - Severity(pri&7)
	b := line[n+2:]
	if inner, ok = s.rfc5424(b, env); ok {
		return inner, true
	}
	if inner, ok = s.bsdSyslog(b, env); ok {
		return inner, true
	}
	if m, rest, stamped := s.clock.iso(b); stamped && len(rest) > 1 && rest[0] == ' ' {
		env.time = m
		b = rest[1:]
	}
	if t, tagged := cutTag(b); tagged {
		return t.fill(env), true
	}
	if pri < 8 && b[0] == '[' {
		env.program, env.daemon = kernelName, Kernel
	}
	return b, true
}

// kernelName stands for the program in what dmesg -r prints, which names none.
var kernelName = []byte("kernel")

// bsdSyslog reads RFC 3164 from its time stamp on: "Nov 21 06:13:00 host program[pid]: text". The host may be missing, as
// in HAProxy's "local". Without a tag it is an envelope only where the line cannot be an application's own.
func (s *Scanner) bsdSyslog(b []byte, env *envelope) (inner []byte, ok bool) {
	m, rest, ok := s.clock.bsd(b)
	if !ok || len(rest) < 2 || rest[0] != ' ' {
		return nil, false
	}
	b = rest[1:]
	if memo := &s.envelopes.tag; memo.fits(b) {
		env.time, env.again = m, m == s.envelopes.stamp
		s.envelopes.stamp = m
		return memo.fill(b, env), true
	}
	t, ok := cutTag(b)
	if !ok {
		i := bytes.IndexByte(b, ' ')
		if i < 0 || !isHostName(b[:i]) || env.severity == NoSeverity && !s.wrapped && !isRepeat(b[i+1:]) {
			return nil, false
		}
		t = tag{host: b[:i], text: b[i+1:]}
	} else {
		s.envelopes.tag.remember(b, &t)
	}
	env.time = m
	return t.fill(env), true
}

// isRepeat tells the line that syslogd writes without a tag.
func isRepeat(b []byte) bool { return bytes.HasPrefix(b, []byte("last message repeated ")) }

// rfc5424 reads what follows the priority: "1 2026-11-21T06:13:00.123456+00:00 host app procid msgid [data] text", where
// "-" stands for nothing.
func (s *Scanner) rfc5424(b []byte, env *envelope) (inner []byte, ok bool) {
	if len(b) < 4 || b[0] != '1' || b[1] != ' ' || b[2] != '-' && b[2]-'0' > 9 {
		return nil, false
	}
	b = b[2:]
	if b[0] == '-' {
		b = b[1:]
	} else if env.time, b, ok = s.clock.iso(b); !ok {
		return nil, false
	}
	var fields [4][]byte
	for i := range fields {
		if len(b) < 2 || b[0] != ' ' {
			return nil, false
		}
		b = b[1:]
		end := bytes.IndexByte(b, ' ')
		if end < 0 {
			end = len(b)
		}
		if string(b[:end]) != "-" {
			fields[i] = b[:end]
		}
		b = b[end:]
	}
	env.host, env.program = fields[0], fields[1]
	env.daemon = daemonOf(env.program)
	env.pid, _ = leadingNumber(fields[2])
	if len(b) < 2 {
		return nil, true
	}
	b = afterStructuredData(b[1:])
	return bytes.TrimPrefix(b, []byte("\ufeff")), true
}

// afterStructuredData skips "-" or any number of elements [id name="value" …], whose values may hold an escaped or a plain
// closing bracket, and the blank behind.
func afterStructuredData(b []byte) []byte {
	if b[0] == '-' {
		b = b[1:]
	}
	for len(b) > 0 && b[0] == '[' {
		end := structuredElement(b)
		if end == 0 {
			return b
		}
		b = b[end:]
	}
	if len(b) > 0 && b[0] == ' ' {
		b = b[1:]
	}
	return b
}

// structuredElement returns the size of the element at the front of b, 0 if it does not end.
func structuredElement(b []byte) int {
	quoted := false
	for i := 1; i < len(b); i++ {
		switch c := b[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case c == ']' && !quoted:
			return i + 1
		}
	}
	return 0
}

// stampedISO reads lines that begin with an ISO 8601 time stamp and are no application's own: rsyslog's file format and
// journalctl -o short-iso ("STAMP host program[pid]: text"), CRI ("STAMP stderr F text"), "docker logs -t", HAProxy's "iso".
func (s *Scanner) stampedISO(line []byte, env *envelope) (inner []byte, ok bool) {
	if len(line) < 21 || line[10] != 'T' {
		if line[1] == ' ' {
			return s.rfc5424(line, env)
		}
		return nil, false
	}
	m, rest, ok := s.clock.iso(line)
	stamp := line[:len(line)-len(rest)]
	if !ok || len(rest) < 2 || rest[0] != ' ' {
		return nil, ok && isRuntimeStamp(stamp) && isBlank(rest) // "docker logs -t" of an empty line
	}
	b := rest[1:]
	env.time = m
	if inner, ok = s.cri(b, env); ok {
		return inner, true
	}
	if t, ok := cutTag(b); ok && t.credible(stamp) {
		return t.fill(env), true
	}
	if m.zoned && haproxySpeaks(b) || isRuntimeStamp(stamp) && s.isRuntimeLine(b) {
		return b, true
	}
	env.time = moment{}
	return nil, false
}
