package parser

import (
	"strings"
	"testing"
)

func TestNginxError(t *testing.T) {
	const head, said = "2026/11/21 06:13:00 [error] 12#13: *7 ", "message nginx-error nginx error 2026-11-21T06:13:00 "
	f := func(in, want string) {
		t.Helper()
		if got := strings.TrimPrefix(told(oneRecord(t, head+in)), said); got != want {
			t.Errorf("%q\n got %s\nwant %s", in, got, want)
		}
	}
	f(`connect() failed (111: Connection refused) while connecting to upstream, client: 203.0.113.9, server: a.example, request: "GET /x?y=1 HTTP/1.1", upstream: "http://10.0.0.5:8080/x?y=1", host: "a.example"`,
		`Message=connect() failed (111: Connection refused) while connecting to upstream PID=12 TID=13 Conn=7 Errno=111 Action=connecting to upstream Client=203.0.113.9 VHost=a.example Method=GET Path=/x?y=1 Protocol=HTTP/1.1 Upstream=10.0.0.5:8080 UpstreamScheme=http`)
	f(`connect() failed (111: Connection refused) while connecting to upstream, client: 2001:db8::7, server: _, request: "GET / HTTP/2.0", upstream: "http://[2001:db8::5]:8080/", host: "b.example:8443", referrer: "https://b.example/, client: 6.6.6.6, server: x"`,
		`Message=connect() failed (111: Connection refused) while connecting to upstream PID=12 TID=13 Conn=7 Errno=111 Action=connecting to upstream Client=2001:db8::7 VHost=b.example Method=GET Path=/ Protocol=HTTP/2.0 Upstream=[2001:db8::5]:8080 UpstreamScheme=http`)
	f(`connect() to unix:/run/php/a.sock failed (11: Resource temporarily unavailable) while connecting to upstream, client: 203.0.113.9, server: , request: "POST / HTTP/1.1", upstream: "fastcgi://unix:/run/php/a.sock:", host: "a.example"`,
		`Message=connect() to unix:/run/php/a.sock failed (11: Resource temporarily unavailable) while connecting to upstream PID=12 TID=13 Conn=7 Errno=11 Action=connecting to upstream Client=203.0.113.9 VHost=a.example Method=POST Path=/ Protocol=HTTP/1.1 Upstream=unix:/run/php/a.sock UpstreamScheme=fastcgi`)
	f(`upstream timed out (110: Connection timed out) while reading response header from upstream, client: unix:, server: a.example, request: "GET / HTTP/1.1", subrequest: "/auth", upstream: "fastcgi://unix:/run/php/a.sock", host: "a.example"`,
		`Message=upstream timed out (110: Connection timed out) while reading response header from upstream PID=12 TID=13 Conn=7 Errno=110 Action=reading response header from upstream Client=unix: VHost=a.example Method=GET Path=/ Protocol=HTTP/1.1 Upstream=unix:/run/php/a.sock UpstreamScheme=fastcgi`)
	f(`no live upstreams while connecting to upstream, client: 203.0.113.9, server: a.example, request: "GET /?a="b", upstream: "c HTTP/1.1", upstream: "http://app/?a="b", host: "a.example", referrer: "http://r/", host: "evil""`,
		`Message=no live upstreams while connecting to upstream PID=12 TID=13 Conn=7 Action=connecting to upstream Client=203.0.113.9 VHost=a.example Method=GET Path=/?a="b", upstream: "c Protocol=HTTP/1.1 Upstream=app UpstreamScheme=http`)
	f(`client sent invalid request while reading client request line, client: 203.0.113.9, server: a.example, request: "GET /a", upstream: "http://evil/", host: "e HTTP/1.1"`,
		`Message=client sent invalid request while reading client request line PID=12 TID=13 Conn=7 Action=reading client request line Client=203.0.113.9 VHost=a.example Method=GET Path=/a", upstream: "http://evil/", host: "e Protocol=HTTP/1.1`)
	f(`client sent invalid method while reading client request line, client: 203.0.113.9, server: a.example, request: "^V^C^A"q",^@"`,
		`Message=client sent invalid method while reading client request line PID=12 TID=13 Conn=7 Action=reading client request line Client=203.0.113.9 VHost=a.example`)
	f(`SSL_do_handshake() failed (SSL: error:0A000086:SSL routines::certificate verify failed:unable to get local issuer certificate) while SSL handshaking to upstream, client: 203.0.113.9, server: a.example, request: "GET / HTTP/1.1", upstream: "https://10.0.0.5:443/", host: "a.example"`,
		`Message=SSL_do_handshake() failed (SSL: error:0A000086:SSL routines::certificate verify failed:unable to get local issuer certificate) while SSL handshaking to upstream PID=12 TID=13 Conn=7 Action=SSL handshaking to upstream Client=203.0.113.9 VHost=a.example Method=GET Path=/ Protocol=HTTP/1.1 Upstream=10.0.0.5:443 UpstreamScheme=https`)
	f(`upstream SSL certificate verify error: (10:certificate has expired) while SSL handshaking to upstream, client: 203.0.113.9, server: a.example, request: "GET / HTTP/1.1", upstream: "https://10.0.0.5:443/", host: "a.example"`,
		`Message=upstream SSL certificate verify error: (10:certificate has expired) while SSL handshaking to upstream PID=12 TID=13 Conn=7 Action=SSL handshaking to upstream Client=203.0.113.9 VHost=a.example Method=GET Path=/ Protocol=HTTP/1.1 Upstream=10.0.0.5:443 UpstreamScheme=https`)
	f(`app.internal could not be resolved (3: Host not found), client: 203.0.113.9, server: a.example, request: "GET / HTTP/1.1", host: "a.example"`,
		`Message=app.internal could not be resolved (3: Host not found) PID=12 TID=13 Conn=7 Client=203.0.113.9 VHost=a.example Method=GET Path=/ Protocol=HTTP/1.1`)
	f(`recv() failed (111: Connection refused) while resolving, resolver: 10.0.0.2:53`,
		`Message=recv() failed (111: Connection refused) while resolving PID=12 TID=13 Conn=7 Errno=111 Action=resolving Upstream=10.0.0.2:53 UpstreamScheme=dns`)
	f(`connect() failed (111: Connection refused) while connecting to upstream, client: 203.0.113.9, server: 0.0.0.0:3306, upstream: "10.0.0.7:3306", bytes from/to client:0/0, bytes from/to upstream:0/0`,
		`Message=connect() failed (111: Connection refused) while connecting to upstream PID=12 TID=13 Conn=7 Errno=111 Action=connecting to upstream Client=203.0.113.9 VHost=0.0.0.0:3306 Upstream=10.0.0.7:3306`)
	f(`upstream timed out (110: Connection timed out) while proxying connection, udp client: 203.0.113.9, server: 0.0.0.0:53, upstream: "10.0.0.2:53", bytes from/to client:29/0, bytes from/to upstream:0/29`,
		`Message=upstream timed out (110: Connection timed out) while proxying connection PID=12 TID=13 Conn=7 Errno=110 Action=proxying connection Client=203.0.113.9 VHost=0.0.0.0:53 Upstream=10.0.0.2:53`)
	f(`open() "/srv/www/a, b.html" failed (2: No such file or directory), client: 203.0.113.9, server: ~^(?<n>[a-z]{1,3})\.a\.example$, request: "GET /a,%20b.html HTTP/1.1", host: "x.a.example"`,
		`Message=open() "/srv/www/a, b.html" failed (2: No such file or directory) PID=12 TID=13 Conn=7 Errno=2 Client=203.0.113.9 VHost=x.a.example Method=GET Path=/a,%20b.html Protocol=HTTP/1.1`)
	f(`FastCGI sent in stderr: "PHP message: PHP Warning:  Undefined variable $x in /srv/a.php on line 6; PHP message: PHP Fatal error:  Uncaught Error: gone, client: 10.9.9.9, server: no in /srv/b.php:7" while reading response header from upstream, client: 203.0.113.9, server: a.example, request: "GET / HTTP/1.1", upstream: "fastcgi://127.0.0.1:9000", host: "a.example"`,
		`message nginx-error nginx critical 2026-11-21T06:13:00 Message=FastCGI sent in stderr: "PHP message: PHP Warning:  Undefined variable $x in /srv/a.php on line 6; PHP message: PHP Fatal error:  Uncaught Error: gone, client: 10.9.9.9, server: no in /srv/b.php:7" while reading response header from upstream PID=12 TID=13 Conn=7 Module=Fatal error Action=reading response header from upstream Client=203.0.113.9 VHost=a.example Method=GET Path=/ Protocol=HTTP/1.1 Upstream=127.0.0.1:9000 UpstreamScheme=fastcgi Script=/srv/b.php`)
	f(`FastCGI sent in stderr: "Primary script unknown" while reading response header from upstream, client: 203.0.113.9, server: a.example, request: "GET /x.php HTTP/1.1", upstream: "fastcgi://127.0.0.1:9000", host: "a.example"`,
		`Message=FastCGI sent in stderr: "Primary script unknown" while reading response header from upstream PID=12 TID=13 Conn=7 Action=reading response header from upstream Client=203.0.113.9 VHost=a.example Method=GET Path=/x.php Protocol=HTTP/1.1 Upstream=127.0.0.1:9000 UpstreamScheme=fastcgi`)
	f(`pwritev() "/var/lib/nginx/body/0000000129" failed (28: No space left on device), client: 203.0.113.9, server: a.example, request: "POST /up HTTP/1.1", host: "a.example"`,
		`Message=pwritev() "/var/lib/nginx/body/0000000129" failed (28: No space left on device) PID=12 TID=13 Conn=7 Errno=28 Client=203.0.113.9 VHost=a.example Method=POST Path=/up Protocol=HTTP/1.1`)
	f(`limiting requests, excess: 20.140 by zone "one", client: 203.0.113.9, server: a.example, request: "GET / HTTP/1.1", host: "a.example"`,
		`Message=limiting requests, excess: 20.140 by zone "one" PID=12 TID=13 Conn=7 Client=203.0.113.9 VHost=a.example Method=GET Path=/ Protocol=HTTP/1.1`)
	f(`client timed out (110: Connection timed out) while waiting for request, client: 203.0.113.9, server: 0.0.0.0:443`,
		`Message=client timed out (110: Connection timed out) while waiting for request PID=12 TID=13 Conn=7 Errno=110 Action=waiting for request Client=203.0.113.9 VHost=0.0.0.0:443`)
}

