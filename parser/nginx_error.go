package parser

import "bytes"

// nginxState is how the nginx error just read ends.
type nginxState struct {
	open nginxEnd
	size int // bytes of the record so far
}

type nginxEnd uint8

const (
	nginxClosed nginxEnd = iota
	// nginxInText: the text that a FastCGI, uwsgi or SCGI server sent was begun and not ended.
	nginxInText
	// nginxInRequest: the request line was begun and not ended; nginx prints it as received, line feeds included.
	nginxInRequest
	// nginxVague: there is no context where one could be, as in the errors of Lua scripts, whose trace comes before it.
	nginxVague
)

// nginxCut is the length from which on a record counts as cut off: nginx prints 2048 bytes with the line end, and a few
// less where it would have to split an errno.
const nginxCut = 2030

// nginxLongestAction bounds " while " and the words behind it; haystacks of that size are searched fast.
const nginxLongestAction = 64

// nginxError reads nginx's error log (and that of its descendants):
//
//	2026/11/21 06:13:00 [error] PID#TID: *CONN text (ERRNO: strerror) while ACTION, client: IP, server: NAME,
//	request: "LINE", subrequest: "URI", upstream: "SCHEME://ADDRESS/URI", host: "HOST", referrer: "URL"
//
// line may hold line feeds. Message is the first line of the text up to ", client:", Detail the other lines of the text.
// A resolver's address is an Upstream of scheme dns.
func (s *Scanner) nginxError(line []byte, rec *Record) bool {
	m, rest, ok := s.clock.slashed(line)
	if !ok || len(rest) < 4 || rest[0] != ' ' || rest[1] != '[' {
		return false
	}
	severity, rest := nginxLevel(rest[2:])
	if severity == NoSeverity {
		return false
	}
	pid, rest, ok := cutNumber(rest)
	if !ok || len(rest) == 0 || rest[0] != '#' {
		return false
	}
	tid, rest, ok := cutNumber(rest[1:])
	if !ok || len(rest) < 2 || rest[0] != ':' || rest[1] != ' ' {
		return false
	}
	rest = rest[2:]
	if len(rest) > 0 && rest[0] == '*' {
		if conn, behind, ok := cutNumber(rest[1:]); ok && len(behind) > 0 && behind[0] == ' ' {
			rec.Conn, rest = conn, behind[1:]
		}
	}
	m.stamp(rec)
	rec.Kind, rec.Daemon, rec.Severity = Message, Nginx, severity
	rec.PID, rec.TID = pid, tid
	s.nginx = nginxState{size: len(line)}
	s.nginx.open = nginxBody(rest, rec)
	if len(line) >= nginxCut {
		s.nginx.open = nginxClosed
	}
	return true
}

// nginxBody reads what follows the connection's number, and reports what of it is not ended.
func nginxBody(body []byte, rec *Record) nginxEnd {
	quoted := isNginxStderr(body)
	text, context, client := splitNginxContext(body, quoted)
	found := len(context) > 0
	rec.Message = text
	if i := bytes.IndexByte(text, '\n'); i >= 0 {
		rec.Message, rec.Detail = trimEOL(text[:i+1]), text[i+1:]
	} else {
		rec.Detail = nil
	}
	if quoted && !found {
		nginxPHP(rec.Message[len(nginxStderr):], rec)
		return nginxInText
	}
	nginxCause(text, rec)
	if quoted {
		nginxPHP(rec.Message[len(nginxStderr):], rec)
	}
	if found {
		rec.Client = context[:client]
		if !nginxContext(context[client:], rec) {
			return nginxInRequest
		}
		return nginxClosed
	}
	if rec.Conn != 0 && rec.Severity >= Notice {
		return nginxVague
	}
	return nginxClosed
}

// nginxLevel reads "error] " and returns what follows it.
func nginxLevel(b []byte) (Severity, []byte) {
	end := bytes.IndexByte(b[:min(len(b), 8)], ']')
	if end < 0 || end+2 > len(b) || b[end+1] != ' ' {
		return NoSeverity, b
	}
	rest := b[end+2:]
	switch string(b[:end]) {
	case "error":
		return Error, rest
	case "warn":
		return Warning, rest
	case "crit":
		return Critical, rest
	case "info":
		return Info, rest
	case "notice":
		return Notice, rest
	case "alert":
		return Alert, rest
	case "emerg":
		return Emergency, rest
	case "debug":
		return Debug, rest
	}
	return NoSeverity, b
}

const nginxStderr = `FastCGI sent in stderr: "`

// isNginxStderr reports whether the text quotes what an application server wrote to its error stream.
func isNginxStderr(body []byte) bool {
	return len(body) >= len(nginxStderr) && string(body[:len(nginxStderr)]) == nginxStderr
}

