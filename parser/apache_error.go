package parser

import "bytes"

// apacheState is what the Scanner remembers of Apache between lines.
type apacheState struct {
	// reasonFollows: the last line said that there is a syntax error, the next one says which.
	reasonFollows bool
	sayings       *apacheSayings // nil until a message needs it
}

// apacheError reads a line of Apache's ErrorLog: the default format of 2.4 with and without micros and file names, that of
// 2.2, what ErrorLogFormat makes of them within brackets, and the bare lines httpd writes to stderr while it starts.
//
// Source: httpd server/log.c, do_errorlog_default and the ErrorLogFormat directive.
//
// Message is what follows the bracket groups. Where a status ("(104)Connection reset by peer: ") precedes the client's
// group it stays in front, and the group stays inside.
func (s *Scanner) apacheError(line []byte, rec *Record) bool {
	if len(line) < 8 {
		return false
	}
	if line[0] != '[' && line[0]-'0' > 9 {
		return s.apacheBare(line, rec)
	}
	rest, dated := s.apacheTime(line, rec)
	if len(rest) == 0 || rest[0] != '[' {
		if dated {
			return s.apacheUnlevelled(rest, rec)
		}
		return false
	}
	var head apacheHead
	body := head.read(rest, rec)
	if !head.believable(body, dated, line[4] == ' ', rec) {
		return false
	}
	rec.Kind, rec.Daemon = Message, Apache
	s.apache.reasonFollows = false
	s.apacheBody(body, &head, rec)
	return true
}

// apacheTime reads the time stamp in front, if there is one, and returns what follows it and its blanks.
func (s *Scanner) apacheTime(line []byte, rec *Record) (rest []byte, dated bool) {
	var m moment
	bracket := line[0] == '['
	switch {
	case bracket && line[4] == ' ':
		m, rest, dated = s.clock.ctime(line[1:])
	case bracket && line[5] == '-':
		m, rest, dated = s.clock.iso(line[1:])
	case !bracket && line[4] == '-':
		m, rest, dated = s.clock.iso(line)
	case !bracket:
		return nil, false
	default:
		return line, false
	}
	if !dated {
		return line, false
	}
	if bracket {
		if len(rest) == 0 || rest[0] != ']' {
			return nil, false
		}
		rest = rest[1:]
	}
	m.stamp(rec)
	return trimSpace(rest), true
}

// apacheUnlevelled takes a dated line without any group behind the time if the message carries one of Apache's codes.
func (s *Scanner) apacheUnlevelled(rest []byte, rec *Record) bool {
	var head apacheHead
	body := head.read(rest, rec)
	if apacheCode(body) == 0 {
		return false
	}
	rec.Kind, rec.Daemon = Message, Apache
	s.apacheBody(body, &head, rec)
	return true
}

// apacheHead is what the groups in front of a message were.
type apacheHead struct {
	level, module, process, peer bool
	// message is where the message begins: at the status, if one stood between the groups.
	message []byte
}

// read goes over the groups, the status and the file name at the front of b, in whatever order they stand, and returns
// what follows the last of them.
func (h *apacheHead) read(b []byte, rec *Record) (body []byte) {
	for len(b) > 1 {
		switch {
		case b[0] == '[':
			end := bytes.IndexByte(b, ']')
			if end < 0 || !h.group(b[1:end], b[end+1:], rec) {
				return b
			}
			b = trimSpace(b[end+1:])
		case b[0] == '(' && h.message == nil:
			size := apacheStatus(b, rec)
			if size == 0 {
				return b
			}
			h.message = b
			b = b[size:]
		case b[0] >= 'a' && b[0] <= 'z' && h.message == nil:
			size := apacheFile(b)
			if size == 0 {
				return b
			}
			b = b[size:]
		default:
			return b
		}
	}
	return b
}

// group reads one bracket group. after is what follows it. It returns false for text that is no group of Apache's.
func (h *apacheHead) group(g, after []byte, rec *Record) bool {
	if len(g) > 4 {
		switch g[0] {
		case 'p', 't':
			if h.ids(g, rec) {
				return true
			}
		case 'c':
			if bytes.HasPrefix(g, apacheClient) {
				if len(rec.Client) == 0 {
					rec.Client = withoutPort(g[len(apacheClient):], h.module)
				}
				h.peer = true
				return true
			}
		case 'r':
			if bytes.HasPrefix(g, apacheRemote) {
				rec.Upstream = g[len(apacheRemote):]
				h.peer = true
				return true
			}
		}
	}
	if !h.level {
		if h.levelled(g, rec) {
			return true
		}
		return apacheUnknownGroup(after)
	}
	// %L: the ids of a request or connection.
	return len(g) > 1 && g[1] == ':' && (g[0] == 'R' || g[0] == 'C')
}

