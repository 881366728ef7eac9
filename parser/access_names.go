package parser

import "bytes"

// accessNames maps the names that log formats in use give their values, lower-case and with "_" between words, to what they
// stand for. They come from nginx's and Apache's documentation, from the formats of Caddy and Traefik, from LTSV's labels and
// from the usual abbreviations.
var accessNames = map[string]accessField{
	"time": fieldTime, "timestamp": fieldTime, "ts": fieldTime, "t": fieldTime, "time_local": fieldTime, "time_iso8601": fieldTime,
	"msec": fieldTime, "date": fieldTime, "datetime": fieldTime, "@timestamp": fieldTime, "startutc": fieldStart, "startlocal": fieldStart, "time_msec": fieldTime,
	"local_time": fieldTime, "iso8601": fieldTime, "start_time": fieldStart, "request_timestamp": fieldTime, "time_utc": fieldTime,

	"request": fieldRequest, "req": fieldRequest, "request_line": fieldRequest, "r": fieldRequest, "http_request": fieldRequest,
	"method": fieldMethod, "request_method": fieldMethod, "verb": fieldMethod, "requestmethod": fieldMethod, "m": fieldMethod,
	"http_method": fieldMethod, "http_request_method": fieldMethod, "req_method": fieldMethod,
	"uri": fieldPath, "request_uri": fieldPath, "path": fieldPath, "url": fieldPath, "requestpath": fieldPath, "target": fieldPath,
	"request_path": fieldPath, "requesturi": fieldPath, "req_uri": fieldPath, "u": fieldPath, "http_uri": fieldPath,
	"request_url": fieldPath, "http_path": fieldPath, "document_uri": fieldPath, "uri_path": fieldPath, "url_path": fieldPath, "url_original": fieldPath,
	"args": fieldQuery, "query": fieldQuery, "query_string": fieldQuery, "q": fieldQuery, "querystring": fieldQuery,
	"proto": fieldProtocol, "protocol": fieldProtocol, "server_protocol": fieldProtocol, "requestprotocol": fieldProtocol,
	"http_version": fieldProtocol, "request_protocol": fieldProtocol, "request_proto": fieldProtocol, "httpversion": fieldProtocol,

	"status": fieldStatus, "st": fieldStatus, "code": fieldStatus, "response": fieldStatus, "response_code": fieldStatus,
	"status_code": fieldStatus, "downstreamstatus": fieldStatus, "http_status": fieldStatus, "response_status": fieldStatus,
	"s": fieldStatus, "sc_status": fieldStatus, "http_code": fieldStatus, "resp_status": fieldStatus, "statuscode": fieldStatus,
	"http_status_code": fieldStatus, "http_response_status_code": fieldStatus,
	"bytes": fieldBytes, "size": fieldBytes, "bytes_sent": fieldBytes, "body_bytes_sent": fieldBytes, "b": fieldBytes, "bs": fieldBytes,
	"downstreamcontentsize": fieldBytes, "response_size": fieldBytes, "response_bytes": fieldBytes, "body_bytes": fieldBytes,
	"sent": fieldBytes, "bytes_out": fieldBytes, "sc_bytes": fieldBytes, "response_length": fieldBytes, "resp_size": fieldBytes,

	"client": fieldClient, "clientip": fieldClient, "client_ip": fieldClient, "remote_addr": fieldClient, "remote_ip": fieldClient,
	"ip": fieldClient, "remote": fieldClient, "host_ip": fieldClient, "clientaddr": fieldClient, "client_addr": fieldClient,
	"remote_host": fieldClient, "clienthost": fieldClient, "addr": fieldClient, "remoteaddr": fieldClient, "remoteip": fieldClient,
	"c_ip": fieldClient, "client_address": fieldClient, "src": fieldClient, "source_ip": fieldClient, "src_ip": fieldClient, "source_address": fieldClient,
	"x_forwarded_for": fieldForwarded, "http_x_forwarded_for": fieldForwarded, "xff": fieldForwarded, "forwardedfor": fieldForwarded,
	"forwarded_for": fieldForwarded, "fwd": fieldForwarded, "x_real_ip": fieldForwarded, "http_x_real_ip": fieldForwarded,
	"host": fieldVHost, "vhost": fieldVHost, "http_host": fieldVHost, "server_name": fieldVHost, "virtual_host": fieldVHost,
	"requesthost": fieldVHost, "domain": fieldVHost, "requestaddr": fieldVHost, "request_host": fieldVHost, "site": fieldVHost,
	"sn": fieldVHost, "v": fieldVHost, "h": fieldVHost,
	"user_agent": fieldAgent, "agent": fieldAgent, "http_user_agent": fieldAgent, "useragent": fieldAgent, "request_user_agent": fieldAgent,
	"http_agent": fieldAgent, "user_agent_original": fieldAgent, "cs_user_agent": fieldAgent,
	"connection": fieldConn, "conn": fieldConn, "connection_serial": fieldConn, "pid": fieldPID,

	"upstream": fieldUpstream, "upstream_addr": fieldUpstream, "uaddr": fieldUpstream, "backend": fieldUpstream, "up": fieldUpstream,
	"upstreamaddr": fieldUpstream, "upstream_address": fieldUpstream, "serviceaddr": fieldUpstream, "backend_addr": fieldUpstream,
	"up_addr": fieldUpstream, "upstream_host": fieldUpstream, "proxy": fieldUpstream, "serviceurl": fieldUpstream, "upaddr": fieldUpstream,
	"upstream_server": fieldUpstream, "upstream_upstream_addr": fieldUpstream,
	"upstream_status": fieldUpstreamStatus, "ust": fieldUpstreamStatus, "upstreamstatus": fieldUpstreamStatus,
	"originstatus": fieldUpstreamStatus, "up_status": fieldUpstreamStatus, "backend_status": fieldUpstreamStatus,
	"upstat": fieldUpstreamStatus, "ustatus": fieldUpstreamStatus, "upstatus": fieldUpstreamStatus, "us": fieldPhaseOrStatus,
	"ua": fieldUpstreamOrAgent,

	"request_time": fieldDuration, "rt": fieldDuration, "reqtime": fieldDuration, "duration": fieldDuration, "time_taken": fieldDuration,
	"elapsed": fieldDuration, "took": fieldDuration, "latency": fieldDuration, "response_time": fieldDuration, "total_time": fieldDuration,
	"request_duration": fieldDuration, "req_time": fieldDuration, "d": fieldDuration, "time_total": fieldDuration, "processing_time": fieldDuration,
	"requesttime": fieldDuration, "timetaken": fieldDuration, "usec": fieldDuration, "msecs": fieldDuration, "rtime": fieldDuration,
	"resp_time": fieldDuration, "responsetime": fieldDuration, "time_request": fieldDuration, "req_duration": fieldDuration,
	"serve_time": fieldDuration, "service_time": fieldDuration, "elapsed_time": fieldDuration, "http_duration": fieldDuration,
	"queue": fieldQueue, "queue_time": fieldQueue, "upstream_queue_time": fieldQueue, "uqt": fieldQueue,
	"upstream_connect_time": fieldConnect, "uct": fieldConnect, "connect_time": fieldConnect, "up_ct": fieldConnect,
	"upstream_connect": fieldConnect, "ct": fieldConnect, "up_connect": fieldConnect, "upct": fieldConnect, "uconn": fieldConnect,
	"upstream_header_time": fieldHeader, "uht": fieldHeader, "header_time": fieldHeader, "ttfb": fieldHeader, "upstream_header": fieldHeader,
	"up_ht": fieldHeader, "ht": fieldHeader, "up_header": fieldHeader, "upht": fieldHeader, "upstream_first_byte_time": fieldHeader,
	"upstream_response_time": fieldResponse, "urt": fieldResponse, "upstream_time": fieldResponse, "upstream_latency_time": fieldResponse, "upstream_first_byte": fieldHeader, "apptime": fieldResponse,
	"originduration": fieldResponse, "up_rt": fieldResponse, "upstream_duration": fieldResponse, "backend_time": fieldResponse,
	"upt": fieldResponse, "upstream_rt": fieldResponse, "up_time": fieldResponse, "uprt": fieldResponse, "upstream_latency": fieldResponse,
	"ut": fieldResponse, "upstream_response": fieldResponse, "up_response": fieldResponse, "backend_response_time": fieldResponse,
	"runtime": fieldSkip, "upresp": fieldResponse,

	"level": fieldLevel, "lvl": fieldLevel, "severity": fieldLevel, "loglevel": fieldLevel, "levelname": fieldLevel,
	"msg": fieldMessage, "message": fieldMessage, "event": fieldMessage,
}

