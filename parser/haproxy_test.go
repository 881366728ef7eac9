package parser

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

func TestHAProxyRequests(t *testing.T) {
	f := tells(t)

	f(`203.0.113.7:54321 [21/Nov/2026:06:13:00.123] https-in~ app/web1 0/5/1/24/30 200 4312 - - ---- 45/44/12/3/0 2/1 "GET /api/orders?x=1 HTTP/1.1"`,
		`request haproxy-http haproxy 2026-11-21T06:13:00.153 Message=https-in~ app/web1 0/5/1/24/30 200 4312 - - ---- 45/44/12/3/0 2/1 Client=203.0.113.7 Method=GET Path=/api/orders?x=1 Protocol=HTTP/1.1 Upstream=app/web1 Status=200 Bytes=4312 Duration=30000 Queue=5000 Connect=1000 Header=24000 Frontend=https-in Backend=app Server=web1 Termination=---- QueuedServer=2 QueuedBackend=1 Active=45`)
	f(`2001:db8::1:54321 [21/Nov/2026:06:13:00.123] in app/web1 0/0/-1/-1/3012 503 217 - - SC-- 45/45/12/3/+3 0/0 {example.com:443|Mozilla/5.0 (X11; Linux)|10.0.0.1} {nginx} "POST /x HTTP/1.1"`,
		`request haproxy-http haproxy 2026-11-21T06:13:03.135 Message=in app/web1 0/0/-1/-1/3012 503 217 - - SC-- 45/45/12/3/+3 0/0 Client=2001:db8::1 VHost=example.com Method=POST Path=/x Protocol=HTTP/1.1 Upstream=app/web1 UserAgent=Mozilla/5.0 (X11; Linux) Status=503 Bytes=217 Duration=3012000 Queue=0 Connect=-2 Header=-2 Frontend=in Backend=app Server=web1 Termination=SC-- Retries=3 Redispatched=true QueuedServer=0 QueuedBackend=0 Active=45`)
	f(`unix:1 [21/Nov/2026:06:13:00.123] in in/<NOSRV> -1/-1/-1/-1/0 -1 0 - - CR-- 1/1/0/0/0 0/0 "<BADREQ>"`,
		`request haproxy-http haproxy 2026-11-21T06:13:00.123 Message=in in/<NOSRV> -1/-1/-1/-1/0 -1 0 - - CR-- 1/1/0/0/0 0/0 Client=unix: Upstream=in/<NOSRV> Status=0 Bytes=0 Duration=0 Queue=-2 Connect=-2 Header=-2 Frontend=in Backend=in Termination=CR-- QueuedServer=0 QueuedBackend=0 Active=1`)
	f(`203.0.113.7:54321 [21/Nov/2026:06:13:00.123] in app/web1 9/0/7/14/+30 200 +243 SESS=abc - ---- 1/1/0/0/0 0/0 {} "GET https://shop.example/cart?a=1 HTTP/2.0"`,
		`request haproxy-http haproxy 2026-11-21T06:13:00.153 Message=in app/web1 9/0/7/14/+30 200 +243 SESS=abc - ---- 1/1/0/0/0 0/0 Client=203.0.113.7 VHost=shop.example Method=GET Path=/cart?a=1 Protocol=HTTP/2.0 Upstream=app/web1 Status=200 Bytes=243 Duration=30000 Queue=0 Connect=7000 Header=14000 Frontend=in Backend=app Server=web1 Termination=---- QueuedServer=0 QueuedBackend=0 Active=1`)
	f(`203.0.113.7:54321 [21/Nov/2026:06:13:00.123] in app/web1 9/0/7/14/30 200 243 - - ---- 1/1/0/0/0 0/0 "GET /very/long/path/cut/by/sys`,
		`request haproxy-http haproxy 2026-11-21T06:13:00.153 Message=in app/web1 9/0/7/14/30 200 243 - - ---- 1/1/0/0/0 0/0 Client=203.0.113.7 Method=GET Path=/very/long/path/cut/by/sys Upstream=app/web1 Status=200 Bytes=243 Duration=30000 Queue=0 Connect=7000 Header=14000 Frontend=in Backend=app Server=web1 Termination=---- QueuedServer=0 QueuedBackend=0 Active=1`)
	f(`203.0.113.7:54321 [21/Nov/2026:06:13:00.123] in app/web1 9/0/7/14/30 200 243 - - ---- 1/1/0/0/0 0/0 {cut|in the mid`,
		`request haproxy-http haproxy 2026-11-21T06:13:00.153 Message=in app/web1 9/0/7/14/30 200 243 - - ---- 1/1/0/0/0 0/0 Client=203.0.113.7 Upstream=app/web1 Status=200 Bytes=243 Duration=30000 Queue=0 Connect=7000 Header=14000 Frontend=in Backend=app Server=web1 Termination=---- QueuedServer=0 QueuedBackend=0 Active=1`)
	f(`203.0.113.7:54321 [21/Nov/2026:06:13:00.123] in app/web1 9/0/7/14/30 200 243 - - ---- 1/1/0/0/0 0/0`,
		`request haproxy-http haproxy 2026-11-21T06:13:00.153 Message=in app/web1 9/0/7/14/30 200 243 - - ---- 1/1/0/0/0 0/0 Client=203.0.113.7 Upstream=app/web1 Status=200 Bytes=243 Duration=30000 Queue=0 Connect=7000 Header=14000 Frontend=in Backend=app Server=web1 Termination=---- QueuedServer=0 QueuedBackend=0 Active=1`)
	f(`203.0.113.7:54321 [21/Nov/2026:06:13:00.123] in~ app/web1 9/0/7/14/30 200 243 - - ---- 1/1/0/0/0 0/0 "GET / HTTP/1.1" 0/0000000000000000/0/0/0 shop.example/TLSv1.3/TLS_AES_128_GCM_SHA256`,
		`request haproxy-http haproxy 2026-11-21T06:13:00.153 Message=in~ app/web1 9/0/7/14/30 200 243 - - ---- 1/1/0/0/0 0/0 Client=203.0.113.7 VHost=shop.example Method=GET Path=/ Protocol=HTTP/1.1 Upstream=app/web1 Status=200 Bytes=243 Duration=30000 Queue=0 Connect=7000 Header=14000 Frontend=in Backend=app Server=web1 Termination=---- QueuedServer=0 QueuedBackend=0 Active=1`)
	f(`203.0.113.7 - - [21/Nov/2026:06:13:00 +0100] "GET / HTTP/1.1" 503 217 "" "" 54321 123 "https-in~" "app" "web1" 0 0 -1 -1 3012 "SC--" 45 45 12 3 +3 0 0 "-" "-" "" ""`,
		`request haproxy-http haproxy 2026-11-21T05:13:03.135Z Message=SC-- Client=203.0.113.7 Method=GET Path=/ Protocol=HTTP/1.1 Upstream=app/web1 Status=503 Bytes=217 Duration=3012000 Queue=0 Connect=-2 Header=-2 Frontend=https-in Backend=app Server=web1 Termination=SC-- Retries=3 Redispatched=true QueuedServer=0 QueuedBackend=0 Active=45`)
	f(`203.0.113.7 - - [21/Nov/2026:06:13:00 +0100] "GET / HTTP/1.1" 503 217 "" "" 54321 123 https-in app <NOSRV> 0 -1 -1 -1 3012 SC-- 45 45 12 3 0 0 112 - -  `,
		`request haproxy-http haproxy 2026-11-21T05:13:03.135Z Message=SC-- Client=203.0.113.7 Method=GET Path=/ Protocol=HTTP/1.1 Upstream=app/<NOSRV> Status=503 Bytes=217 Duration=3012000 Queue=-2 Connect=-2 Header=-2 Frontend=https-in Backend=app Termination=SC-- QueuedServer=0 QueuedBackend=112 Active=45`)
	f(`-:0 [21/Nov/2026:06:13:00.123] <HTTPCLIENT> -/- 2/0/5/14/30 200 243 - - ---- 1/0/0/0/0 0/0 {} "GET http://ocsp.example/ HTTP/1.1"`,
		`request haproxy-http haproxy 2026-11-21T06:13:00.153 Message=<HTTPCLIENT> -/- 2/0/5/14/30 200 243 - - ---- 1/0/0/0/0 0/0 VHost=ocsp.example Method=GET Path=/ Protocol=HTTP/1.1 Upstream=-/- Status=200 Bytes=243 Duration=30000 Queue=0 Connect=5000 Header=14000 Frontend=<HTTPCLIENT> Backend=- Server=- Termination=---- QueuedServer=0 QueuedBackend=0 Active=1`)
	f(`203.0.113.7:54321 [21/Nov/2026:06:13:00.123] mysql-in mysql/db1 1/-1/5007 212 sC 12/12/6/2/3 0/7`,
		`request haproxy-tcp haproxy 2026-11-21T06:13:05.13 Message=mysql-in mysql/db1 1/-1/5007 212 sC 12/12/6/2/3 0/7 Client=203.0.113.7 Upstream=mysql/db1 Bytes=212 Duration=5007000 Queue=1000 Connect=-2 Frontend=mysql-in Backend=mysql Server=db1 Termination=sC Retries=3 QueuedServer=0 QueuedBackend=7 Active=12`)
	f(`203.0.113.7:54321 [21/Nov/2026:06:13:00.123] stats stats/<STATS> 0/0/0/0/0 200 217 - - LR-- 45/45/12/3/0 0/0 "GET /stats HTTP/1.1"`,
		`request haproxy-http haproxy 2026-11-21T06:13:00.123 Message=stats stats/<STATS> 0/0/0/0/0 200 217 - - LR-- 45/45/12/3/0 0/0 Client=203.0.113.7 Method=GET Path=/stats Protocol=HTTP/1.1 Upstream=stats/<STATS> Status=200 Bytes=217 Duration=0 Queue=0 Connect=0 Header=0 Frontend=stats Backend=stats Server=<STATS> Termination=LR-- QueuedServer=0 QueuedBackend=0 Active=45`)
}

