package parser

import "bytes"

// appJSON reads a line that is one JSON object of an application's logger. Which members mean what is in app_roles.go; it
// takes an object that has a level or a message, or a time and a status.
func (s *Scanner) appJSON(line []byte, rec *Record) bool {
	if line = trimSpace(line); len(line) < 8 || line[0] != '{' {
		return false
	}
	f := newAppFields()
	rest, closed := s.appObject(&f, line, appKey{}, 0)
	if closed && !isBlank(rest) {
		return false
	}
	dated := f.time.resolution != 0
	switch {
	case !closed && (!dated || len(f.message) == 0):
		return false
	case f.level == NoSeverity && len(f.message) == 0 && (!dated || f.status == Unknown):
		return false
	}
	f.fill(s, rec)
	s.app = structuredState(s.wrapped, rec)
	return true
}

// appObject collects the members of the object at the front of b and returns what follows it. closed is false where b ends
// inside of it, or where it is no JSON.
func (s *Scanner) appObject(f *appFields, b []byte, in appKey, depth int) (rest []byte, closed bool) {
	object, _ := openObject(b)
	for {
		name, value, ok := object.next()
		if !ok {
			return object.rest, object.closed
		}
		key := in.with(name)
		switch {
		case value[0] == '{':
			if depth < 3 {
				s.appObject(f, value, key.inside(), depth+1)
			}
		case value[0] == '[':
		default:
			role := key.role()
			if string(name) == "Elapsed" {
				role = roleMillis // Serilog's
			}
			if role != noRole {
				f.set(s, role, s.jsonText(value), value[0] == '"')
			}
		}
	}
}

// inside returns the key for the members of an object of this name. Objects that only hold what a logger was given are
// looked through.
func (k appKey) inside() appKey {
	switch string(k.text[:k.size]) {
	case "context", "fields", "data", "meta", "extra", "attributes", "properties", "attr", "payload", "jsonpayload", "record", "info",
		"context.error":
		return appKey{}
	case "context.exception", "fields.error":
		return appKey{}.with([]byte("exception"))
	}
	return k
}

// tellingLine returns the line of a stack trace that says what went wrong: the last one of Python's, the first one of others.
func tellingLine(trace []byte) []byte {
	trace = bytes.TrimSpace(trace)
	if bytes.HasPrefix(trace, pythonTrace) {
		return trace[bytes.LastIndexByte(trace, '\n')+1:]
	}
	line, _, _ := bytes.Cut(trace, []byte("\n"))
	return line
}

var pythonTrace = []byte("Traceback (most recent call last):")
