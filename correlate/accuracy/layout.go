package accuracy

import (
	"bytes"
	"strconv"
	"strings"
	"time"
)

const (
	monthNames = "JanFebMarAprMayJunJulAugSepOctNovDec"
	dayNames   = "SunMonTueWedThuFriSat"
)

// fields holds the numbers of a time under their letters in a layout.
type fields [128]int

// read takes what a layout describes off the front of b and tells its length.
func (f *fields) read(layout string, b []byte) (int, bool) {
	if len(b) < len(layout) {
		return 0, false
	}
	for i := 0; i < len(layout); {
		c, width := layout[i], run(layout[i:])
		word := b[i : i+width]
		if !f.field(c, layout[i:i+width], word) {
			return 0, false
		}
		i += width
	}
	return len(layout), true
}

// run is how long the field at the front of a layout is.
func run(layout string) int {
	if layout[0] == '_' {
		return 2
	}
	if !isField(layout[0]) {
		return 1
	}
	n := 1
	for n < len(layout) && layout[n] == layout[0] {
		n++
	}
	return n
}

func isField(c byte) bool { return strings.IndexByte("YyMDhnsbw", c) >= 0 }

func (f *fields) field(c byte, layout string, word []byte) bool {
	switch {
	case c == 'b':
		i := bytes.Index([]byte(monthNames), word)
		f['M'] = i/3 + 1
		return i >= 0 && i%3 == 0
	case c == 'w':
		i := bytes.Index([]byte(dayNames), word)
		return i >= 0 && i%3 == 0
	case c == '_':
		c = layout[1]
		if word[0] == ' ' {
			word = word[1:]
		}
	case !isField(c):
		return word[0] == c
	}
	n := 0
	for _, d := range word {
		if !isDigit(d) {
			return false
		}
		n = n*10 + int(d-'0')
	}
	if c == 'y' {
		c, n = 'Y', 2000+n
	}
	f[c] = n
	return true
}

// appendLayout writes t as a layout says.
func appendLayout(dst []byte, layout string, t time.Time) []byte {
	for i := 0; i < len(layout); {
		width := run(layout[i:])
		dst = appendField(dst, layout[i:i+width], t)
		i += width
	}
	return dst
}

func appendField(dst []byte, field string, t time.Time) []byte {
	c, pad := field[0], byte('0')
	if c == '_' {
		c, pad = field[1], ' '
	}
	var n int
	switch c {
	case 'Y':
		n = t.Year()
	case 'y':
		n = t.Year() % 100
	case 'M':
		n = int(t.Month())
	case 'D':
		n = t.Day()
	case 'h':
		n = t.Hour()
	case 'n':
		n = t.Minute()
	case 's':
		n = t.Second()
	case 'b':
		return append(dst, t.Month().String()[:3]...)
	case 'w':
		return append(dst, t.Weekday().String()[:3]...)
	default:
		return append(dst, c)
	}
	digits := strconv.Itoa(n)
	for i := len(digits); i < len(field); i++ {
		dst = append(dst, pad)
	}
	return append(dst, digits...)
}

// offsetZone reads Z, +01:00, +0100 and the same behind a blank.
func offsetZone(b []byte) (z zone, name string, offset, n int) {
	if len(b) > 0 && b[0] == 'Z' {
		return zoneZulu, "", 0, 1
	}
	var f fields
	for _, try := range []struct {
		layout string
		zone   zone
	}{{" +hhnn", zoneNumeric}, {" -hhnn", zoneNumeric}, {"+hh:nn", zoneColon}, {"-hh:nn", zoneColon}} {
		if n, ok := f.read(try.layout, b); ok {
			offset = f['h']*3600 + f['n']*60
			if strings.Contains(try.layout, "-") {
				offset = -offset
			}
			return try.zone, "", offset, n
		}
	}
	return zoneNone, "", 0, 0
}

// namedZone reads what PHP writes: a blank and a name, up to the closing bracket.
func namedZone(b []byte) (z zone, name string, offset, n int) {
	if len(b) < 2 || b[0] != ' ' || b[1] < 'A' || b[1] > 'Z' {
		return zoneNone, "", 0, 0
	}
	end := bytes.IndexByte(b, ']')
	if end < 0 || bytes.IndexByte(b[1:end], ' ') >= 0 {
		return zoneNone, "", 0, 0
	}
	return zoneName, string(b[1:end]), 0, end
}

func impliedZone([]byte) (z zone, name string, offset, n int) { return zoneImplied, "", 0, 0 }

// locationOf is the zone a stamp names; UTC where this machine does not know it.
func locationOf(z zone, name string, offset int) *time.Location {
	switch z {
	case zoneNumeric, zoneColon:
		if offset != 0 {
			return time.FixedZone("", offset)
		}
	case zoneName:
		if loc, err := time.LoadLocation(name); err == nil {
			return loc
		}
	}
	return time.UTC
}
