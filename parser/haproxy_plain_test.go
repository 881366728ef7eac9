package parser

import (
	"bytes"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

// plainHAProxy are some lines that haproxyPlain reads, and some that it leaves to haproxyFields or that are none of HAProxy's.
var plainHAProxy = map[string]bool{
	`203.0.113.7:54321 [21/Nov/2026:06:13:00.123] in~ app/web1 0/5/1/24/30 200 4312 - - ---- 45/44/12/3/0 2/1 {a.example|curl/8.5.0} "GET /a?x=1 HTTP/1.1"`: true,
	`2001:db8::1:54321 [21/Nov/2026:06:13:00.123] in app/<NOSRV> 0/0/0/0/0 200 4312 - - LR-- 1/1/0/0/3 0/0 "GET / HTTP/1.1"`:                                true,
	`203.0.113.7:1 [21/Nov/2026:06:13:00.999] in~ app/web1 12345/0/300/1780/14211 200 12345678 - - ---- 46100/45100/1500/190/0 0/0 "GET`:                    true,
	`203.0.113.7:1 [21/Nov/2026:06:13:00.123] in app/web1 1/0/3/4/5 200 123456789 - - ---- 1/1/0/0/0 0/0 "GET /api/v1/orders HTTP/1.1"`:                     false,
	`203.0.113.7:1 [21/Nov/2026:06:13:00.123] in app/web1 100000/0/30000/17800/142110 200 123456 - - ---- 1/1/0/0/0 0/0 "GET /x HTTP/1.1"`:                  false,
	`203.0.113.7:1 [21/Nov/2026:06:13:00.123] in app/web1 1/0/-1/-1/5 503 217 - - SC-- 1/1/0/0/3 0/0 "GET /api/v1/orders HTTP/1.1"`:                         false,
	`203.0.113.7:1 [21/Nov/2026:06:13:00.123] in app/web1 1/0/3/4/+5 200 +21 - - ---- 1/1/0/0/+1 0/0 "GET /api/v1/orders HTTP/1.1"`:                         false,
	`203.0.113.7:1 [21/Nov/2026:06:13:00.123] in app/web1 1/0/3/4/5 200 21 a=b - ---- 1/1/0/0/0 0/0 "GET /api/v1/orders HTTP/1.1"`:                          false,
	`203.0.113.7:1 [21/Nov/2026:06:13:00.123] ~ app/web1 1/0/3/4/5 200 21 - - ---- 1/1/0/0/0 0/0 "GET /api/v1/orders HTTP/1.1"`:                             false,
	`203.0.113.7:1 [21/Nov/2026:06:13:00.123] in app 1/0/3/4/5 200 21 - - ---- 1/1/0/0/0 0/0 "GET /api/v1/orders HTTP/1.1"`:                                 false,
	`203.0.113.7:1 [21/Nov/2026:06:13:00.123] in app/web1 1/0/3/4/5 200 21 - - ---- 1/1/0/0/0 0/0 `:                                                         true,
	`203.0.113.7:1 [21/Nov/2026:06:13:00.123] in app/web1 1/0/3/4/5 200 21 - - ---- 1/1/0/0/0 0/0`:                                                          false,
	`203.0.113.7:1 [21/Nov/2026:06:13:00] in app/web1 1/0/3/4/5 200 21 - - ---- 1/1/0/0/0 0/0 "GET /api/v1/orders HTTP/1.1"`:                                true,
	`unix:1 [21/Nov/2026:06:13:00.123] in app/web1 1/0/3/4/5 200 21 - - ---- 1/1/0/0/0 0/0 "GET /api/v1/orders HTTP/1.1"`:                                   true,
	`-:0 [21/Nov/2026:06:13:00.123] <HTTPCLIENT> -/- 2/0/5/14/30 200 243 - - ---- 1/0/0/0/0 0/0 {} "GET http://ocsp.example/ HTTP/1.1"`:                     true,
	`203.0.113.7:1 [21/Nov/2026:06:13:00.123] in mysql/db1 1/0/5007 212 CD 12/12/6/2/0 0/0 and something more than that to be read`:                         false,
}

func TestHAProxyPlain(t *testing.T) {
	for line, want := range plainHAProxy {
		if got := sameHAProxy(t, []byte(line)); got != want {
			t.Errorf("%s\n got %v, want %v", line, got, want)
		}
	}
}

// TestHAProxyPlainMutated holds haproxyPlain against haproxyFields with lines that are nearly right.
func TestHAProxyPlainMutated(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(sample(t, "haproxy-raw.log")+sample(t, "haproxy-messages.log")), "\n")
	for line := range plainHAProxy {
		lines = append(lines, line)
	}
	random := rand.New(rand.NewPCG(7, 11))
	const bytesOf = " /-+:~[].{}\"|0123456789aGT\x00\xff"
	plain := 0
	for _, line := range lines {
		for range 400 {
			b := []byte(line)
			for range random.IntN(3) {
				at := random.IntN(len(b) + 1)
				switch random.IntN(3) {
				case 0:
					b = append(b[:at:at], b[min(at+1, len(b)):]...)
				case 1:
					b = append(append(b[:at:at], bytesOf[random.IntN(len(bytesOf))]), b[at:]...)
				default:
					b[min(at, len(b)-1)] = bytesOf[random.IntN(len(bytesOf))]
				}
			}
			if sameHAProxy(t, b) {
				plain++
			}
		}
	}
	if plain < 100 {
		t.Errorf("only %d lines were plain", plain)
	}
}

