package report

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean makes text from a log safe for a terminal: control characters, invalid UTF-8 and characters that turn the direction of
// writing become visible escapes, and at most limit characters are kept (0: all).
func Clean(s string, limit int) string {
	var b strings.Builder
	n := 0
	for i := 0; i < len(s); {
		if limit > 0 && n >= limit {
			b.WriteString("…")
			break
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size <= 1:
			b.WriteString("\\x" + hex(s[i]))
		case r == '\t' || r == '\n':
			b.WriteByte(' ')
		case unicode.Is(unicode.Cc, r):
			b.WriteString("\\x" + hex(byte(r)))
		case unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r) || r == '\u2028' || r == '\u2029':
			b.WriteRune('\uFFFD')
		default:
			b.WriteRune(r)
		}
		n++
		i += size
	}
	return b.String()
}

func hex(c byte) string {
	const digits = "0123456789abcdef"
	return string([]byte{digits[c>>4], digits[c&15]})
}
