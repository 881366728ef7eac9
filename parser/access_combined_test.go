package parser

import (
	"strings"
	"testing"
)

func TestAccessCombined(t *testing.T) {
	f := func(in, want string) {
		t.Helper()
		if got := strings.TrimPrefix(told(oneRecord(t, in)), "request access-combined "); got != want {
			t.Errorf("%s\n got %s\nwant %s", in, got, want)
		}
	}
	f(`203.0.113.9 - - [21/Nov/2026:06:13:00 +0100] "GET /x?y=1 HTTP/1.1" 200 757`,
		`web 2026-11-21T05:13:00Z Client=203.0.113.9 Method=GET Path=/x?y=1 Protocol=HTTP/1.1 Status=200 Bytes=757`)
	f(`203.0.113.9 - - [21/Nov/2026:06:13:00 +0100] "GET /x HTTP/1.1" 304 -`,
		`apache 2026-11-21T05:13:00Z Client=203.0.113.9 Method=GET Path=/x Protocol=HTTP/1.1 Status=304 Bytes=0`)
	f(`2001:db8::7 - alice [21/Nov/2026:06:13:00 +0100] "POST /x HTTP/2.0" 502 157 "https://a.example/" "Mozilla/5.0 (X11) \"q\" x"`,
		`web 2026-11-21T05:13:00Z Client=2001:db8::7 Method=POST Path=/x Protocol=HTTP/2.0 UserAgent=Mozilla/5.0 (X11) \"q\" x Status=502 Bytes=157`)
	f(`203.0.113.9 - Alice B. Smith [21/Nov/2026:06:13:00 -0530] "GET / HTTP/1.1" 401 5 "-" "-"`,
		`web 2026-11-21T11:43:00Z Client=203.0.113.9 Method=GET Path=/ Protocol=HTTP/1.1 Status=401 Bytes=5`)
	f(`203.0.113.9 - "a b" [21/Nov/2026:06:13:00 +0000] "GET / HTTP/1.1" 401 5 "-" "-"`,
		`web 2026-11-21T06:13:00Z Client=203.0.113.9 Method=GET Path=/ Protocol=HTTP/1.1 Status=401 Bytes=5`)
	f(`unix: - - [21/Nov/2026:06:13:00 +0000] "GET / HTTP/1.1" 200 5 "-" "-"`,
		`web 2026-11-21T06:13:00Z Client=unix: Method=GET Path=/ Protocol=HTTP/1.1 Status=200 Bytes=5`)
	f(`- - - [21/Nov/2026:06:13:00 +0000] "GET / HTTP/1.1" 200 5 "-" "-"`,
		`web 2026-11-21T06:13:00Z Method=GET Path=/ Protocol=HTTP/1.1 Status=200 Bytes=5`)
	f(`client.example.net - - [21/Nov/2026:06:13:00 +0000] "GET / HTTP/1.1" 200 5 "-" "-"`,
		`web 2026-11-21T06:13:00Z Client=client.example.net Method=GET Path=/ Protocol=HTTP/1.1 Status=200 Bytes=5`)
	f(`a.example:443 203.0.113.9 - - [21/Nov/2026:06:13:00 +0000] "GET / HTTP/1.1" 200 5 "-" "-"`,
		`apache 2026-11-21T06:13:00Z Client=203.0.113.9 VHost=a.example Method=GET Path=/ Protocol=HTTP/1.1 Status=200 Bytes=5`)
	f(`a.example:443 2001:db8::7 - - [21/Nov/2026:06:13:00 +0000] "GET / HTTP/1.1" 200 5 "-" "-"`,
		`apache 2026-11-21T06:13:00Z Client=2001:db8::7 VHost=a.example Method=GET Path=/ Protocol=HTTP/1.1 Status=200 Bytes=5`)
	f(`a.example 203.0.113.9 - - [21/Nov/2026:06:13:00 +0000] "GET / HTTP/1.1" 200 5 "-" "-"`,
		`web 2026-11-21T06:13:00Z Client=203.0.113.9 VHost=a.example Method=GET Path=/ Protocol=HTTP/1.1 Status=200 Bytes=5`)
	f(`203.0.113.9 - - [21/Nov/2026:06:13:00 +0000] "\x16\x03\x01\x02\x00\x01\x00" 400 157 "-" "-"`,
		`web 2026-11-21T06:13:00Z Client=203.0.113.9 Status=400 Bytes=157`)
	f(`203.0.113.9 - - [21/Nov/2026:06:13:00 +0000] "" 400 0 "-" "-"`,
		`web 2026-11-21T06:13:00Z Client=203.0.113.9 Status=400 Bytes=0`)
	f(`203.0.113.9 - - [21/Nov/2026:06:13:00 +0000] "-" 408 - "-" "-"`,
		`apache 2026-11-21T06:13:00Z Client=203.0.113.9 Status=408 Bytes=0`)
	f(`203.0.113.9 - - [21/Nov/2026:06:13:00 +0000] "GET /a\"b\" 200 7 HTTP/1.1" 404 157 "-" "a"b"`,
		`web 2026-11-21T06:13:00Z Client=203.0.113.9 Method=GET Path=/a\"b\" 200 7 Protocol=HTTP/1.1 UserAgent=a"b Status=404 Bytes=157`)
	f(`203.0.113.9 - - [21/Nov/2026:06:13:00 +0000] "GET /a"b HTTP/1.1" 404 157 "-" "a"`,
		`web 2026-11-21T06:13:00Z Client=203.0.113.9 Method=GET Path=/a"b Protocol=HTTP/1.1 UserAgent=a Status=404 Bytes=157`)
	f(`203.0.113.9 - - [21/Nov/2026:06:13:00 +0000] "GET / HTTP/1.1" 499 0 "-" "-"`,
		`nginx 2026-11-21T06:13:00Z Client=203.0.113.9 Method=GET Path=/ Protocol=HTTP/1.1 Status=499 Bytes=0`)
	f(`203.0.113.9 - - [21/Nov/2026:06:13:00 +0000] "GET / HTTP/1.1" 000 0 "-" "-"`,
		`nginx 2026-11-21T06:13:00Z Client=203.0.113.9 Method=GET Path=/ Protocol=HTTP/1.1 Status=0 Bytes=0`)
	f(`203.0.113.9 - - [21/Nov/2026:06:13:00 +0000] "PROPFIND /dav/ HTTP/1.1" 207 99 "-" "DAV" 12345`,
		`apache 2026-11-21T06:13:00.012345Z Client=203.0.113.9 Method=PROPFIND Path=/dav/ Protocol=HTTP/1.1 UserAgent=DAV Status=207 Bytes=99 Duration=12345`)
	f(`10.0.0.3 - - [21/Nov/2026:06:13:00 +0000] "GET / HTTP/1.1" 200 5 "-" "a/1.0" "203.0.113.9, 10.0.0.2"`,
		`web 2026-11-21T06:13:00Z Client=203.0.113.9 Method=GET Path=/ Protocol=HTTP/1.1 UserAgent=a/1.0 Status=200 Bytes=5`)
	f(`10.0.0.3, 203.0.113.9 - - [21/Nov/2026:06:13:00 +0000] "GET / HTTP/1.1" 200 5 "-" "a/1.0"`,
		`web 2026-11-21T06:13:00Z Client=10.0.0.3 Method=GET Path=/ Protocol=HTTP/1.1 UserAgent=a/1.0 Status=200 Bytes=5`)
	f(`203.0.113.9 - - [2026-11-21T06:13:00+01:00] "GET / HTTP/1.1" 200 5 "-" "a/1.0"`,
		`web 2026-11-21T05:13:00Z Client=203.0.113.9 Method=GET Path=/ Protocol=HTTP/1.1 UserAgent=a/1.0 Status=200 Bytes=5`)
	f(`203.0.113.9 - - [21/Nov/2026:06:13:00 +0000] "GET / HTTP/1.1" 502 157 "-" "a/1.0" rt=0.001 uct="-" uht="-" urt="0.001, 0.000" us="502, 502" ua="10.0.0.5:80, 10.0.0.6:80"`,
		`nginx 2026-11-21T06:13:00Z Client=203.0.113.9 Method=GET Path=/ Protocol=HTTP/1.1 Upstream=10.0.0.6:80 UserAgent=a/1.0 Status=502 UpstreamStatus=502, 502 Bytes=157 Duration=1000 Connect=-2 Header=-2 Response=0 Retries=1`)
	f(`203.0.113.9 - - [21/Nov/2026:06:13:00 +0000] "GET / HTTP/1.1" 502 157 "-" "a/1.0" rt=0.000 us="502" ua="orders"`,
		`nginx 2026-11-21T06:13:00Z Client=203.0.113.9 Method=GET Path=/ Protocol=HTTP/1.1 Upstream=orders UserAgent=a/1.0 Status=502 UpstreamStatus=502 Bytes=157 Duration=0`)
	f(`203.0.113.9 - - [21/Nov/2026:06:13:00 +0000] "GET / HTTP/1.1" 200 5 "-" "a/1.0" free text at the end`,
		`web 2026-11-21T06:13:00Z Client=203.0.113.9 Method=GET Path=/ Protocol=HTTP/1.1 UserAgent=a/1.0 Status=200 Bytes=5`)
}