func TestHAProxyMessages(t *testing.T) {
	f := tells(t)

	f(`[WARNING]  (1234) : Server web/web1 is DOWN, reason: Layer4 timeout, check duration: 2001ms. 1 active and 0 backup servers left.`,
		`message haproxy-message haproxy warning Message=Server web/web1 is DOWN, reason: Layer4 timeout, check duration: 2001ms. 1 active and 0 backup servers left. PID=1234 Upstream=web/web1 Backend=web Server=web1`)
	f(`[ALERT] 324/061300 (1234) : backend 'web' has no server available!`,
		`message haproxy-message haproxy alert 2026-11-21T06:13:00 Message=backend 'web' has no server available! PID=1234 Backend=web`)
	f(`[NOTICE]   (1) : haproxy version is 2.6.12`,
		`message haproxy-message haproxy notice Message=haproxy version is 2.6.12 PID=1`)
	f(`backend web has no server available!`,
		`message haproxy-message haproxy emergency Message=backend web has no server available! Backend=web`)
	f(`Health check for backup server app/b1 failed, reason: Layer7 timeout, info: " at step 2 of tcp-check (expect string 'x') comment: 'y'", check duration: 1001ms, status: 1/3 UP.`,
		`message haproxy-message haproxy notice Message=Health check for backup server app/b1 failed, reason: Layer7 timeout, info: " at step 2 of tcp-check (expect string 'x') comment: 'y'", check duration: 1001ms, status: 1/3 UP. Upstream=app/b1 Backend=app Server=b1`)
	f(`Backup Server app/b1 is UP. 0 active and 1 backup servers online.`,
		`message haproxy-message haproxy notice Message=Backup Server app/b1 is UP. 0 active and 1 backup servers online. Upstream=app/b1 Backend=app Server=b1`)
	f(`Nov 21 06:13:00 lb1 haproxy[1]: Server app/web1 ('web1.internal') is UP/READY (resolves again).`,
		`message haproxy-message haproxy notice 2026-11-21T06:13:00 Message=Server app/web1 ('web1.internal') is UP/READY (resolves again). Host=lb1 Program=haproxy PID=1 Upstream=app/web1 Backend=app Server=web1`)
	f(`Nov 21 06:13:00 lb1 haproxy[1]: app/web1 changed its IP from 10.0.0.5 to 10.0.0.7 by default/dns1.`,
		`message haproxy-message haproxy notice 2026-11-21T06:13:00 Message=app/web1 changed its IP from 10.0.0.5 to 10.0.0.7 by default/dns1. Host=lb1 Program=haproxy PID=1 Upstream=app/web1 Backend=app Server=web1`)
	f(`Nov 21 06:13:00 lb1 haproxy[1]: app/web1: IP changed from '10.0.0.5' to '10.0.0.7' by 'default/dns1'.`,
		`message haproxy-message haproxy notice 2026-11-21T06:13:00 Message=app/web1: IP changed from '10.0.0.5' to '10.0.0.7' by 'default/dns1'. Host=lb1 Program=haproxy PID=1 Upstream=app/web1 Backend=app Server=web1`)
	f(`Nov 21 06:13:00 lb1 haproxy[1]: Connect() failed for backend app: local address already in use.`,
		`message haproxy-message haproxy error 2026-11-21T06:13:00 Message=Connect() failed for backend app: local address already in use. Host=lb1 Program=haproxy PID=1 Backend=app`)
	f(`Nov 21 06:13:00 lb1 haproxy[1]: Cannot bind to source address before connect() for backend app.`,
		`message haproxy-message haproxy notice 2026-11-21T06:13:00 Message=Cannot bind to source address before connect() for backend app. Host=lb1 Program=haproxy PID=1 Backend=app`)
	f(`Connect from 203.0.113.7:54321 to 10.0.0.2:443 (https-in/HTTP)`,
		`message haproxy-message haproxy info Message=Connect from 203.0.113.7:54321 to 10.0.0.2:443 (https-in/HTTP) Client=203.0.113.7 Frontend=https-in`)
	f(`Proxy https-in reached the configured maximum connection limit. Please check the global 'maxconn' value.`,
		`message haproxy-message haproxy emergency Message=Proxy https-in reached the configured maximum connection limit. Please check the global 'maxconn' value. Frontend=https-in`)
	f(`Proxy www stopped (cumulated conns: FE: 375, BE: 0).`,
		`message haproxy-message haproxy notice Message=Proxy www stopped (cumulated conns: FE: 375, BE: 0). Frontend=www`)
	f(`203.0.113.7:56059 [21/Nov/2026:06:13:00.123] https-in~/1: SSL handshake failure (error:0A0000C1:SSL routines::no shared cipher)`,
		`message haproxy-message haproxy info 2026-11-21T06:13:00.123 Message=SSL handshake failure (error:0A0000C1:SSL routines::no shared cipher) Client=203.0.113.7 Frontend=https-in`)
	f(`Nov 21 06:13:00 lb1 haproxy[1]: PHP message: PHP Fatal error:  Uncaught Error: boom in /var/www/html/index.php:3`,
		`message haproxy-message php critical 2026-11-21T06:13:00 Message=PHP Fatal error:  Uncaught Error: boom in /var/www/html/index.php:3 Host=lb1 Program=haproxy PID=1 Module=Fatal error Script=/var/www/html/index.php`)
	f(`[WARNING]  (1234) : A worker process unexpectedly died.`,
		`message haproxy-message haproxy warning Message=A worker process unexpectedly died. PID=1234`)
	f(`Nov 21 06:13:00 lb1 haproxy[1]: 203.0.113.7 custom format line`,
		`message syslog haproxy 2026-11-21T06:13:00 Message=203.0.113.7 custom format line Host=lb1 Program=haproxy PID=1`)
	f(`Nov 21 06:13:00 lb1 haproxy[1]: {"a":1}`,
		`message syslog haproxy 2026-11-21T06:13:00 Message={"a":1} Host=lb1 Program=haproxy PID=1`)
}

