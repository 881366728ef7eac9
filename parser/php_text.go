package parser

import "bytes"

// phpLevels are the labels PHP puts before its messages, the most common ones first. What PHP cannot go on from is Critical;
// deprecations are notices.
var phpLevels = [...]struct {
	label    string
	severity Severity
}{
	{"Warning", Warning},
	{"Fatal error", Critical},
	{"Notice", Notice},
	{"Deprecated", Notice},
	{"Parse error", Critical},
	{"Recoverable fatal error", Error},
	{"Catchable fatal error", Error},
	{"Strict Standards", Notice},
	{"Unknown error", Error},
}

// PHPLevel returns the level of the worst of PHP's messages in msg, such as "Fatal error", and what it weighs. msg is what a
// PHP process wrote to its error log or to FastCGI's stderr, where several messages of one request are joined:
// "PHP message: PHP Warning:  … in x.php on line 3; PHP message: PHP Fatal error:  …". The level is empty if there is none.
// It borrows from msg.
func PHPLevel(msg []byte) (level []byte, sev Severity) {
	level, sev = phpLevel(msg)
	return worseLevel(msg, level, sev)
}

// worseLevel returns the level of the worst of the messages behind the first, whose level is given, if it is worse.
func worseLevel(msg, level []byte, sev Severity) ([]byte, Severity) {
	for {
		i := bytes.Index(msg, []byte("PHP message: "))
		if i < 0 {
			return level, sev
		}
		msg = msg[i+len("PHP message: "):]
		if one, severity := phpLevel(msg); severity > sev {
			level, sev = one, severity
		}
	}
}

// phpSeverity is PHPLevel without the level's name.
func phpSeverity(msg []byte) Severity {
	_, sev := PHPLevel(msg)
	return sev
}

// phpLevel reads the level at the very front of b, with or without "PHP " before it.
func phpLevel(b []byte) (level []byte, sev Severity) {
	if len(b) >= 4 && string(b[:4]) == "PHP " {
		b = b[4:]
	}
	for i := range phpLevels {
		l := &phpLevels[i]
		if n := len(l.label); len(b) > n && b[n] == ':' && string(b[:n]) == l.label {
			return b[:n], l.severity
		}
	}
	return nil, NoSeverity
}

// phpSpeech reads b as what PHP says through another program's log: "PHP message: PHP Fatal error:  …", "NOTICE: PHP
// message: …" or the message alone. The record is then PHP's: Message begins at "PHP" and is the first line, Detail the others,
// Module is the level and decides the Severity, Script the file. It returns false for what is not PHP's.
func phpSpeech(b []byte, rec *Record) bool {
	text, relayed := relayedByFPM(b)
	level, sev := phpLevel(text)
	if sev == NoSeverity && !relayed || !relayed && text[0] != 'P' && !hasPHPPlace(text) {
		return false
	}
	rec.Daemon = PHP
	rec.Message, rec.Detail = cutLineBreak(text)
	level, sev = worseLevel(text, level, sev)
	rec.Module = level
	if sev == NoSeverity {
		sev = Notice
	}
	rec.Severity = sev
	rec.Script = phpScript(rec.Message)
	if rec.Script == nil {
		rec.Script = phpScript(rec.Detail)
	}
	return true
}

// relayedByFPM takes "PHP message: " or "NOTICE: PHP message: " off the front of b, if it stands there.
func relayedByFPM(b []byte) (text []byte, relayed bool) {
	text = b
	if len(text) >= 8 && string(text[:8]) == "NOTICE: " {
		text = text[8:]
	}
	if len(text) >= 13 && string(text[:13]) == "PHP message: " {
		return text[13:], true
	}
	return b, false
}

// cutLineBreak cuts a text of several lines in one record behind its first. rsyslog writes line feeds as "#012".
func cutLineBreak(text []byte) (first, rest []byte) {
	if i := bytes.IndexByte(text, '\n'); i >= 0 {
		return text[:i], text[i+1:]
	}
	if i := bytes.Index(text, []byte("#012")); i >= 0 {
		return text[:i], text[i+4:]
	}
	return text, nil
}

// hasPHPPlace reports whether text ends in " in FILE on line N", as PHP's messages do.
func hasPHPPlace(text []byte) bool {
	end := phpLine(text)
	return end >= 0 && lastIn(text[:end+1]) >= 0
}

// phpLine returns where the " on line N" begins in which text ends, -1 if it does not.
func phpLine(text []byte) int {
	n := len(text)
	for n > 0 && text[n-1]-'0' <= 9 {
		n--
	}
	if n == len(text) || n < 9 || string(text[n-9:n]) != " on line " {
		return -1
	}
	return n - 9
}

// phpScript returns the file a message names: "… in FILE on line 3", "… in FILE:3", "… in FILE(3) : eval()'d code on line 1".
func phpScript(text []byte) []byte {
	file := phpFile(text)
	if eval := bytes.IndexByte(file, '('); eval > 0 {
		file = file[:eval]
	}
	if string(file) == "Unknown" {
		return nil
	}
	return file
}

// phpFile is phpScript with what stands in front of the line's number.
func phpFile(text []byte) []byte {
	if end := phpLine(text); end >= 0 {
		// The name of a file seldom has a blank.
		if blank := lastBlank(text[:end]); blank >= 3 && string(text[blank-3:blank]) == " in" {
			return text[blank+1 : end]
		}
	}
	i := lastIn(text)
	if i < 0 {
		return nil
	}
	file := text[i+4:]
	if end := bytes.Index(file, []byte(" on line ")); end >= 0 {
		return file[:end]
	}
	if colon := bytes.LastIndexByte(file, ':'); colon > 0 {
		return file[:colon]
	}
	return nil
}

// lastIn returns where the last " in " begins, -1 if there is none. It stands near the end of PHP's messages.
func lastIn(text []byte) int {
	for end := lastBlank(text); end >= 3; end = lastBlank(text[:end]) {
		if text[end-1] == 'n' && text[end-2] == 'i' && text[end-3] == ' ' {
			return end - 3
		}
	}
	return -1
}

// isPHPTrace reports whether text belongs to the trace of an uncaught exception, or is one of Xdebug's "PHP   1. main() …".
func isPHPTrace(text []byte) bool {
	switch {
	case len(text) < 3:
		return false
	case text[0] == '#' && text[1]-'0' <= 9:
		_, n := leadingNumber(text[1:])
		rest := text[n+1:]
		return len(rest) > 2 && rest[0] == ' ' && (rest[1] == '{' || bytes.IndexByte(rest, '(') > 0)
	case text[0] == ' ':
		return bytes.HasPrefix(text, []byte("  thrown in "))
	case text[0] == 'S':
		return string(text) == "Stack trace:"
	case text[0] == 'P':
		if rest, ok := bytes.CutPrefix(text, []byte("PHP ")); ok {
			return string(rest) == "Stack trace:" || len(rest) > 4 && rest[0] == ' ' && bytes.IndexByte(rest[:5], '.') > 0
		}
	}
	return false
}

// isPHPTraceEnd reports whether text is the last line of a trace.
func isPHPTraceEnd(text []byte) bool { return bytes.HasPrefix(text, []byte("  thrown in ")) }

// isUncaught reports whether a trace follows the message.
func isUncaught(text []byte) bool { return bytes.Contains(text, []byte("Uncaught ")) }
