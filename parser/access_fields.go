package parser

import "bytes"

// accessField is what a value in an access log stands for.
type accessField uint8

const (
	fieldSkip accessField = iota
	fieldTime
	fieldStart   // the moment at which the request began, where another tells its end
	fieldRequest // "METHOD URI PROTO"
	fieldMethod
	fieldPath
	fieldQuery
	fieldProtocol
	fieldStatus
	fieldBytes
	fieldClient
	fieldForwarded
	fieldVHost
	fieldAgent
	fieldConn
	fieldPID
	fieldUpstream
	fieldUpstreamStatus
	fieldDuration
	fieldQueue
	fieldConnect
	fieldHeader
	fieldResponse
	// fieldPhaseOrStatus and fieldUpstreamOrAgent are abbreviations that stand for either, "us" and "ua": the value decides.
	fieldPhaseOrStatus
	fieldUpstreamOrAgent
	// fieldTermination is HAProxy's session state ("sH--"); fieldFrontend and fieldServer count only beside it.
	fieldTermination
	fieldFrontend
	fieldServer
	// fieldLevel and fieldMessage are never in an access log: an application speaks.
	fieldLevel
	fieldMessage
)

// isPhase reports whether f is a duration.
func (f accessField) isPhase() bool { return f >= fieldDuration && f <= fieldResponse }

// isRequest reports whether f is the request or its path.
func (f accessField) isRequest() bool { return f == fieldRequest || f == fieldPath }

// isUpstreams reports whether f is about the upstream.
func (f accessField) isUpstreams() bool {
	return f == fieldUpstream || f == fieldUpstreamStatus || f >= fieldConnect && f <= fieldResponse
}

// Units of durations in µs. unitUnknown leaves it to the values; unitSuffixed ones carry it ("13ms").
const (
	unitUnknown = int64(0)
	unitNanos   = int64(-1)
	unitMicros  = int64(1)
	unitMillis  = int64(1000)
)

// setAccess notes one value. It returns false for a value that f cannot have.
func (s *Scanner) setAccess(f accessField, unit int64, b []byte, rec *Record) bool {
	switch f {
	case fieldSkip, fieldTime, fieldStart, fieldTermination, fieldFrontend, fieldServer:
		return true
	case fieldRequest:
		rec.Method, rec.Path, rec.Protocol = splitRequest(b)
	case fieldMethod:
		if isMethod(b) {
			rec.Method = b
		}
	case fieldPath:
		if !isMissing(b) {
			rec.Path = withoutOrigin(b)
		}
	case fieldProtocol:
		if !isMissing(b) {
			rec.Protocol = b
		}
	case fieldStatus:
		status, ok := statusNumber(b)
		if !ok {
			return isMissing(b) || string(b) == "0"
		}
		rec.Status = status
	case fieldBytes:
		if n, rest, ok := cutNumber(b); ok && len(rest) == 0 {
			rec.Bytes = n
		}
	case fieldClient:
		rec.Client = bareAddress(b)
	case fieldVHost:
		if !isMissing(b) {
			rec.VHost = withoutPort(b, false)
		}
	case fieldAgent:
		if !isMissing(b) {
			rec.UserAgent = b
		}
	case fieldConn:
		rec.Conn, _, _ = cutNumber(b)
	case fieldPID:
		rec.PID, _, _ = cutNumber(b)
	case fieldForwarded:
		forwardedClient(b, rec)
	default:
		return setUpstream(f, unit, b, rec)
	}
	return true
}

