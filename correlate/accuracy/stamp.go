package accuracy

import (
	"bytes"
	"strconv"
	"time"
)

// stamp is a time written somewhere in a record.
type stamp struct {
	from, to int // where in the record's text
	shape    *shape
	digits   int    // of the fraction of a second
	point    byte   // what separates the fraction: '.' or ','
	zone     zone   // how the zone is written
	name     string // the zone's name where zone is zoneName
	at       time.Time
}

// zoned says that the stamp itself tells which instant it means.
func (s *stamp) zoned() bool { return s.zone != zoneNone }

// zone is how a stamp names its offset from UTC.
type zone uint8

const (
	zoneNone    zone = iota // not at all
	zoneImplied             // by its kind: seconds since 1970, or a tool that always writes UTC
	zoneZulu                // Z
	zoneNumeric             // +0100 behind a blank
	zoneColon               // +01:00
	zoneName                // Europe/Lisbon behind a blank
)

// shape is a way to write a time. In its layout Y M D h n s are digits (n for minutes), y is a year of two digits, b a month's name, w a weekday's;
// an underscore makes the digit behind it part of a number padded with a blank.
type shape struct {
	name   string
	layout string
	tail   string // written behind the fraction
	zone   func(b []byte) (z zone, name string, offset, n int)
}

var (
	shapeSlash  = &shape{name: "slash", layout: "YYYY/MM/DD hh:nn:ss"}
	shapeCLF    = &shape{name: "clf", layout: "DD/bbb/YYYY:hh:nn:ss", zone: offsetZone}
	shapeDashed = &shape{name: "dashed", layout: "DD-bbb-YYYY hh:nn:ss", zone: namedZone}
	shapeApache = &shape{name: "apache", layout: "www bbb DD hh:nn:ss", tail: " YYYY"}
	shapeSyslog = &shape{name: "syslog", layout: "bbb _D hh:nn:ss"}
	shapeISO    = &shape{name: "iso", layout: "YYYY-MM-DDThh:nn:ss", zone: offsetZone}
	shapeSpaced = &shape{name: "spaced", layout: "YYYY-MM-DD hh:nn:ss", zone: offsetZone}
	shapeMySQL  = &shape{name: "mysql", layout: "YYYY-MM-DD _h:nn:ss"}
	shapeShort  = &shape{name: "short", layout: "yyMMDD _h:nn:ss"}
	shapeSar    = &shape{name: "sar", layout: `YYYY-MM-DD", "time": "hh:nn:ss`, zone: impliedZone}
	shapeEpoch  = &shape{name: "epoch", zone: impliedZone}
)

// The shapes that begin with a digit and with a letter, the more telling first.
var (
	digitShapes  = []*shape{shapeISO, shapeSlash, shapeCLF, shapeDashed, shapeSpaced, shapeMySQL, shapeSar, shapeShort}
	letterShapes = []*shape{shapeApache, shapeSyslog}
)

const epochMark = "SET timestamp="

// findStamps lists the times in a record. Those without a zone carry their wall clock as if it were UTC, those without a year the year 0,
// until place gives them an instant.
func findStamps(text []byte) []stamp {
	var found []stamp
	for i := 0; i < len(text); {
		s, ok := stampAt(text, i)
		if ok {
			found = append(found, s)
			i = s.to
			continue
		}
		i = behindWord(text, i)
	}
	return found
}

// behindWord is where the next word or number after i begins.
func behindWord(text []byte, i int) int {
	for i < len(text) && isWordByte(text[i]) {
		i++
	}
	for i < len(text) && !isWordByte(text[i]) {
		i++
	}
	return i
}

func isWordByte(c byte) bool {
	return isDigit(c) || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func stampAt(text []byte, i int) (stamp, bool) {
	rest := text[i:]
	if bytes.HasPrefix(rest, []byte(epochMark)) {
		return epochAt(text, i+len(epochMark))
	}
	shapes := letterShapes
	if isDigit(rest[0]) {
		shapes = digitShapes
	}
	for _, sh := range shapes {
		if s, ok := sh.read(rest); ok {
			s.from, s.to = i, i+s.to
			return s, true
		}
	}
	return stamp{}, false
}

func epochAt(text []byte, i int) (stamp, bool) {
	end := i
	for end < len(text) && isDigit(text[end]) {
		end++
	}
	seconds, err := strconv.ParseInt(string(text[i:end]), 10, 64)
	if err != nil {
		return stamp{}, false
	}
	return stamp{from: i, to: end, shape: shapeEpoch, zone: zoneImplied, at: time.Unix(seconds, 0).UTC()}, true
}

// read takes a time of this shape off the front of b; the stamp's to is its length.
func (sh *shape) read(b []byte) (stamp, bool) {
	var f fields
	n, ok := f.read(sh.layout, b)
	if !ok {
		return stamp{}, false
	}
	s := stamp{shape: sh}
	var nanos int
	nanos, s.digits, s.point = fraction(b[n:])
	if s.digits > 0 {
		n += 1 + s.digits
	}
	if sh.tail != "" {
		m, ok := f.read(sh.tail, b[n:])
		if !ok {
			return stamp{}, false
		}
		n += m
	}
	location := time.UTC
	if sh.zone != nil {
		z, name, offset, m := sh.zone(b[n:])
		s.zone, s.name, n = z, name, n+m
		location = locationOf(z, name, offset)
	}
	if sh == shapeSpaced && s.digits == 0 && len(b) > n+1 && b[n] == ' ' && isDigit(b[n+1]) {
		s.shape = shapeMySQL // past nine o'clock the padded hour looks like any other
	}
	s.to = n
	s.at = time.Date(f['Y'], time.Month(f['M']), f['D'], f['h'], f['n'], f['s'], nanos, location)
	return s, true
}

func fraction(b []byte) (nanos, digits int, point byte) {
	if len(b) < 2 || b[0] != '.' && b[0] != ',' || !isDigit(b[1]) {
		return 0, 0, 0
	}
	scale := 100_000_000
	for digits < 9 && 1+digits < len(b) && isDigit(b[1+digits]) {
		nanos += int(b[1+digits]-'0') * scale
		scale /= 10
		digits++
	}
	return nanos, digits, b[0]
}

// write appends the instant t in the stamp's own way of writing, as a clock in loc shows it.
func (s *stamp) write(dst []byte, t time.Time, loc *time.Location) []byte {
	if s.shape == shapeEpoch {
		return strconv.AppendInt(dst, t.Unix(), 10)
	}
	t = t.In(loc)
	dst = appendLayout(dst, s.shape.layout, t)
	if s.digits > 0 {
		nanos := strconv.Itoa(1_000_000_000 + t.Nanosecond())
		dst = append(append(dst, s.point), nanos[1:1+s.digits]...)
	}
	dst = appendLayout(dst, s.shape.tail, t)
	switch s.zone {
	case zoneZulu:
		dst = append(dst, 'Z')
	case zoneNumeric:
		dst = t.AppendFormat(dst, " -0700")
	case zoneColon:
		dst = t.AppendFormat(dst, "-07:00")
	case zoneName:
		dst = append(append(dst, ' '), s.name...)
	}
	return dst
}
