package parser

import (
	"bytes"
	"strings"
	"testing"
)

// A line without end is given out once, cut to MaxLine; the rest passes by in whatever pieces it comes.
func TestScanEndlessLine(t *testing.T) {
	const head = "2026/11/21 06:13:00 [error] 1#1: "
	s := NewScanner(Options{})
	recs := make([]Record, 4)
	buf := append([]byte(head), bytes.Repeat([]byte("x"), MaxLine+1-len(head))...)
	n, used := s.Scan(buf[:MaxLine], false, recs)
	if n != 0 || used != 0 {
		t.Fatalf("%d records, %d bytes of a line that may still end", n, used)
	}
	n, used = s.Scan(buf, false, recs)
	if n != 1 || used != len(buf) || len(recs[0].Raw) != MaxLine || recs[0].Format != NginxError {
		t.Fatalf("%d records, %d bytes, the first record of %d bytes", n, used, len(recs[0].Raw))
	}
	for range 20 {
		if n, used = s.Scan(buf, false, recs); n != 0 || used != len(buf) {
			t.Fatalf("%d records, %d bytes inside the long line", n, used)
		}
	}
	text := []byte("end\n" + head + "next\n")
	if n, used = s.Scan(text, false, recs); n != 1 || used != len(text) || string(recs[0].Message) != "next" || recs[0].Line != 2 {
		t.Fatalf("%d records, %d bytes, line %d says %q", n, used, recs[0].Line, recs[0].Message)
	}
	if offset, line := s.Position(); offset != int64(21*len(buf)+len(text)) || line != 2 {
		t.Fatalf("at byte %d, line %d", offset, line)
	}
}

// A line that ends, but beyond MaxLine, is one record and one line.
func TestScanLongLine(t *testing.T) {
	text := strings.Repeat("y", 2*MaxLine) + "\n2026/11/21 06:13:00 [error] 1#1: next"
	recs := scanText(text)
	if len(recs) != 2 || len(recs[0].Raw) != MaxLine || recs[1].Line != 2 || string(recs[1].Message) != "next" {
		t.Fatalf("%d records", len(recs))
	}
}

// A trace longer than MaxLine ends there; its other lines are its continuation and no records of their own.
func TestScanLongRecord(t *testing.T) {
	text := "goroutine 1 [running]:\n" + strings.Repeat("main.f(0x1)\n\t/srv/main.go:12 +0x1d\n", MaxLine/20)
	recs := scanText(text)
	lines := int64(0)
	for _, r := range recs {
		lines += int64(r.Lines)
		if len(r.Raw) > MaxLine {
			t.Fatalf("a record of %d bytes", len(r.Raw))
		}
	}
	if want := int64(strings.Count(text, "\n")); lines != want {
		t.Errorf("%d lines of %d", lines, want)
	}
}

func TestScanNULs(t *testing.T) {
	text := strings.Repeat("\x00", 3*MaxLine) + "2026/11/21 06:13:00 [error] 1#1: first\n\x00\x00\n\x002026/11/21 06:13:00 [error] 1#1: second\n"
	recs := scanText(text)
	if len(recs) != 2 || string(recs[0].Message) != "first" || string(recs[1].Message) != "second" {
		t.Fatalf("%d records", len(recs))
	}
	if recs[0].Offset != 3*MaxLine || recs[0].Line != 1 || recs[1].Line != 3 {
		t.Errorf("offset %d, lines %d and %d", recs[0].Offset, recs[0].Line, recs[1].Line)
	}
}

// Positions count from where the source was taken up again.
func TestScanPositions(t *testing.T) {
	s := NewScanner(Options{Offset: 1000, Line: 40})
	recs := scanAll(s, []byte("\n\n2026/11/21 06:13:00 [error] 1#1: a\r\n2026/11/21 06:13:00 [error] 1#1: b"))
	if len(recs) != 2 || recs[0].Line != 43 || recs[0].Offset != 1002 || recs[1].Line != 44 || recs[1].Offset != 1002+36 {
		t.Fatalf("%d records, %+v", len(recs), recs)
	}
	if string(recs[0].Raw) != "2026/11/21 06:13:00 [error] 1#1: a" {
		t.Errorf("raw %q", recs[0].Raw)
	}
}

// A strict format must be seen between the lines of a forgiving one, and in an interleaved stream each keeps its own.
func TestScanInterleaved(t *testing.T) {
	const text = `2026-11-21 06:13:00,123 INFO starting up
2026/11/21 06:13:00 [error] 12#12: *7 connect() failed (111: Connection refused) while connecting to upstream, client: 203.0.113.9, server: a, request: "GET / HTTP/1.1", upstream: "http://10.0.0.5:80/", host: "a"
203.0.113.9 - - [21/Nov/2026:06:13:00 +0000] "GET / HTTP/1.1" 502 157 "-" "curl/8.5.0"
2026-11-21 06:13:00,124 WARN something odd
nginx: [emerg] host not found in upstream "app" in /etc/nginx/nginx.conf:3
{"time":"2026-11-21T06:13:00Z","remote_addr":"203.0.113.9","method":"GET","uri":"/","status":502,"request_time":0.001}
2026/11/21 06:13:00 [notice] 1#1: exiting
`
	var got []string
	for _, r := range scanText(text) {
		got = append(got, r.Format.String())
	}
	want := "app-text nginx-error access-combined app-text nginx-startup access-json nginx-error"
	if strings.Join(got, " ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, " "), want)
	}
}

func TestNginxStartup(t *testing.T) {
	f := tells(t)
	f(`nginx: [emerg] host not found in upstream "app" in /etc/nginx/conf.d/app.conf:3`,
		`message nginx-startup nginx emergency Message=host not found in upstream "app" in /etc/nginx/conf.d/app.conf:3`)
	f(`nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)`,
		`message nginx-startup nginx emergency Message=bind() to 0.0.0.0:80 failed (98: Address already in use) Errno=98`)
	f(`nginx: configuration file /etc/nginx/nginx.conf test failed`,
		`message nginx-startup nginx emergency Message=configuration file /etc/nginx/nginx.conf test failed`)
	f(`nginx: the configuration file /etc/nginx/nginx.conf syntax is ok`,
		`message nginx-startup nginx notice Message=the configuration file /etc/nginx/nginx.conf syntax is ok`)
	refused := func(in string) {
		t.Helper()
		var rec Record
		if NewScanner(Options{}).nginxStartup([]byte(in), &rec) {
			t.Errorf("%q was taken for nginx's", in)
		}
	}
	refused("nginx: worker process")
	refused("nginx: [Emerg] x")
	refused("apache2: [emerg] x")
	refused("[emerg] x")
	refused("nginx: ")
}
