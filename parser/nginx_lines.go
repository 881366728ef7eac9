package parser

import "bytes"

// isNginxStart reports whether line begins a record of nginx's error log.
func isNginxStart(line []byte) bool {
	return len(line) > 21 && line[4] == '/' && line[7] == '/' && line[10] == ' ' && line[13] == ':' && line[16] == ':' &&
		line[19] == ' ' && line[20] == '[' && line[0]-'0' <= 9 && line[18]-'0' <= 9
}

// nginxErrorGoesOn takes lines until the text or the request that was begun is ended. No record is longer than nginx's
// buffer for a line, so one that never ends takes little with it.
func (s *Scanner) nginxErrorGoesOn(rec *Record, line []byte) bool {
	if s.wrapped || isNginxStart(line) {
		return false
	}
	if s.nginx.open == nginxVague && !isTraceLine(line) {
		return false
	}
	s.nginxGrows(line)
	return true
}

// nginxGrows notes that line belongs to the open record, and whether it ends it.
func (s *Scanner) nginxGrows(line []byte) {
	s.nginx.size += 1 + len(line)
	ended := bytes.Contains(line, []byte(", client: "))
	if s.nginx.open == nginxInRequest {
		ended = len(line) > 0 && line[len(line)-1] == '"'
	}
	if ended || s.nginx.size >= nginxCut {
		s.nginx.open = nginxClosed
	}
}

// nginxErrorFinish reads a record of several lines again, now that its context is there.
func (s *Scanner) nginxErrorFinish(whole []byte, rec *Record) {
	open := s.nginx
	s.nginxError(whole, rec)
	s.nginx = open
}

// isTraceLine reports whether line is of a stack trace, as Lua and PHP print them.
func isTraceLine(line []byte) bool {
	if len(line) == 0 {
		return false
	}
	switch line[0] {
	case '\t', ' ':
		return true
	case '#':
		return len(line) > 2 && line[1]-'0' <= 9
	}
	return bytes.HasPrefix(line, []byte("stack traceback:")) || bytes.HasPrefix(line, []byte("coroutine ")) ||
		bytes.HasPrefix(line, []byte("Stack trace:"))
}

// nginxGoesOnWrapped is nginxErrorGoesOn for sources where every physical line stands in an envelope of its own: the record
// was given out with its first line, the others are its continuation.
func (s *Scanner) nginxGoesOnWrapped(inner []byte) bool {
	if s.nginx.open == nginxClosed || !isTraceLine(inner) {
		return false
	}
	s.nginxGrows(inner)
	return true
}
