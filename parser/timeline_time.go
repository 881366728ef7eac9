package parser

import "bytes"

// csvTime reads the time of a line in whichever form tables have it: all that applications print, minutes without seconds, dates written
// with the day or the month first, epochs. Where the order of day and month shows nowhere, the later date that is not yet to come is taken.
func (s *Scanner) csvTime(h *csvHeader, b []byte) (m moment, ok bool) {
	if h.date >= 0 && h.date < maxCSVColumns && h.date != h.time {
		text := append(h.joined[:0], h.fields[h.date]...)
		text = append(text, ' ')
		if text = append(text, b...); len(text) > len(h.joined) {
			return m, false
		}
		b = text
	}
	if len(b) < 8 || len(b) > 64 {
		return m, false
	}
	m, rest, ok := s.appTime(b)
	if !ok {
		m, rest, ok = s.tableTime(h, b)
	}
	if ok && !m.zoned && len(rest) > 1 {
		m, rest = s.clock.namedZone(m, rest)
	}
	if h.utc && !m.zoned {
		m.zoned = true
	}
	return m, ok && len(rest) == 0 && m.resolution != 0
}

// tableTime reads the forms that only tables have.
func (s *Scanner) tableTime(h *csvHeader, b []byte) (m moment, rest []byte, ok bool) {
	if len(b) > 5 && b[3] == ',' && b[4] == ' ' { // RFC 1123: "Sat, 21 Nov 2026 06:13:00 GMT"
		m, rest, ok = dayFirstTime(b[5:], ' ')
		if ok {
			m, rest = zone(m, rest)
		}
		return m, rest, ok
	}
	parts, tail := [3]int{}, b
	for i := range parts {
		n, size := leadingNumber(tail)
		if size == 0 || size > 4 || len(tail) == size || i < 2 && tail[size] != '/' && tail[size] != '.' && tail[size] != '-' {
			return s.basicTime(b)
		}
		parts[i] = int(n)
		tail = tail[size:]
		if i < 2 {
			tail = tail[1:]
		}
	}
	midnight, ok := h.midnight(parts, b, s.clock.reference)
	if !ok {
		return m, b, false
	}
	tail = bytes.TrimPrefix(tail, []byte(","))
	if len(tail) < 2 || tail[0] != ' ' && tail[0] != 'T' {
		return m, b, false
	}
	tod, unit, rest, ok := shortTime(tail[1:])
	m, rest = fraction(moment{midnight + tod, unit, false}, rest)
	m, rest = zone(m, rest)
	return m, rest, ok
}

// midnight dates a day whose year stands first or last.
func (h *csvHeader) midnight(parts [3]int, b []byte, reference int64) (micros int64, ok bool) {
	if parts[0] > 31 {
		return midnightOf(parts[0], parts[1], parts[2])
	}
	year := parts[2]
	if year < 100 {
		year += 2000
	}
	h.dayFirst = h.dayFirst || parts[0] > 12
	h.monthFirst = h.monthFirst || parts[1] > 12
	american, okAmerican := midnightOf(year, parts[0], parts[1])
	other, okOther := midnightOf(year, parts[1], parts[0])
	switch {
	case h.monthFirst != h.dayFirst && h.monthFirst, !okOther:
		return american, okAmerican
	case h.dayFirst, !okAmerican, bytes.IndexByte(b[:min(len(b), 10)], '/') < 0:
		return other, okOther // with dots and dashes the day stands first
	case reference > 0 && american > reference+day:
		return other, okOther
	case reference > 0 && other <= reference+day && other > american:
		return other, okOther
	}
	return american, okAmerican
}

// shortTime reads "06:13:00", "6:13", and both with AM or PM behind them. unit is what it is counted in, µs.
func shortTime(b []byte) (micros, unit int64, rest []byte, ok bool) {
	hour, size := leadingNumber(b)
	if size == 0 || size > 2 || len(b) < size+3 || b[size] != ':' || hour > 23 {
		return 0, 0, b, false
	}
	minute, width := leadingNumber(b[size+1:])
	if width != 2 || minute > 59 {
		return 0, 0, b, false
	}
	rest, unit = b[size+3:], 60*second
	seconds := int64(0)
	if len(rest) >= 3 && rest[0] == ':' {
		if seconds, width = leadingNumber(rest[1:]); width != 2 || seconds > 60 {
			return 0, 0, b, false
		}
		rest, unit = rest[3:], second
	}
	if len(rest) >= 3 && rest[0] == ' ' && (rest[1]|0x20 == 'a' || rest[1]|0x20 == 'p') && rest[2]|0x20 == 'm' {
		if hour == 0 || hour > 12 {
			return 0, 0, b, false
		}
		hour %= 12
		if rest[1]|0x20 == 'p' {
			hour += 12
		}
		rest = rest[3:]
	}
	return (hour*3600 + minute*60 + seconds) * second, unit, rest, true
}

// basicTime reads ISO 8601 without signs, "20261121T061300Z", and epochs with a fraction of zeros or an exponent.
func (s *Scanner) basicTime(b []byte) (m moment, rest []byte, ok bool) {
	if len(b) >= 15 && (b[8] == 'T' || b[8] == ' ') {
		date, okDate := number(b[:8])
		clock, okClock := number(b[9:15])
		midnight, valid := midnightOf(date/10000, date/100%100, date%100)
		if okDate && okClock && valid && clock/10000 < 24 && clock/100%100 < 60 && clock%100 <= 60 {
			m, rest = fraction(moment{midnight + int64(clock/10000*3600+clock/100%100*60+clock%100)*second, second, false}, b[15:])
			m, rest = zone(m, rest)
			return m, rest, true
		}
	}
	if m, ok = releaseTime(string(b)); ok {
		m.zoned = false
		return m, nil, true
	}
	return m, b, false
}
