package parser

import "bytes"

// accessShaped reads access logs of a custom format, whatever its order, names and separators, once enough of its lines have
// shown what is what: see shape. A line is taken only where a moment, a request, a status and a client or an upstream stand
// in it.
func (s *Scanner) accessShaped(line []byte, rec *Record) bool {
	if !s.byShape(s.wholeLesson(), line, line, rec) {
		return false
	}
	if rec.Daemon == AnyWeb {
		rec.Daemon = daemonByStatus(rec.Status)
	}
	s.settleAccess(rec)
	return true
}

// wholeLesson is about whole lines.
func (s *Scanner) wholeLesson() lesson {
	return lesson{
		shapes:  &s.shapes.whole,
		cut:     func(_ *Scanner, line []byte) ([]byte, int32) { return line, Unknown },
		restore: func(_ *Scanner, _ []byte, rec *Record) { rec.Reset() },
	}
}

// mayBeAccess reports whether line has the word of a request in it.
func mayBeAccess(line []byte) bool {
	if bytes.Contains(line, []byte("HTTP/")) {
		return true
	}
	for _, method := range [...]string{"GET", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"} {
		if bytes.Contains(line, []byte(method)) {
			return true
		}
	}
	return false
}

// settleAccess completes a record of an access log: which daemon it is of, and the moment of completion, since Apache's is
// that of the start.
func (s *Scanner) settleAccess(rec *Record) {
	rec.Kind = Request
	settlePhases(rec)
	if !s.wrapped {
		switch {
		case rec.Daemon != AnyWeb:
			s.shapes.daemon = rec.Daemon
		case s.shapes.daemon != NoDaemon:
			rec.Daemon = s.shapes.daemon
		}
	}
	if rec.Daemon == Apache && rec.Duration > 0 {
		rec.Time += rec.Duration
	}
}
