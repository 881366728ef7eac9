package parser

// haproxyMembers maps the usual names of members of HAProxy's JSON log formats that no web server's has; see accessNames.
var haproxyMembers = map[string]accessField{
	"termination_state": fieldTermination, "termination": fieldTermination, "term_state": fieldTermination, "tsc": fieldTermination,
	"session_state": fieldTermination, "frontend": fieldFrontend, "frontend_name": fieldFrontend, "fe_name": fieldFrontend, "fe": fieldFrontend,
	"backend_name": fieldUpstream, "be_name": fieldUpstream, "server": fieldServer, "srv_name": fieldServer, "backend_server": fieldServer,
	"tw": fieldQueue, "tc": fieldConnect, "tr": fieldHeader, "ta": fieldDuration, "tt": fieldDuration,
	"time_queue": fieldQueue, "time_connect": fieldConnect, "time_response": fieldHeader, "time_active": fieldDuration,
}

// haproxyField tells what a member of that name stands for in a log of HAProxy's, whose times are all in milliseconds.
func haproxyField(name []byte) (accessField, int64) {
	var buf [32]byte
	if len(name) > len(buf) {
		return fieldSkip, unitUnknown
	}
	for i, c := range name {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		buf[i] = c
	}
	f := haproxyMembers[string(buf[:len(name)])]
	if f.isPhase() {
		return f, unitMillis
	}
	return f, unitUnknown
}

// settleHAProxy completes a record of a JSON log format of HAProxy's: known by its session state, it names backend and server in
// members of their own, and tells when the request was accepted.
func (j *jsonShape) settleHAProxy(a *jsonAccess, rec *Record) {
	rec.Daemon, rec.Termination = HAProxy, a.termination
	rec.Frontend, rec.Backend = a.frontend, rec.Upstream
	if len(a.server) > 0 {
		setServer(rec, a.server)
		j.upstream = append(append(append(j.upstream[:0], rec.Backend...), '/'), a.server...)
		rec.Upstream = j.upstream
	}
	if a.start.resolution == 0 && rec.Duration > 0 {
		rec.Time += rec.Duration
	}
}