// TestHAProxyNot holds lines that come close to HAProxy's and are not.
func TestHAProxyNot(t *testing.T) {
	f := func(line string) {
		t.Helper()
		s := NewScanner(Options{})
		for _, format := range []Format{HAProxyHTTP, HAProxyTCP, HAProxyMessage} {
			var rec Record
			rec.Reset()
			if s.decode(format, []byte(line), &rec) {
				t.Errorf("%s\nwas read as %s", line, told(rec))
			}
		}
	}
	f(`203.0.113.7 - - [21/Nov/2026:06:13:00 +0000] "GET / HTTP/1.1" 200 5 "-" "-"`)
	f(`203.0.113.7 - - [21/Nov/2026:06:13:00 +0000] "GET / HTTP/1.1" 200 5 "" "" 0.003 0.002 a b c d e f g h i j k l m n o p q r s t u`)
	f(`203.0.113.7:54321 [21/Nov/2026:06:13:00.123] in app/web1 0/0/1/24 200 4312 - - ---- 45/45/12/3/0 0/0 "GET / HTTP/1.1"`)
	f(`203.0.113.7:54321 [21/Nov/2026:06:13:00.123] in app/web1 0/0/1/24/5 200 4312 - - ?? 45/45/12/3/0 0/0 "GET / HTTP/1.1"`)
	f(`203.0.113.7:54321 [21/Nov/2026:06:13:00.123] in app`)
	f(`203.0.113.7:54321 [99/Nov/2026:06:13:00.123] in app/web1 0/0/1/24/5 200 4312 - - ---- 45/45/12/3/0 0/0`)
	f(`Server started on port 80/tcp`)
	f(`Server web/web1 went away`)
	f(`backend ready`)
	f(`[WARNING] something (1) happened`)
	f(`[INFO] (worker) : hello`)
	f(`[error] 12#12: *1 open() failed`)
}

