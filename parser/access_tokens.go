package parser

import "bytes"

// A rawToken is one value of a line with what stands around it.
type rawToken struct {
	literal []byte // before the value: its name with "=" or ":", an opening quote or bracket
	value   []byte
	close   byte // the quote or bracket that ends the value, 0 if a separator does
}

// maxTokens bounds the values of a line that are looked at.
const maxTokens = 48

// separatorOf tells by what the values of a line are set apart: a character that stands several times outside of quotes and
// brackets, else blanks.
func separatorOf(line []byte) byte {
	var tabs, bars, semicolons, commas, lists int
	unended := false
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case '"':
			if unended {
				continue
			}
			n := quotedEnd(line[i:])
			unended = n == 0
			i += max(n-1, 0)
		case '[':
			if n := bytes.IndexByte(line[i:min(len(line), i+64)], ']'); n > 0 {
				i += n
			}
		case '\t':
			tabs++
		case '|':
			bars++
		case ';':
			semicolons++
		case ',':
			if i+1 < len(line) && line[i+1] == ' ' {
				lists++
			} else {
				commas++
			}
		}
	}
	switch {
	case tabs >= 3:
		return '\t'
	case bars >= 3:
		return '|'
	case semicolons >= 3:
		return ';'
	case commas >= 5, lists >= 4 && endsInComma(line):
		return ','
	}
	return ' '
}

// endsInComma reports whether the first word of line does, as it would in no format that blanks set apart.
func endsInComma(line []byte) bool {
	word, _ := cutWord(line)
	return len(word) > 0 && word[len(word)-1] == ','
}

// cutTokens splits line into at most len(into) values.
func (c *clockCache) cutTokens(line []byte, separator byte, into []rawToken) (n int) {
	for n < len(into) {
		line = skipSeparators(line, separator)
		if len(line) == 0 {
			break
		}
		into[n], line = c.cutToken(line, separator)
		n++
	}
	return n
}

// cutToken takes the first value of b.
func (c *clockCache) cutToken(b []byte, separator byte) (t rawToken, rest []byte) {
	size := keySize(b, separator != ' ')
	if size < len(b) {
		if t.close = closing(b[size]); t.close != 0 {
			size++
			if inner := keySize(b[size:], false); inner > 0 && t.close != '"' {
				size += inner
			}
		}
	}
	t.literal, b = b[:size], b[size:]
	t.value, rest = c.cutValue(b, separator, t.close)
	return t, rest
}

// cutValue takes a value that is ended by a quote or bracket, or else by a separator, and what ended it. The parts of
// nginx's lists, "a, b : c", stay together, and so does a date with its time.
func (c *clockCache) cutValue(b []byte, separator, close byte) (value, rest []byte) {
	if close != 0 {
		if end := closingAt(b, close, separator); end >= 0 {
			return b[:end], b[end+1:]
		}
		return b, nil
	}
	if separator != ' ' {
		end := bytes.IndexByte(b, separator)
		if end < 0 {
			end = len(b)
		}
		return bytes.TrimRight(b[:end], " "), b[end:]
	}
	if rest, ok := c.cutTime(b); ok {
		return b[:len(b)-len(rest)], rest
	}
	end := listEnd(b)
	return b[:end], b[end:]
}

// cutTime takes a moment that may contain blanks.
func (c *clockCache) cutTime(b []byte) (rest []byte, ok bool) {
	if len(b) < 19 || b[0]-'0' > 9 {
		return b, false
	}
	if _, rest, ok = c.clf(b); !ok {
		_, rest, ok = c.iso(b)
	}
	return rest, ok && (len(rest) == 0 || rest[0] == ' ')
}

// listEnd returns where the value at the front of b ends that blanks set apart from the next.
func listEnd(b []byte) int {
	for from := 0; ; {
		i := indexNear(b[from:], ' ')
		if i < 0 {
			return len(b)
		}
		from += i
		switch {
		case from > 0 && b[from-1] == ',' && from+1 < len(b) && b[from+1] != '"':
			from++
		case len(b) > from+3 && b[from+1] == ':' && b[from+2] == ' ':
			from += 3
		case from > 0 && b[from-1]-'0' <= 9:
			return from + timeUnitSize(b[from:])
		default:
			return from
		}
	}
}

