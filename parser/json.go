package parser

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// jsonObject walks over the members of one JSON object. It finds where keys and values begin and end and does not judge
// what it passes by; it never allocates.
type jsonObject struct {
	rest   []byte
	closed bool // the object's closing brace was reached; rest is what follows it
}

// openObject begins a walk over the object at the front of b.
func openObject(b []byte) (o jsonObject, ok bool) {
	b = skipJSONSpace(b)
	if len(b) == 0 || b[0] != '{' {
		return o, false
	}
	return jsonObject{rest: b[1:]}, true
}

// next returns the next member: its key without quotes, escapes untouched, and its value as it stands, a string with its
// quotes. ok is false at the object's end, where closed is true, and at the first thing that is no JSON.
func (o *jsonObject) next() (key, value []byte, ok bool) {
	b := skipJSONSpace(o.rest)
	if len(b) > 0 && b[0] == ',' {
		b = skipJSONSpace(b[1:])
	}
	if len(b) > 0 && b[0] == '}' {
		o.rest, o.closed = b[1:], true
		return nil, nil, false
	}
	n := jsonStringSize(b)
	if n == 0 {
		return nil, nil, false
	}
	key, b = b[1:n-1], skipJSONSpace(b[n:])
	if len(b) == 0 || b[0] != ':' {
		return nil, nil, false
	}
	b = skipJSONSpace(b[1:])
	n = jsonValueSize(b)
	if n == 0 {
		return nil, nil, false
	}
	o.rest = b[n:]
	return key, b[:n], true
}

func skipJSONSpace(b []byte) []byte {
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\t' || b[0] == '\n' || b[0] == '\r') {
		b = b[1:]
	}
	return b
}

// jsonStringSize returns the size of the string at the front of b with its quotes, 0 if there is none or it does not end.
func jsonStringSize(b []byte) int {
	if len(b) < 2 || b[0] != '"' {
		return 0
	}
	for from := 1; ; {
		i := bytes.IndexByte(b[from:], '"')
		if i < 0 {
			return 0
		}
		end := from + i
		slashes := 0
		for end-1-slashes > 0 && b[end-1-slashes] == '\\' {
			slashes++
		}
		if slashes%2 == 0 {
			return end + 1
		}
		from = end + 1
	}
}

// jsonValueSize returns the size of the value at the front of b, 0 if there is none.
func jsonValueSize(b []byte) int {
	if len(b) == 0 {
		return 0
	}
	switch b[0] {
	case '"':
		return jsonStringSize(b)
	case '{', '[':
		return jsonNestedSize(b)
	}
	n := 0
	for n < len(b) && b[n] != ',' && b[n] != '}' && b[n] != ']' && b[n] > ' ' {
		n++
	}
	return n
}

// jsonNestedSize returns the size of the object or array at the front of b, 0 if it does not end.
func jsonNestedSize(b []byte) int {
	depth := 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
			if depth == 0 {
				return i + 1
			}
		case '"':
			n := jsonStringSize(b[i:])
			if n == 0 {
				return 0
			}
			i += n - 1
		}
	}
	return 0
}

// jsonText returns what a value says: a string without quotes and with its escapes undone, anything else as it stands,
// nothing for null. A string without escapes is borrowed, the others are rewritten into the Scanner's scratch.
func (s *Scanner) jsonText(value []byte) []byte {
	if len(value) < 2 || value[0] != '"' {
		if string(value) == "null" {
			return nil
		}
		return value
	}
	value = value[1 : len(value)-1]
	i := bytes.IndexByte(value, '\\')
	if i < 0 {
		return value
	}
	// No escape is shorter than what it stands for.
	out := append(s.scratch.begin(len(value)), value[:i]...)
	for b := value[i:]; len(b) > 0; {
		if b[0] == '\\' {
			out, b = undoEscape(out, b)
			continue
		}
		i := bytes.IndexByte(b, '\\')
		if i < 0 {
			i = len(b)
		}
		out, b = append(out, b[:i]...), b[i:]
	}
	return s.scratch.keep(out)
}

// undoEscape appends what the escape at the front of b stands for, and returns what follows it. What is no escape is
// taken as it stands.
func undoEscape(out, b []byte) (result, rest []byte) {
	if len(b) < 2 {
		return append(out, b...), nil
	}
	switch b[1] {
	case 'n':
		return append(out, '\n'), b[2:]
	case 't':
		return append(out, '\t'), b[2:]
	case 'r':
		return append(out, '\r'), b[2:]
	case 'b':
		return append(out, '\b'), b[2:]
	case 'f':
		return append(out, '\f'), b[2:]
	case '"', '\\', '/':
		return append(out, b[1]), b[2:]
	case 'u':
		return undoUnicode(out, b)
	}
	return append(out, b[:2]...), b[2:]
}

// undoUnicode is undoEscape for "\u00e9" and for surrogate pairs.
func undoUnicode(out, b []byte) (result, rest []byte) {
	r, ok := hexRune(b)
	if !ok {
		return append(out, b[:2]...), b[2:]
	}
	b = b[6:]
	if utf16.IsSurrogate(r) {
		low, ok := hexRune(b)
		pair := utf16.DecodeRune(r, low)
		if !ok || pair == utf8.RuneError {
			return utf8.AppendRune(out, utf8.RuneError), b
		}
		r, b = pair, b[6:]
	}
	return utf8.AppendRune(out, r), b
}

// hexRune reads the "\uXXXX" at the front of b.
func hexRune(b []byte) (r rune, ok bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	for _, c := range b[2:6] {
		switch {
		case c-'0' <= 9:
			r = r<<4 | rune(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return r, true
}