func TestHAProxyTermination(t *testing.T) {
	text, err := os.ReadFile("testdata/haproxy-termination.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		pair, example, _ := strings.Cut(strings.TrimSpace(line), "\t")
		recs := scanText(example)
		if len(recs) != 1 || recs[0].Kind != Request || !bytes.HasPrefix(recs[0].Termination, []byte(pair)) || len(recs[0].Upstream) == 0 {
			t.Errorf("%s: %s\nread as %s", pair, example, told(recs[0]))
		}
	}
}

// TestHAProxySamples reads what HAProxy 2.6 wrote in a lab: requests and messages on stdout, messages again on stderr.
func TestHAProxySamples(t *testing.T) {
	f := func(file string, messages, requests int) {
		t.Helper()
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		kinds := map[Kind]int{}
		for _, r := range scanText(string(text)) {
			kinds[r.Kind]++
		}
		if kinds[Message] != messages || kinds[Request] != requests || len(kinds) > 2 {
			t.Errorf("%s: %v by kind, want %d messages and %d requests", file, kinds, messages, requests)
		}
	}
	f("testdata/haproxy-raw.log", 17, 12)
	f("testdata/haproxy-stderr.log", 17, 0)
	f("testdata/haproxy-messages.log", 53, 6)
}

// TestHAProxyEcho interleaves both forms of what HAProxy says, as a container's log holds them.
func TestHAProxyEcho(t *testing.T) {
	f := tells(t)

	const up, none = "Server a/s is UP.", "backend a has no server available!"
	said := " Message=" + up + " Upstream=a/s Backend=a Server=s"
	f(up+"\n[WARNING]  (7) : "+up,
		"message haproxy-message haproxy notice"+said+"\n"+
			"continuation haproxy-message haproxy warning Message="+up+" PID=7 Upstream=a/s Backend=a Server=s")
	f("[ALERT]    (7) : backend 'a' has no server available!\n"+none,
		"message haproxy-message haproxy alert Message=backend 'a' has no server available! PID=7 Backend=a\n"+
			"continuation haproxy-message haproxy emergency Message="+none+" Backend=a")
	// The same form again is news.
	f(up+"\n"+up, "message haproxy-message haproxy notice"+said+"\nmessage haproxy-message haproxy notice"+said)
}