// timeUnitSize returns the size of " ms", " s", " us" or " sec" behind a number, 0 if there is none.
func timeUnitSize(b []byte) int {
	if len(b) < 2 || b[1] != 'm' && b[1] != 's' && b[1] != 'u' {
		return 0
	}
	unit, _ := cutWord(b[1:])
	switch string(unit) {
	case "ms", "s", "us", "sec", "msec":
		return 1 + len(unit)
	}
	return 0
}

// closingAt finds the end of a value in quotes or brackets. A quote inside is escaped or has no separator behind it.
func closingAt(b []byte, close, separator byte) int {
	for from := 0; ; {
		i := bytes.IndexByte(b[from:], close)
		if i < 0 {
			return -1
		}
		from += i
		if close != '"' || endsValue(b[from+1:], separator) && !isEscaped(b, from) {
			return from
		}
		from++
	}
}

// endsValue reports whether b, behind a quote, begins with what may follow a value.
func endsValue(b []byte, separator byte) bool {
	if len(b) == 0 || b[0] == separator {
		return true
	}
	switch b[0] {
	case ' ', ',', ';', '|', '\t':
		return true
	}
	return false
}

// skipSeparators passes over what stands between two values.
func skipSeparators(b []byte, separator byte) []byte {
	if separator == ' ' {
		for len(b) > 0 && (b[0] == ' ' || b[0] == ',' || b[0] == ';' || b[0] == '|' || b[0] == ']' || b[0] == ')' || b[0] == '}') {
			b = b[1:]
		}
		return b
	}
	for len(b) > 0 && b[0] == ' ' {
		b = b[1:]
	}
	if len(b) > 0 && b[0] == separator {
		b = b[1:]
	}
	for len(b) > 0 && b[0] == ' ' {
		b = b[1:]
	}
	return b
}

// keySize returns the size of `name=`, `name:` or `name: ` at the front of b, 0 if there is none. A name before a colon has to
// be known, since an address looks the same, unless labelled says that any will do.
func keySize(b []byte, labelled bool) int {
	n := 0
	for n < len(b) && n < 40 && (isWordByte(b[n]) || b[n] == '-' || b[n] == '.' || b[n] == '$' || b[n] == '@') {
		n++
	}
	if n == 0 || n == len(b) || b[0]-'0' <= 9 || b[0] == '-' {
		return 0
	}
	switch {
	case b[n] == '=':
		return n + 1
	case b[n] != ':' || string(b[:n]) == "unix":
		return 0
	}
	if bytes.HasPrefix(b[n:], []byte("://")) {
		return 0
	}
	if f, _ := fieldNamed(b[:n]); f == fieldSkip && (!labelled || beginsWithPort(b[n+1:])) {
		return 0
	}
	n++
	for n < len(b) && b[n] == ' ' {
		n++
	}
	return n
}

// quotedEnd returns the size of the text in quotes at the front of b, 0 if it is not ended.
func quotedEnd(b []byte) int {
	for i := 1; i < len(b); i++ {
		j := bytes.IndexByte(b[i:], '"')
		if j < 0 {
			return 0
		}
		i += j
		if !isEscaped(b, i) {
			return i + 1
		}
	}
	return 0
}

// beginsWithPort reports whether b, behind a colon, is a number of at most five digits and then something else.
func beginsWithPort(b []byte) bool {
	n := 0
	for n < len(b) && b[n]-'0' <= 9 {
		n++
	}
	return n > 0 && n < 6 && (n == len(b) || !isWordByte(b[n]) && b[n] != '.')
}

// closing returns what closes the bracket or quote c, 0 if c is neither.
func closing(c byte) byte {
	switch c {
	case '"', '\'':
		return c
	case '[':
		return ']'
	case '(':
		return ')'
	case '{':
		return '}'
	case '<':
		return '>'
	}
	return 0
}
