package parser

import "bytes"

// jsonEnvelope reads a line of Docker's json-file or an entry of the journal as JSON.
func (s *Scanner) jsonEnvelope(line []byte, env *envelope) (inner []byte, ok bool) {
	switch {
	case isDockerJSON(line):
		return s.dockerJSON(line, env)
	case isJournalJSON(line):
		return s.journalJSON(line, env)
	}
	return nil, false
}

// isJSONEnvelope tells a JSON envelope from a JSON log by its first key, cheaply and before any other format is tried:
// such an envelope also looks like an application's JSON.
func isJSONEnvelope(line []byte) bool { return isDockerJSON(line) || isJournalJSON(line) }

func isDockerJSON(line []byte) bool {
	return len(line) > 0 && line[0] == '{' && bytes.HasPrefix(line, []byte(`{"log":"`)) && bytes.Contains(line, []byte(`"stream":"std`))
}

// dockerJSON reads {"log":"text\n","stream":"stderr","time":"2026-11-21T06:13:00.123456789Z"}. Docker cuts lines at 16 KiB:
// what does not end in a line feed goes on in the next line of the same stream.
func (s *Scanner) dockerJSON(line []byte, env *envelope) (inner []byte, ok bool) {
	object, _ := openObject(line)
	var text []byte
	isErr := false
	for {
		key, value, more := object.next()
		if !more {
			break
		}
		switch string(key) {
		case "log":
			text = value
		case "stream":
			isErr = string(value) == `"stderr"`
		case "time":
			if len(value) > 2 && value[0] == '"' {
				env.time, _, _ = s.clock.iso(value[1 : len(value)-1])
			}
		}
	}
	if len(text) < 2 || text[0] != '"' {
		return nil, false
	}
	body, ended := bytes.CutSuffix(text[1:len(text)-1], []byte(`\n`))
	if i := bytes.IndexByte(body, '\\'); i < 0 {
		inner = body
	} else {
		whole := s.jsonText(text)
		inner = trimEOL(whole)
		ended = len(inner) < len(whole)
	}
	env.partial = s.cutBefore(isErr, !ended)
	return inner, true
}

// cutBefore notes whether a line of a stream was cut, and reports whether the one before was.
func (s *Scanner) cutBefore(isErr, cut bool) (before bool) {
	state := &s.envelopes.cutOut
	if isErr {
		state = &s.envelopes.cutErr
	}
	before, *state = *state, cut
	return before
}

// cri reads what follows the stamp in the logs of Kubernetes: "stderr F text"; P instead of F marks a line that goes on.
func (s *Scanner) cri(b []byte, env *envelope) (inner []byte, ok bool) {
	if len(b) < 8 || string(b[:3]) != "std" || b[6] != ' ' || b[7] != 'F' && b[7] != 'P' {
		return nil, false
	}
	stream := string(b[:6])
	if stream != "stdout" && stream != "stderr" || len(b) > 8 && b[8] != ' ' {
		return nil, false
	}
	env.partial = s.cutBefore(b[3] == 'e', b[7] == 'P')
	return b[min(9, len(b)):], true
}

// composed reads the prefix of docker compose: "web-1  | text", coloured or not, padded with at least two blanks. Behind it
// may stand the time stamp of the runtime.
func (s *Scanner) composed(line []byte, env *envelope) (inner []byte, ok bool) {
	b := skipColour(line)
	n := 0
	letter := false
	for n < len(b) && n < 128 && (isWordByte(b[n]) || b[n] == '.' || b[n] == '-') {
		letter = letter || b[n] > '9'
		n++
	}
	name := b[:n]
	if !letter || len(b) < n+3 || b[n] != ' ' || b[n+1] != ' ' || levelOf(name) != NoSeverity {
		return nil, false
	}
	for n < len(b) && n < 256 && b[n] == ' ' {
		n++
	}
	if n == len(b) || b[n] != '|' {
		return nil, false
	}
	b = skipColour(b[n+1:])
	if len(b) > 0 && b[0] != ' ' {
		return nil, false
	}
	b = b[min(1, len(b)):]
	if len(b) > 21 && b[0] == '2' && b[10] == 'T' {
		if m, rest, stamped := s.clock.iso(b); stamped && len(rest) > 1 && rest[0] == ' ' && isRuntimeStamp(b[:len(b)-len(rest)]) {
			env.time, b = m, rest[1:]
		}
	}
	env.program = withoutReplica(name)
	env.daemon = daemonOf(env.program)
	return b, true
}

// skipColour skips a terminal's escape sequences at the front of b.
func skipColour(b []byte) []byte {
	for len(b) > 2 && b[0] == 0x1b && b[1] == '[' {
		i := bytes.IndexByte(b[:min(len(b), 16)], 'm')
		if i < 0 {
			return b
		}
		b = b[i+1:]
	}
	return b
}

// withoutReplica takes the number off "web-1" and "web_1".
func withoutReplica(name []byte) []byte {
	n := len(name)
	for n > 0 && name[n-1]-'0' <= 9 {
		n--
	}
	if n > 1 && n < len(name) && (name[n-1] == '-' || name[n-1] == '_') {
		return name[:n-1]
	}
	return name
}

// isRuntimeStamp tells the stamp that container runtimes put before a line: nanoseconds, UTC.
func isRuntimeStamp(stamp []byte) bool { return len(stamp) == 30 && stamp[29] == 'Z' }

// isRuntimeLine reports whether the stamp before b is the runtime's, and not the application's own: b begins as the lines of
// nginx, Apache, HAProxy, PHP and JSON logs do, or an earlier line of the source did.
func (s *Scanner) isRuntimeLine(b []byte) bool {
	if !s.envelopes.runtime {
		s.envelopes.runtime = hasOwnStamp(b)
	}
	return s.envelopes.runtime
}

// hasOwnStamp reports whether b begins a line of its own, that needs no stamp before it.
func hasOwnStamp(b []byte) bool {
	if b[0] == '[' && len(b) > 5 {
		return b[1]-'0' <= 9 && b[2]-'0' <= 9 || b[4] == ' ' || bytes.Contains(b[:min(len(b), 40)], []byte(") : "))
	}
	return beginsRecord(b) || bytes.HasPrefix(b, []byte("nginx: [")) || bytes.HasPrefix(b, []byte("time="))
}
