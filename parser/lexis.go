package parser

import (
	"bytes"
	"math"
)

// trimSpace takes blanks and tabs off the front of b.
func trimSpace(b []byte) []byte {
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\t') {
		b = b[1:]
	}
	return b
}

// lastIndex is bytes.LastIndex for what is rare in text: looking for it from the front is faster.
func lastIndex(text, sep []byte) int {
	last := -1
	for from := 0; ; from = last + 1 {
		i := bytes.Index(text[from:], sep)
		if i < 0 {
			return last
		}
		last = from + i
	}
}

// leadingNumber reads the decimal number at the front of b and its size, 0 if there is none. What is too large for an
// int64 stays at the greatest one.
func leadingNumber(b []byte) (n int64, size int) {
	if n, size, ok := shortNumber(b); ok {
		return n, size
	}
	for size < len(b) && b[size]-'0' <= 9 {
		if n > (math.MaxInt64-9)/10 {
			n = math.MaxInt64
		} else {
			n = n*10 + int64(b[size]-'0')
		}
		size++
	}
	return n, size
}

// span is where a part of a text begins and ends.
type span struct{ begin, end int }

// of returns the part, nil where it is empty.
func (s span) of(text []byte) []byte {
	if s.begin == s.end {
		return nil
	}
	return text[s.begin:s.end]
}

// isWordByte reports whether c may be part of an identifier.
func isWordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c-'0' <= 9 || c == '_'
}

// withoutPort cuts the port off an address. IPv6 addresses without brackets are ambiguous: ported says whether a port is
// to be expected behind the last colon of one.
func withoutPort(addr []byte, ported bool) []byte {
	colon := bytes.LastIndexByte(addr, ':')
	if colon < 0 {
		return addr
	}
	if addr[0] == '[' {
		if end := bytes.IndexByte(addr, ']'); end > 0 {
			return addr[1:end]
		}
		return addr
	}
	if bytes.IndexByte(addr, ':') == colon || ported {
		return addr[:colon]
	}
	return addr
}

// hostPort returns the part of a word that is an address with a port, "10.0.0.1:80", "backend:8080" or "[::1]:80", without
// brackets, scheme, path and punctuation around it; nil if the word is none.
func hostPort(word []byte) []byte {
	for len(word) > 0 && (word[0] == '(' || word[0] == '\'' || word[0] == '"') {
		word = word[1:]
	}
	if i := bytes.Index(word, []byte("://")); i >= 0 {
		word = word[i+3:]
		if slash := bytes.IndexByte(word, '/'); slash >= 0 {
			word = word[:slash]
		}
	}
	end := len(word)
	for end > 0 && word[end-1]-'0' > 9 {
		if c := word[end-1]; isWordByte(c) || c == ':' || c == '/' {
			return nil
		}
		end--
	}
	digits := end
	for digits > 0 && word[digits-1]-'0' <= 9 {
		digits--
	}
	if digits < 2 || digits == end || end-digits > 5 || word[digits-1] != ':' {
		return nil
	}
	for i, c := range word[:digits-1] {
		if !isWordByte(c) && c != '.' && c != '-' && c != ':' && (c != '[' || i > 0) && (c != ']' || i < digits-2) {
			return nil
		}
		if c == ':' && word[0] != '[' {
			return nil
		}
	}
	return word[:end]
}

// decimalSeconds reads "38.018731" as µs, Unknown if it is no number.
func decimalSeconds(b []byte) int64 { return decimal(b, second) }

// decimal reads a decimal number in the given unit, which is a power of ten of µs, as µs. Digits below a µs are dropped. It
// returns Unknown for what is no such number, and for what no duration or measurement could be.
func decimal(b []byte, unit int64) int64 {
	n, size := leadingNumber(b)
	rest := b[size:]
	if size == 0 && (len(rest) < 2 || rest[0] != '.') || n > math.MaxInt64/unit/10 {
		return Unknown
	}
	v := n * unit
	if len(rest) > 1 && rest[0] == '.' {
		for _, c := range rest[1:] {
			if c-'0' > 9 {
				return Unknown
			}
			unit /= 10
			v += int64(c-'0') * unit
		}
		return v
	}
	if len(rest) > 0 {
		return Unknown
	}
	return v
}
