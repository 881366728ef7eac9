package parser

import "testing"

func TestShortMethod(t *testing.T) {
	f := func(line string, want int) {
		t.Helper()
		if got := shortMethod([]byte(line)); got != want {
			t.Errorf("%q: got %d, want %d", line, got, want)
		}
	}
	f("GET / HTTP/1.1", 3)
	f("OPTIONS * HTTP/1.1", 7)
	f("PROPFIND / HTTP/1.1", 0)
	f(" GET / HTTP/1.1", 0)
	f("get / HTTP/1.1", 0)
	f("G@T / HTTP/1.1", 0)
	f("G[T / HTTP/1.1", 0)
	f("G\xc5T / HTTP/1.1", 0)
	f("\x80ET / HTTP/1.1", 0)
	f("GET /abc", 0)
	f("AZ aZ[@\xff\x00", 2)
}
