package parser

import "bytes"

// slowState says how far the block of MySQL's slow log has come that is being read.
type slowState struct {
	// user: its "# User@Host" line has passed; statement: its SQL has begun.
	user, statement bool
}

// mysqlSlow begins a block of the slow log of MySQL, MariaDB or Percona Server:
//
//	# Time: 261121  7:24:25                     or "# Time: 2026-11-21T06:24:25.123456Z"; MariaDB leaves it out within a second
//	# User@Host: shop[shop] @ web1 [10.0.0.5]  Id:    12
//	# Thread_id: 734  Schema: shop  QC_hit: No               MariaDB and Percona
//	# Query_time: 38.018731  Lock_time: 0.000000  Rows_sent: 0  Rows_examined: 0
//	use `shop`;
//	SET timestamp=1795245865;
//	SELECT …;
//
// Duration is Query_time, Queue is Lock_time, Message the statement, 200 bytes of it at most. Time is when the statement
// was done: what SET timestamp gives is the end of the statement in MySQL before 8.0.14 and its start in MariaDB and
// Percona Server, to which Query_time is added. MySQL since 5.7 gives the end with its zone in "# Time", which is used.
//
// Sources: sql/log.cc (Log_to_file_event_handler, MYSQL_QUERY_LOG::write), the MySQL manual's chapter on the slow query log.
func (s *Scanner) mysqlSlow(line []byte, rec *Record) bool {
	switch {
	case bytes.HasPrefix(line, slowTime):
		s.slow = slowState{}
	case bytes.HasPrefix(line, slowUser):
		s.slow = slowState{user: true}
	case isSlowBanner(line):
		rec.Kind, rec.Daemon = Blank, MySQL
		return true
	default:
		return false
	}
	rec.Kind, rec.Daemon, rec.Severity = Message, MySQL, Warning
	mysqlSlowHeader(&s.clock, line, rec)
	return true
}

var (
	slowTime = []byte("# Time: ")
	slowUser = []byte("# User@Host: ")
)

// isSlowBanner knows the three lines that the server writes whenever it opens the file.
func isSlowBanner(line []byte) bool {
	if len(line) < 20 {
		return false
	}
	switch {
	case line[0] == 'T':
		return bytes.HasPrefix(line, []byte("Tcp port: ")) ||
			bytes.HasPrefix(line, []byte("Time ")) && bytes.HasSuffix(bytes.TrimRight(line, " \t"), []byte("Argument")) ||
			bytes.HasPrefix(line, []byte("Time\t")) && bytes.HasSuffix(bytes.TrimRight(line, " \t"), []byte("Argument"))
	case bytes.HasSuffix(bytes.TrimRight(line, " "), []byte("started with:")):
		return bytes.Contains(line, []byte(", Version: "))
	}
	return false
}

// mysqlSlowGoesOn reports whether line belongs to the block: all does up to the next block's head.
func (s *Scanner) mysqlSlowGoesOn(rec *Record, line []byte) bool {
	if rec.Kind == Blank || s.wrapped {
		return false
	}
	switch {
	case bytes.HasPrefix(line, slowTime):
		return false
	case bytes.HasPrefix(line, slowUser):
		again := s.slow.user
		s.slow.user = true
		return !again
	case isSlowBanner(line):
		return false
	}
	return true
}

// mysqlSlowFinish reads the whole block.
func (s *Scanner) mysqlSlowFinish(whole []byte, rec *Record) {
	var stamped moment
	percona := false
	for rest := whole; len(rest) > 0; {
		line, size := cutLine(rest, true)
		switch {
		case len(line) > 1 && line[0] == '#' && !bytes.HasPrefix(line, []byte("# administrator command: ")):
			percona = percona || bytes.HasPrefix(line, []byte("# Thread_id: "))
			mysqlSlowHeader(&s.clock, line, rec)
		case bytes.HasPrefix(line, []byte("SET timestamp=")):
			stamped, _, _ = s.clock.epoch(line[len("SET timestamp="):])
		case len(rec.Message) == 0 && !bytes.HasPrefix(line, []byte("use ")) && !isBlank(line):
			rec.Message = rest[:min(len(rest), 200)]
		}
		rest = rest[size:]
	}
	rec.Message = bytes.TrimRight(rec.Message, "\r\n")
	if stamped.resolution == 0 || rec.Zoned && !percona {
		return
	}
	if percona && rec.Duration > 0 {
		stamped.micros += rec.Duration
	}
	stamped.stamp(rec)
}

// mysqlSlowHeader reads one of the lines that begin with "# ".
func mysqlSlowHeader(c *clockCache, line []byte, rec *Record) {
	if rest, ok := bytes.CutPrefix(line, slowTime); ok {
		m, _, ok := c.iso(rest)
		if !ok {
			m, _, ok = c.mysqlOld(rest)
		}
		if ok {
			m.stamp(rec)
		}
		return
	}
	if rest, ok := bytes.CutPrefix(line, slowUser); ok {
		mysqlSlowUser(rest, rec)
		return
	}
	for rest := line[min(2, len(line)):]; len(rest) > 0; {
		colon := bytes.Index(rest, []byte(": "))
		if colon < 0 {
			return
		}
		name := rest[:colon]
		rest = trimSpace(rest[colon+2:])
		end := bytes.IndexByte(rest, ' ')
		if end < 0 {
			end = len(rest)
		}
		value := rest[:end]
		rest = trimSpace(rest[end:])
		switch string(name) {
		case "Query_time":
			rec.Duration = decimalSeconds(value)
		case "Lock_time":
			rec.Queue = decimalSeconds(value)
		case "Thread_id":
			rec.Conn, _ = leadingNumber(value)
		}
	}
}

// mysqlSlowUser reads "shop[shop] @ web1 [10.0.0.5]  Id:    12".
func mysqlSlowUser(b []byte, rec *Record) {
	_, host, ok := bytes.Cut(b, []byte(" @ "))
	if !ok {
		return
	}
	if i := bytes.Index(host, []byte("Id:")); i >= 0 {
		rec.Conn, _ = leadingNumber(trimSpace(host[i+3:]))
		host = host[:i]
	}
	name, addr, _ := bytes.Cut(host, []byte("["))
	if end := bytes.IndexByte(addr, ']'); end > 0 {
		rec.Client = addr[:end]
		return
	}
	rec.Client = bytes.TrimSpace(name)
}