// setUpstream notes what an access log says of the upstream and of durations.
func setUpstream(f accessField, unit int64, b []byte, rec *Record) bool {
	switch f {
	case fieldUpstreamOrAgent:
		if len(b) > 24 && !isUpstream(b) || looksLikeAgent(b) {
			rec.UserAgent = b
			return true
		}
		fallthrough
	case fieldUpstream:
		if isMissing(b) {
			return true
		}
		last, n := lastOfList(b)
		rec.Upstream = last
		if i := bytes.Index(last[:min(len(last), 12)], []byte("://")); i > 0 {
			nginxUpstream(last, true, rec)
		}
		rec.Retries = int32(n - 1)
	case fieldPhaseOrStatus:
		if bytes.IndexByte(b, '.') >= 0 {
			rec.Response = phase(b, unit)
			return true
		}
		fallthrough
	case fieldUpstreamStatus:
		if isMissing(b) {
			return true
		}
		rec.UpstreamStatus = b
		if _, n := lastOfList(b); len(rec.Upstream) == 0 {
			rec.Retries = int32(n - 1)
		}
	case fieldDuration:
		rec.Duration = phase(b, unit)
	case fieldQueue:
		rec.Queue = phase(b, unit)
	case fieldConnect:
		rec.Connect = phase(b, unit)
	case fieldHeader:
		rec.Header = phase(b, unit)
	case fieldResponse:
		rec.Response = phase(b, unit)
	}
	return true
}

// phase reads a duration; of a list the last, which is that of the upstream told. "-" was not reached: whether there was an
// upstream at all shows once the line is read.
func phase(b []byte, unit int64) int64 {
	if len(b) > 7 || len(b) > 1 && b[0] == '-' {
		b, _ = lastOfList(b)
	}
	if len(b) == 0 || b[0]-'0' > 9 {
		if len(b) == 1 && b[0] == '-' {
			return NotReached
		}
		return Unknown
	}
	if b[len(b)-1]-'0' > 9 {
		return durationText(b)
	}
	switch unit {
	case unitUnknown:
		return unitlessDuration(b)
	case unitNanos:
		return nanos(b)
	case second:
		return seconds(b)
	}
	return decimal(b, unit)
}

// seconds is decimal for nginx's "0.013".
func seconds(b []byte) int64 {
	n := len(b)
	if n < 5 || n > 12 || b[n-4] != '.' {
		return decimal(b, second)
	}
	if n == len("0.123") && b[0]-'0' <= 9 && b[2]-'0' <= 9 && b[3]-'0' <= 9 && b[4]-'0' <= 9 {
		return (int64(b[0])*1000 + int64(b[2])*100 + int64(b[3])*10 + int64(b[4]) - '0'*1111) * 1000
	}
	var v int64
	for i, c := range b {
		if i == n-4 {
			continue
		}
		if c-'0' > 9 {
			return Unknown
		}
		v = v*10 + int64(c-'0')
	}
	return v * 1000
}

// bareAddress returns a client's address without the port that some formats append, empty if there is none.
func bareAddress(b []byte) []byte {
	if isMissing(b) {
		return nil
	}
	if i := bytes.IndexByte(b, ','); i > 0 {
		b = b[:i]
	}
	if isAddress(b) {
		return b
	}
	return withoutPort(b, bytes.Count(b, []byte(":")) > 7)
}

// withoutOrigin takes scheme and host off a URL that was logged whole.
func withoutOrigin(url []byte) []byte {
	if len(url) < 8 || url[0] == '/' {
		return url
	}
	i := bytes.Index(url[:8], []byte("://"))
	if i < 0 {
		return url
	}
	if slash := bytes.IndexByte(url[i+3:], '/'); slash >= 0 {
		return url[i+3+slash:]
	}
	return url
}

// settlePhases makes phases that were not reached unknown where there was no upstream to reach.
func settlePhases(rec *Record) {
	if rec.Duration == NotReached {
		rec.Duration = Unknown
	}
	if len(rec.Upstream) > 0 || len(rec.UpstreamStatus) > 0 {
		return
	}
	for _, p := range [...]*int64{&rec.Queue, &rec.Connect, &rec.Header, &rec.Response} {
		if *p == NotReached {
			*p = Unknown
		}
	}
}
