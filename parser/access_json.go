package parser

import "bytes"

// jsonShape remembers what the members of a source's JSON access log stand for. Its lines have the same members in the same
// order, so the n-th member is asked first whether it is what it was.
type jsonShape struct {
	members  [maxTokens]jsonMember
	lookups  int    // how often members were looked up in lines ahead
	upstream []byte // "backend/server" of the last line of HAProxy's
}

// jsonMember is one member, of the object itself or of one inside it.
type jsonMember struct {
	name  [32]byte
	size  int
	inner bool // it belongs to an object about the upstream
	field accessField
	unit  int64
	// stats are of durations whose unit is being found out. declared says that by its name it is a second, which whole numbers
	// can contradict.
	stats    *tokenStats
	declared bool
}

// jsonAccess is what one line has shown.
type jsonAccess struct {
	member         int
	time, start    moment
	level, message bool // an application's logger
	gateway        bool // a proxy's that uses such a logger too
	upstream       bool // members about an upstream, be they empty
	// termination, frontend and server are what HAProxy's own log formats name.
	termination, frontend, server []byte
}

// accessJSON reads a line that is one JSON object of a web server's access log, under any of the usual names, also inside of
// one more object ("request": {"method": …}), as nginx and Apache are set up to write and Caddy and Traefik do. It takes an
// object with a status, a request or its path, and a client or an upstream. What has a level and a message like an
// application's log is taken only where it names an upstream or a proxy's logger.
func (s *Scanner) accessJSON(line []byte, rec *Record) bool {
	if !bytes.Contains(line, []byte(`tatus`)) && !bytes.Contains(line, []byte(`code`)) {
		return false
	}
	if s.json == nil {
		s.json = new(jsonShape)
	}
	var a jsonAccess
	if !s.jsonMembers(line, &a, false, 0, rec) {
		return false
	}
	switch {
	case rec.Status == Unknown || len(rec.Path) == 0 && len(rec.Method) == 0:
		return false
	case len(rec.Client) == 0 && !a.upstream:
		return false
	case a.level && a.message && !a.gateway && !a.upstream:
		return false
	}
	switch {
	case a.time.resolution != 0:
		a.time.stamp(rec)
	case a.start.resolution != 0:
		a.start.stamp(rec)
		rec.Time += max(rec.Duration, 0)
	}
	rec.Daemon = daemonByStatus(rec.Status)
	if a.upstream && !a.gateway {
		rec.Daemon = Nginx
	}
	if len(a.termination) > 0 {
		s.json.settleHAProxy(&a, rec)
	}
	s.settleAccess(rec)
	return true
}

// jsonMembers reads the members of an object; upstream says that it is that of an upstream. It returns false where the object
// does not end or is no JSON.
func (s *Scanner) jsonMembers(b []byte, a *jsonAccess, upstream bool, depth int, rec *Record) bool {
	object, ok := openObject(b)
	for ok {
		var name, value []byte
		name, value, ok = object.next()
		if !ok {
			break
		}
		switch value[0] {
		case '[':
		case '{':
			if depth == 0 && !isHeaders(name) {
				s.jsonMembers(value, a, isUpstreamName(name), 1, rec)
			}
		default:
			if a.member < maxTokens {
				m := s.jsonMember(a.member, name, upstream)
				a.member++
				if m.field != fieldSkip {
					s.jsonValue(m, value, a, rec)
				} else if depth == 0 {
					a.gateway = a.gateway || isProxyMember(name, value)
				}
			}
		}
	}
	return object.closed
}

// jsonMember returns what the n-th member of a line is.
func (s *Scanner) jsonMember(n int, name []byte, upstream bool) *jsonMember {
	m := &s.json.members[n]
	if m.is(name) && m.inner == upstream {
		return m
	}
	*m = jsonMember{inner: upstream}
	m.size = copy(m.name[:], name)
	if len(name) > len(m.name) {
		m.size = 0
		return m
	}
	var buf [48]byte
	full := buf[:0]
	if upstream {
		full = append(full, "upstream_"...)
	}
	m.field, m.unit = fieldNamed(append(full, name...))
	if m.field == fieldSkip {
		m.field, m.unit = haproxyField(name)
	}
	if m.field.isPhase() && (m.unit == unitUnknown || m.unit == second) && s.json.lookups < fullSample {
		s.json.lookups++
		m.declared = m.unit == second
		m.stats = new(tokenStats)
		s.aheadMember(m)
	}
	return m
}

