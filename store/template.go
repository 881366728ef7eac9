package store

import "unicode/utf8"

// templateLimit bounds a template, in bytes.
const templateLimit = 200

// appendTemplate appends the template of a message to dst: its text with numbers, addresses, hex words, long random words and
// quoted strings masked, so that two messages of one statement in a program have one template. Only the first line counts.
func appendTemplate(dst, message []byte) []byte {
	start := len(dst)
	for i := 0; i < len(message) && len(dst)-start < templateLimit; {
		c := message[i]
		switch {
		case c == '\n' || c == '\r':
			return trimTail(dst, start)
		case c == '"' || c == '`' || c == '\'' && opensQuote(message, i):
			size := quoted(message[i:])
			if size == 0 {
				dst = append(dst, c)
				i++
				continue
			}
			dst = append(dst, c, '*', c)
			i += size
		case wordByte(c):
			end := i
			for end < len(message) && wordByte(message[end]) {
				end++
			}
			dst = appendWord(dst, start, message[i:end])
			i = end
		case c < ' ' || c == 0x7f:
			dst = append(dst, ' ')
			i++
		default:
			dst = append(dst, c)
			i++
		}
	}
	return trimTail(dst, start)
}

// trimTail cuts a template to its limit and takes trailing space off.
func trimTail(dst []byte, start int) []byte {
	if len(dst)-start > templateLimit {
		dst = wholeRunes(dst[:start+templateLimit])
	}
	for len(dst) > start && dst[len(dst)-1] == ' ' {
		dst = dst[:len(dst)-1]
	}
	return dst
}

// wholeRunes takes off the part of a character that a cut has left at the end of text.
func wholeRunes(text []byte) []byte {
	for i := 1; i < utf8.UTFMax && i <= len(text); i++ {
		last := text[len(text)-i:]
		if !utf8.RuneStart(last[0]) {
			continue
		}
		if !utf8.FullRune(last) {
			return text[:len(text)-i]
		}
		break
	}
	return text
}

// opensQuote tells an opening single quote from an apostrophe.
func opensQuote(message []byte, i int) bool {
	return i == 0 || !wordByte(message[i-1])
}

// quoted returns the length of the quoted string at the front of text with its quotes, 0 if it does not end on its line.
func quoted(text []byte) int {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '\n':
			return 0
		case text[0]:
			return i + 1
		}
	}
	return 0
}

func wordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c >= utf8.RuneSelf
}

// appendWord appends one word, masked where it is a value. A mask that follows another across one of ". : - /" joins it: an
// address or a date is one mask.
func appendWord(dst []byte, start int, word []byte) []byte {
	if variable(word) || word[0] == '0' && len(word) > 2 && word[1] == 'x' {
		return appendMask(dst, start)
	}
	for i := 0; i < len(word); i++ {
		if word[i] < '0' || word[i] > '9' {
			dst = append(dst, word[i])
			continue
		}
		dst = appendMask(dst, start)
		for i+1 < len(word) && word[i+1] >= '0' && word[i+1] <= '9' {
			i++
		}
	}
	return dst
}

func appendMask(dst []byte, start int) []byte {
	if n := len(dst); n-start >= 2 && dst[n-2] == '#' {
		switch dst[n-1] {
		case '.', ':', '-', '/', ',':
			return dst[:n-1]
		}
	}
	return append(dst, '#')
}