// nginxPHP reads what PHP said inside the quotation. nginx logs all of it as errors: what a message weighs is PHP's to say.
func nginxPHP(said []byte, rec *Record) {
	if behind := len(rec.Action) + len(`" while `); len(rec.Detail) == 0 && len(rec.Action) > 0 && len(said) > behind {
		said = said[:len(said)-behind]
	}
	if level, severity := PHPLevel(said); severity != NoSeverity {
		rec.Module, rec.Severity = level, severity
		rec.Script = phpScript(said)
	}
}

// splitNginxContext finds the ", client: " (of stream also ", udp client: ") that ends the text. What a client or an
// application has put into the line may look the same: behind a quoted text only the one that follows its "while …" counts,
// elsewhere the first that is followed by an address. The context begins with that address, of the given size; it is empty
// if there is none.
func splitNginxContext(body []byte, quoted bool) (text, context []byte, client int) {
	// No record of nginx is longer, even with its control characters escaped by syslog.
	window := body[:min(len(body), 8*nginxCut)]
	for from := 0; ; {
		i := bytes.Index(window[from:], []byte(", client: "))
		if i < 0 {
			break
		}
		i += from
		from = i + len(", client: ")
		if client = nginxClientSize(body[from:]); client > 0 && (!quoted || endsNginxQuote(body[:i])) {
			return body[:i], body[from:], client
		}
	}
	if i := bytes.Index(window, []byte(", udp client: ")); i >= 0 {
		context = body[i+len(", udp client: "):]
		return body[:i], context, nginxClientSize(context)
	}
	if i := bytes.Index(window, []byte(" while resolving, resolver: ")); i >= 0 && !quoted {
		i += len(" while resolving")
		return body[:i], body[i:], 0
	}
	return body, nil, 0
}

// nginxClientSize returns the size of the address at the front of b if it is all of its field, else 0.
func nginxClientSize(b []byte) int {
	i := 0
	for i < len(b) && isAddressByte[b[i]] {
		i++
	}
	if i > 1 && (i == len(b) || b[i] == ',') {
		return i
	}
	if bytes.HasPrefix(b, []byte("unix:")) {
		return len("unix:")
	}
	return 0
}

// isAddressByte says which bytes addresses are made of.
var isAddressByte = func() (is [256]bool) {
	for _, c := range []byte("0123456789abcdefABCDEF.:") {
		is[c] = true
	}
	return is
}()

// endsNginxQuote reports whether text ends in a closed quotation with nothing but a "while …" behind it.
func endsNginxQuote(text []byte) bool {
	i := bytes.LastIndexByte(text, '"')
	behind := text[i+1:]
	return i > 0 && (len(behind) == 0 || bytes.HasPrefix(behind, []byte(" while ")) && bytes.IndexByte(behind, '\n') < 0)
}

// nginxCause reads the errno and the action off the end of the text. No action is longer than nginxLongestAction.
func nginxCause(text []byte, rec *Record) {
	core := text
	for from := max(0, len(text)-nginxLongestAction); ; {
		i := bytes.Index(text[from:], []byte(" while "))
		if i < 0 {
			break
		}
		from += i + len(" while ")
		core, rec.Action = text[:from-len(" while ")], text[from:]
	}
	if i := bytes.IndexByte(rec.Action, ','); i >= 0 {
		rec.Action = rec.Action[:i]
	}
	rec.Errno = nginxErrno(core)
	if rec.Errno == 0 && len(core) < len(text) {
		rec.Errno = nginxErrno(text)
	}
}

// nginxErrno reads "(111: Connection refused)" at the end of text, 0 if it is not there. What nginx prints of a failed look-up
// in the same way is the code of the DNS answer, a time-out excepted.
func nginxErrno(text []byte) int32 {
	if len(text) < 5 || text[len(text)-1] != ')' {
		return 0
	}
	open := bytes.LastIndexByte(text, '(')
	n, rest, ok := cutNumber(text[open+1:])
	if !ok || open < 0 || len(rest) < 2 || rest[0] != ':' || rest[1] != ' ' || n > 4095 {
		return 0
	}
	if n < 100 && bytes.HasSuffix(text[:open], []byte("could not be resolved ")) {
		return 0
	}
	return int32(n)
}

func isHex(c byte) bool {
	return c-'0' <= 9 || c|0x20 >= 'a' && c|0x20 <= 'f'
}

// cutNumber takes the digits at the front of b, 18 at most.
func cutNumber(b []byte) (n int64, rest []byte, ok bool) {
	if n, size, ok := shortNumber(b); ok {
		return n, b[size:], true
	}
	i := 0
	for i < len(b) && i < 18 && b[i]-'0' <= 9 {
		n = n*10 + int64(b[i]-'0')
		i++
	}
	return n, b[i:], i > 0
}