const haproxyLines = `Nov 21 06:13:00 lb1 haproxy[1234]: 203.0.113.7:54321 [21/Nov/2026:06:13:00.123] https-in~ app/web1 0/0/1/24/25 200 4312 - - ---- 45/45/12/3/0 0/0 {shop.example|Mozilla/5.0 (X11; Linux x86_64)} {} "GET /api/orders?page=2 HTTP/1.1"
Nov 21 06:13:01 lb1 haproxy[1234]: 2001:db8::7:54321 [21/Nov/2026:06:13:00.223] https-in~ app/<NOSRV> 0/5000/-1/-1/5000 503 217 - - sQ-- 45/45/12/3/+3 0/112 "GET /api/orders HTTP/1.1"
`

const haproxyTCPLine = `<134>Nov 21 06:13:00 haproxy[1234]: 203.0.113.7:54321 [21/Nov/2026:06:13:00.123] mysql-in mysql/db1 1/0/5007 212 CD 12/12/6/2/0 0/0
`

func TestHAProxyAllocs(t *testing.T) {
	f := func(text string) {
		t.Helper()
		if n := allocsPerScan(text); n != 0 {
			t.Errorf("%v allocations for %s", n, text)
		}
	}
	f(haproxyLines)
	f(haproxyTCPLine)
	f(`[WARNING]  (1234) : Server web/web1 is DOWN, reason: Layer4 timeout, check duration: 2001ms.` + "\n")
	f(`203.0.113.7 - - [21/Nov/2026:06:13:00 +0100] "GET / HTTP/1.1" 503 217 "" "" 54321 123 "in" "app" "web1" 0 0 -1 -1 3 "SC--" 1 1 1 1 0 0 0 "-" "-" ""` + "\n")
}

