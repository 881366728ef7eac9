package parser

import "bytes"

// envelope is what a log transport wrote around a line: syslog, the journal, a container runtime.
type envelope struct {
	host, program []byte
	pid           int64
	time          moment // resolution 0: the envelope carries no time
	severity      Severity
	daemon        Daemon
	// unit is what a message of systemd is about.
	unit []byte
	// again says that the tag of syslog is the one which the Scanner remembers, and the stamp that of the last line with that tag.
	again bool
	// partial says that the line is the rest of one that the transport has cut.
	partial bool
}

// envelopeState is what the envelopes of one source leave behind for the next line.
type envelopeState struct {
	cutOut, cutErr bool // the container runtime has cut the last line on stdout, on stderr
	runtime        bool // lines begin with the time stamp of a container runtime
	tag            tagMemo
	stamp          moment // of the last line with that tag
	head           headMemo
}

// unwrap takes off the envelope of line and says in env what it tells. It knows
//   - syslog: RFC 3164 with and without priority and host, RFC 5424, rsyslog's and journalctl's ISO stamps, and HAProxy's own
//     variants of them (local, short, priority, timed, iso);
//   - the journal as JSON (journalctl -o json);
//   - containers: Docker's json-file, the time stamps of "docker logs -t", CRI, the name prefix of docker compose.
//
// The inside borrows from line, or from the Scanner where it had to be unescaped. ok is false for a line without envelope;
// a stamp alone makes none, since applications begin their lines with it too.
func (s *Scanner) unwrap(line []byte, env *envelope) (inner []byte, ok bool) {
	if len(line) < 3 {
		return nil, false
	}
	switch c := line[0]; {
	case c == '<':
		inner, ok = s.prioritised(line, env)
	case c >= 'A' && c <= 'S' && line[3%len(line)] == ' ':
		inner, ok = s.bsdSyslog(line, env)
		if ok && env.again {
			s.envelopes.head.remember(line, len(line)-len(inner), &s.envelopes.tag, env, s.clock.reference)
		}
	case c == '2' || c == '1':
		inner, ok = s.stampedISO(line, env)
	case c == '{':
		inner, ok = s.jsonEnvelope(line, env)
	case c == '-':
		return line, isJournalMark(line)
	}
	if ok {
		return unrepeated(inner), true
	}
	return s.composed(line, env)
}

// open prepares rec for the decoder of what was inside. The time stays out: a stamp that the inside carries counts for more.
func (env *envelope) open(rec *Record) {
	rec.Host, rec.Program, rec.PID = env.host, env.program, env.pid
	rec.Severity, rec.Daemon = env.severity, env.daemon
	rec.Module = env.unit
}

const quarterHour = 900 * second

// enveloped completes rec, which was read from the inside of env. Without a time of its own rec takes the envelope's. A
// wall clock without zone takes its offset from an envelope that has one: both tell the same moment but for a delay, and
// offsets are multiples of a quarter of an hour.
func (s *Scanner) enveloped(env *envelope, rec *Record) {
	switch {
	case rec.Time == 0:
		env.time.stamp(rec)
	case !rec.Zoned && env.time.zoned:
		offset := roundTo(env.time.micros-rec.Time, quarterHour)
		if offset >= -14*3600*second && offset <= 14*3600*second {
			rec.Time += offset
			rec.Zoned = true
		}
	}
	s.host.compare(env, rec)
	if !rec.Zoned {
		s.host.place(rec)
	}
	if rec.Severity == NoSeverity {
		rec.Severity = env.severity
	}
	if rec.Daemon == AnyWeb && (env.daemon == Nginx || env.daemon == Apache) {
		rec.Daemon = env.daemon
	}
}

// hostClock is the offset of the host that wrote a source's envelopes, once a line has told it: one whose inside carries a zone
// (an access log's) while the envelope does not.
type hostClock struct {
	offset int64 // added to the wall clock gives UTC, µs
	known  bool
	fresh  bool // learnt since the last placeAll
}

// delayed bounds how long after an event its envelope may be stamped, µs.
const delayed = 120 * second

// compare learns the offset from a record with a zone in an envelope without.
func (h *hostClock) compare(env *envelope, rec *Record) {
	if !rec.Zoned || env.time.zoned || env.time.micros == 0 {
		return
	}
	apart := rec.Time - env.time.micros
	offset := roundTo(apart, quarterHour)
	if off := apart - offset; off > delayed || off < -delayed || offset < -14*3600*second || offset > 14*3600*second {
		return
	}
	h.fresh = h.fresh || !h.known
	h.offset, h.known = offset, true
}

// place gives a wall clock of the same source its zone.
func (h *hostClock) place(rec *Record) {
	if h.known && rec.Time != 0 {
		rec.Time += h.offset
		rec.Zoned = true
	}
}

// placeAll does so for records that were read just before the offset was known.
func (h *hostClock) placeAll(recs []Record) {
	if !h.fresh {
		return
	}
	h.fresh = false
	for i := range recs {
		if !recs[i].Zoned {
			h.place(&recs[i])
		}
	}
}

// roundTo returns the multiple of unit that is nearest to v.
func roundTo(v, unit int64) int64 {
	if v < 0 {
		return -roundTo(-v, unit)
	}
	return (v + unit/2) / unit * unit
}

// unrepeated returns the message inside syslog's "message repeated 3 times: [ … ]", which stands for the ones it left out.
func unrepeated(inner []byte) []byte {
	if len(inner) == 0 || inner[0] != 'm' {
		return inner
	}
	rest, ok := bytes.CutPrefix(inner, []byte("message repeated "))
	if !ok {
		return inner
	}
	i := bytes.Index(rest, []byte(" times: [ "))
	if i < 0 || i > 10 || rest[len(rest)-1] != ']' {
		return inner
	}
	return rest[i+10 : len(rest)-1]
}
