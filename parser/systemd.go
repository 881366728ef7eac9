package parser

import "bytes"

// systemdMessage reads what systemd and its companions write to the journal: units that start, stop, reload or fail, main
// processes that die. The envelope's program tells it. Module is the unit where the message names one; older versions only
// give its description.
//
// Source: systemd src/core/unit.c, service.c, job.c.
func (s *Scanner) systemdMessage(line []byte, rec *Record) bool {
	if rec.Daemon != Systemd {
		return false
	}
	rec.Kind, rec.Message = Message, line
	if unit := systemdUnit(line); unit != nil {
		rec.Module = unit
	}
	return true
}

// systemdUnit finds the first word that is the name of a unit: "php8.2-fpm.service: Main process exited",
// "Started nginx.service - A high performance web server".
func systemdUnit(b []byte) []byte {
	for words := 0; len(b) > 0 && words < 8; words++ {
		end := bytes.IndexByte(b, ' ')
		if end < 0 {
			end = len(b)
		}
		word := bytes.TrimRight(b[:end], ":.,")
		if dot := bytes.LastIndexByte(word, '.'); dot > 0 && isUnitKind(word[dot+1:]) {
			return word
		}
		b = b[min(end+1, len(b)):]
	}
	return nil
}

func isUnitKind(b []byte) bool {
	switch string(b) {
	case "service", "socket", "timer", "mount", "automount", "scope", "slice", "target", "path", "device", "swap":
		return true
	}
	return false
}
