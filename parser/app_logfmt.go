package parser

import "bytes"

// appLogfmt reads a line of "key=value key="quoted value"" pairs, as log/slog's text handler, logrus, go-kit, lograge and
// Heroku's router print them. It takes one that begins with a pair and has at least two of: time, level, message, status,
// request.
func (s *Scanner) appLogfmt(line []byte, rec *Record) bool {
	equals := bytes.IndexByte(line[:min(len(line), 32)], '=')
	if equals < 1 || !isLogfmtKey(line[:equals]) || len(line) < 12 {
		return false
	}
	f := newAppFields()
	if !s.appPairs(&f, line) || f.weight() < 2 {
		return false
	}
	f.fill(s, rec)
	s.app = structuredState(s.wrapped, rec)
	return true
}

// weight counts what a line must have some of to be taken as a log's.
func (f *appFields) weight() (n int) {
	for _, has := range [...]bool{f.time.resolution != 0, f.level != NoSeverity, len(f.message) > 0, f.status != Unknown,
		len(f.method)+len(f.path) > 0} {
		if has {
			n++
		}
	}
	return n
}

// appPairs collects the pairs of a line. It returns false if the line has more bare words than pairs, which makes it prose.
func (s *Scanner) appPairs(f *appFields, line []byte) bool {
	pairs, words := 0, 0
	for {
		name, value, rest := logfmtPair(line)
		line = rest
		switch {
		case len(name) == 0:
			return pairs > words
		case value == nil:
			words++
			continue
		}
		pairs++
		key := appKey{}.with(name)
		if role := key.role(); role != noRole {
			f.set(s, role, s.logfmtText(value), value[0] == '"')
		}
	}
}

// logfmtPair cuts the next pair off b. value is nil for a word without "=", and not empty otherwise: two quotes stand for
// an empty one. name is empty at the end.
func logfmtPair(b []byte) (name, value, rest []byte) {
	b = trimSpace(b)
	n := 0
	for n < len(b) && b[n] != '=' && b[n] != ' ' && b[n] != '\t' {
		n++
	}
	name = b[:n]
	if n == len(b) || b[n] != '=' || !isLogfmtKey(name) {
		return name, nil, b[n:]
	}
	b = b[n+1:]
	if n = jsonStringSize(b); n > 0 {
		return name, b[:n], b[n:]
	}
	n = 0
	for n < len(b) && b[n] != ' ' && b[n] != '\t' {
		n++
	}
	if n == 0 {
		return name, emptyPair, b
	}
	return name, b[:n], b[n:]
}

var emptyPair = []byte(`""`)

// logfmtText is what a value says, without its quotes and escapes.
func (s *Scanner) logfmtText(value []byte) []byte {
	if value[0] == '"' && len(value) > 1 {
		return s.jsonText(value)
	}
	return value
}

func isLogfmtKey(b []byte) bool {
	for _, c := range b {
		if !isWordByte(c) && c != '.' && c != '-' && c != '@' {
			return false
		}
	}
	return len(b) > 0
}
