package parser

import (
	"encoding/binary"
	"time"
)

// timeOfDay reads "06:13:00" as µs since midnight. A blank may stand for a leading zero. b has at least 8 bytes.
func timeOfDay(b []byte) (micros int64, ok bool) {
	// Digits and colons, less what they are at zero, leave a number below ten, or nothing, in each byte.
	const zeros, limits, high = 0x30303A30303A3030, 0x76767F76767F7676, 0x8080808080808080
	v := binary.LittleEndian.Uint64(b)
	if b[0] == ' ' {
		v |= 0x10
	}
	d := v ^ zeros
	if (d|(d+limits))&high != 0 {
		return 0, false
	}
	h := d&0xff*10 + d>>8&0xff
	m := d>>24&0xff*10 + d>>32&0xff
	s := d>>48&0xff*10 + d>>56
	return int64(h*3600+m*60+s) * second, h < 24 && m < 60 && s <= 60
}

// fraction adds ".123" or ",123" at the front of b to m, if it stands there. Digits beyond micros are skipped.
func fraction(m moment, b []byte) (moment, []byte) {
	if len(b) < 2 || b[0] != '.' && b[0] != ',' || b[1]-'0' > 9 {
		return m, b
	}
	if millis, ok := threeDigits(b); ok && m.resolution == second {
		return moment{m.micros + millis*1000, 1000, m.zoned}, b[4:]
	}
	if len(b) >= 9 && m.resolution == second && noDigits(b[1:])&(1<<7-1) == 1<<6 {
		return moment{m.micros + fewDigits(binary.LittleEndian.Uint64(b[1:]), 6), 1, m.zoned}, b[7:]
	}
	unit := m.resolution
	i := 1
	for ; i < len(b) && b[i]-'0' <= 9; i++ {
		if unit >= 10 {
			unit /= 10
			m.micros += int64(b[i]-'0') * unit
		}
	}
	m.resolution = unit
	return m, b[i:]
}

// threeDigits reads the digits of ".123" where there are just three.
func threeDigits(b []byte) (n int64, ok bool) {
	if len(b) < 5 {
		return 0, false
	}
	x, y, z := b[1]-'0', b[2]-'0', b[3]-'0'
	return int64(x)*100 + int64(y)*10 + int64(z), x <= 9 && y <= 9 && z <= 9 && b[4]-'0' > 9
}

// zone takes "Z", "+01:00", "+0100", "+01" or "UTC" at the front of b, perhaps behind a blank, and makes m absolute by it.
func zone(m moment, b []byte) (moment, []byte) {
	z := b
	if len(z) > 1 && z[0] == ' ' {
		z = z[1:]
	}
	if len(z) == 0 {
		return m, b
	}
	switch z[0] {
	case 'Z', 'z':
		if len(z) > 1 && isWordByte(z[1]) { // a name, such as the host of a syslog line
			return m, b
		}
		m.zoned = true
		return m, z[1:]
	case 'U', 'G':
		if len(z) >= 3 && (string(z[:3]) == "UTC" || string(z[:3]) == "GMT") {
			m.zoned = true
			return m, z[3:]
		}
	case '+', '-':
		offset, size := zoneOffset(z)
		if size == 0 {
			return m, b
		}
		m.micros -= offset
		m.zoned = true
		return m, z[size:]
	}
	return m, b
}

// zoneOffset reads "+0100", "-05:30" or "+01" as µs east of Greenwich, and its size; 0 if it is none.
func zoneOffset(b []byte) (micros int64, size int) {
	if len(b) < 3 || b[1]-'0' > 9 || b[2]-'0' > 9 {
		return 0, 0
	}
	hours := int64(b[1]-'0')*10 + int64(b[2]-'0')
	minutes := int64(0)
	size = 3
	at := 3
	if len(b) > 3 && b[3] == ':' {
		at = 4
	}
	if len(b) >= at+2 && b[at]-'0' <= 9 && b[at+1]-'0' <= 9 {
		minutes = int64(b[at]-'0')*10 + int64(b[at+1]-'0')
		size = at + 2
	}
	if hours > 18 || minutes > 59 {
		return 0, 0
	}
	micros = (hours*3600 + minutes*60) * second
	if b[0] == '-' {
		micros = -micros
	}
	return micros, size
}

// zoneMemo remembers what the zone names of a source stand for. Their number is bounded: a log that names a new zone on
// each line is no log.
type zoneMemo struct {
	known [4]struct {
		name     string
		location *time.Location // nil where the name means nothing here
	}
	used int
}

