package parser

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

// headed are insides of syslog lines that may follow each other under one head.
var headed = []string{
	`203.0.113.7:54321 [21/Nov/2026:06:13:00.123] in~ app/web1 0/5/1/24/30 200 4312 - - ---- 45/44/12/3/0 2/1 {a.example|curl/8.5.0} "GET /a?x=1 HTTP/1.1"`,
	`203.0.113.7:1 [21/Nov/2026:06:13:00.123] in app/web1 1/0/-1/-1/5 503 217 - - SC-- 1/1/0/0/3 0/0 "GET /api/v1/orders HTTP/1.1"`,
	`203.0.113.7:1 [21/Dec/2025:06:13:00.123] in app/web1 1/0/3/4/5 200 21 - - ---- 1/1/0/0/0 0/0 "GET / HTTP/1.1"`,
	`just words`,
	`203.0.113.7:54321 [22/Nov/2026:06:13:00.123] mysql-in mysql/db1 1/-1/5007 212 sC 12/12/6/2/3 0/7`,
	`Server web/web1 is DOWN, reason: Layer4 timeout, check duration: 2001ms.`,
	`message repeated 3 times: [ Server web/web1 is UP.]`,
	`2026/11/21 06:13:00 [error] 7#7: *1 FastCGI sent in stderr: "PHP message: PHP Fatal error:  Uncaught Exception: x in /a.php:3`,
	`#0 /a.php(3): f()`,
	`203.0.113.7 - - [21/Nov/2026:06:13:00 +0100] "GET / HTTP/1.1" 502 5 "-" "curl/8.5.0"`,
	`[21-Nov-2026 06:13:00] WARNING: [pool www] server reached pm.max_children setting (5), consider raising it`,
	`{"status":502,"uri":"/x","time":"2026-11-21T06:13:00Z"}`,
	` {"level":"error","msg":"x"}`,
	`level=error msg="x"`,
	`just words`,
	` `,
	``,
}

// TestSameHead reads mixed lines whose heads repeat, with and without the help of the head before.
func TestSameHead(t *testing.T) {
	heads := []string{"Nov 21 06:13:00 lb1 haproxy[1]: ", "Nov 21 06:13:00 lb1 haproxy[1]: ", "Nov 21 06:13:01 lb1 haproxy[1]: ", "Nov 21 06:13:01 web1 app: ",
		"<134>Nov 21 06:13:00 lb1 haproxy[1]: ", "Nov 21 06:13:00 haproxy[1]: ", ""}
	random := rand.New(rand.NewPCG(3, 5))
	helped := 0
	for range 300 {
		with, without := NewScanner(Options{Host: []byte("h"), Program: []byte("p")}), NewScanner(Options{Host: []byte("h"), Program: []byte("p")})
		var said []string
		first := random.IntN(len(headed))
		for range 30 {
			// A few insides at a time, so that formats repeat.
			line := heads[random.IntN(len(heads))] + headed[(first+len(said)/8+random.IntN(4))%len(headed)] + "\n"
			said = append(said, line)
			if with.envelopes.head.fits([]byte(line)) {
				helped++
			}
			without.envelopes.head.size = 0
			got, want := scanAll(with, []byte(line)), scanAll(without, []byte(line))
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("the last of\n%s\nwas read as\n%+v\nwithout the head before as\n%+v", strings.Join(said, ""), got, want)
			}
		}
	}
	if helped < 100 {
		t.Errorf("the head before helped %d times only", helped)
	}
}