func BenchmarkHAProxyHTTP(b *testing.B) { benchScan(b, haproxyLines, HAProxyHTTP) }

func BenchmarkHAProxyTCP(b *testing.B) { benchScan(b, haproxyTCPLine, HAProxyTCP) }

func FuzzHAProxy(f *testing.F) {
	for line := range strings.Lines(haproxyLines + haproxyTCPLine) {
		_, inner, _ := strings.Cut(line, "]: ")
		f.Add([]byte(inner))
	}
	f.Add([]byte(`[ALERT] 324/061300 (1234) : backend 'web' has no server available!`))
	f.Add([]byte(`203.0.113.7:56059 [21/Nov/2026:06:13:00.123] https-in~/1: SSL handshake failure`))
	f.Add([]byte(`203.0.113.7 - - [21/Nov/2026:06:13:00 +0100] "GET / HTTP/1.1" 503 217 "" "" 54321 123 "in" "app" "web1" 0 0 -1 -1 3 "SC--" 1 1 1 1 0 0 0 "-" "-" ""`))
	f.Add([]byte(`Server app/web1 ('web1.internal') is UP/READY (resolves again).`))
	f.Fuzz(fuzzFormats(HAProxyHTTP, HAProxyTCP, HAProxyMessage))
}

// fuzzFormats returns a fuzz target that reads lines with the decoders of formats, of every daemon's envelope: none may
// panic, and all that a record tells has to come from the line or from the scanner.
func fuzzFormats(formats ...Format) func(t *testing.T, line []byte) {
	return func(t *testing.T, line []byte) {
		if len(line) == 0 {
			return // a scanner decodes no blank lines
		}
		for _, format := range formats {
			for _, daemon := range []Daemon{NoDaemon, HAProxy, PHPFPM, PHP} {
				s := NewScanner(Options{})
				var rec Record
				rec.Reset()
				rec.Daemon = daemon
				if !s.decode(format, line, &rec) {
					continue
				}
				for _, b := range [][]byte{rec.Message, rec.Module, rec.Client, rec.VHost, rec.Method, rec.Path, rec.Protocol, rec.Upstream,
					rec.Pool, rec.Script, rec.UserAgent, rec.Frontend, rec.Backend, rec.Server, rec.Termination} {
					if !borrows(b, line) && !borrows(b, s.scratch.buf) {
						t.Fatalf("%q is neither from the line nor from the scanner", b)
					}
				}
			}
		}
	}
}
