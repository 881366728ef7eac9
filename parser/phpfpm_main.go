package parser

import "bytes"

// phpfpmMain reads PHP-FPM's own log:
//
//	[21-Nov-2026 06:13:00] WARNING: [pool www] text: strerror (errno)
//	[21-Nov-2026 06:13:00.123456] DEBUG: pid 998, function(), line 407: [pool www] text     at log_level = debug
//	[WARNING] [pool www] text                                                               inside syslog
//
// Message is the text behind the pool. PID is the process the text is about, else the one that spoke. What a worker "said
// into stderr" is the worker's: Daemon is PHP, Message and Severity are those inside the quotes, and every line of one
// message but the first is a Continuation.
func (s *Scanner) phpfpmMain(line []byte, rec *Record) bool {
	level, b, ok := s.phpfpmHead(line, rec)
	if !ok {
		return false
	}
	severity := phpfpmLevel(level)
	if severity == NoSeverity {
		return false
	}
	b = debugPrefix(b, rec)
	if len(b) >= 6 && string(b[:6]) == "[pool " {
		rest, end := b[6:], 0
		for end < len(rest) && rest[end] != ']' { // names are short
			end++
		}
		if end > 0 && end < len(rest) {
			rec.Pool = rest[:end]
			b = trimSpace(rest[end+1:])
		}
	}
	rec.Kind, rec.Daemon, rec.Severity, rec.Message = Message, PHPFPM, severity, b
	pid, text := aboutProcess(b)
	if pid > 0 {
		rec.PID = pid
	}
	switch {
	case len(text) >= 14 && string(text[:14]) == " said into std":
		s.workerOutput(text, rec)
	case len(text) >= 10 && string(text[:10]) == ", script '":
		slowScript(text, rec)
	default:
		rec.Errno = trailingErrno(b)
	}
	return true
}

// phpfpmHead reads time and level.
func (s *Scanner) phpfpmHead(line []byte, rec *Record) (level, rest []byte, ok bool) {
	if len(line) < 12 || line[0] != '[' {
		return nil, nil, false
	}
	if line[1] > '9' {
		end := bytes.IndexByte(line[:12], ']')
		if end < 0 || rec.Daemon != PHPFPM && !bytes.HasPrefix(line[end:], []byte("] [pool ")) {
			return nil, nil, false
		}
		return line[1:end], trimSpace(line[end+1:]), true
	}
	m, rest, ok := s.clock.php(line[1:])
	if !ok || len(rest) < 7 || rest[0] != ']' || rest[1] != ' ' || line[21] == ' ' {
		return nil, nil, false
	}
	rest = rest[2:]
	colon := bytes.IndexByte(rest[:min(len(rest), 8)], ':')
	if colon < 0 {
		return nil, nil, false
	}
	m.stamp(rec)
	return rest[:colon], trimSpace(rest[colon+1:]), true
}

func phpfpmLevel(level []byte) Severity {
	switch string(level) {
	case "DEBUG":
		return Debug
	case "NOTICE":
		return Notice
	case "WARNING":
		return Warning
	case "ERROR":
		return Error
	case "ALERT":
		return Alert
	}
	return NoSeverity
}

// debugPrefix takes "pid 998, function(), line 407: " off.
func debugPrefix(b []byte, rec *Record) []byte {
	if len(b) < 4 || string(b[:4]) != "pid " {
		return b
	}
	rest := b[4:]
	pid, n := leadingNumber(rest)
	line := bytes.Index(rest[:min(len(rest), 200)], []byte("(), line "))
	if n == 0 || line < 0 {
		return b
	}
	rest = rest[line+len("(), line "):]
	_, digits := leadingNumber(rest)
	if !bytes.HasPrefix(rest[digits:], []byte(": ")) {
		return b
	}
	rec.PID = pid
	return rest[digits+2:]
}

// aboutProcess reads the process a text is about, "child 1240 exited …", "about to trace 1240", "fpm is running, pid 998",
// and returns what follows "child N". pid is 0 if there is none.
func aboutProcess(b []byte) (pid int64, rest []byte) {
	if len(b) >= 6 && string(b[:6]) == "child " {
		pid, n := leadingNumber(b[6:])
		return pid, b[6+n:]
	}
	if !namesProcess(b) {
		return 0, nil
	}
	for _, phrase := range processPhrases {
		if i := bytes.Index(b, phrase); i >= 0 {
			pid, n := leadingNumber(b[i+len(phrase):])
			if n > 0 {
				return pid, nil
			}
		}
	}
	return 0, nil
}

var processPhrases = [...][]byte{[]byte(" trace "), []byte(" trace of "), []byte(", pid "), []byte(" child ")}

// namesProcess reports whether a number stands behind what may be the end of one of processPhrases. Most texts have none, and the phrases
// begin so much like other words that looking for them takes long.
func namesProcess(b []byte) bool {
	for i := 3; i < len(b); i++ {
		if b[i]-'0' <= 9 && b[i-1] == ' ' {
			switch string(b[i-3 : i-1]) {
			case "ce", "of", "id", "ld":
				return true
			}
		}
	}
	return false
}

// slowScript reads ", script '/srv/slow.php' (request: "GET /slow.php?x=1") executing too slow (2.215145 sec), logging", and
// the same with "execution timed out". The request may hold anything, the phrase behind it is fixed.
func slowScript(text []byte, rec *Record) {
	text = text[len(", script '"):]
	request := bytes.Index(text, []byte(`' (request: "`))
	end := lastIndex(text, []byte(`") execut`))
	if request < 0 || end < request+13 {
		return
	}
	rec.Script = text[:request]
	rec.Method, rec.Path = cutWord(text[request+13 : end])
	after := text[end:]
	open := bytes.IndexByte(after, '(')
	if open < 0 {
		return
	}
	if d, ok := fpmSeconds(after[open+1:]); ok {
		rec.Duration = d
	}
}

// fpmSeconds reads a decimal number of seconds, "2.215145", as µs.
func fpmSeconds(b []byte) (micros int64, ok bool) {
	whole, n := leadingNumber(b)
	if n == 0 || n > 10 {
		return 0, false
	}
	m, _ := fraction(moment{micros: whole * second, resolution: second}, b[n:])
	return m.micros, true
}

// trailingErrno reads the number in "text: Resource temporarily unavailable (11)".
func trailingErrno(b []byte) int32 {
	if len(b) < 5 || b[len(b)-1] != ')' {
		return 0
	}
	open := bytes.LastIndexByte(b, '(')
	colon := lastIndex(b, []byte(": "))
	if open < 2 || colon < 0 || open < colon || b[open-1] != ' ' || b[colon+2] < 'A' || b[colon+2] > 'Z' {
		return 0
	}
	n, size := leadingNumber(b[open+1:])
	if size == 0 || size > 4 || open+size+2 != len(b) {
		return 0
	}
	return int32(n)
}
