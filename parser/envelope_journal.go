package parser

import "bytes"

// isJournalJSON tells an entry of journalctl -o json: its keys are in capitals, whichever comes first.
func isJournalJSON(line []byte) bool {
	if len(line) < 4 || line[1] != '"' || line[2] != '_' && (line[2] < 'A' || line[2] > 'Z') {
		return false
	}
	return bytes.Contains(line, []byte(`"MESSAGE"`)) &&
		(bytes.Contains(line, []byte(`"__REALTIME_TIMESTAMP"`)) || bytes.Contains(line, []byte(`"_HOSTNAME"`)))
}

// journalJSON reads an entry of the journal. The text is its MESSAGE, which is an array of bytes where it is no valid UTF-8.
func (s *Scanner) journalJSON(line []byte, env *envelope) (inner []byte, ok bool) {
	object, _ := openObject(line)
	var message, command, container, unit []byte
	for {
		key, value, more := object.next()
		if !more {
			break
		}
		switch string(key) {
		case "MESSAGE":
			message = value
		case "_HOSTNAME":
			env.host = s.jsonText(value)
		case "SYSLOG_IDENTIFIER":
			env.program = s.jsonText(value)
		case "_COMM":
			command = value
		case "CONTAINER_NAME":
			container = value
		case "_SYSTEMD_UNIT":
			unit = value
		case "_PID":
			env.pid, _ = leadingNumber(unquoted(value))
		case "PRIORITY":
			if p, n := leadingNumber(unquoted(value)); n == 1 && p < 8 {
				env.severity = Emergency - Severity(p)
			}
		case "__REALTIME_TIMESTAMP":
			env.time, _, _ = s.clock.epoch(unquoted(value))
		}
	}
	if !object.closed || message == nil {
		return nil, false
	}
	switch {
	case container != nil:
		env.program = s.jsonText(container)
	case len(env.program) == 0:
		env.program = s.jsonText(command)
	}
	env.daemon = daemonOf(env.program)
	if env.daemon == Syslog && unit != nil {
		env.daemon = daemonOf(bytes.TrimSuffix(s.jsonText(unit), []byte(".service")))
	}
	if message[0] == '[' {
		return trimEOL(s.byteArray(message)), true
	}
	return trimEOL(s.jsonText(message)), true
}

func unquoted(value []byte) []byte {
	if len(value) > 1 && value[0] == '"' {
		return value[1 : len(value)-1]
	}
	return value
}

// byteArray returns the bytes that a JSON array of numbers lists.
func (s *Scanner) byteArray(value []byte) []byte {
	out := s.scratch.begin(len(value))
	for b := value; len(b) > 0; {
		v, n := leadingNumber(b)
		if n == 0 {
			b = b[1:]
			continue
		}
		out, b = append(out, byte(v)), b[n:]
	}
	return s.scratch.keep(out)
}

// isJournalMark tells the lines that journalctl puts between entries.
func isJournalMark(line []byte) bool {
	return bytes.HasPrefix(line, []byte("-- Boot ")) || bytes.HasPrefix(line, []byte("-- Reboot ")) ||
		bytes.HasPrefix(line, []byte("-- Logs begin ")) || bytes.HasPrefix(line, []byte("-- Journal begins ")) ||
		bytes.HasPrefix(line, []byte("-- No entries "))
}
