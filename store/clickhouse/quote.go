package clickhouse

import (
	"strconv"
	"strings"
)

// quote writes a text as a literal. Nothing that a text holds ends the literal early.
func quote(text string) string {
	var b strings.Builder
	b.Grow(len(text) + 2)
	b.WriteByte('\'')
	for i := range len(text) {
		switch c := text[i]; c {
		case '\'', '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case 0:
			b.WriteString(`\0`)
		case '\n':
			b.WriteString(`\n`)
		case '\r':
			b.WriteString(`\r`)
		case '\t':
			b.WriteString(`\t`)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('\'')
	return b.String()
}

func quoted(texts []string) []string {
	literals := make([]string, len(texts))
	for i, t := range texts {
		literals[i] = quote(t)
	}
	return literals
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }

// number writes a 64-bit number as a literal of that type: a bare literal has the narrowest type that holds it.
func number(n int64) string { return "toInt64(" + decimal(n) + ")" }

func unsigned(n uint64) string { return strconv.FormatUint(n, 10) }
