package parser

import "bytes"

// traceKind is the making of a stack trace, which decides what belongs to it.
type traceKind uint8

const (
	noTrace traceKind = iota
	traceGo
	tracePython
	traceFrames // indented frames: Java, .NET, JavaScript, Ruby
	traceScript // JavaScript's place and code that come before the error and its frames
	traceHeap   // V8's last words when memory ran out
	traceRust
	tracePHP
	traceLone // one line and nothing more
)

// appState is what an application's record that may span lines leaves open.
type appState struct {
	trace traceKind
	// told: the line that says what went wrong has passed.
	told bool
	// levelFollows: the level and the message stand on the next line, as java.util.logging prints them.
	levelFollows bool
	// levelled: that line has passed.
	levelled bool
	lines    int
}

// appTrace reads what a runtime prints on stderr when a program dies or an exception goes unlogged: Go's panics, Python's
// tracebacks, exceptions of Java, .NET, JavaScript and Ruby with their frames, V8 running out of memory, Rust's panics, and
// what the shell says of a killed process. Message is the line that says what went wrong (the last one of Python's, the
// innermost cause of Java's), Detail the rest. Frames cut off from their beginning, or that come line by line in envelopes, are
// Continuation.
func (s *Scanner) appTrace(line []byte, rec *Record) bool {
	if s.wrapped && rec.Daemon != NoDaemon && rec.Daemon != Syslog {
		return false
	}
	line = s.withoutColour(line)
	if len(line) < 4 || !isPlainText(line) {
		return false
	}
	kind, severity := traceOpening(line)
	switch {
	case s.wrapped && kind == tracePython || isInsideTrace(line, s.wrapped):
		rec.Kind, rec.Daemon, rec.Message = Continuation, App, line
		s.app = appState{trace: traceLone}
		return true
	case kind == noTrace:
		s.app = appState{trace: traceLone}
		return s.apacheStray(line, rec)
	}
	rec.Kind, rec.Daemon, rec.Severity, rec.Message = Message, App, severity, line
	s.app = appState{trace: kind, told: kind != traceScript && kind != tracePython}
	return true
}

// traceOpening tells by its first line which trace begins, and how bad it is.
func traceOpening(line []byte) (traceKind, Severity) {
	switch line[0] {
	case 'p', 'f', 'r', 'u', 'S':
		if hasAnyPrefix(line, goOpenings) {
			return traceGo, Critical
		}
	case 'T':
		if bytes.HasPrefix(line, pythonTrace) {
			return tracePython, Error
		}
	case 't':
		if bytes.HasPrefix(line, []byte("thread '")) && bytes.Contains(line, []byte("' panicked at ")) {
			return traceRust, Critical
		}
	case '<':
		if bytes.HasPrefix(line, []byte("<--- Last few GCs --->")) {
			return traceHeap, Critical
		}
	case 'F':
		if bytes.HasPrefix(line, []byte("FATAL ERROR: ")) {
			return traceHeap, Critical
		}
	case '(':
		if bytes.HasPrefix(line, []byte("(node:")) && bytes.Contains(line, []byte(") ")) {
			return traceFrames, Warning
		}
	}
	switch {
	case hasAnyPrefix(line, loneOpenings):
		return traceLone, Critical
	case hasAnyPrefix(line, frameOpenings) || isExceptionLine(line):
		return traceFrames, Error
	case isScriptPlace(line):
		return traceScript, Error
	case isRubyError(line):
		return traceFrames, Error
	}
	return noTrace, NoSeverity
}

var (
	goOpenings = [][]byte{[]byte("panic: "), []byte("fatal error: "), []byte("runtime: "), []byte("unexpected fault address "),
		[]byte("SIGSEGV: "), []byte("SIGABRT: "), []byte("SIGQUIT: "), []byte("SIGBUS: ")}
	frameOpenings = [][]byte{[]byte("Exception in thread "), []byte("Unhandled exception"), []byte("Unhandled Exception"),
		[]byte("Uncaught Exception"), []byte("Uncaught exception"), []byte("Unhandled Rejection"), []byte("Caused by: "),
		[]byte("terminate called "), []byte("[UnhandledPromiseRejection")}
	loneOpenings = [][]byte{[]byte("Killed"), []byte("Segmentation fault"), []byte("Aborted"), []byte("Bus error"),
		[]byte("Illegal instruction"), []byte("double free or corruption"), []byte("malloc(): "), []byte("free(): "),
		[]byte("corrupted size vs"), []byte("*** stack smashing detected"), []byte("munmap_chunk(): ")}
)

func hasAnyPrefix(line []byte, heads [][]byte) bool {
	for _, head := range heads {
		if bytes.HasPrefix(line, head) {
			return true
		}
	}
	return false
}

