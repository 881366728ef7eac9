package parser

import (
	"strings"
	"testing"
	"unsafe"
)

func TestEnvelopesOfSyslog(t *testing.T) {
	f := tells(t)

	const said = " Upstream=web/web1 Backend=web Server=web1"

	// RFC 3164, whole, and as HAProxy's "local" and rsyslog's files have it.
	f(`<134>Nov 21 06:13:00 lb1 haproxy[1234]: Server web/web1 is UP.`,
		"message haproxy-message haproxy info 2026-11-21T06:13:00 Message=Server web/web1 is UP. Host=lb1 Program=haproxy PID=1234"+said)
	f(`<134>Nov 21 06:13:00 haproxy[1234]: Server web/web1 is UP.`,
		"message haproxy-message haproxy info 2026-11-21T06:13:00 Message=Server web/web1 is UP. Program=haproxy PID=1234"+said)
	f(`Nov 21 06:13:00 lb1 haproxy[1234]: hello there`,
		"message haproxy-message haproxy notice 2026-11-21T06:13:00 Message=hello there Host=lb1 Program=haproxy PID=1234")
	f("Nov  1 06:13:00 lb1 sshd[77]: Accepted publickey for root",
		"message syslog syslog 2026-11-01T06:13:00 Message=Accepted publickey for root Host=lb1 Program=sshd PID=77")
	f("Nov 01 06:13:00 lb1 myapp: started",
		"message syslog syslog 2026-11-01T06:13:00 Message=started Host=lb1 Program=myapp")
	f("Dec 31 23:59:59 lb1 myapp: last year", // the reference is in November
		"message syslog syslog 2025-12-31T23:59:59 Message=last year Host=lb1 Program=myapp")
	f("<11>Nov 21 06:13:00.123456 lb1 app: oops",
		"message syslog syslog error 2026-11-21T06:13:00.123456 Message=oops Host=lb1 Program=app")
	f("Nov 21 06:13:00 lb1 last message repeated 3 times",
		"message syslog syslog 2026-11-21T06:13:00 Message=last message repeated 3 times Host=lb1")
	f("Nov 21 06:13:00 lb1 haproxy[1]: message repeated 3 times: [ Server web/web1 is UP.]",
		"message haproxy-message haproxy notice 2026-11-21T06:13:00 Message=Server web/web1 is UP. Host=lb1 Program=haproxy PID=1"+said)

	// RFC 5424, with structured data that holds brackets and quotes.
	f(`<134>1 2026-11-21T06:13:00.123456+01:00 lb1 haproxy 1234 - - Server web/web1 is UP.`,
		"message haproxy-message haproxy info 2026-11-21T05:13:00.123456Z Message=Server web/web1 is UP. Host=lb1 Program=haproxy PID=1234"+said)
	f(`<134>1 2026-11-21T06:13:00Z lb1 haproxy 1234 ID47 [a@1 b="x \"y\" \] z"][c d="1]2"] Server web/web1 is UP.`,
		"message haproxy-message haproxy info 2026-11-21T06:13:00Z Message=Server web/web1 is UP. Host=lb1 Program=haproxy PID=1234"+said)
	f("<165>1 - - - - - - \ufeffonly text", "message syslog syslog notice Message=only text")
	f(`<165>1 - - - - - [never="ends] text`, `message syslog syslog notice Message=[never="ends] text`)
	f(`<165>1 - h - - - -`, ``)

	// ISO stamps of rsyslog and journalctl.
	f("2026-11-21T06:13:00.123456+01:00 web1 php-fpm8.2[998]: [WARNING] [pool www] seems busy",
		"message php-fpm php-fpm warning 2026-11-21T05:13:00.123456Z Message=seems busy Host=web1 Program=php-fpm8.2 PID=998 Pool=www")
	f("2026-11-21T06:13:00+0100 web1 haproxy[9]: Server web/web1 is UP.",
		"message haproxy-message haproxy notice 2026-11-21T05:13:00Z Message=Server web/web1 is UP. Host=web1 Program=haproxy PID=9"+said)
	f("2026-11-21T06:13:00 Zeus haproxy[9]: Server web/web1 is UP.",
		"message haproxy-message haproxy notice 2026-11-21T06:13:00 Message=Server web/web1 is UP. Host=Zeus Program=haproxy PID=9"+said)
	f("2026-11-21T06:13:00.123456+01:00 web1 myapp: hello",
		"message syslog syslog 2026-11-21T05:13:00.123456Z Message=hello Host=web1 Program=myapp")

	// HAProxy's short, timed and iso.
	f("<6>Server web/web1 is UP.", "message haproxy-message haproxy info Message=Server web/web1 is UP."+said)
	f("<6>2026-11-21T06:13:00.123+01:00 Server web/web1 is UP.",
		"message haproxy-message haproxy info 2026-11-21T05:13:00.123Z Message=Server web/web1 is UP."+said)
	f("2026-11-21T06:13:00+01:00 Server web/web1 is UP.",
		"message haproxy-message haproxy notice 2026-11-21T05:13:00Z Message=Server web/web1 is UP."+said)
}

