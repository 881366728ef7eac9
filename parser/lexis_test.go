package parser

import (
	"math"
	"strings"
	"testing"
)

func TestLeadingNumber(t *testing.T) {
	f := func(in string, want int64, size int) {
		t.Helper()
		if n, got := leadingNumber([]byte(in)); n != want || got != size {
			t.Errorf("%q: %d of %d bytes, want %d of %d", in, n, got, want, size)
		}
	}
	f("", 0, 0)
	f("x", 0, 0)
	f("x1234567890", 0, 0)
	f("7", 7, 1)
	f("0:", 0, 1)
	f("1234 and more", 1234, 4)
	f("1234567", 1234567, 7)
	f("1234567 and more", 1234567, 7)
	f("12345678", 12345678, 8)
	f("12345678 and more", 12345678, 8)
	f("140000234995712]", 140000234995712, 15)
	f("140000234995712] and more", 140000234995712, 15)
	f("1400002349957123] and more", 1400002349957123, 16)
	f("14000023499571234] and more", 14000023499571234, 17)
	f("12345678 and eight", 12345678, 8)
	f("9223372036854775807.", math.MaxInt64, 19)
	f("99999999999999999999 too many", math.MaxInt64, 20)
	f(strings.Repeat("0", 30)+"5", 5, 31)
	f("12/34567", 12, 2)
	f("12:34567", 12, 2)
	f("12\xb034567", 12, 2)
}

func TestFraction(t *testing.T) {
	f := func(in string, micros, resolution int64, rest string) {
		t.Helper()
		m, left := fraction(moment{resolution: second}, []byte(in))
		if m.micros != micros || m.resolution != resolution || string(left) != rest {
			t.Errorf("%q: %d by %d, %q left, want %d by %d, %q", in, m.micros, m.resolution, left, micros, resolution, rest)
		}
	}
	f("", 0, second, "")
	f(".x", 0, second, ".x")
	f(".5 ", 500000, 100000, " ")
	f(".123 x", 123000, 1000, " x")
	f(",123 x", 123000, 1000, " x")
	f(".123456", 123456, 1, "")
	f(".123456 2026]", 123456, 1, " 2026]")
	f(".1234567 2026]", 123456, 1, " 2026]")
	f(".123456789 2026]", 123456, 1, " 2026]")
	f(".12345 2026]", 123450, 10, " 2026]")
}