// isExceptionLine reports whether line begins with the name of an exception and goes on with a colon, or ends there:
// "java.net.ConnectException: Connection refused", "TypeError: x is not a function", "redis.exceptions.ConnectionError: …".
func isExceptionLine(line []byte) bool {
	line = bytes.TrimPrefix(line, []byte("Uncaught "))
	if isRubyException(line) {
		return true
	}
	n := 0
	for n < len(line) && n < 120 && (isWordByte(line[n]) || line[n] == '.' || line[n] == '$' || line[n] == '\\') {
		n++
	}
	name := line[:n]
	if !bytes.HasSuffix(name, []byte("Error")) && !bytes.HasSuffix(name, []byte("Exception")) {
		return false
	}
	return n == len(line) && n > 9 || n+2 < len(line) && line[n] == ':' && line[n+1] == ' ' ||
		n+3 < len(line) && line[n] == ' ' && (line[n+1] == '[' || line[n+1] == '(')
}

// isRubyException reports whether line begins as Rails prints an exception: "Errno::ECONNREFUSED (Connection refused)".
func isRubyException(line []byte) bool {
	open := bytes.Index(line[:min(len(line), 120)], []byte(" ("))
	if open < 0 || !bytes.Contains(line[:open], []byte("::")) || line[0]-'A' > 'Z'-'A' {
		return false
	}
	for _, c := range line[:open] {
		if !isWordByte(c) && c != ':' {
			return false
		}
	}
	return true
}

// isScriptPlace reports whether line is the place an uncaught error of Node.js begins with: "/srv/app/server.js:12".
func isScriptPlace(line []byte) bool {
	colon := bytes.LastIndexByte(line, ':')
	if colon < 4 || !isDigits(line[colon+1:]) || bytes.IndexByte(line, ' ') >= 0 {
		return false
	}
	file := line[:colon]
	return bytes.HasPrefix(file, []byte("node:")) || bytes.HasPrefix(file, []byte("internal/")) ||
		bytes.HasSuffix(file, []byte(".js")) || bytes.HasSuffix(file, []byte(".mjs")) || bytes.HasSuffix(file, []byte(".cjs")) ||
		bytes.HasSuffix(file, []byte(".ts"))
}

// isRubyError reports whether line is the head of a Ruby trace: "app.rb:12:in 'foo': message (RuntimeError)".
func isRubyError(line []byte) bool {
	i := bytes.Index(line, []byte(".rb:"))
	if i < 1 || bytes.IndexByte(line[:i], ' ') >= 0 {
		return false
	}
	_, size := leadingNumber(line[i+4:])
	return size > 0 && bytes.HasPrefix(line[i+4+size:], []byte(":in ")) && line[len(line)-1] == ')'
}

// isInsideTrace reports whether line is of the inside of some trace. In an envelope, where the lines of all programs are
// told apart, an indent is enough.
func isInsideTrace(line []byte, wrapped bool) bool {
	if line[0] == '\t' || line[0] == ' ' && line[1] == ' ' {
		if wrapped {
			return true
		}
		inner := bytes.TrimLeft(line, " \t")
		return hasAnyPrefix(inner, innerFrames) || isGoPlace(inner)
	}
	return isGoTraceLine(line) || hasAnyPrefix(line, pythonMarks) || bytes.HasPrefix(line, []byte("<--- JS stacktrace"))
}

var (
	innerFrames = [][]byte{[]byte("at "), []byte(`File "`), []byte("from "), []byte("... "), []byte("Suppressed: ")}
	pythonMarks = [][]byte{[]byte("During handling of the above exception"), []byte("The above exception was the direct cause")}
)

// isGoPlace reports whether b is "/src/main.go:12 +0x1d".
func isGoPlace(b []byte) bool {
	i := bytes.Index(b, []byte(".go:"))
	return i > 0 && i+4 < len(b) && b[i+4]-'0' <= 9 && bytes.IndexByte(b[:i], ' ') < 0
}

// isGoTraceLine reports whether line, which is not indented, is of the inside of a Go trace.
func isGoTraceLine(line []byte) bool {
	if hasAnyPrefix(line, goInner) {
		return true
	}
	open := bytes.IndexByte(line, '(')
	if open < 1 || line[len(line)-1] != ')' {
		return false
	}
	if space := bytes.IndexByte(line, ' '); space >= 0 && space < open {
		return false
	}
	args := line[bytes.LastIndexByte(line, '(')+1:]
	return bytes.IndexByte(line, '.') > 0 && (len(args) == 1 || bytes.HasPrefix(args, []byte("0x")) ||
		bytes.HasPrefix(args, []byte("{0x")) || bytes.HasPrefix(args, []byte("...")) || bytes.HasPrefix(args, []byte("{")))
}

var goInner = [][]byte{[]byte("goroutine "), []byte("created by "), []byte("exit status "), []byte("[signal "),
	[]byte("runtime stack:"), []byte("...additional frames elided..."), []byte("panic({0x"), []byte("PC=0x"), []byte("[originating from goroutine")}