func TestEnvelopesOfContainers(t *testing.T) {
	f := tells(t)

	const said = " Upstream=web/web1 Backend=web Server=web1"

	// Docker's json-file: the inside has to be unescaped.
	f(`{"log":"[21-Nov-2026 06:13:00] NOTICE: Terminating ...\n","stream":"stderr","time":"2026-11-21T05:13:00.5Z"}`,
		"message php-fpm php-fpm notice 2026-11-21T05:13:00Z Message=Terminating ...")
	f(`{"log":"Connect() failed for backend \u003capp\u003e: \"x\" \ud83d\ude00\n","stream":"stdout","attrs":{"a":"}"},"time":"2026-11-21T05:13:00.5Z"}`,
		`message haproxy-message haproxy error 2026-11-21T05:13:00.5Z Message=Connect() failed for backend <app>: "x" 😀 Backend=<app>`)
	f(`{"log":"\n","stream":"stdout","time":"2026-11-21T05:13:00.5Z"}`, "")
	// A line that Docker has cut goes on in the next one of its stream.
	f(`{"log":"Server web/web1 is UP, ","stream":"stdout","time":"2026-11-21T05:13:00.5Z"}`+"\n"+
		`{"log":"Server web/web1 is DOWN.\n","stream":"stderr","time":"2026-11-21T05:13:00.5Z"}`+"\n"+
		`{"log":"rest\n","stream":"stdout","time":"2026-11-21T05:13:00.5Z"}`+"\n",
		"message haproxy-message haproxy notice 2026-11-21T05:13:00.5Z Message=Server web/web1 is UP, "+said+"\n"+
			"message haproxy-message haproxy alert 2026-11-21T05:13:00.5Z Message=Server web/web1 is DOWN."+said+"\n"+
			"continuation syslog ")

	f("2026-11-21T05:13:00.123456789Z stderr F [21-Nov-2026 06:13:00] NOTICE: Terminating ...",
		"message php-fpm php-fpm notice 2026-11-21T05:13:00Z Message=Terminating ...")
	f("2026-11-21T05:13:00.5Z stdout P Server web/web1 is UP,\n2026-11-21T05:13:00.6Z stdout F rest",
		"message haproxy-message haproxy notice 2026-11-21T05:13:00.5Z Message=Server web/web1 is UP,"+said+"\ncontinuation syslog ")
	f("2026-11-21T05:13:00.123456789Z [21-Nov-2026 06:13:00] NOTICE: Terminating ...",
		"message php-fpm php-fpm notice 2026-11-21T05:13:00Z Message=Terminating ...")

	// "docker logs -t" is known by lines that have a stamp behind the runtime's, from then on also where they have none.
	f("2026-11-21T05:13:00.123456789Z [21-Nov-2026 06:13:00]  [pool www] pid 7\n2026-11-21T05:13:00.123456789Z [0x00007f7356c13080] sleep() /a.php:1\n2026-11-21T05:13:00.123456789Z\n",
		"message php-fpm-slow php-fpm warning 2026-11-21T05:13:00Z Message=sleep() Detail=[0x00007f7356c13080] sleep() /a.php:1 PID=7 Pool=www")
	f("2026-11-21T05:13:00.123456789Z [WARNING]  (7) : hello",
		"message haproxy-message haproxy warning 2026-11-21T05:13:00.123456Z Message=hello PID=7")

	f("haproxy_1  | Server web/web1 is UP.",
		"message haproxy-message haproxy notice Message=Server web/web1 is UP. Program=haproxy"+said)
	f("\x1b[36mlb-12      |\x1b[0m 2026-11-21T05:13:00.123456789Z Server web/web1 is UP.",
		"message haproxy-message haproxy notice 2026-11-21T05:13:00.123456Z Message=Server web/web1 is UP. Program=lb"+said)
}

