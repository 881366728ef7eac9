package parser

import "bytes"

// appShape reads the lines of applications that begin in a way of their own:
//
//	I, [2026-11-21T06:13:00.123456 #123]  INFO -- : text          Ruby's Logger
//	E1121 06:13:00.123456   12345 file.go:12] text                glog, klog
//	[I 261121 06:13:00 web:2271] text                             Tornado
//	[GIN] 2026/11/21 - 06:13:00 | 200 | 1.2ms | 10.0.0.1 | GET "/x"
//	[pid: 12|app: 0|req: 1/1] 10.0.0.1 () {40 vars in 600 bytes} [Sat Nov 21 06:13:00 2026] GET /x => generated …   uWSGI
//	INFO:     127.0.0.1:54321 - "GET /x HTTP/1.1" 200 OK          uvicorn; undated
//	ERROR:root:text                                               Python's logging as it comes; undated
//	12:M 21 Nov 2026 06:13:00.123 * text                          Redis
//	GET /x 200 12.345 ms - 45                                     morgan; undated
//	Started GET "/x" for 10.0.0.1 at 2026-11-21 06:13:00 +0000    Rails
//	Completed 200 OK in 35ms (…)                                  Rails; undated
//	[12] Puma starting in cluster mode...                         Puma; undated
//
// Undated lines are given the time of the line before.
func (s *Scanner) appShape(line []byte, rec *Record) bool {
	switch c := line[0]; {
	case c == '[':
		return s.bracketShape(line, rec)
	case c == '*':
		return bannerShape(line, rec)
	case c-'0' <= 9:
		return redisShape(line, rec)
	case c == 'S':
		return s.startedShape(line, rec)
	case line[1] == ',':
		return s.rubyShape(line, rec)
	case line[1]-'0' <= 9:
		return s.klogShape(line, rec)
	case c >= 'A' && c <= 'Z':
		return s.undatedShape(line, rec)
	}
	return false
}

func (s *Scanner) bracketShape(line []byte, rec *Record) bool {
	if rest, ok := bytes.CutPrefix(line, []byte("[GIN] ")); ok {
		return s.ginShape(rest, rec)
	}
	if rest, ok := bytes.CutPrefix(line, []byte("[pid: ")); ok {
		return s.uwsgiShape(line, rest, rec)
	}
	pid, size := leadingNumber(line[1:])
	switch {
	case size > 0 && size < 9 && bytes.HasPrefix(line[1+size:], []byte("] ")):
		if !bannerShape(line[size+3:], rec) {
			return false
		}
		rec.PID = pid
		return true
	case line[2] == ' ' && len(line) > 24:
		return s.tornadoShape(line, rec)
	}
	return false
}

// bannerShape reads what servers say while they start and stop, behind Puma's process id or bare.
func bannerShape(b []byte, rec *Record) bool {
	for _, head := range bannerHeads {
		if bytes.HasPrefix(b, head) {
			rec.Kind, rec.Message = Message, b
			return true
		}
	}
	return false
}

var bannerHeads = [][]byte{
	[]byte("Puma "), []byte("=== puma"), []byte("- Worker "), []byte("- Gracefully"), []byte("- Goodbye"), []byte("* Listening on "),
	[]byte("* Starting "), []byte("* Puma "), []byte("* Environment"), []byte("* Preloading"), []byte("* Master PID"), []byte("* Restarting "),
	[]byte("! Terminating"), []byte("! WARNING"), []byte("! Unable"), []byte("* Running on "), []byte("* Serving "), []byte("*** "),
	[]byte("* Min threads"), []byte("* Max threads"), []byte("*  "),
}

// tornadoShape reads "[I 261121 06:13:00 web:2271] text" and Jupyter's "[I 2026-11-21 06:13:00.123 ServerApp] text".
func (s *Scanner) tornadoShape(line []byte, rec *Record) bool {
	m, rest, ok := s.clock.mysqlOld(line[3:])
	if !ok {
		m, rest, ok = s.clock.iso(line[3:])
	}
	end := bytes.IndexByte(rest, ']')
	level := memberLevel(line[1:2])
	if !ok || end < 0 || level == NoSeverity {
		return false
	}
	m.stamp(rec)
	rec.Severity = level
	rec.Kind, rec.Program, rec.Message = Message, trimSpace(rest[:end]), trimSpace(rest[end+1:])
	s.appTextRequest(rec.Message, rec)
	return true
}

