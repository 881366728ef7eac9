package parser

import "bytes"

// traceMost bounds the lines of one trace.
const traceMost = 2000

// appTraceGoesOn reports whether line belongs to the trace that was begun.
func (s *Scanner) appTraceGoesOn(rec *Record, line []byte) bool {
	if s.wrapped || rec.Kind != Message || s.app.lines >= traceMost {
		return false
	}
	s.app.lines++
	return s.traceGoesOn(line)
}

func (s *Scanner) traceGoesOn(line []byte) bool {
	if s.app.trace == traceLone {
		return false
	}
	if isBlank(line) {
		return true
	}
	indented := line[0] == ' ' || line[0] == '\t'
	switch s.app.trace {
	case traceGo:
		return indented || isGoTraceLine(line) || isRegister(line) || hasAnyPrefix(line, goAgain)
	case tracePython:
		return indented || s.pythonGoesOn(line)
	case traceFrames:
		return indented || hasAnyPrefix(line, framesAgain) || isFramesEnd(line) || isRubyPlace(line)
	case traceScript:
		return s.scriptGoesOn(line, indented)
	case traceHeap:
		return indented || line[0] == '[' && line[1%len(line)]-'0' <= 9 || hasAnyPrefix(line, heapLines) || isNativeFrame(line)
	case traceRust:
		return s.rustGoesOn(line, indented)
	case tracePHP:
		return indented || line[0] == '#' || hasAnyPrefix(line, phpLines)
	}
	return false
}

var (
	// goAgain follow "runtime: …" within one death.
	goAgain     = [][]byte{[]byte("fatal error: "), []byte("runtime: "), []byte("PC=")}
	framesAgain = [][]byte{[]byte("Caused by: "), []byte("at "), []byte("... "), []byte("Suppressed: "), []byte("--- End of "),
		[]byte("Node.js v"), []byte("(Use `node "), []byte("Thrown at:")}
	heapLines = [][]byte{[]byte("<---"), []byte("FATAL ERROR: "), []byte("-----"), []byte("====="), []byte("Security context"),
		[]byte("Aborted"), []byte("node::")}
	phpLines = [][]byte{[]byte("Stack trace:"), []byte("[stacktrace]"), []byte(`"}`), []byte("Next "), []byte("[previous exception]")}
)

// isFramesEnd reports whether line closes the list of an error's properties that JavaScript prints below the frames.
func isFramesEnd(line []byte) bool { return len(line) <= 2 && (line[0] == '}' || line[0] == ']') }

// isRubyPlace reports whether line is "app/models/x.rb:3:in 'y'".
func isRubyPlace(line []byte) bool {
	i := bytes.Index(line, []byte(".rb:"))
	return i > 0 && i+4 < len(line) && line[i+4]-'0' <= 9 && bytes.IndexByte(line[:i], ' ') < 0
}

// isRegister reports whether line is of the register dump of a Go crash: "rax    0x0".
func isRegister(line []byte) bool {
	name, value := firstWord(line)
	return len(name) <= 6 && bytes.HasPrefix(bytes.TrimLeft(value, " "), []byte("0x"))
}

// isNativeFrame reports whether line is " 1: 0xb090e0 node::Abort() [node]" without its indent.
func isNativeFrame(line []byte) bool {
	_, size := leadingNumber(line)
	return size > 0 && bytes.HasPrefix(line[size:], []byte(": 0x"))
}

// pythonGoesOn takes the line of the exception, which ends a traceback, what SQLAlchemy adds to it, and the next traceback
// of a chain.
func (s *Scanner) pythonGoesOn(line []byte) bool {
	switch {
	case bytes.HasPrefix(line, pythonTrace) && !s.app.told, hasAnyPrefix(line, pythonMarks):
		s.app.told = false
		return true
	case s.app.told:
		return hasAnyPrefix(line, sqlalchemyLines)
	case beginsLogLine(line):
		return false
	}
	s.app.told = true
	return true
}

var sqlalchemyLines = [][]byte{[]byte("[SQL: "), []byte("[parameters: "), []byte("(Background on this error"), []byte("DETAIL:  "), []byte("HINT:  ")}

// scriptGoesOn takes the code and the mark below it, up to the error; what follows that is frames.
func (s *Scanner) scriptGoesOn(line []byte, indented bool) bool {
	if isExceptionLine(line) || hasAnyPrefix(line, frameOpenings) {
		s.app.trace = traceFrames
		return true
	}
	return indented || s.app.lines < 6 && !beginsLogLine(line)
}

// rustGoesOn takes the message below "thread 'main' panicked at …:" and what follows up to the hint on backtraces.
func (s *Scanner) rustGoesOn(line []byte, indented bool) bool {
	if indented || bytes.HasPrefix(line, []byte("note: ")) || bytes.HasPrefix(line, []byte("stack backtrace:")) {
		return true
	}
	return s.app.lines < 4 && !beginsLogLine(line)
}