func TestEnvelopesOfTheJournal(t *testing.T) {
	f := tells(t)

	f(`{"__REALTIME_TIMESTAMP":"1795241580123456","_HOSTNAME":"lb1","PRIORITY":"4","SYSLOG_IDENTIFIER":"haproxy","_PID":"1234",`+
		`"MESSAGE":"Server web/web1 is \"UP\".","_SYSTEMD_UNIT":"haproxy.service"}`,
		`message haproxy-message haproxy warning 2026-11-21T06:13:00.123456Z Message=Server web/web1 is "UP". Host=lb1 Program=haproxy PID=1234 `+
			`Upstream=web/web1 Backend=web Server=web1`)
	f(`{"MESSAGE":[72,101,108,108,111,10],"_HOSTNAME":"lb1","_COMM":"foo","_SYSTEMD_UNIT":"nginx.service"}`,
		"message syslog nginx Message=Hello Host=lb1 Program=foo")
	f(`{"_HOSTNAME":"lb1","CONTAINER_NAME":"haproxy","SYSLOG_IDENTIFIER":"3f2a","MESSAGE":"hi"}`,
		"message haproxy-message haproxy notice Message=hi Host=lb1 Program=haproxy")
	f("-- Boot 5a8b --", "message syslog syslog Message=-- Boot 5a8b --")
}

// TestNoEnvelope holds lines that begin as an envelope might and are an application's own.
func TestNoEnvelope(t *testing.T) {
	f := func(line string) {
		t.Helper()
		var env envelope
		if inner, ok := NewScanner(Options{}).unwrap([]byte(line), &env); ok {
			t.Errorf("%s\nwas taken for an envelope around %q of %+v", line, inner, env)
		}
	}
	f(``)
	f(`<`)
	f(`<a href="x">`)
	f(`<192>Nov 21 06:13:00 h p: x`)
	f(`<1234>x`)
	f(`203.0.113.7 - - [21/Nov/2026:06:13:00 +0000] "GET / HTTP/1.1" 200 5 "-" "-"`)
	f(`2026/11/21 06:13:00 [error] 7#7: *1 connect() failed (111: Connection refused)`)
	f(`[21-Nov-2026 06:13:00] NOTICE: fpm is running, pid 1`)
	f(`[21-Nov-2026 06:13:00 UTC] PHP Warning:  x in /a.php on line 3`)
	f(`[Sat Nov 21 06:13:00.123456 2026] [core:notice] [pid 1:tid 2] AH00094: Command line: 'apache2'`)
	f(`2026-11-21 06:13:00 lb1 haproxy[1]: x`)
	f(`2026-11-21T06:13:00.123Z worker-1 task: hello`)
	f(`2026-11-21T06:13:00.123Z INFO main[12]: hello`)
	f(`2026-11-21T06:13:00.123456+00:00 ERROR db: hello`)
	f(`2026-11-21T06:13:00+01:00 Server started on port 80`)
	f(`2026-11-21T06:13:00.123456789Z info starting worker`)
	f(`2026-11-21T06:13:00Z 0 [Note] /usr/sbin/mysqld: ready for connections.`)
	f(`Nov 21 06:13:00 INFO something happened`)
	f(`Nov 21, 2026 6:13:00 AM org.example.Main run`)
	f(`{"log":"text","level":"info"}`)
	f(`{"time":"2026-11-21T06:13:00Z","msg":"x"}`)
	f(`{"MESSAGE":"x","LEVEL":"info"}`)
	f(`example.com | 203.0.113.7 | x`)
	f(`INFO  | jvm 1 | x`)
	f(`10  | x`)
	f(`-- a comment`)
}

func TestOffsetFromEnvelope(t *testing.T) {
	f := tells(t)

	// The request began at 06:12:58 local time, ended three seconds later and was logged a little after that.
	f(`<134>1 2026-11-21T06:13:01.900000+05:30 lb1 haproxy 1 - - 203.0.113.7:54321 [21/Nov/2026:06:12:58.123] in app/web1 0/0/1/24/3000 200 1 - - ---- 1/1/1/1/0 0/0 "GET / HTTP/1.1"`,
		`request haproxy-http haproxy info 2026-11-21T00:43:01.123Z Message=in app/web1 0/0/1/24/3000 200 1 - - ---- 1/1/1/1/0 0/0 `+
			`Host=lb1 Program=haproxy PID=1 Client=203.0.113.7 Method=GET Path=/ Protocol=HTTP/1.1 Upstream=app/web1 Status=200 Bytes=1 `+
			`Duration=3000000 Queue=0 Connect=1000 Header=24000 Frontend=in Backend=app Server=web1 Termination=---- QueuedServer=0 QueuedBackend=0 Active=1`)
	// A replay a week later says nothing about the zone.
	f(`2026-11-28T06:13:00.000000+01:00 web1 php-fpm[1]: [21-Nov-2026 06:13:00] NOTICE: Terminating ...`,
		"message php-fpm php-fpm notice 2026-11-21T06:13:00 Message=Terminating ... Host=web1 Program=php-fpm PID=1")
}