func TestNginxErrorHead(t *testing.T) {
	f := tells(t)
	f("2026/11/21 06:13:00 [emerg] 1#1: bind() to 0.0.0.0:80 failed (98: Address already in use)\r\n",
		"message nginx-error nginx emergency 2026-11-21T06:13:00 Message=bind() to 0.0.0.0:80 failed (98: Address already in use) PID=1 TID=1 Errno=98")
	f("2026/11/21 06:13:00 [alert] 1#0: worker process 12 exited on signal 9",
		"message nginx-error nginx alert 2026-11-21T06:13:00 Message=worker process 12 exited on signal 9 PID=1")
	f(`2026/11/21 06:13:00 [alert] 1#1: fork() failed while spawning "worker process" (12: Cannot allocate memory)`,
		`message nginx-error nginx alert 2026-11-21T06:13:00 Message=fork() failed while spawning "worker process" (12: Cannot allocate memory) PID=1 TID=1 Errno=12 Action=spawning "worker process" (12: Cannot allocate memory)`)
	f("2026/11/21 06:13:00 [debug] 12#12: *7 http upstream connect: -2",
		"message nginx-error nginx debug 2026-11-21T06:13:00 Message=http upstream connect: -2 PID=12 TID=12 Conn=7")
	f("2026/11/21 06:13:00 [info] 12#12: *7 client disconnected, bytes from/to client:9/0, bytes from/to upstream:0/9",
		"message nginx-error nginx info 2026-11-21T06:13:00 Message=client disconnected, bytes from/to client:9/0, bytes from/to upstream:0/9 PID=12 TID=12 Conn=7")
}

