package parser

import "bytes"

// apacheBare reads what httpd writes to stderr without a time stamp while it starts or checks its configuration:
// "AH00526: Syntax error on line 12 of …:" with the reason on the next line, "(98)Address already in use: AH00072: …",
// "apache2: Syntax error …".
func (s *Scanner) apacheBare(line []byte, rec *Record) bool {
	if s.apache.reasonFollows && isPlainText(line) && line[0] > ' ' {
		s.apache.reasonFollows = false
		rec.Kind, rec.Daemon, rec.Severity, rec.Message = Message, Apache, Error, line
		return true
	}
	body := line
	if line[0] == '(' {
		size := apacheStatus(line, rec)
		if size == 0 || apacheCode(line[size:]) == 0 {
			return false
		}
		body = line[size:]
		rec.Severity = Error
	}
	code := apacheCode(body)
	if code == 0 && !isApacheSaying(body) {
		return false
	}
	rec.Kind, rec.Daemon, rec.Message, rec.Code = Message, Apache, line, body[:code]
	if bytes.Contains(body[:min(len(body), 40)], []byte("Syntax error on line ")) {
		rec.Severity = Error
		s.apache.reasonFollows = body[len(body)-1] == ':'
	}
	return true
}

// isApacheSaying knows the lines that have no code.
func isApacheSaying(b []byte) bool {
	switch b[0] {
	case 'a':
		return bytes.HasPrefix(b, []byte("apache2: "))
	case 'h':
		return bytes.HasPrefix(b, []byte("httpd: "))
	case 'S':
		return bytes.HasPrefix(b, []byte("Syntax error on line "))
	case 'n':
		return bytes.HasPrefix(b, []byte("no listening sockets available"))
	}
	return false
}

// isApacheProgram reports whether an envelope names httpd.
func isApacheProgram(name []byte) bool {
	return string(name) == "apache2" || string(name) == "httpd"
}

// apacheStray takes raw text that a script or a piped logger wrote to Apache's stderr: a line between lines of an error
// log that says which program spoke ("sh: 1: foo: not found") or where in a script ("… at x.cgi line 3.").
func (s *Scanner) apacheStray(line []byte, rec *Record) bool {
	if s.wrapped || !s.bareRecent.has(ApacheError) || !isPlainText(line) {
		return false
	}
	if !hasProgramPrefix(line) && !isPerlWarning(line) {
		return false
	}
	rec.Kind, rec.Daemon, rec.Message = Message, Apache, line
	return true
}

// hasProgramPrefix reports whether a line begins with "name: " or "/path: ".
func hasProgramPrefix(line []byte) bool {
	if line[0] != '/' && (line[0] < 'a' || line[0] > 'z') {
		return false
	}
	for i, c := range line {
		if c == ':' {
			return i > 1 && i+2 < len(line) && line[i+1] == ' '
		}
		if !isWordByte(c) && c != '/' && c != '.' && c != '-' {
			return false
		}
	}
	return false
}

// isPerlWarning reports whether a line ends in " line 12." after " at ".
func isPerlWarning(line []byte) bool {
	i := lastIndex(line, []byte(" line "))
	if i < 0 || !bytes.Contains(line[:i], []byte(" at ")) {
		return false
	}
	_, size := leadingNumber(line[i+6:])
	return size > 0 && string(line[i+6+size:]) == "."
}

// isPlainText reports whether a line has neither control characters nor more than a log's text would be.
func isPlainText(line []byte) bool {
	if len(line) == 0 || len(line) > 8192 {
		return false
	}
	for _, c := range line {
		if c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}