// ginShape reads the columns of Gin's request log.
func (s *Scanner) ginShape(b []byte, rec *Record) bool {
	if len(b) < 30 {
		return false
	}
	day, clock, ok := bytes.Cut(b, []byte(" - "))
	if !ok || len(day) != 10 || len(clock) < 10 {
		return false
	}
	midnight, okDay := yearFirst(day, '/')
	tod, okTime := timeOfDay(clock)
	if !okDay || !okTime {
		return false
	}
	moment{midnight + tod, second, false}.stamp(rec)
	rec.Kind, rec.Message = Message, bytes.TrimLeft(clock[8:], " |")
	for column := 0; column < 5; column++ {
		value, rest, _ := bytes.Cut(clock, []byte("|"))
		value, clock = bytes.TrimSpace(value), rest
		switch {
		case len(value) == 0:
		case column == 1:
			if n, size := leadingNumber(value); size == 3 {
				rec.Kind, rec.Status = Request, int32(n)
			}
		case column == 2:
			rec.Duration = durationText(value)
		case column == 3:
			rec.Client = value
		case column == 4:
			method, path, _ := bytes.Cut(value, []byte(" "))
			rec.Method, rec.Path = method, bytes.Trim(path, ` "`)
		}
	}
	return true
}

// uwsgiShape reads a request of uWSGI. rest is what follows "[pid: ".
func (s *Scanner) uwsgiShape(line, rest []byte, rec *Record) bool {
	rec.PID, _ = leadingNumber(rest)
	_, rest, ok := bytes.Cut(rest, []byte("] "))
	if !ok {
		return false
	}
	client, rest, _ := bytes.Cut(rest, []byte(" "))
	open := bytes.Index(rest, []byte(" ["))
	if open < 0 {
		return false
	}
	m, rest, ok := s.clock.ctime(rest[open+2:])
	rest, closed := bytes.CutPrefix(rest, []byte("] "))
	generated := bytes.LastIndex(rest, []byte(" => generated "))
	if !ok || !closed || generated < 0 {
		return false
	}
	m.stamp(rec)
	rec.Kind, rec.Message, rec.Client = Request, line, client
	rec.Method, rec.Path, _ = bytes.Cut(rest[:generated], []byte(" "))
	rest = rest[generated+len(" => generated "):]
	rec.Bytes, _ = leadingNumber(rest)
	if _, took, ok := bytes.Cut(rest, []byte(" bytes in ")); ok {
		took, rest, _ = bytes.Cut(took, []byte(" ("))
		rec.Duration = durationText(took)
	}
	if _, status, ok := bytes.Cut(rest, []byte(" ")); ok {
		if n, size := leadingNumber(status); size == 3 {
			rec.Status = int32(n)
		}
	}
	return true
}

// redisShape reads a line of Redis: process, role, date, a sign for the level.
func redisShape(line []byte, rec *Record) bool {
	pid, size := leadingNumber(line)
	if len(line) < size+30 || line[size] != ':' || line[size+2] != ' ' {
		return false
	}
	m, rest, ok := dayFirstTime(line[size+3:], ' ')
	if !ok || len(rest) < 4 || rest[0] != ' ' || rest[2] != ' ' {
		return false
	}
	switch rest[1] {
	case '#':
		rec.Severity = Warning
	case '*':
		rec.Severity = Notice
	case '-', '.':
		rec.Severity = Debug
	default:
		return false
	}
	m.stamp(rec)
	rec.Kind, rec.PID, rec.Message = Message, pid, rest[3:]
	return true
}

// rubyShape reads "I, [2026-11-21T06:13:00.123456 #123]  INFO -- : text".
func (s *Scanner) rubyShape(line []byte, rec *Record) bool {
	if line[2] != ' ' || line[3] != '[' {
		return false
	}
	m, rest, ok := s.clock.iso(line[4:])
	if !ok {
		return false
	}
	if process, ok := bytes.CutPrefix(rest, []byte(" #")); ok {
		rec.PID, _ = leadingNumber(process)
	}
	_, rest, ok = bytes.Cut(rest, []byte("]"))
	level, said, parted := bytes.Cut(rest, []byte(" -- "))
	if !ok || !parted {
		return false
	}
	m.stamp(rec)
	rec.Severity = appLevel(bytes.TrimSpace(level))
	program, text, ok := bytes.Cut(said, []byte(": "))
	if ok && isWordOrEmpty(program) {
		rec.Program, said = program, text
	}
	rec.Kind, rec.Message = Message, said
	s.appTextRequest(said, rec)
	return true
}

