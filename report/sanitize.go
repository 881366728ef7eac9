package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean makes text from a log safe for a terminal: control characters and invalid UTF-8 become visible escapes, characters that
// cannot be seen or turn the direction of writing a replacement mark, and at most limit characters are kept (0: all).
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
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case r == '\t' || r == '\n':
			b.WriteByte(' ')
		case unicode.Is(unicode.Cc, r):
			fmt.Fprintf(&b, `\x%02x`, r)
		case unseen(r):
			b.WriteRune(utf8.RuneError)
		default:
			b.WriteRune(r)
		}
		n++
		i += size
	}
	return b.String()
}

// unseen reports whether a character shows nothing of itself: it formats what is around it, or has no meaning all agree on.
func unseen(r rune) bool {
	return unicode.In(r, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp)
}

// EscapeJSON writes the characters of a JSON text that could steer a terminal as \u escapes. They can only stand inside strings, so
// that the text means the same; the encoder itself escapes no more than those below space.
func EscapeJSON(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		switch {
		case r == '\n' || !unicode.Is(unicode.Cc, r) && !unseen(r):
			out = append(out, text[i:i+size]...)
		case r > 0xffff:
			high, low := (r-0x10000)>>10+0xd800, (r-0x10000)&0x3ff+0xdc00
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
		i += size
	}
	return out
}
