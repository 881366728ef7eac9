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
	managed := false
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
		case "MESSAGE_ID":
			managed = isUnitMessage(unquoted(value))
		case "UNIT", "USER_UNIT", "OBJECT_SYSTEMD_UNIT":
			first(&env.unit, s.jsonText(value))
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
	if managed {
		env.daemon = Systemd
	} else if env.daemon != Systemd {
		env.unit = nil // a program may write what it likes there
	}
	if env.daemon == Syslog && unit != nil {
		env.daemon = daemonOf(bytes.TrimSuffix(s.jsonText(unit), []byte(".service")))
	}
	if message[0] == '[' {
		return trimEOL(s.byteArray(message)), true
	}
	return trimEOL(s.jsonText(message)), true
}

// isUnitMessage reports whether a MESSAGE_ID is one by which systemd tells of a unit: started, stopped, failed, reloaded, restarted, out of
// memory. It says who speaks where the entry was exported without a program's name.
//
// Source: systemd src/systemd/sd-messages.h.
func isUnitMessage(id []byte) bool {
	switch string(id) {
	case "7d4958e842da4a758f6c1cdc7b36dcc5", // starting
		"39f53479d3a045ac8e11786248231fbf", // started
		"be02cf6855d2428ba40df7e9d022f03d", // could not be started
		"de5b426a63be47a7b6ac3eaac82e2f6f", // stopping
		"9d1aaa27d60140bd96365438aad20286", // stopped
		"d34d037fff1847e6ae669a370e694725", // reloading
		"7b05ebc668384222baa8881179cfda54", // reloaded
		"d9b373ed55a64feb8242e02dbe79a49c", // failed, with its result
		"7ad2d189f7e94e70a38c781354912448", // succeeded
		"0e4284a0caca4bfc81c0bb6786972673", // skipped
		"98e322203f7a4ed290d09fe03c09fe15", // its process exited
		"5eb03494b6584870a536b337290809b3", // a restart is scheduled
		"ae8f7b866b0347b9af31fe1c80b127c0", // what it used
		"fe6faa94e7774663a0da52717891d8ef", // the kernel killed a process of it, out of memory
		"d989611b15e44c9dbf31e3c81256e4ed": // systemd-oomd killed
		return true
	}
	return false
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
