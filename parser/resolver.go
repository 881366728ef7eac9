package parser

import "bytes"

// resolverMessage reads what name servers and resolvers say: dnsmasq, unbound, BIND's named, systemd-resolved. In an
// envelope its program tells; unbound and named also write files of their own:
//
//	[1795241580] unbound[24433:0] error: …
//	21-Nov-2026 06:13:00.123 resolver: info: …
//
// Sources: unbound util/log.c, BIND lib/isc/log.c.
func (s *Scanner) resolverMessage(line []byte, rec *Record) bool {
	if len(line) < 3 {
		return false
	}
	if rec.Daemon == Resolver {
		rec.Kind, rec.Message = Message, unboundText(line, rec)
		return true
	}
	var ok bool
	if line[0] == '[' {
		ok = s.unboundFile(line, rec)
	} else if line[0]-'0' <= 9 {
		ok = s.namedFile(line, rec)
	}
	if ok {
		rec.Kind, rec.Daemon = Message, Resolver
	}
	return ok
}

// unboundText takes unbound's "[24433:0] error: " off.
func unboundText(b []byte, rec *Record) []byte {
	pid, size := int64(0), 0
	if b[0] == '[' {
		pid, size = leadingNumber(b[1:])
	}
	end := bytes.Index(b, []byte("] "))
	if size == 0 || end < 0 || end > 24 || b[1+size] != ':' {
		return b
	}
	level, text, ok := bytes.Cut(b[end+2:], []byte(": "))
	if severity := levelOf(level); ok && severity != NoSeverity {
		rec.PID, rec.Severity = pid, severity
		return text
	}
	return b
}

// unboundFile reads a line of unbound's log file. The stamp in front is absolute.
func (s *Scanner) unboundFile(line []byte, rec *Record) bool {
	m, rest, ok := s.clock.epoch(line[1:])
	if !ok {
		return false
	}
	rest, ok = bytes.CutPrefix(rest, []byte("] unbound"))
	if !ok || len(rest) < 8 || rest[0] != '[' {
		return false
	}
	m.stamp(rec)
	rec.Message = unboundText(rest, rec)
	return true
}

// namedFile reads a line of BIND's log channels with time, category and severity.
func (s *Scanner) namedFile(line []byte, rec *Record) bool {
	m, rest, ok := dayFirstTime(line, '-')
	if !ok || m.resolution != 1000 || len(rest) < 8 || rest[0] != ' ' {
		return false
	}
	category, rest, ok := bytes.Cut(rest[1:], []byte(": "))
	if !ok || len(category) > 20 || bytes.IndexByte(category, ' ') >= 0 {
		return false
	}
	level, text, ok := bytes.Cut(rest, []byte(": "))
	if !ok || levelOf(level) == NoSeverity {
		return false
	}
	m.stamp(rec)
	rec.Severity, rec.Module, rec.Message = levelOf(level), category, text
	return true
}