func TestNotNginxError(t *testing.T) {
	f := func(in string) {
		t.Helper()
		var rec Record
		if NewScanner(Options{}).nginxError([]byte(in), &rec) {
			t.Errorf("%q was taken for nginx's", in)
		}
	}
	f("")
	f("2026/11/21 06:13:00")
	f("2026/11/21 06:13:00 [error] no process")
	f("2026/11/21 06:13:00 [error] 12: no thread")
	f("2026/11/21 06:13:00 [error] 12#12 no colon")
	f("2026/11/21 06:13:00 [ERROR] 12#12: no level of nginx")
	f("2026/11/21 06:13:00 [error]12#12: no blank")
	f("2026/13/21 06:13:00 [error] 12#12: no month")
	f("2026/02/29 06:13:00 [error] 12#12: no such day")
	f("2026/11/21 24:13:00 [error] 12#12: no hour")
	f("2026-11-21 06:13:00 [error] 12#12: hyphens")
	f("2026/11/21 06:13:00 listening on :8080")
}

// The parts of records that span lines, as they are printed for a PHP trace, a request with line feeds and a Lua trace.
func TestNginxErrorLines(t *testing.T) {
	const next = "\n2026/11/21 06:13:01 [notice] 1#1: exiting"
	f := func(in string, lines int32, message, detail, upstream string) {
		t.Helper()
		recs := scanText(in + next)
		if len(recs) != 2 || string(recs[1].Message) != "exiting" {
			t.Fatalf("%q: %d records", in, len(recs))
		}
		r := recs[0]
		if r.Lines != lines || string(r.Message) != message || string(r.Detail) != detail || string(r.Upstream) != upstream || string(r.Raw) != in {
			t.Errorf("%q\n got %d lines, message %q, detail %q, upstream %q", in, r.Lines, r.Message, r.Detail, r.Upstream)
		}
	}
	const head = "2026/11/21 06:13:00 [error] 12#12: *7 "
	const context = ` while reading response header from upstream, client: 203.0.113.9, server: a.example, request: "GET / HTTP/1.1", upstream: "fastcgi://127.0.0.1:9000", host: "a.example"`
	f(head+"FastCGI sent in stderr: \"PHP message: PHP Fatal error:  Uncaught Error: x in /a.php:1\nStack trace:\n\n#0 {main}\n  thrown in /a.php on line 1\""+context,
		5, `FastCGI sent in stderr: "PHP message: PHP Fatal error:  Uncaught Error: x in /a.php:1`,
		"Stack trace:\n\n#0 {main}\n  thrown in /a.php on line 1\" while reading response header from upstream", "127.0.0.1:9000")
	f(head+"client sent invalid method while reading client request line, client: 203.0.113.9, server: a.example, request: \"\x16\x03\n\x00\xfe\"x\n\"",
		3, "client sent invalid method while reading client request line", "", "")
	f(head+"lua entry thread aborted: runtime error: /a.lua:3: boom\nstack traceback:\ncoroutine 0:\n\t[C]: in function 'error', client: 203.0.113.9, server: a.example, request: \"GET / HTTP/1.1\", host: \"a.example\"",
		4, "lua entry thread aborted: runtime error: /a.lua:3: boom", "stack traceback:\ncoroutine 0:\n\t[C]: in function 'error'", "")
	f(head+"a message of another module without context", 1, "a message of another module without context", "", "")

	// nginx cuts a record at 2048 bytes: the context is gone, and what follows is a record of its own.
	long := head + `FastCGI sent in stderr: "PHP message: PHP Fatal error:  Uncaught Error: x in /a.php:1` + "\n" + strings.Repeat("#0 frame\n", 250)
	long = long[:2047]
	recs := scanText(long + next)
	if last := recs[len(recs)-1]; string(last.Message) != "exiting" || recs[0].Lines < 200 || string(recs[0].Module) != "Fatal error" {
		t.Errorf("the record that was cut has %d lines, the next says %q", recs[0].Lines, last.Message)
	}
	// Another program's lines in the same stream are not swallowed.
	recs = scanText(head + "a message of another module without context\n" + `203.0.113.9 - - [21/Nov/2026:06:13:00 +0000] "GET / HTTP/1.1" 200 5 "-" "-"`)
	if len(recs) != 2 {
		t.Errorf("an access log's line became part of the error before it")
	}
}