// appGoesOn reports whether line belongs to the log line before: a trace that is plainly its own.
func (s *Scanner) appGoesOn(rec *Record, line []byte) bool {
	if s.wrapped || rec.Kind != Message || s.app.lines >= traceMost {
		return false
	}
	s.app.lines++
	if s.app.trace != noTrace {
		return s.traceGoesOn(line)
	}
	if len(line) < 3 {
		return false
	}
	if s.app.levelFollows {
		s.app.levelFollows = false
		if level := trailingLevel(line); level != NoSeverity {
			s.app.levelled = true
			rec.Severity = level
			return true
		}
	}
	s.app.trace = s.trailing(rec, line)
	return s.app.trace != noTrace
}

// trailingLevel reads the level in front of java.util.logging's second line, "SEVERE: text".
func trailingLevel(line []byte) Severity {
	word, _ := firstWord(line)
	if len(word) < 4 || word[len(word)-1] != ':' {
		return NoSeverity
	}
	return appLevel(word[:len(word)-1])
}

// structuredState says what may follow a line of JSON or pairs: frames that got out of a message about trouble.
func structuredState(wrapped bool, rec *Record) appState {
	if wrapped || rec.Kind == Request || rec.Severity != NoSeverity && rec.Severity < Warning {
		return appState{trace: traceLone}
	}
	return appState{}
}

// trailing tells which trace line begins below a log line. JSON and pairs keep their traces inside, so only frames can
// have got out of them.
func (s *Scanner) trailing(rec *Record, line []byte) traceKind {
	indented := line[0] == ' ' || line[0] == '\t'
	inner := bytes.TrimLeft(line, " \t")
	if rec.Format != AppText {
		if indented && hasAnyPrefix(inner, innerFrames) {
			return traceFrames
		}
		return noTrace
	}
	switch {
	case bytes.HasPrefix(line, pythonTrace):
		return tracePython
	case bytes.HasPrefix(line, []byte("goroutine ")) && bytes.Contains(rec.Message, []byte("panic")):
		return traceGo
	case bytes.HasPrefix(line, []byte("#0 ")) || hasAnyPrefix(line, phpLines[:2]):
		return tracePHP
	case indented, bytes.HasPrefix(line, []byte("Caused by: ")), bytes.HasPrefix(line, []byte("at ")):
		return traceFrames
	case rec.Severity >= Warning && isExceptionLine(line):
		return traceFrames
	}
	return noTrace
}

// appFinish completes a record of several lines: an AppTrace gets its telling line, a log line what the trace below it
// tells.
func (s *Scanner) appFinish(whole []byte, rec *Record) {
	if rec.Format == AppTrace {
		if telling := s.telling(whole); telling != nil {
			if !bytes.HasPrefix(whole, telling) {
				rec.Detail = whole
				if s.app.trace == traceRust {
					telling = s.joined(bytes.TrimRight(rec.Message, ":"), telling)
				}
			}
			rec.Message = telling
		}
		return
	}
	trace := rec.Detail
	if s.app.levelled {
		_, rest := firstWord(trace)
		rec.Message, trace, _ = bytes.Cut(trimSpace(rest), []byte("\n"))
	}
	if s.app.trace == traceGo {
		rec.Severity = max(rec.Severity, Error)
		return
	}
	telling := s.telling(trace)
	if len(telling) > 0 && !bytes.Contains(rec.Message, telling) {
		rec.Message = s.joined(rec.Message, telling)
	}
}

// telling finds the line of a trace that says what went wrong, nil if none does.
func (s *Scanner) telling(trace []byte) []byte {
	var found, previous []byte
	for rest := trace; len(rest) > 0; {
		line, size := cutLine(rest, true)
		rest = rest[size:]
		if isBlank(line) {
			continue
		}
		if s.tells(line, previous, found) {
			found = bytes.TrimLeft(line, " \t")
		}
		previous = line
	}
	return found
}

// tells reports whether line tells more than the lines before it, of which found told the most.
func (s *Scanner) tells(line, previous, found []byte) bool {
	if line[0] == ' ' || line[0] == '\t' {
		return s.app.trace == traceFrames && bytes.HasPrefix(bytes.TrimLeft(line, " \t"), []byte("Caused by: "))
	}
	switch s.app.trace {
	case traceGo:
		return found == nil || bytes.HasPrefix(line, []byte("fatal error: "))
	case tracePython:
		return !bytes.HasPrefix(line, pythonTrace) && !hasAnyPrefix(line, pythonMarks) && !hasAnyPrefix(line, sqlalchemyLines)
	case traceHeap:
		return bytes.HasPrefix(line, []byte("FATAL ERROR: "))
	case traceRust:
		return len(previous) > 0 && previous[len(previous)-1] == ':' || found == nil && line[len(line)-1] != ':'
	case traceFrames:
		return found == nil && !isScriptPlace(line) || isExceptionLine(line) && !isExceptionLine(found) ||
			bytes.HasPrefix(line, []byte("Caused by: "))
	case tracePHP:
		return false
	}
	return found == nil
}
