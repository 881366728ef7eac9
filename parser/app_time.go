package parser

// appTime reads the time stamp at the front of b, in whichever style applications print it, and returns what follows.
func (s *Scanner) appTime(b []byte) (m moment, rest []byte, ok bool) {
	if len(b) < 10 {
		return m, b, false
	}
	if b[0]-'0' > 9 {
		if m, rest, ok = s.clock.ctime(b); ok {
			return m, rest, ok
		}
		return s.javaUtilTime(b)
	}
	switch {
	case b[4] == '-':
		return s.clock.iso(b)
	case b[4] == '/':
		if m, rest, ok = s.clock.slashed(b); ok {
			m, rest = fraction(m, rest)
		}
		return m, rest, ok
	case b[2] == '/':
		return s.clock.clf(b)
	case b[2] == '-':
		return dayFirstTime(b, '-')
	case b[2] == ' ':
		return dayFirstTime(b, ' ')
	}
	return s.clock.epoch(b)
}

// javaUtilTime reads "Nov 21, 2026 6:13:00 AM", the default of java.util.logging.
func (s *Scanner) javaUtilTime(b []byte) (m moment, rest []byte, ok bool) {
	if len(b) < 23 || b[3] != ' ' {
		return m, b, false
	}
	padded := [6]byte{b[0], b[1], b[2], ' ', ' ', b[4]}
	rest = b[5:]
	if rest[0]-'0' <= 9 {
		padded[4], padded[5] = b[4], b[5]
		rest = b[6:]
	}
	if rest[0] != ',' || rest[1] != ' ' || rest[6] != ' ' {
		return m, b, false
	}
	year, valid := number(rest[2:6])
	midnight, possible := monthFirst(padded[:], year)
	if !valid || !possible {
		return m, b, false
	}
	tod, rest, valid := halfDay(rest[7:])
	return moment{midnight + tod, second, false}, rest, valid
}

// halfDay reads "6:13:00 AM".
func halfDay(b []byte) (micros int64, rest []byte, ok bool) {
	hour, size := leadingNumber(b)
	if size == 0 || size > 2 || hour == 0 || hour > 12 || len(b) < size+9 {
		return 0, b, false
	}
	clock := [8]byte{'0', '0'}
	copy(clock[2:], b[size:size+6])
	micros, ok = timeOfDay(clock[:])
	rest = b[size+6:]
	if !ok || rest[0] != ' ' && rest[0] != 0xe2 {
		return 0, b, false
	}
	// Newer Java puts a narrow no-break space here, U+202F.
	if rest[0] == 0xe2 {
		rest = rest[2:]
	}
	if len(rest) < 3 || rest[2] != 'M' || rest[1] != 'A' && rest[1] != 'P' {
		return 0, b, false
	}
	hour %= 12
	if rest[1] == 'P' {
		hour += 12
	}
	return micros + hour*3600*second, rest[3:], true
}

// dayFirstTime reads Redis' "21 Nov 2026 06:13:00.123" and Tomcat's and BIND's "21-Nov-2026 06:13:00.123".
func dayFirstTime(b []byte, separator byte) (m moment, rest []byte, ok bool) {
	if len(b) < 20 || b[2] != separator || b[6] != separator || b[11] != ' ' {
		return m, b, false
	}
	midnight, possible := dayFirst(b)
	tod, valid := timeOfDay(b[12:])
	if !possible || !valid {
		return m, b, false
	}
	m, rest = fraction(moment{midnight + tod, second, false}, b[20:])
	return m, rest, true
}
