package parser

import "encoding/binary"

// moment is a time stamp as a log prints it. Where zoned is false, micros is the wall clock read as if it were UTC.
type moment struct {
	micros     int64 // since the Unix epoch
	resolution int64 // the unit of the print, in µs
	zoned      bool
}

// stamp writes m into rec.
func (m moment) stamp(rec *Record) {
	rec.Time, rec.Resolution, rec.Zoned = m.micros, m.resolution, m.zoned
}

// clockCache reads the time stamps of one source. Lines of a log follow each other closely, so each style remembers the
// last day it has read and then only reads the time of day.
//
// Every reader takes the bytes that begin with the stamp and returns what follows it. None of them allocates, and ok is
// false for anything that is not a possible date in that style.
type clockCache struct {
	// reference is a moment at or after the last line, µs; it supplies the year of stamps that have none. 0: not known,
	// the stamps with a year that were seen in this source stand in.
	reference int64

	slashes, isoDays, clfDays, phpDays, ctimeDays, bsdDays dayMemo
	clfSecond, bsdSecond                                   secondMemo
	zones                                                  zoneMemo
}

// secondMemo is the last stamp of one style down to its second, as words that overlap.
type secondMemo struct {
	head, middle, tail uint64
	reference          int64 // day of the reference that a stamp without a year was read by
	micros             int64
}

// isCLF reports whether it is of the stamp at the front of b, which has twenty bytes at least.
func (d *secondMemo) isCLF(b []byte) bool {
	return d.head != 0 && d.head == binary.LittleEndian.Uint64(b) && d.middle == binary.LittleEndian.Uint64(b[4:]) && d.tail == binary.LittleEndian.Uint64(b[12:])
}

// dayMemo is the last date of one style: its text as two words that overlap where it is shorter than 16 bytes.
type dayMemo struct {
	head, tail uint64
	midnight   int64 // µs since the epoch
}

const (
	second = int64(1e6)
	day    = 24 * 3600 * second
)

// slashed reads nginx's "2026/11/21 06:13:00", without zone and fraction.
func (c *clockCache) slashed(b []byte) (m moment, rest []byte, ok bool) {
	if len(b) < 19 || b[4] != '/' || b[10] != ' ' {
		return m, b, false
	}
	head, tail := binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[3:])
	if d := &c.slashes; d.head != head || d.tail != tail {
		midnight, valid := yearFirst(b, '/')
		if !valid {
			return m, b, false
		}
		*d = dayMemo{head, tail, midnight}
		c.dated(midnight)
	}
	tod, valid := timeOfDay(b[11:])
	return moment{c.slashes.midnight + tod, second, false}, b[19:], valid
}

// iso reads ISO 8601 and RFC 3339: "2026-11-21T06:13:00", with a blank instead of the T if need be, any fraction behind a
// dot or a comma, and "Z", "+01:00", "+0100", "+01", " +0100" or " UTC" or no zone at all. MariaDB's blank-padded hour is read too.
func (c *clockCache) iso(b []byte) (m moment, rest []byte, ok bool) {
	if len(b) < 19 || b[4] != '-' || b[10] != 'T' && b[10] != ' ' && b[10] != 't' {
		return m, b, false
	}
	head, tail := binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[3:])
	if d := &c.isoDays; d.head != head || d.tail != tail {
		midnight, valid := yearFirst(b, '-')
		if !valid {
			return m, b, false
		}
		*d = dayMemo{head, tail, midnight}
		c.dated(midnight)
	}
	tod, valid := timeOfDay(b[11:])
	if !valid {
		return m, b, false
	}
	m, rest = fraction(moment{c.isoDays.midnight + tod, second, false}, b[19:])
	m, rest = zone(m, rest)
	return m, rest, true
}

// clf reads the Common Log Format's "21/Nov/2026:06:13:00 +0100" without its brackets. Fraction and zone may be absent, as
// in HAProxy's "21/Nov/2026:06:13:00.123".
func (c *clockCache) clf(b []byte) (m moment, rest []byte, ok bool) {
	if len(b) < 20 {
		return m, b, false
	}
	if !c.clfSecond.isCLF(b) {
		if b[2] != '/' || b[6] != '/' || b[11] != ':' {
			return m, b, false
		}
		head, middle := binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[4:])
		if d := &c.clfDays; d.head != head || d.tail != middle {
			midnight, valid := dayFirst(b)
			if !valid {
				return m, b, false
			}
			*d = dayMemo{head, middle, midnight}
			c.dated(midnight)
		}
		tod, valid := timeOfDay(b[12:])
		if !valid {
			return m, b, false
		}
		c.clfSecond = secondMemo{head: head, middle: middle, tail: binary.LittleEndian.Uint64(b[12:]), micros: c.clfDays.midnight + tod}
	}
	m, rest = fraction(moment{c.clfSecond.micros, second, false}, b[20:])
	m, rest = zone(m, rest)
	return m, rest, true
}

// clfMillis is clf for HAProxy's "21/Nov/2026:06:13:00.123]" of the second that clf has read last, as most are.
func (c *clockCache) clfMillis(b []byte) (m moment, rest []byte, ok bool) {
	if len(b) < 25 || b[20] != '.' || b[24] != ']' || !c.clfSecond.isCLF(b) {
		return m, b, false
	}
	millis, ok := threeDigits(b[20:])
	return moment{c.clfSecond.micros + millis*1000, 1000, false}, b[24:], ok
}