func isWordOrEmpty(b []byte) bool { return len(b) == 0 || isLoggerName(b) }

// klogShape reads "E1121 06:13:00.123456   12345 file.go:12] text". The stamp has no year.
func (s *Scanner) klogShape(line []byte, rec *Record) bool {
	if len(line) < 30 || line[5] != ' ' || line[14] != '.' {
		return false
	}
	date, okDate := number(line[1:5])
	tod, okTime := timeOfDay(line[6:])
	if !okDate || !okTime || line[0] != 'I' && line[0] != 'W' && line[0] != 'E' && line[0] != 'F' {
		return false
	}
	midnight, ok := s.clock.yearless(func(year int) (int64, bool) { return midnightOf(year, date/100, date%100) })
	m, rest := fraction(moment{midnight + tod, second, false}, line[14:])
	where, said, parted := bytes.Cut(rest, []byte("] "))
	if !ok || !parted || len(where) > 100 {
		return false
	}
	m.stamp(rec)
	rec.PID, _ = leadingNumber(trimSpace(where))
	rec.Kind, rec.Severity, rec.Message = Message, memberLevel(line[:1]), said
	return true
}

// startedShape reads Rails' "Started GET "/x" for 10.0.0.1 at 2026-11-21 06:13:00 +0000". The answer comes in a line of its own.
func (s *Scanner) startedShape(line []byte, rec *Record) bool {
	rest, ok := bytes.CutPrefix(line, []byte("Started "))
	method, rest, spaced := bytes.Cut(rest, []byte(" "))
	at := bytes.LastIndex(rest, []byte(" at "))
	peer := bytes.LastIndex(rest[:max(at, 0)], []byte(`" for `))
	if !ok || !spaced || !isKnownMethod(method) || peer < 1 || rest[0] != '"' {
		return false
	}
	m, _, ok := s.clock.iso(rest[at+4:])
	if !ok {
		return false
	}
	m.stamp(rec)
	rec.Kind, rec.Message = Message, line
	rec.Method, rec.Path, rec.Client = method, rest[1:peer], rest[peer+6:at]
	return true
}

// undatedShape reads the lines in capitals that have no time stamp.
func (s *Scanner) undatedShape(line []byte, rec *Record) bool {
	if rest, ok := bytes.CutPrefix(line, []byte("Completed ")); ok {
		return railsCompleted(line, rest, rec)
	}
	if hasAnyPrefix(line, railsHeads) {
		rec.Kind, rec.Message = Message, line
		return true
	}
	word, _ := firstWord(line)
	if isKnownMethod(word) {
		rec.Message = line
		return s.appTextRequest(line, rec)
	}
	colon := bytes.IndexByte(line[:min(len(line), 10)], ':')
	if colon < 4 {
		return false
	}
	level := appLevel(line[:colon])
	if level == NoSeverity || line[1] >= 'a' {
		return false
	}
	rec.Severity = level
	logger, said, ok := bytes.Cut(line[colon+1:], []byte(":"))
	switch {
	case len(line) > 10 && len(bytes.TrimLeft(line[colon+1:10], " ")) == 0 && line[10] != ' ' && line[9] == ' ':
		rec.Message = line[10:]
	case ok && len(logger) > 0 && len(logger) < 64 && isLoggerName(logger) && len(said) > 0:
		rec.Program, rec.Message = logger, said
	default:
		return false
	}
	rec.Kind = Message
	s.appTextRequest(rec.Message, rec)
	return true
}

// railsHeads begin what Rails says between the beginning and the end of a request.
var railsHeads = [][]byte{[]byte("Processing by "), []byte("Redirected to "), []byte("Filter chain halted"), []byte("Rendering "), []byte("Sent file ")}

// railsCompleted reads "Completed 200 OK in 35ms (Views: …)". It does not say of which request, so it is a message.
func railsCompleted(line, rest []byte, rec *Record) bool {
	status, size := leadingNumber(rest)
	_, took, ok := bytes.Cut(rest, []byte(" in "))
	if size != 3 || !ok {
		return false
	}
	took, _, _ = bytes.Cut(took, []byte(" "))
	rec.Kind, rec.Message, rec.Status = Message, line, int32(status)
	if len(took) > 0 {
		rec.Duration = durationText(took)
	}
	return true
}