func TestProgramNames(t *testing.T) {
	f := func(program string, want Daemon) {
		t.Helper()
		if got := daemonOf([]byte(program)); got != want {
			t.Errorf("%s: got %v, want %v", program, got, want)
		}
	}
	f("nginx", Nginx)
	f("httpd", Apache)
	f("haproxy-edge", HAProxy)
	f("hapee-lb", HAProxy)
	f("docker/nginx", Nginx)
	f("php-fpm8.2", PHPFPM)
	f("php8.2-fpm", PHPFPM)
	f("php8.2", PHP)
	f("phpmyadmin", Syslog)
	f("mariadbd", MySQL)
	f("CRON", Cron)
	f("systemd", Systemd)
	f("systemd-resolved", Resolver)
	f("systemd-oomd", Systemd)
	f("kernel", Kernel)
	f("sshd", Syslog)
	f("", Syslog)
}

func TestUnwrapAllocs(t *testing.T) {
	f := func(line string) {
		t.Helper()
		s := NewScanner(Options{})
		buf := []byte(line)
		allocs := testing.AllocsPerRun(100, func() {
			s.scratch.reset()
			var env envelope
			if _, ok := s.unwrap(buf, &env); !ok {
				t.Fatalf("no envelope: %s", line)
			}
		})
		if allocs != 0 {
			t.Errorf("%v allocations for %s", allocs, line)
		}
	}
	f(`<134>Nov 21 06:13:00 lb1 haproxy[1234]: x`)
	f(`<134>1 2026-11-21T06:13:00.123456+01:00 lb1 haproxy 1234 - - x`)
	f(`2026-11-21T06:13:00.123456+01:00 WEB1 php-fpm8.2[998]: x`)
	f(`{"log":"a \"b\" \u003c\n","stream":"stderr","time":"2026-11-21T05:13:00.5Z"}`)
	f(`{"_HOSTNAME":"lb1","MESSAGE":[72,101],"_PID":"3"}`)
	f(`web-1  | 2026-11-21T05:13:00.123456789Z x`)
}

func FuzzUnwrap(f *testing.F) {
	for _, seed := range []string{
		`<134>Nov 21 06:13:00 lb1 haproxy[1234]: x`,
		`<134>1 2026-11-21T06:13:00Z lb1 haproxy 1234 - [a b="\]"] x`,
		`2026-11-21T06:13:00.123456+01:00 web1 php-fpm8.2[998]: x`,
		`2026-11-21T05:13:00.123456789Z stderr F x`,
		`{"log":"a \"b\" \ud83d\ude00\n","stream":"stderr","time":"2026-11-21T05:13:00.5Z"}`,
		`{"_HOSTNAME":"lb1","MESSAGE":[72,101],"_PID":"3"}`,
		"\x1b[36mweb-1  |\x1b[0m x",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		s := NewScanner(Options{})
		var env envelope
		inner, ok := s.unwrap(line, &env)
		if !ok {
			return
		}
		for _, b := range [][]byte{inner, env.host, env.program} {
			if !borrows(b, line) && !borrows(b, s.scratch.buf) && string(b) != string(kernelName) {
				t.Fatalf("%q is neither from the line nor from the scanner", b)
			}
		}
	})
}

// borrows reports whether b lies inside of buf.
func borrows(b, buf []byte) bool {
	if len(b) == 0 {
		return true
	}
	if cap(buf) == 0 {
		return false
	}
	begin, whole := uintptr(unsafe.Pointer(&b[0])), uintptr(unsafe.Pointer(&buf[:1][0]))
	return begin >= whole && begin+uintptr(len(b)) <= whole+uintptr(cap(buf))
}

func TestJSONText(t *testing.T) {
	f := func(in, want string) {
		t.Helper()
		if got := string(NewScanner(Options{}).jsonText([]byte(in))); got != want {
			t.Errorf("%s: got %q, want %q", in, got, want)
		}
	}
	f(`"plain"`, "plain")
	f(`null`, "")
	f(`12.5`, "12.5")
	f(`"a\tb\\c\/d\"e\r\n"`, "a\tb\\c/d\"e\r\n")
	f(`"\u00e9\ud83d\ude00\ud83d"`, "é😀\ufffd")
	f(`"\u12"`, `\u12`)
	f(`"\x"`, `\x`)
}

func TestJSONObject(t *testing.T) {
	f := func(in, want string) {
		t.Helper()
		o, _ := openObject([]byte(in))
		var got []string
		for {
			key, value, ok := o.next()
			if !ok {
				break
			}
			got = append(got, string(key)+"="+string(value))
		}
		if o.closed {
			got = append(got, "}")
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: got %s, want %s", in, strings.Join(got, " "), want)
		}
	}
	f(`{}`, "}")
	f(` { "a" : 1 , "b":"x\\", "c":{"d":["]}"]}} `, `a=1 b="x\\" c={"d":["]}"]} }`)
	f(`{"a":true`, "a=true")
	f(`{"a":"never ends`, "")
	f(`{"a":{"b":1}`, `a={"b":1}`)
	f(`[1]`, "")
}
