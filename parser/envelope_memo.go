package parser

// headMemo is the last syslog head of a source that has a stamp, a host and a tag, and the envelope it was read as. A busy daemon
// writes many lines within one second.
type headMemo struct {
	text          [128]byte // from the line's first byte to the blank before the message
	size          int
	host, program span
	reference     int64 // of the clock that read the stamp
	env           envelope
}

// remember keeps the first size bytes of line as the head that env was read from, with the help of what tag knows of its end.
func (m *headMemo) remember(line []byte, size int, tag *tagMemo, env *envelope, reference int64) {
	m.size = 0
	if size > len(m.text) || tag.size == 0 || tag.host == 0 {
		return
	}
	m.size = copy(m.text[:size], line)
	begin := size - tag.size
	m.host = span{begin, begin + tag.host}
	m.program = span{m.host.end + 1, m.host.end + 1 + tag.program}
	m.reference, m.env = reference, *env
	m.env.host, m.env.program = nil, nil // they are in the line
}

func (m *headMemo) fits(line []byte) bool {
	return m.size > 0 && len(line) > m.size && string(line[:m.size]) == string(m.text[:m.size])
}

// sameHead reads a line with the head and the format of the line before. It reports false for any other.
func (s *Scanner) sameHead(line []byte, rec *Record) (f Format, ok bool) {
	m := &s.envelopes.head
	if !s.wrapped || !m.fits(line) || m.reference != s.clock.reference || s.nginx.open != nginxClosed {
		return NoFormat, false
	}
	f = s.wrappedRecent[0]
	inner := line[m.size:]
	if c := inner[0]; c <= ' ' || c == '{' || c == 'm' || isForgiving(f) {
		return NoFormat, false
	}
	m.env.open(rec)
	rec.Host, rec.Program = m.host.of(line), m.program.of(line)
	if !s.decode(f, inner, rec) {
		rec.Reset()
		return NoFormat, false
	}
	s.severed = false
	s.enveloped(&m.env, rec)
	rec.Format = f
	return f, true
}
