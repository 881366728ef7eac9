package parser

import (
	"bytes"
	_ "time/tzdata" // the log names zones, and a laptop may have no list of them
)

// phpState is what a source of PHP's messages leaves open from one line to the next.
type phpState struct {
	// joins says how many more lines the message just read may take; trace that its end is known.
	joins int
	trace bool
	// workers are the PHP-FPM children whose decorated output is in the middle of a message.
	workers [16]openWorker
	next    int
}

const (
	phpTraceLines = 500 // of one trace, nested exceptions included
	phpTextLines  = 100 // of one message without trace
	phpBareLines  = 30  // of one trace on stderr, where other programs write too
)

// phpError reads PHP's own error log, "[21-Nov-2026 06:13:00 Europe/Berlin] PHP Fatal error:  …", and the same without date
// as the command line and undecorated PHP-FPM workers print it on stderr. Traces and further lines of a message join it; where
// other lines have cut them off they are Continuation. Text that an application wrote through error_log() has no level.
func (s *Scanner) phpError(line []byte, rec *Record) bool {
	s.php.joins = 0
	text, dated, ok := s.phpStamp(line, rec)
	if !ok || len(text) == 0 {
		return false
	}
	if isPHPTrace(text) {
		rec.Kind, rec.Daemon, rec.Message = Continuation, PHP, text
		return true
	}
	switch {
	case phpSpeech(text, rec):
	case dated:
		rec.Daemon, rec.Message = PHP, text
	default:
		return false
	}
	rec.Kind = Message
	s.php.trace = isUncaught(rec.Message)
	switch {
	case s.php.trace && dated:
		s.php.joins = phpTraceLines
	case s.php.trace:
		s.php.joins = phpBareLines
	case dated && !hasPHPPlace(rec.Message):
		s.php.joins = phpTextLines
	}
	return true
}

// phpStamp takes "[21-Nov-2026 06:13:00 UTC] " off the line, if it is there. Without a zone it is PHP's only before "PHP ".
func (s *Scanner) phpStamp(line []byte, rec *Record) (text []byte, dated, ok bool) {
	if line[0] != '[' {
		return line, false, true
	}
	if len(line) < 24 {
		return nil, false, false
	}
	m, rest, ok := s.clock.php(line[1:])
	if !ok || len(rest) < 2 || rest[0] != ']' || rest[1] != ' ' {
		return nil, false, false
	}
	rest = rest[2:]
	if line[21] != ' ' && !bytes.HasPrefix(rest, []byte("PHP ")) {
		return nil, false, false
	}
	m.stamp(rec)
	return rest, true, true
}

// phpErrorGoesOn joins the lines of a trace, and those of a message that has not said yet where it happened.
func (s *Scanner) phpErrorGoesOn(rec *Record, line []byte) bool {
	// In envelopes each further line is a record of its own.
	if s.wrapped || beginsRecord(line) && !isPHPTrace(line) {
		return false
	}
	s.php.joins--
	if s.php.trace && isPHPTraceEnd(line) || !s.php.trace && hasPHPPlace(line) {
		s.php.joins = 0
	}
	return true
}

// phpErrorFinish finds the script in the last line of a record whose first does not name it.
func (s *Scanner) phpErrorFinish(whole []byte, rec *Record) {
	if len(rec.Script) > 0 {
		return
	}
	rec.Script = phpScript(whole[bytes.LastIndexByte(whole, '\n')+1:])
}

// beginsRecord reports whether line begins as the records of the usual logs do, so that it cannot go on with a message.
func beginsRecord(line []byte) bool {
	if len(line) < 2 {
		return false
	}
	switch c := line[0]; {
	case c == '[':
		return line[1] != ' '
	case c == '{':
		return line[1] == '"'
	case c == '<':
		return line[1]-'0' <= 9
	case c-'0' <= 9:
		return beginsWithNumber(line)
	case c >= 'A' && c <= 'S' && len(line) > 15 && line[3] == ' ' && line[6] == ' ':
		return line[9] == ':' && line[12] == ':'
	}
	return bytes.HasPrefix(line, []byte("PHP ")) || bytes.HasPrefix(line, []byte("NOTICE: PHP "))
}

// beginsWithNumber tells the dates "2026-11-21" and "2026/11/21" and an IPv4 address from other numbers.
func beginsWithNumber(line []byte) bool {
	_, n := leadingNumber(line)
	if n >= len(line) {
		return false
	}
	switch line[n] {
	case '-', '/':
		return n == 4
	case '.':
		return n <= 3 && bytes.Count(line[:min(len(line), 16)], []byte(".")) >= 3
	}
	return false
}