// What one line tells of the daemon holds for the rest of the source.
func TestAccessCombinedDaemon(t *testing.T) {
	const plain = `203.0.113.9 - - [21/Nov/2026:06:13:00 +0000] "GET / HTTP/1.1" 200 5 "-" "-"` + "\n"
	f := func(telling string, want Daemon) {
		t.Helper()
		recs := scanText(plain + telling + "\n" + plain)
		if recs[0].Daemon != AnyWeb || recs[1].Daemon != want || recs[2].Daemon != want {
			t.Errorf("%s: %v, %v, %v", telling, recs[0].Daemon, recs[1].Daemon, recs[2].Daemon)
		}
	}
	f(`203.0.113.9 - - [21/Nov/2026:06:13:00 +0000] "GET / HTTP/1.1" 499 0 "-" "-"`, Nginx)
	f(`203.0.113.9 - - [21/Nov/2026:06:13:00 +0000] "GET / HTTP/1.1" 304 - "-" "-"`, Apache)
	f(`203.0.113.9 - - [21/Nov/2026:06:13:00 +0000] "GET / HTTP/1.1" 200 7 "-" "-"`, AnyWeb)
}

// Numbers behind the combined format are durations only if they behave so.
func TestAccessCombinedNumbers(t *testing.T) {
	f := func(daemon Daemon, want int64, behind ...string) {
		t.Helper()
		var text strings.Builder
		for _, b := range behind {
			text.WriteString(`203.0.113.9 - - [21/Nov/2026:06:13:00 +0000] "GET / HTTP/1.1" 200 5 "-" "-" ` + b + "\n")
		}
		if r := scanText(text.String())[0]; r.Duration != want || r.Daemon != daemon {
			t.Errorf("%v: %d µs, %v, want %d µs, %v", behind, r.Duration, r.Daemon, want, daemon)
		}
	}
	f(Apache, 8912, "8912", "10647", "301", "60012345", "9001", "812")
	f(Apache, 8000, "8", "106", "30", "60012", "0", "9")
	f(Apache, 0, "0", "1", "0", "0", "60", "0")
	f(Apache, 8912, "8912")
	f(AnyWeb, Unknown, "512 8912", "498 10647", "530 301", "512 60012345", "501 9001") // bytes in and out
	f(Apache, 7001, "512 8912 7001", "498 10647 812", "530 301 60012345", "512 60012345 3000", "501 9001 4455")
	f(AnyWeb, Unknown, "412", "398", "430", "512", "401", "388")       // $request_length
	f(AnyWeb, Unknown, "1012", "1013", "1015", "1900", "7401", "8003") // $connection
	f(AnyWeb, 12345, "12.345 ms", "1.2 ms", "30001.5 ms")
	f(AnyWeb, 12000, "0.012s", "1.2s", "30s")
	f(Nginx, 12000, "0.012", "0.001", "1.000", "0.500", "30.001", "0.044")
	f(AnyWeb, Unknown, `"2.35"`, `"-"`, `"3.10"`, `"2.10"`, `"1.10"`, `"2.30"`) // $gzip_ratio
}

