package parser

import "bytes"

// tag is how syslog names who speaks: "host program[pid]: text".
type tag struct {
	host, program []byte
	pid           int64
	bracket       bool // a process id stood behind the program
	text          []byte
}

// fill moves the tag into env and returns the text.
func (t *tag) fill(env *envelope) []byte {
	env.host, env.program, env.pid = t.host, t.program, t.pid
	env.daemon = daemonOf(t.program)
	return t.text
}

// credible reports whether a tag behind a bare ISO stamp is syslog's rather than an application's "thread logger:". The
// stamp that rsyslog writes has micros and an offset in digits.
func (t *tag) credible(stamp []byte) bool {
	if len(t.host) == 0 {
		return false
	}
	if t.bracket || t.daemon() != Syslog {
		return true
	}
	return len(stamp) == 32 && stamp[26] != 'Z'
}

func (t *tag) daemon() Daemon { return daemonOf(t.program) }

// cutTag reads "host program[pid]: " or "program[pid]: " at the front of b.
func cutTag(b []byte) (t tag, ok bool) {
	for range 2 {
		end := bytes.IndexByte(b, ' ')
		if end < 0 {
			end = len(b)
		}
		word := b[:end]
		if end > 1 && word[end-1] == ':' && t.named(word[:end-1]) {
			t.text = b[min(end+1, len(b)):]
			return t, true
		}
		if end == len(b) || t.host != nil || !isHostName(word) {
			return t, false
		}
		t.host, b = word, b[end+1:]
	}
	return t, false
}

// named reads "program" or "program[pid]".
func (t *tag) named(word []byte) bool {
	program := word
	if word[len(word)-1] == ']' {
		i := bytes.IndexByte(word, '[')
		if i < 0 {
			return false
		}
		t.bracket = true
		t.pid, _ = leadingNumber(word[i+1:])
		program = word[:i]
	}
	if len(program) == 0 || len(program) > 128 {
		return false
	}
	for _, c := range program {
		if c <= ' ' || c == '"' || c == '=' || c == '{' || c == '[' || c == ']' || c == ',' || c == ';' || c >= 0x7f {
			return false
		}
	}
	t.program = program
	return t.bracket || levelOf(program) == NoSeverity
}

// isHostName reports whether word can stand for a host in syslog: a name or an address, and no level.
func isHostName(word []byte) bool {
	if len(word) == 0 || len(word) > 255 {
		return false
	}
	for _, c := range word {
		if !isWordByte(c) && c != '.' && c != '-' && c != ':' {
			return false
		}
	}
	return levelOf(word) == NoSeverity
}

// tagMemo is the last tag of a source. Most lines have the same one as the line before.
type tagMemo struct {
	text          [96]byte // as it stands, from the host to the blank before the message
	size          int
	host, program int // their sizes; the program begins behind the host and a blank
	pid           int64
	daemon        Daemon
}

func (m *tagMemo) fits(b []byte) bool {
	return m.size > 0 && len(b) >= m.size && string(b[:m.size]) == string(m.text[:m.size])
}

func (m *tagMemo) remember(b []byte, t *tag) {
	m.size = len(b) - len(t.text)
	if m.size > len(m.text) || b[m.size-1] != ' ' {
		m.size = 0
		return
	}
	copy(m.text[:], b[:m.size])
	m.host, m.program, m.pid, m.daemon = len(t.host), len(t.program), t.pid, t.daemon()
}

// fill is tag.fill for a line that the memo fits.
func (m *tagMemo) fill(b []byte, env *envelope) []byte {
	begin := 0
	if m.host > 0 {
		env.host = b[:m.host]
		begin = m.host + 1
	}
	env.program = b[begin : begin+m.program]
	env.pid, env.daemon = m.pid, m.daemon
	return b[m.size:]
}