// A line of the cut text's upper bound: an address that was cut off is no address.
func TestNginxErrorCut(t *testing.T) {
	head := "2026/11/21 06:13:00 [error] 12#12: *7 connect() failed (111: Connection refused) while connecting to upstream, client: 203.0.113.9, server: a.example, request: \"GET /"
	tail := ` HTTP/1.1", upstream: "http://10.0.0.2`
	line := head + strings.Repeat("x", 2047-len(head)-len(tail)) + tail
	r := oneRecord(t, line)
	if r.Errno != 111 || string(r.Action) != "connecting to upstream" || string(r.Client) != "203.0.113.9" || r.Upstream != nil {
		t.Errorf("got %s", told(r))
	}
}

func TestNginxErrorAllocs(t *testing.T) {
	if n := allocsPerScan(sample(t, "nginx-error.log")); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzNginxError(f *testing.F) {
	f.Add([]byte(sample(f, "nginx-error.log")))
	f.Add([]byte("2026/11/21 06:13:00 [error] 12#12: *7 FastCGI sent in stderr: \"x\n, client: 1.1.1.1, server: , request: \"\n"))
	f.Fuzz(fuzzScan)
}

func BenchmarkNginxError(b *testing.B) {
	benchScan(b, sample(b, "nginx-error.log"), NginxError)
}

func TestNginxErrorSample(t *testing.T) {
	text := sample(t, "nginx-error.log")
	lines := 0
	for _, r := range scanText(text) {
		lines += int(r.Lines)
		if r.Format != NginxError || r.Daemon != Nginx || r.Kind != Message || len(r.Message) == 0 || r.PID == 0 || r.Time == 0 {
			t.Errorf("%s\nread as %s", r.Raw, told(r))
		}
		if strings.Contains(string(r.Raw), ", upstream: ") && (len(r.Upstream) == 0 || len(r.UpstreamScheme) == 0 || len(r.Client) == 0 || len(r.Path) == 0 || len(r.Action) == 0) {
			t.Errorf("%s\nread as %s", r.Raw, told(r))
		}
	}
	if want := strings.Count(text, "\n"); lines != want {
		t.Errorf("%d lines of %d", lines, want)
	}
}