// namedZone takes " UTC" or " Europe/Berlin" at the front of b.
func (c *clockCache) namedZone(m moment, b []byte) (moment, []byte) {
	if len(b) < 2 || b[0] != ' ' {
		return m, b
	}
	n := 1
	for n < len(b) && n < 40 && isZoneByte(b[n]) {
		n++
	}
	name := b[1:n]
	if len(name) < 2 || name[0]-'0' <= 9 || name[0] == '+' || name[0] == '-' {
		return zone(m, b)
	}
	if string(name) == "UTC" || string(name) == "GMT" {
		m.zoned = true
		return m, b[n:]
	}
	if loc := c.zones.location(name); loc != nil {
		wall := time.UnixMicro(m.micros).UTC()
		y, mon, d := wall.Date()
		h, min, s := wall.Clock()
		m.micros = time.Date(y, mon, d, h, min, s, wall.Nanosecond(), loc).UnixMicro()
		m.zoned = true
	}
	return m, b[n:]
}

// location looks name up, in memory first.
func (z *zoneMemo) location(name []byte) *time.Location {
	for i := range z.known[:z.used] {
		if z.known[i].name == string(name) {
			return z.known[i].location
		}
	}
	if z.used == len(z.known) {
		return nil
	}
	k := &z.known[z.used]
	z.used++
	k.name = string(name)
	if loc, err := time.LoadLocation(k.name); err == nil && k.name != "Local" {
		k.location = loc
	}
	return k.location
}

func isZoneByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '/' || c == '_' || c == '-' || c == '+'
}

// yearless finds the latest year in which a date lies no more than a day behind the reference.
func (c *clockCache) yearless(in func(year int) (midnight int64, ok bool)) (midnight int64, ok bool) {
	if c.reference == 0 {
		return in(1970)
	}
	next := time.UnixMicro(c.reference).UTC().Year() + 1
	// The 29th of February may be eight years back.
	for year := next; year > next-9; year-- {
		midnight, ok = in(year)
		if ok && midnight <= c.reference+day {
			return midnight, true
		}
	}
	return 0, false
}

// yearFirst reads the date of "2026-11-21", with sep between its parts. b has at least 10 bytes.
func yearFirst(b []byte, sep byte) (midnight int64, ok bool) {
	year, okYear := number(b[:4])
	month, okMonth := number(b[5:7])
	d, okDay := number(b[8:10])
	if !okYear || !okMonth || !okDay || b[4] != sep || b[7] != sep {
		return 0, false
	}
	return midnightOf(year, month, d)
}

// dayFirst reads the date of "21/Nov/2026", whatever stands between its parts. b has at least 11 bytes.
func dayFirst(b []byte) (midnight int64, ok bool) {
	d, okDay := padded(b[:2])
	year, okYear := number(b[7:11])
	if !okDay || !okYear {
		return 0, false
	}
	return midnightOf(year, monthNamed(b[3:6]), d)
}

// monthFirst reads "Nov 21" or "Nov  1". b has at least 6 bytes.
func monthFirst(b []byte, year int) (midnight int64, ok bool) {
	d, okDay := padded(b[4:6])
	if !okDay {
		return 0, false
	}
	return midnightOf(year, monthNamed(b), d)
}

// monthNamed returns the number of the month whose English abbreviation begins b, 0 if none does.
func monthNamed(b []byte) int {
	switch string(b[:3]) {
	case "Jan":
		return 1
	case "Feb":
		return 2
	case "Mar":
		return 3
	case "Apr":
		return 4
	case "May":
		return 5
	case "Jun":
		return 6
	case "Jul":
		return 7
	case "Aug":
		return 8
	case "Sep":
		return 9
	case "Oct":
		return 10
	case "Nov":
		return 11
	case "Dec":
		return 12
	}
	return 0
}

// midnightOf returns the beginning of a day in µs since the epoch; ok is false for days that no calendar has.
func midnightOf(year, month, d int) (micros int64, ok bool) {
	if month < 1 || month > 12 || d < 1 || d > 31 {
		return 0, false
	}
	t := time.Date(year, time.Month(month), d, 0, 0, 0, 0, time.UTC)
	return t.UnixMicro(), t.Day() == d
}

// number reads a text of nothing but digits; the caller bounds its length.
func number(b []byte) (n int, ok bool) {
	for _, c := range b {
		if c-'0' > 9 {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, len(b) > 0
}

// padded reads two digits, the first of which may be a blank.
func padded(b []byte) (n int, ok bool) {
	if b[0] == ' ' {
		b = b[1:]
	}
	return number(b)
}