// BenchmarkHAProxyPlain reads the lines of a busy second, of which all that they tell differs in size.
func BenchmarkHAProxyPlain(b *testing.B) {
	const head = "Nov 21 06:13:00 lb1 haproxy[1234]: "
	benchScan(b, head+`203.0.113.7:54321 [21/Nov/2026:06:13:00.016] in~ app/web4 15/0/3/178/211 200 54914 - - ---- 461/451/15/19/0 0/0 {shop.example|Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36} "GET /static/main.css HTTP/2.0"
`+head+`2001:db8::2e35:4281 [21/Nov/2026:06:13:00.082] in~ app/web2 4/0/1/720/751 304 360 - - ---- 74/64/8/5/0 0/0 {www.shop.example|curl/8.5.0} "HEAD /search?q=a&utm_source=news HTTP/1.0"
`+head+`198.51.100.70:3013 [21/Nov/2026:06:13:00.999] in~ app/web1 0/0/12/9/41 404 1960 - - ---- 1599/1589/43/3/0 0/0 "POST /cart HTTP/1.1"
`, HAProxyHTTP)
}

func FuzzHAProxyPlain(f *testing.F) {
	for line := range plainHAProxy {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, line []byte) { sameHAProxy(t, line) })
}

// sameHAProxy reports whether haproxyPlain reads line, and fails where it reads it otherwise than haproxyFields, or where a Scanner that has
// read a line of the same second before does.
func sameHAProxy(t *testing.T, line []byte) bool {
	t.Helper()
	var plain, full, left Record
	plain.Reset()
	full.Reset()
	left.Reset()
	s := NewScanner(Options{})
	b, ok := s.haproxyHead(line, &full)
	if !ok {
		return false
	}
	want, okFull := haproxyFields(line, b, &full)
	s.haproxyHead(line, &left)
	b, _ = s.haproxyHead(line, &plain)
	rest, ok := haproxyPlain(line, b, &plain)
	if !ok {
		if !reflect.DeepEqual(plain, left) {
			t.Errorf("%q is not read, but leaves\n%+v", line, plain)
		}
		return false
	}
	if !okFull || !bytes.Equal(want, rest) || !reflect.DeepEqual(plain, full) {
		t.Errorf("%q\n    read as %+v\ninstead of %+v, with %q behind", line, plain, full, rest)
	}
	return true
}