// fieldNamed tells what a value of that name stands for, and in which unit it is if it is a duration whose name tells.
// Prefixes such as "$" and "request." of formats that nest are no part of the name.
func fieldNamed(name []byte) (f accessField, unit int64) {
	var buf [48]byte
	if len(name) > len(buf) {
		return fieldSkip, unitUnknown
	}
	n := 0
	for i, c := range name {
		switch {
		case c >= 'A' && c <= 'Z':
			// A capital begins a word only where small letters are before it: requestTime, but DownstreamStatus is one name.
			buf[n] = c | 0x20
		case c == '-' || c == '.' || c == ' ':
			buf[n] = '_'
		case (c == '$' || c == '%' || c == '_') && n == 0 && i == 0:
			continue
		default:
			buf[n] = c
		}
		n++
	}
	key := buf[:n]
	if f, ok := accessNames[string(key)]; ok {
		return f, unitOf(key, f)
	}
	for _, suffix := range unitSuffixes {
		if cut := n - len(suffix.text); cut > 0 && string(key[cut:]) == suffix.text {
			if f := accessNames[string(key[:cut])]; f.isPhase() || f == fieldTime && suffix.unit <= unitMillis {
				return f, suffix.unit
			}
		}
	}
	return fieldSkip, unitUnknown
}