// Real files: what each of their lines must at least tell.
func TestAccessSamples(t *testing.T) {
	f := func(name string, format Format, daemon Daemon, timed bool) {
		t.Helper()
		for i, r := range scanText(sample(t, name)) {
			if r.Format != format || r.Daemon != daemon || r.Kind != Request || !r.Zoned || len(r.Client) == 0 || len(r.Path) == 0 ||
				r.Status < 200 || r.Bytes < 0 || len(r.UserAgent) == 0 || timed != (r.Duration >= 0) {
				t.Errorf("%s, line %d: %s", name, i+1, told(r))
			}
		}
	}
	f("access-combined.log", AccessCombined, AnyWeb, false)
	f("access-vhost.log", AccessCombined, Apache, false)
	f("access-timed.log", AccessCombined, Nginx, true)
	f("access-micros.log", AccessCombined, Apache, true)
	f("access-json.log", AccessJSON, Nginx, true)
}

func TestAccessCombinedAllocs(t *testing.T) {
	f := func(name string) {
		t.Helper()
		if n := allocsPerScan(sample(t, name)); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
	f("access-combined.log")
	f("access-timed.log")
	f("access-micros.log")
}

func FuzzAccessCombined(f *testing.F) {
	f.Add([]byte(sample(f, "access-combined.log")))
	f.Add([]byte(sample(f, "access-timed.log")))
	f.Add([]byte(sample(f, "access-micros.log")))
	f.Fuzz(fuzzLearning)
}

func BenchmarkAccessCombined(b *testing.B) {
	benchScan(b, sample(b, "access-combined.log"), AccessCombined)
}

func BenchmarkAccessTimed(b *testing.B) {
	benchScan(b, sample(b, "access-timed.log"), AccessCombined)
}
