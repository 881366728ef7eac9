package parser

import "bytes"

// mysqlError reads a line of the error log of MySQL or MariaDB:
//
//	2026-11-21  7:23:44 0 [Note] InnoDB: …                                  MariaDB; the hour is padded by a blank
//	2026-11-21T06:13:00.123456Z 0 [ERROR] [MY-010119] [Server] Aborting     MySQL 8; 5.7 without the two groups
//	261121  7:23:44 [Note] …                                                MySQL and MariaDB 5.5, and after a crash
//	261121 07:23:44 mysqld_safe Starting mariadbd daemon …                  the wrapper script, also with ISO stamps
//	2026-11-21 07:23:44 0x7f31c4ff96c0 INNODB MONITOR OUTPUT                InnoDB's status
//
// Source: sql/log.cc of both, sql/server_component/log_builtins.cc of MySQL 8, scripts/mysqld_safe.sh.
func (s *Scanner) mysqlError(line []byte, rec *Record) bool {
	if len(line) < 20 {
		return false
	}
	if line[0]-'0' > 9 {
		return len(rec.Program) > 0 && rec.Daemon == MySQL && s.mysqlPlain(line, rec)
	}
	m, rest, ok := s.clock.iso(line)
	old := !ok
	if old {
		if m, rest, ok = s.clock.mysqlOld(line); !ok {
			return false
		}
	}
	rest = trimSpace(rest)
	if !mysqlText(rest, old, rec) {
		return false
	}
	m.stamp(rec)
	rec.Kind, rec.Daemon = Message, MySQL
	return true
}

// mysqlOld reads the "261121  7:23:44" of the 5.x servers and of MariaDB's slow log.
func (c *clockCache) mysqlOld(b []byte) (m moment, rest []byte, ok bool) {
	if len(b) < 15 || b[6] != ' ' {
		return m, b, false
	}
	n, valid := number(b[:6])
	tod, validTime := timeOfDay(b[7:])
	midnight, possible := midnightOf(2000+n/10000, n/100%100, n%100)
	if !valid || !validTime || !possible {
		return m, b, false
	}
	return moment{midnight + tod, second, false}, b[15:], true
}

// mysqlText reads what follows the time stamp. old says that the stamp is one that nobody else prints.
func mysqlText(b []byte, old bool, rec *Record) bool {
	if id, size := leadingNumber(b); size > 0 && size < len(b)-2 && b[size] == ' ' {
		b = trimSpace(b[size:])
		if size < 12 {
			rec.Conn = id
		}
	} else if isMySQLWrapper(b) || bytes.HasPrefix(b, []byte("0x")) && bytes.Contains(b, []byte(" INNODB ")) {
		rec.Message = b
		return true
	} else if !old && !bytes.HasPrefix(b, []byte("[Note] ")) && !bytes.Contains(b, []byte("] [Entrypoint]: ")) {
		return false
	}
	end := bytes.IndexByte(b, ']')
	if len(b) == 0 || b[0] != '[' || end < 0 {
		rec.Message = b
		return old
	}
	level := mysqlLevel(b[1:end])
	if level == NoSeverity {
		return false
	}
	rec.Severity = level
	rec.Message = mysqlGroups(trimSpace(b[end+1:]), rec)
	return true
}

// mysqlGroups takes MySQL 8's "[MY-010000] [Server] " off.
func mysqlGroups(b []byte, rec *Record) []byte {
	if len(b) < 12 || b[0] != '[' {
		return b
	}
	end := bytes.IndexByte(b, ']')
	if end < 0 || !bytes.HasPrefix(b, []byte("[MY-")) {
		return b
	}
	rec.Code = b[1:end]
	b = trimSpace(b[end+1:])
	end = bytes.IndexByte(b, ']')
	if len(b) == 0 || b[0] != '[' || end < 0 || end > 24 {
		return b
	}
	rec.Module = b[1:end]
	return trimSpace(b[end+1:])
}

func mysqlLevel(b []byte) Severity {
	switch string(b) {
	case "Note":
		return Notice
	case "Warning":
		return Warning
	case "ERROR", "Error":
		return Error
	case "System":
		return Info
	}
	return NoSeverity
}

// isMySQLWrapper reports whether mysqld_safe wrote the text.
func isMySQLWrapper(b []byte) bool {
	return bytes.HasPrefix(b, []byte("mysqld_safe ")) || bytes.HasPrefix(b, []byte("mariadbd-safe "))
}

// mysqlPlain reads a line without time stamp that an envelope says is the server's: the journal gets part of the log so.
func (s *Scanner) mysqlPlain(line []byte, rec *Record) bool {
	rec.Kind, rec.Daemon, rec.Message = Message, MySQL, line
	if end := bytes.IndexByte(line, ']'); line[0] == '[' && end > 0 {
		if level := mysqlLevel(line[1:end]); level != NoSeverity {
			rec.Severity = level
			rec.Message = mysqlGroups(trimSpace(line[end+1:]), rec)
		}
	}
	return true
}

// mysqlErrorGoesOn reports whether line belongs to the message before: the version behind "ready for connections", and
// whatever stands without a time stamp below an error, a crash or InnoDB's status.
func (s *Scanner) mysqlErrorGoesOn(rec *Record, line []byte) bool {
	if s.wrapped {
		return false
	}
	if isBlank(line) {
		return true
	}
	if line[0] == ' ' || line[0] == '\t' {
		return true
	}
	if bytes.HasPrefix(line, []byte("Version: '")) || bytes.HasPrefix(line, []byte("InnoDB: ")) {
		return true
	}
	return (rec.Severity >= Error || rec.Severity == NoSeverity) && isPlainText(line) && !beginsLogLine(line)
}

// beginsLogLine reports whether line looks like the beginning of a record of some log: it opens with a bracket, a brace, a
// priority or a comment sign, or a time of day stands in its first bytes.
func beginsLogLine(line []byte) bool {
	switch line[0] {
	case '[', '{', '<', '#':
		return true
	}
	head := line[:min(len(line), 40)]
	for i := 2; i+6 <= len(head); i++ {
		if head[i] == ':' && head[i+3] == ':' && isDigits(head[i-1:i]) && isDigits(head[i+1:i+3]) && isDigits(head[i+4:i+6]) {
			return true
		}
	}
	return false
}

func isDigits(b []byte) bool {
	for _, c := range b {
		if c-'0' > 9 {
			return false
		}
	}
	return len(b) > 0
}