// php reads what PHP and PHP-FPM print between their brackets: "21-Nov-2026 06:13:00", with micros at debug level, and the
// zone's name behind it in PHP's own error log ("UTC", "Europe/Berlin"). A name that this machine cannot resolve is
// skipped and the moment stays without zone.
func (c *clockCache) php(b []byte) (m moment, rest []byte, ok bool) {
	if len(b) < 20 || b[2] != '-' || b[6] != '-' || b[11] != ' ' {
		return m, b, false
	}
	head, tail := binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[4:])
	if d := &c.phpDays; d.head != head || d.tail != tail {
		midnight, valid := dayFirst(b)
		if !valid {
			return m, b, false
		}
		*d = dayMemo{head, tail, midnight}
		c.dated(midnight)
	}
	tod, valid := timeOfDay(b[12:])
	if !valid {
		return m, b, false
	}
	m = moment{c.phpDays.midnight + tod, second, false}
	if len(b) > 20 && b[20] == ']' {
		return m, b[20:], true
	}
	m, rest = fraction(m, b[20:])
	m, rest = c.namedZone(m, rest)
	return m, rest, true
}

// ctime reads Apache's "Sat Nov 21 07:17:24.212566 2026"; the fraction may be absent.
func (c *clockCache) ctime(b []byte) (m moment, rest []byte, ok bool) {
	if len(b) < 24 || b[3] != ' ' || b[7] != ' ' || b[10] != ' ' {
		return m, b, false
	}
	tod, valid := timeOfDay(b[11:])
	if !valid {
		return m, b, false
	}
	m, rest = fraction(moment{tod, second, false}, b[19:])
	if len(rest) < 5 || rest[0] != ' ' {
		return m, b, false
	}
	head := binary.LittleEndian.Uint64(b[3:])
	tail := uint64(binary.LittleEndian.Uint32(rest[1:]))
	if d := &c.ctimeDays; d.head != head || d.tail != tail {
		year, valid := number(rest[1:5])
		midnight, possible := monthFirst(b[4:], year)
		if !valid || !possible {
			return m, b, false
		}
		*d = dayMemo{head, tail, midnight}
		c.dated(midnight)
	}
	m.micros += c.ctimeDays.midnight
	return m, rest[5:], true
}

// bsd reads the stamp of RFC 3164 and of cron, "Nov 21 06:13:00" with the day padded by a blank or a zero. The year is the
// latest in which the stamp does not lie more than a day behind the reference.
func (c *clockCache) bsd(b []byte) (m moment, rest []byte, ok bool) {
	if len(b) < 15 || b[3] != ' ' || b[6] != ' ' {
		return m, b, false
	}
	head, tail := binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[7:])
	if d := &c.bsdSecond; d.head == head && d.tail == tail && d.reference == c.reference/day {
		m, rest = fraction(moment{d.micros, second, false}, b[15:])
		return m, rest, true
	}
	tod, valid := timeOfDay(b[7:])
	if !valid {
		return m, b, false
	}
	date := head &^ (0xff << 56)
	if d := &c.bsdDays; d.head != date || d.tail != uint64(c.reference/day) {
		midnight, possible := c.yearless(func(year int) (int64, bool) { return monthFirst(b, year) })
		if !possible {
			return m, b, false
		}
		*d = dayMemo{date, uint64(c.reference / day), midnight}
	}
	m, rest = fraction(moment{c.bsdDays.midnight + tod, second, false}, b[15:])
	c.advance(m.micros)
	c.bsdSecond = secondMemo{head: head, tail: tail, reference: c.reference / day, micros: c.bsdDays.midnight + tod}
	return m, rest, true
}

// ordinal reads the "324/061300" of old HAProxy messages: day of the year and time, the year being as for bsd.
func (c *clockCache) ordinal(b []byte) (m moment, rest []byte, ok bool) {
	if len(b) < 10 || b[3] != '/' {
		return m, b, false
	}
	n, valid := number(b[:3])
	clock, validClock := number(b[4:10])
	h, min, sec := clock/10000, clock/100%100, clock%100
	if !valid || !validClock || n > 365 || h > 23 || min > 59 || sec > 60 {
		return m, b, false
	}
	midnight, _ := c.yearless(func(year int) (int64, bool) {
		first, ok := midnightOf(year, 1, 1)
		return first + int64(n)*day, ok
	})
	m = moment{midnight + int64(h*3600+min*60+sec)*second, second, false}
	return m, b[10:], true
}

// epoch reads seconds since the Unix epoch, "1795241580" or "1795241580.123", or milli-, micro- or nanoseconds by their
// number of digits (13, 16, 19). Moments outside 2001–2286 are refused: they would be some other number.
func (c *clockCache) epoch(b []byte) (m moment, rest []byte, ok bool) {
	n := 0
	var v int64
	for n < len(b) && n < 19 && b[n]-'0' <= 9 {
		v = v*10 + int64(b[n]-'0')
		n++
	}
	if n < 10 || b[0] == '0' || n < len(b) && b[n]-'0' <= 9 {
		return m, b, false
	}
	switch n {
	case 10:
		m, rest = fraction(moment{v * second, second, true}, b[n:])
	case 13:
		m, rest = fraction(moment{v * 1000, 1000, true}, b[n:])
		m.resolution = min(m.resolution, 1000)
	case 16:
		m, rest = moment{v, 1, true}, b[n:]
	case 19:
		m, rest = moment{v / 1000, 1, true}, b[n:]
	default:
		return m, b, false
	}
	c.advance(m.micros)
	return m, rest, true
}

// dated takes note of a date that carried its year, for the stamps of this source that carry none.
func (c *clockCache) dated(midnight int64) {
	if c.reference == 0 || midnight > c.reference && midnight-c.reference < 400*day {
		c.reference = midnight
	}
}

// advance moves the reference along with a source that is followed beyond the moment its reading began.
func (c *clockCache) advance(micros int64) {
	if c.reference != 0 && micros > c.reference && micros-c.reference < 2*day {
		c.reference = micros
	}
}