var unitSuffixes = [...]struct {
	text string
	unit int64
}{
	{"_ms", unitMillis}, {"_msec", unitMillis}, {"_millis", unitMillis}, {"_milliseconds", unitMillis},
	{"_us", unitMicros}, {"_usec", unitMicros}, {"_micros", unitMicros}, {"_microseconds", unitMicros},
	{"_ns", unitNanos}, {"_nanos", unitNanos}, {"_nanoseconds", unitNanos},
	{"_s", second}, {"_sec", second}, {"_seconds", second}, {"_secs", second},
	{"ms", unitMillis}, {"us", unitMicros}, {"ns", unitNanos},
}

// unitOf returns the unit that a whole name implies: nginx's own variables count seconds, %D is named after Apache's letter.
func unitOf(key []byte, f accessField) int64 {
	if !f.isPhase() {
		return unitUnknown
	}
	switch string(key) {
	case "request_time", "rt", "upstream_response_time", "urt", "upstream_connect_time", "uct", "upstream_header_time", "uht":
		return second
	case "usec", "d":
		return unitMicros
	case "msecs":
		return unitMillis
	case "originduration":
		return unitNanos
	}
	return unitUnknown
}

// namedField is fieldNamed for a name whose values are known: where they contradict it, what they are counts, and names
// nobody has foreseen are understood by their parts.
func namedField(name []byte, t *tokenStats) (accessField, int64) {
	f, unit := fieldNamed(name)
	if f == fieldSkip {
		f = fieldLike(name, t)
	}
	if t.open() {
		return f, unit
	}
	switch {
	case f == fieldUpstreamOrAgent && t.seen(classUpstream) > 0:
		return fieldUpstream, unitUnknown
	case f == fieldUpstreamOrAgent && t.seen(classAgent) > 0:
		return fieldAgent, unitUnknown
	case f.isPhase():
		switch {
		case t.mostly(classUpstream) && !t.mostly(classNumber):
			return fieldUpstream, unitUnknown
		case !t.mostly(classNumber):
			return fieldSkip, unitUnknown
		case f == fieldResponse && t.mostly(classStatus) && !bytes.Contains(name, []byte("time")):
			return fieldUpstreamStatus, unitUnknown
		}
	case f == fieldUpstream || f == fieldUpstreamStatus || f == fieldPhaseOrStatus:
		switch {
		case t.mostly(classThousand | classSuffixed):
			return fieldResponse, unit
		case t.mostly(classStatus):
			return fieldUpstreamStatus, unitUnknown
		}
	case f == fieldStatus && !t.mostly(classStatus):
		if t.mostly(classThousand | classSuffixed) {
			return fieldDuration, unit
		}
		return fieldSkip, unitUnknown
	case f == fieldBytes && !t.mostly(classInteger), f == fieldTime && !t.mostly(classTime), f == fieldClient && !t.mostly(classAddress|classUpstream|classDomain):
		if f == fieldTime && t.mostly(classNumber) {
			return fieldDuration, unit
		}
		return fieldSkip, unitUnknown
	case f == fieldVHost && t.mostly(classAddress):
		return fieldClient, unitUnknown
	case f == fieldRequest && t.mostly(classPath|classURL):
		return fieldPath, unitUnknown
	}
	return f, unit
}

// fieldLike guesses by parts of a name and by its values.
func fieldLike(name []byte, t *tokenStats) accessField {
	name = bytes.ToLower(name)
	has := func(parts ...string) bool {
		for _, p := range parts {
			if bytes.Contains(name, []byte(p)) {
				return true
			}
		}
		return false
	}
	inner := has("up", "backend", "origin", "proxy", "fcgi", "fastcgi", "app")
	switch {
	case t.mostly(classThousand|classSuffixed|classDecimal) && inner:
		switch {
		case has("conn"):
			return fieldConnect
		case has("head", "first", "ttfb"):
			return fieldHeader
		}
		return fieldResponse
	case t.mostly(classStatus) && inner:
		return fieldUpstreamStatus
	case t.mostly(classUpstream) && inner:
		return fieldUpstream
	case t.mostly(classNumber) && has("time", "dur", "elapsed", "laten", "took", "total"):
		return fieldDuration
	case t.mostly(classStatus) && has("stat", "code"):
		return fieldStatus
	case t.mostly(classInteger) && has("byte", "size", "sent"):
		return fieldBytes
	case t.mostly(classAddress) && has("addr", "ip", "client", "remote"):
		return fieldClient
	case t.mostly(classMethod):
		return fieldMethod
	case t.mostly(classRequest):
		return fieldRequest
	case has("agent"):
		return fieldAgent
	case t.mostly(classDomain) && has("host", "server", "domain"):
		return fieldVHost
	}
	return fieldSkip
}