// is reports whether that is the member's name.
func (m *jsonMember) is(name []byte) bool { return string(m.name[:m.size]) == string(name) }

// aheadMember looks the member up in the lines that follow, for its unit.
func (s *Scanner) aheadMember(m *jsonMember) {
	if s.wrapped {
		return
	}
	for ahead := s.shapes.ahead; len(ahead) > 0 && m.stats.n < fullSample; {
		line, size := cutLine(ahead, false)
		if size == 0 {
			return
		}
		ahead = ahead[size:]
		object, ok := openObject(line)
		for ok {
			var name, value []byte
			if name, value, ok = object.next(); ok && m.is(name) {
				m.stats.observe(&s.clock, unquoted(value))
				break
			}
		}
		if !ok {
			return
		}
	}
}

// jsonValue notes one member.
func (s *Scanner) jsonValue(m *jsonMember, value []byte, a *jsonAccess, rec *Record) {
	text := value
	if value[0] == '"' || value[0] == 'n' {
		text = s.jsonText(value)
	}
	a.upstream = a.upstream || m.field.isUpstreams()
	switch m.field {
	case fieldTermination:
		if (len(text) == 2 || len(text) == 4) && isTermination(text) {
			a.termination = text
		}
	case fieldFrontend:
		a.frontend = text
	case fieldServer:
		a.server = text
	case fieldLevel:
		a.level = true
	case fieldMessage:
		a.message = len(text) > 0
	case fieldTime:
		a.time = s.finerMoment(a.time, text)
	case fieldStart:
		a.start = s.finerMoment(a.start, text)
	case fieldRequest:
		if len(text) > 0 && text[0] == '/' {
			rec.Path = text
			return
		}
		s.setAccess(m.field, 0, text, rec)
	case fieldVHost:
		if len(rec.VHost) == 0 || m.is([]byte("host")) {
			s.setAccess(m.field, 0, text, rec)
		}
	case fieldClient:
		if !isMissing(text) && text[0] != '/' {
			s.setAccess(m.field, 0, text, rec)
		}
	default:
		if m.stats != nil {
			m.learnUnit(&s.clock, text)
		}
		s.setAccess(m.field, m.unit, text, rec)
	}
}

// learnUnit observes one more value of a duration, until it is clear what it counts.
func (m *jsonMember) learnUnit(c *clockCache, text []byte) {
	m.stats.observe(c, text)
	switch {
	case m.stats.mostly(classInteger):
		m.unit = m.stats.wholeUnit(unitMillis)
	case m.declared:
		m.unit = second
	default:
		m.unit = m.stats.decimalUnit()
	}
	if m.stats.n > fullSample {
		m.stats = nil
	}
}

// finerMoment reads text as a moment, and returns it unless the one before was told more exactly.
func (s *Scanner) finerMoment(before moment, text []byte) moment {
	for _, read := range [...]func(*clockCache, []byte) (moment, []byte, bool){(*clockCache).iso, (*clockCache).epoch, (*clockCache).clf} {
		if m, rest, ok := read(&s.clock, text); ok && len(rest) == 0 {
			if before.resolution == 0 || m.resolution < before.resolution {
				return m
			}
			return before
		}
	}
	return before
}

// isHeaders reports whether an object of that name holds headers, which say nothing that is wanted here.
func isHeaders(name []byte) bool { return bytes.Contains(name, []byte("eaders")) }

// isUpstreamName reports whether an object of that name is about the upstream.
func isUpstreamName(name []byte) bool {
	switch string(name) {
	case "upstream", "backend", "origin", "proxy":
		return true
	}
	return false
}

// isProxyMember reports whether a member is of the log of a proxy that uses a general logger: Caddy's or Traefik's.
func isProxyMember(name, value []byte) bool {
	switch string(name) {
	case "logger":
		return bytes.HasPrefix(value, []byte(`"http.log.access`))
	case "RouterName", "ServiceName", "entryPointName", "OriginDuration", "Overhead":
		return true
	}
	return false
}
