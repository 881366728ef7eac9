package parser

// appRole is what a member of a structured log line is about.
type appRole uint8

const (
	noRole appRole = iota
	roleTime
	roleLevel
	roleMessage
	roleError
	roleErrorType
	roleStack
	roleLogger
	roleService
	roleHost
	rolePID
	roleCode
	roleMethod
	rolePath
	roleRequest
	roleProtocol
	roleStatus
	roleDuration // in a unit that the value tells, or not at all
	roleMillis
	roleSeconds
	roleMicros
	roleNanos
	roleClient
	roleAgent
	roleVHost
	roleUpstream
	roleBytes
)

// appKey is a member's name made comparable: in small letters, without '_' and '-', the names of the objects around it in
// front, each with a dot behind it.
type appKey struct {
	text [40]byte
	size int
}

// with returns the key of a member inside k. Names that are too long for any we know become empty.
func (k appKey) with(name []byte) appKey {
	if k.size > 0 {
		if k.size == len(k.text) {
			return appKey{}
		}
		k.text[k.size] = '.'
		k.size++
	}
	for _, c := range name {
		if c == '_' || c == '-' {
			continue
		}
		if k.size == len(k.text) {
			return appKey{}
		}
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		k.text[k.size] = c
		k.size++
	}
	return k
}

// role says what the usual loggers mean by the name: log/slog, zap, zerolog, logrus, pino, bunyan, winston, structlog,
// python-json-logger, Monolog, Serilog, log4j and logback, the Elastic Common Schema, OpenTelemetry, GELF, Heroku.
func (k *appKey) role() appRole {
	switch string(k.text[:k.size]) {
	case "time", "ts", "timestamp", "@timestamp", "@t", "t", "date", "datetime", "datetime.date", "asctime", "eventtime", "logtime", "t.$date",
		"instant.epochsecond", "timemillis", "timeunixnano", "observedtimestamp":
		return roleTime
	case "level", "lvl", "severity", "levelname", "loglevel", "log.level", "severitytext", "@l", "s", "at", "lv":
		return roleLevel
	case "msg", "message", "@m", "@mt", "@message", "event", "shortmessage", "messagetemplate", "desc", "body.stringvalue":
		return roleMessage
	case "err", "error", "error.message", "err.message", "exception.message", "exception", "errormessage", "errmsg", "thrown.message",
		"cause", "reason", "errordetails", "err.msg", "panic":
		return roleError
	case "err.type", "error.type", "error.name", "exception.class", "exception.type", "thrown.name", "error.class", "err.code", "err.name":
		return roleErrorType
	case "stack", "stacktrace", "err.stack", "error.stack", "error.stacktrace", "excinfo", "traceback", "exception.stacktrace",
		"exception.trace", "thrown.extendedstacktrace", "backtrace", "@x", "fullmessage":
		return roleStack
	case "logger", "loggername", "log.logger", "name", "channel", "component", "sourcecontext", "category", "c", "target":
		return roleLogger
	case "service", "service.name", "servicename", "app", "application", "appname":
		return roleService
	case "hostname", "host.name", "hostname.name":
		return roleHost
	case "pid", "process", "processid", "process.pid":
		return rolePID
	case "code", "errorcode", "error.code":
		return roleCode
	}
	return k.requestRole()
}

// requestRole is role for what requests are described by.
func (k *appKey) requestRole() appRole {
	switch string(k.text[:k.size]) {
	case "method", "httpmethod", "requestmethod", "verb", "req.method", "request.method", "http.method", "http.request.method":
		return roleMethod
	case "path", "url", "uri", "requesturi", "requestpath", "requesturl", "req.url", "req.path", "request.url", "request.path",
		"request.uri", "req.uri", "url.path", "url.original", "http.url", "http.path", "http.target", "endpoint", "originalurl":
		return rolePath
	case "request", "requestline", "http.request", "req":
		return roleRequest
	case "proto", "protocol", "httpversion", "http.version":
		return roleProtocol
	case "status", "statuscode", "httpstatus", "responsestatus", "responsecode", "res.statuscode", "res.status", "response.status",
		"response.statuscode", "http.status", "http.statuscode", "http.response.statuscode", "httpstatuscode":
		return roleStatus
	case "duration", "dur", "elapsed", "latency", "took", "elapsedtime", "timetaken", "http.duration", "runtime", "cost", "totaltime":
		return roleDuration
	case "ms", "durms", "durationms", "elapsedms", "latencyms", "tookms", "responsetime", "responsetimems", "elapsedmilliseconds", "timems",
		"millis", "durationmillis", "executiontimems", "processingtimems", "requesttimems":
		return roleMillis
	case "seconds", "durations", "durationseconds", "elapseds", "elapsedseconds", "latencyseconds", "latencys", "requesttime",
		"durationsec", "elapsedsec":
		return roleSeconds
	case "durus", "durationus", "elapsedus", "latencyus", "durationmicros", "micros":
		return roleMicros
	case "durns", "durationns", "elapsedns", "latencyns", "durationnanos", "event.duration", "nanos":
		return roleNanos
	case "client", "clientip", "clientaddr", "remoteaddr", "remoteip", "ip", "client.ip", "client.address", "source.ip", "remote",
		"req.remoteaddress", "remoteaddress", "req.ip", "fwd", "peer", "source.address", "requestip":
		return roleClient
	case "useragent", "useragent.original", "req.headers.useragent", "ua", "agent", "httpuseragent", "http.useragent":
		return roleAgent
	case "host", "vhost", "http.host", "req.headers.host", "url.domain", "requesthost":
		return roleVHost
	case "upstream", "upstreamaddr", "backend":
		return roleUpstream
	case "bytes", "size", "responsesize", "byteswritten", "bytesout", "bytessent", "contentlength", "http.response.body.bytes",
		"res.contentlength", "responsebytes", "resbytes":
		return roleBytes
	}
	return noRole
}

// memberLevel reads a level as a name, as one of its first letters, or as a number of bunyan and pino (10–60), Monolog
// (100–600) or syslog (0–7).
func memberLevel(b []byte) Severity {
	if n, size := leadingNumber(b); size == len(b) {
		return numberedLevel(n)
	}
	if len(b) > 1 {
		return appLevel(b)
	}
	switch b[0] {
	case 'D', 'd', 'T':
		return Debug
	case 'I', 'i':
		return Info
	case 'N':
		return Notice
	case 'W', 'w':
		return Warning
	case 'E', 'e':
		return Error
	case 'F', 'C':
		return Critical
	}
	return NoSeverity
}

func numberedLevel(n int64) Severity {
	switch {
	case n < 8:
		return Emergency - Severity(n)
	case n < 10 || n > 600:
		return NoSeverity
	case n <= 60:
		return [...]Severity{Debug, Debug, Info, Warning, Error, Critical}[n/10-1]
	case n < 100:
		return NoSeverity
	case n == 250:
		return Notice
	case n == 550:
		return Alert
	}
	return [...]Severity{Debug, Info, Warning, Error, Critical, Emergency}[n/100-1]
}

// appLevel is levelOf for the names that only loggers of applications use as well.
func appLevel(word []byte) Severity {
	switch string(word) {
	case "FTL", "FATL", "PANC":
		return Critical
	case "VRB", "TRC", "TRAC", "FINER", "FINEST", "CONFIG", "DEBU", "SUCCESS":
		return Debug
	case "EROR", "FAILURE", "fail":
		return Error
	case "LOG", "STATEMENT", "DETAIL", "HINT":
		return Info
	}
	return levelOf(word)
}
