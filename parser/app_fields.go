package parser

import "bytes"

// appFields collects what the members of one structured log line say, whatever the logger calls them. The first value of a
// kind wins.
type appFields struct {
	time                                            moment
	level                                           Severity
	message, problem, problemType, stack            []byte
	logger, host, code                              []byte
	method, path, protocol, client, agent, upstream []byte
	vhost                                           []byte
	pid, bytes, duration                            int64
	status                                          int32
}

func newAppFields() appFields {
	return appFields{bytes: Unknown, duration: Unknown, status: Unknown}
}

// set takes one value. text is unescaped; quoted says that the log had it as a string.
func (f *appFields) set(s *Scanner, role appRole, text []byte, quoted bool) {
	if len(text) == 0 {
		return
	}
	switch role {
	case roleTime:
		if f.time.resolution == 0 {
			f.time, _, _ = s.appTime(text)
		}
	case roleLevel:
		if f.level == NoSeverity {
			f.level = memberLevel(text)
		}
	case roleStatus:
		if n, size := leadingNumber(text); f.status == Unknown && size == 3 && n >= 100 && n < 600 {
			f.status = int32(n)
		}
	case roleDuration, roleMillis, roleSeconds, roleMicros, roleNanos:
		if f.duration == Unknown {
			f.duration = memberDuration(role, text)
		}
	case roleService:
		// Heroku's router counts the time of the service in a member of that name.
		if !quoted && text[0]-'0' <= 9 {
			f.set(s, roleDuration, text, quoted)
			return
		}
		first(&f.logger, text)
	case roleBytes:
		if n, size := leadingNumber(text); f.bytes == Unknown && size == len(text) {
			f.bytes = n
		}
	case rolePID:
		if n, size := leadingNumber(text); f.pid == 0 && size == len(text) {
			f.pid = n
		}
	case roleError:
		if !isNothing(text) {
			first(&f.problem, text)
		}
	case roleRequest:
		f.requestLine(text)
	case roleClient:
		if len(f.client) == 0 {
			f.client = withoutPort(text, false)
		}
	default:
		if into := f.slot(role); into != nil {
			first(into, text)
		}
	}
}

// slot returns where the texts of a role are kept.
func (f *appFields) slot(role appRole) *[]byte {
	switch role {
	case roleMessage:
		return &f.message
	case roleErrorType:
		return &f.problemType
	case roleStack:
		return &f.stack
	case roleLogger:
		return &f.logger
	case roleHost:
		return &f.host
	case roleCode:
		return &f.code
	case roleMethod:
		return &f.method
	case rolePath:
		return &f.path
	case roleProtocol:
		return &f.protocol
	case roleAgent:
		return &f.agent
	case roleUpstream:
		return &f.upstream
	case roleVHost:
		return &f.vhost
	}
	return nil
}

// isNothing reports whether the value of an error member says that there was none.
func isNothing(text []byte) bool {
	switch string(text) {
	case "nil", "<nil>", "null", "None", "none", "false", "true", "0", "1", "-":
		return true
	}
	return false
}

func first(into *[]byte, text []byte) {
	if len(*into) == 0 {
		*into = text
	}
}

// requestLine reads "GET /path HTTP/1.1".
func (f *appFields) requestLine(text []byte) {
	method, rest, ok := bytes.Cut(text, []byte(" "))
	if !ok || !isKnownMethod(method) || len(rest) == 0 {
		return
	}
	path, protocol, _ := bytes.Cut(rest, []byte(" "))
	first(&f.method, method)
	first(&f.path, path)
	first(&f.protocol, protocol)
}

// isRequest reports whether the line is about a request that was served: it has a status, and a path or a method. Where
// the path is a whole URL the request is one the application sent.
func (f *appFields) isRequest() bool {
	return f.status != Unknown && len(f.path)+len(f.method) > 0 && (len(f.path) == 0 || f.path[0] == '/' || f.path[0] == '*')
}

// fill writes what was collected into rec.
func (f *appFields) fill(s *Scanner, rec *Record) {
	rec.Kind, rec.Daemon = Message, App
	if f.time.resolution != 0 {
		f.time.stamp(rec)
	}
	if f.level != NoSeverity {
		rec.Severity = f.level
	}
	first(&rec.Program, f.logger)
	first(&rec.Host, f.host)
	if f.pid != 0 {
		rec.PID = f.pid
	}
	rec.Code, rec.Client, rec.UserAgent, rec.Upstream = f.code, f.client, f.agent, f.upstream
	rec.Method, rec.Protocol = f.method, f.protocol
	rec.Status, rec.Bytes, rec.Duration = f.status, f.bytes, f.duration
	f.tell(s, rec)
	if f.isRequest() {
		rec.Kind, rec.Path, rec.VHost = Request, f.path, f.vhost
		return
	}
	if host, path, ok := splitURL(f.path); ok {
		first(&rec.Upstream, host)
		rec.Path = path
		return
	}
	rec.Path = f.path
}

// tell composes Message of what was said and what went wrong, and puts stack traces and further lines into Detail.
func (f *appFields) tell(s *Scanner, rec *Record) {
	if len(f.problem) == 0 && len(f.stack) > 0 {
		f.problem = tellingLine(f.stack)
	}
	if len(f.problemType) > 0 && !bytes.Contains(f.problem, f.problemType) {
		f.problem = s.joined(f.problemType, f.problem)
	}
	said, more, _ := bytes.Cut(f.message, []byte("\n"))
	problem, trace, _ := bytes.Cut(f.problem, []byte("\n"))
	rec.Message = said
	if len(problem) > 0 && !bytes.Contains(said, problem) {
		rec.Message = s.joined(said, problem)
	}
	rec.Detail = f.stack
	first(&rec.Detail, more)
	first(&rec.Detail, trace)
}

// joined writes "a: b".
func (s *Scanner) joined(a, b []byte) []byte {
	if len(a) == 0 {
		return b
	}
	if len(b) == 0 {
		return a
	}
	out := s.scratch.begin(len(a) + len(b) + 2)
	out = append(append(out, a...), ": "...)
	return s.scratch.keep(append(out, b...))
}

// splitURL cuts "https://host:port/path" into host and path.
func splitURL(url []byte) (host, path []byte, ok bool) {
	i := bytes.Index(url, []byte("://"))
	if i <= 0 || i > 8 {
		return nil, nil, false
	}
	host = url[i+3:]
	if slash := bytes.IndexByte(host, '/'); slash >= 0 {
		return host[:slash], host[slash:], true
	}
	return host, nil, true
}
