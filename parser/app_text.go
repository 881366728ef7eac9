package parser

import "bytes"

// appText reads the plain-text log lines of applications: a time stamp, perhaps in brackets, then in any order a level, a
// thread, a process, a logger, then what was said. log4j, logback, Spring, python's logging, gunicorn, Flask, Monolog and
// Laravel, Serilog, winston, zap's console, PostgreSQL, Elasticsearch, Go's log package and their likes print such lines;
// app_text_shapes.go has those that begin differently. It is the last format but one to be tried and refuses what has no
// date that an application would print.
func (s *Scanner) appText(line []byte, rec *Record) bool {
	line = s.withoutColour(line)
	if len(line) < 12 {
		return false
	}
	s.app = appState{}
	if s.appShape(line, rec) {
		rec.Daemon = App
		s.lone(rec)
		return true
	}
	bracket := line[0] == '['
	from := 0
	if bracket {
		from = 1
	}
	m, rest, ok := s.appTime(line[from:])
	if !ok || m.resolution == 0 || !isPlainText(rest) {
		return false
	}
	if bracket {
		if len(rest) < 2 || rest[0] != ']' {
			return false
		}
		rest = rest[1:]
	}
	if len(rest) == 0 || rest[0] > ' ' && rest[0] != '|' && rest[0] != '[' {
		return false
	}
	if s.stampedPairs(m, rest, rec) {
		s.lone(rec)
		return true
	}
	var head textHead
	said := head.read(rest)
	if head.level == NoSeverity {
		if said = unlevelled(rest, line[from+4] == '/'); said == nil {
			return false
		}
		head = textHead{}
	} else if line[4] == '/' && isTornNginx(rest, said) {
		return false
	}
	rec.Kind, rec.Daemon = Message, App
	m.stamp(rec)
	if head.level != NoSeverity {
		rec.Severity = head.level
	}
	first(&rec.Program, head.logger)
	if head.pid != 0 {
		rec.PID = head.pid
	}
	rec.Message = said
	s.app.levelFollows = head.level == NoSeverity && bytes.IndexByte(line[:12], ',') > 0
	s.appTextRequest(said, rec)
	s.lone(rec)
	return true
}

// lone notes that nothing can follow the line just read, a request or the content of an envelope.
func (s *Scanner) lone(rec *Record) {
	if s.wrapped || rec.Kind == Request {
		s.app.trace = traceLone
	}
}

// stampedPairs reads the pairs of logfmt behind a bare time stamp.
func (s *Scanner) stampedPairs(m moment, rest []byte, rec *Record) bool {
	rest = trimSpace(rest)
	equals := bytes.IndexByte(rest[:min(len(rest), 32)], '=')
	if equals < 1 || !isLogfmtKey(rest[:equals]) {
		return false
	}
	f := newAppFields()
	f.time = m
	if !s.appPairs(&f, rest) || f.weight() < 2 {
		return false
	}
	f.fill(s, rec)
	return true
}

// unlevelled returns what a dated line without a level says, nil where it does not look like an application speaking: the
// torn head of a line of another log, or an access log whose shape nobody knows yet.
func unlevelled(b []byte, slashed bool) []byte {
	said := bytes.TrimLeft(b, " \t")
	said = bytes.TrimLeft(bytes.TrimPrefix(said, []byte("- ")), " ")
	if len(said) < 3 || slashed && said[0] == '[' || said[0] == '"' {
		return nil
	}
	letters := 0
	for _, c := range said[:min(len(said), 64)] {
		if c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80 {
			letters++
		}
	}
	if letters < 3 || looksLikeAccess(said) {
		return nil
	}
	return said
}

// isTornNginx reports whether what follows Go's and nginx's common time stamp is the head of a line of nginx's error log.
func isTornNginx(rest, said []byte) bool {
	rest = trimSpace(rest)
	return rest[0] == '[' && len(rest) > 1 && rest[1] >= 'a' && (len(said) == 0 || said[0]-'0' <= 9)
}

// looksLikeAccess reports whether a method of HTTP stands between other words of a line, as in an access log.
func looksLikeAccess(b []byte) bool {
	if bytes.Contains(b, []byte(" HTTP/")) {
		return true
	}
	for words := 0; len(b) > 0 && words < 8; words++ {
		end := bytes.IndexByte(b, ' ')
		if end < 0 {
			return false
		}
		word := bytes.Trim(b[:end], `"`)
		if isKnownMethod(word) && end+1 < len(b) && b[end+1] == '/' {
			return true
		}
		b = b[end+1:]
	}
	return false
}

// withoutColour returns line without the escape sequences that colour it on a terminal. A line without any is borrowed.
func (s *Scanner) withoutColour(line []byte) []byte {
	i := bytes.Index(line, []byte("\x1b["))
	if i < 0 {
		return line
	}
	out := s.scratch.begin(len(line))
	for i >= 0 {
		out = append(out, line[:i]...)
		line = line[i+2:]
		end := 0
		for end < len(line) && (line[end]-'0' <= 9 || line[end] == ';') {
			end++
		}
		line = line[min(end+1, len(line)):]
		i = bytes.Index(line, []byte("\x1b["))
	}
	return s.scratch.keep(append(out, line...))
}
