package parser

import "bytes"

// shapeMemory holds what was learnt of the access-log formats of one source: whole formats, and what is added behind the
// combined format. Few formats share a file, so few are kept; the last that fitted stands first.
type shapeMemory struct {
	whole, tails [4]*shape
	// attempts counts the lines that a shape was to be made from. It grows without bound only where lines are of no shape,
	// and then fewer and fewer of them are tried.
	attempts int
	// ahead is what follows the current line in the buffer: lines to learn from.
	ahead []byte
	// daemon is who writes this source, once a line has told.
	daemon Daemon
	stamp  stampMemo
	plain  bool // the access line before was plain
}

// A shape is one access-log format, inferred from lines.
type shape struct {
	separator byte
	tokens    []shapeToken
	// samples counts the lines that the roles were inferred from.
	samples int
	// statuses are those of the lines seen, where they were known before.
	statuses tokenStats
	// accepted says that the parts an access log needs were found.
	accepted bool
	// daemon is who writes it so, AnyWeb if that is open.
	daemon Daemon
}

// shapeToken is one value of a shape.
type shapeToken struct {
	literal string
	close   byte
	field   accessField
	// open says that no line seen had a value, dated that the value is a moment and may contain blanks.
	open, dated bool
	unit        int64
	stats       *tokenStats
}

// fullSample is the number of lines after which roles are not inferred anew.
const fullSample = 64

// apply reads b by the shape. It returns false if b is not built like it.
func (p *shape) apply(s *Scanner, b []byte, rec *Record) bool {
	doubt := false
	for i := range p.tokens {
		t := &p.tokens[i]
		if len(b) > 1 && b[0] == p.separator && (isWordByte(b[1]) || b[1] == '"') {
			b = b[1:]
		} else {
			b = skipSeparators(b, p.separator)
		}
		if len(b) < len(t.literal) || string(b[:len(t.literal)]) != t.literal {
			return false
		}
		b = b[len(t.literal):]
		var value []byte
		if t.field == fieldTime && t.close == 0 && p.separator == ' ' {
			m, rest, ok := s.accessTime(t.unit, b)
			if !ok {
				return false
			}
			m.stamp(rec)
			b = rest
			continue
		}
		value, b = s.clock.cutShaped(b, p.separator, t)
		switch {
		case t.field == fieldTime:
			m, rest, ok := s.accessTime(t.unit, value)
			if !ok || len(rest) > 0 {
				return false
			}
			m.stamp(rec)
		case t.field != fieldSkip:
			if !s.setAccess(t.field, t.unit, value, rec) {
				return false
			}
		case t.open && !isMissing(value):
			doubt = true
		}
	}
	if len(skipSeparators(b, p.separator)) > 0 {
		return false
	}
	if doubt {
		p.samples = min(p.samples, fullSample/2)
	}
	if rec.Daemon == AnyWeb || rec.Daemon == NoDaemon {
		rec.Daemon = p.daemon
	}
	return true
}

// cutShaped is cutValue for a value whose kind is known.
func (c *clockCache) cutShaped(b []byte, separator byte, t *shapeToken) (value, rest []byte) {
	if t.close != 0 {
		end := indexNear(b, t.close)
		if end < 0 || end > 0 && b[end-1] == '\\' || end+1 < len(b) && b[end+1] != ' ' {
			return c.cutValue(b, separator, t.close)
		}
		return b[:end], b[end+1:]
	}
	if separator == ' ' && t.dated {
		return c.cutValue(b, separator, 0)
	}
	if separator == ' ' {
		end := listEnd(b)
		return b[:end], b[end:]
	}
	end := bytes.IndexByte(b, separator)
	if end < 0 {
		end = len(b)
	}
	value = b[:end]
	for len(value) > 0 && value[len(value)-1] == ' ' {
		value = value[:len(value)-1]
	}
	return value, b[end:]
}

// accessTime reads a moment in the style that a shape has found; the style is kept as a token's unit.
func (s *Scanner) accessTime(style int64, b []byte) (moment, []byte, bool) {
	switch valueClass(style) {
	case classCLF:
		return s.clock.clf(b)
	case classISO:
		return s.clock.iso(b)
	}
	return s.clock.epoch(b)
}

// fits reports whether a line that was cut into tokens is built like p.
func (p *shape) fits(separator byte, tokens []rawToken) bool {
	if p.separator != separator || len(p.tokens) != len(tokens) {
		return false
	}
	for i := range tokens {
		if p.tokens[i].close != tokens[i].close || p.tokens[i].literal != string(tokens[i].literal) {
			return false
		}
	}
	return true
}

// firstShape moves shapes[i] to the front.
func firstShape(shapes *[4]*shape, i int) {
	p := shapes[i]
	copy(shapes[1:i+1], shapes[:i])
	shapes[0] = p
}
