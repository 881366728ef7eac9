package parser

import (
	"reflect"
	"testing"
)

// plainLines are some that plainHead reads, and some that it leaves to combinedHead.
var plainLines = map[string]bool{
	`203.0.113.9 - - [21/Nov/2026:06:13:00 +0100] "GET /x?y=1 HTTP/1.1" 200 757 "-" "a b/1.0 (c)"`:           true,
	`2001:db8::7 - - [21/Nov/2026:06:13:01 +0100] "POST /x HTTP/2.0" 499 0 "https://a.example/" "-"`:         true,
	`203.0.113.9 - - [21/Nov/2026:06:13:00 +0100] "GET /x HTTP/1.1" 304 - "-" "a"`:                           false,
	`203.0.113.9 - u [21/Nov/2026:06:13:00 +0100] "GET /x HTTP/1.1" 304 5 "-" "a"`:                           false,
	`a.example - - [21/Nov/2026:06:13:00 +0100] "GET /x HTTP/1.1" 304 5 "-" "a"`:                             false,
	`203.0.113.9 - - [21/Nov/2026:06:13:00 +0100] "GET /a"b HTTP/1.1" 200 5 "-" "a"`:                         false,
	`203.0.113.9 - - [21/Nov/2026:06:13:00 +0100] "GET /a\" 200 5 "-" HTTP/1.1" 404 5 "-" "a"`:               false,
	`203.0.113.9 - - [21/Nov/2026:06:13:00 +0100] "GET /x HTTP/1.1" 200 5 "-" "a" 0.013`:                     true,
	`203.0.113.9 - - [21/Nov/2026:06:13:00 +0100] "GET /x HTTP/1.1" 200 5 "-" "a" "203.0.113.9"`:             true,
	`203.0.113.9 - - [21/Nov/2026:06:13:00 +0100] "GET /x HTTP/1.1" 200 5 "" ""`:                             false,
	`203.0.113.9 - - [21/Nov/2026:06:13:00 +0100] "" 400 0 "-" "-"`:                                          false,
	`203.0.113.9 - - [21/Nov/2026:06:13:00 +0100] "GET /x HTTP/1.1" 200 5 "-" "a\"`:                          false,
	`203.0.113.9 - - [21/Nov/2026:25:13:00 +0100] "GET /x HTTP/1.1" 200 5 "-" "a"`:                           false,
	`203.0.113.9 - - [21/Nov/2026:06:13:00.12345 ] "GET /x HTTP/1.1" 200 5 "-" "a"`:                          false,
	`203.0.113.9 - - [21/Nov/2026:06:13:00 +0100] "GET /x HTTP/1.1" 200 1234567890123456789012345 "-" "a b"`: false,
}

func TestPlainHead(t *testing.T) {
	for line, want := range plainLines {
		if got := samePlain(t, []byte(line)); got != want {
			t.Errorf("%s\n got %v, want %v", line, got, want)
		}
	}
}

func FuzzPlainHead(f *testing.F) {
	for line := range plainLines {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, line []byte) { samePlain(t, line) })
}

// samePlain reports whether plainHead reads line, and fails where it reads it otherwise than combinedHead.
func samePlain(t *testing.T, line []byte) bool {
	t.Helper()
	var plain, full Record
	plain.Reset()
	full.Reset()
	s := NewScanner(Options{})
	behind, ok := s.plainHead(line, &plain)
	if !ok {
		return false
	}
	tail, ok := NewScanner(Options{}).combinedHead(line, &full)
	if !ok || string(tail) != string(behind) || !reflect.DeepEqual(plain, full) {
		t.Errorf("%q\n    read as %+v\ninstead of %+v, with %q behind", line, plain, full, tail)
	}
	var again Record
	again.Reset()
	if _, ok := s.plainHead(line, &again); !ok || !reflect.DeepEqual(plain, again) {
		t.Errorf("%q is read otherwise the second time", line)
	}
	return true
}