var (
	apacheClient = []byte("client ")
	apacheRemote = []byte("remote ")
)

// levelled reads "module:level" or, as 2.2 has it, "level".
func (h *apacheHead) levelled(g []byte, rec *Record) bool {
	colon := bytes.IndexByte(g, ':')
	level := apacheLevel(g[colon+1:])
	if level == NoSeverity {
		return false
	}
	for _, c := range g[:max(colon, 0)] {
		if !isWordByte(c) && c != '-' {
			return false
		}
	}
	rec.Severity = level
	h.level, h.module = true, colon >= 0
	if colon > 0 && g[0] != '-' {
		rec.Module = g[:colon]
	}
	return true
}

// ids reads "pid 12:tid 34", "pid 12" or "tid 34".
func (h *apacheHead) ids(g []byte, rec *Record) bool {
	for len(g) > 4 && g[1] == 'i' && g[2] == 'd' && g[3] == ' ' {
		n, size := leadingNumber(g[4:])
		if size == 0 {
			return false
		}
		if g[0] == 'p' {
			rec.PID = n
		} else {
			rec.TID = n
		}
		g = g[4+size:]
		if len(g) == 0 {
			h.process = true
			return true
		}
		if g[0] != ':' {
			return false
		}
		g = g[1:]
	}
	return false
}

// apacheUnknownGroup reports whether a group that says nothing known may be skipped: whether one of Apache's follows.
func apacheUnknownGroup(after []byte) bool {
	after = trimSpace(after)
	end := bytes.IndexByte(after, ']')
	if end < 2 || after[0] != '[' {
		return false
	}
	g := after[1:end]
	var h apacheHead
	var scrap Record
	return bytes.HasPrefix(g, apacheClient) || h.ids(g, &scrap) || h.levelled(g, &scrap) && h.module
}

// believable reports whether the groups that were seen make the line one of Apache's.
func (h *apacheHead) believable(body []byte, dated, ctime bool, rec *Record) bool {
	switch {
	case h.level && h.module:
		return dated || h.process || h.peer || len(rec.Program) > 0
	case h.level:
		return dated && ctime || h.process || h.peer || apacheCode(body) > 0 || isApacheProgram(rec.Program)
	}
	return dated && (h.process && h.peer || apacheCode(body) > 0 || h.process && h.message != nil)
}

// apacheLevel reads a level as Apache prints it, in small letters.
func apacheLevel(b []byte) Severity {
	if len(b) < 4 || len(b) > 6 {
		return NoSeverity
	}
	switch string(b) {
	case "error":
		return Error
	case "warn":
		return Warning
	case "notice":
		return Notice
	case "info":
		return Info
	case "debug", "trace1", "trace2", "trace3", "trace4", "trace5", "trace6", "trace7", "trace8":
		return Debug
	case "crit":
		return Critical
	case "alert":
		return Alert
	case "emerg":
		return Emergency
	}
	return NoSeverity
}

// apacheStatus reads "(111)Connection refused: " at the front of b and returns its size, 0 if it is none. APR's own
// numbers (70007, a timeout) are kept as errno as well; a resolver's ("EAI 2") are not.
func apacheStatus(b []byte, rec *Record) int {
	n, size := leadingNumber(b[1:])
	if size == 0 && !bytes.HasPrefix(b, []byte("(EAI ")) && !bytes.HasPrefix(b, []byte("(OS ")) {
		return 0
	}
	closing := bytes.IndexByte(b, ')')
	if closing < 0 || closing > 16 || size > 0 && closing != size+1 {
		return 0
	}
	if b[1] == 'O' {
		n, _ = leadingNumber(b[4:])
	}
	end := bytes.Index(b[closing:], []byte(": "))
	if end < 2 || n > 1<<30 {
		return 0
	}
	rec.Errno = int32(n)
	return closing + end + 2
}

// apacheFile returns the size of "proxy_util.c(2871): " at the front of b, 0 if there is none.
func apacheFile(b []byte) int {
	end := bytes.IndexByte(b, ' ')
	if end < 6 || end > 64 || b[end-1] != ':' || b[end-2] != ')' || !bytes.Contains(b[:end], []byte(".c(")) {
		return 0
	}
	return end + 1
}

// apacheCode returns the size of the "AH01114" at the front of b, 0 if there is none. Two of Apache's codes have six digits.
func apacheCode(b []byte) int {
	if len(b) < 8 || b[0] != 'A' || b[1] != 'H' {
		return 0
	}
	n := 2
	for n < len(b) && n < 9 && b[n]-'0' <= 9 {
		n++
	}
	if n < 7 || n > 8 || n == len(b) || b[n] != ':' {
		return 0
	}
	return n
}
