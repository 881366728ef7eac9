package accuracy

import (
	"testing"
	"time"
)

func TestStampsMove(t *testing.T) {
	madrid, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Skip("no time zone database: ", err)
	}
	f := func(line string, d time.Duration, want string) {
		t.Helper()
		recs := split([]byte(line))
		rec := recording{zone: madrid, files: []file{{records: recs}}}
		start := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
		rec.truth.Traffic.Start = &start
		rec.place()
		var got string
		for _, r := range rec.files[0].records {
			got += string(r.moved(d, madrid).text)
		}
		if got != want {
			t.Errorf("%s\n moved by %v is %s\n want %s", line, d, got, want)
		}
	}
	const day = 24 * time.Hour
	// Everything crosses midnight, a month's or the year's end; weekdays follow.
	f("2026/11/21 08:10:41 [error] 1#1: x", 20*time.Hour, "2026/11/22 04:10:41 [error] 1#1: x")
	f("[Sat Nov 21 08:10:05.147861 2026] [core:notice]", 11*day, "[Wed Dec 02 08:10:05.147861 2026] [core:notice]")
	f("[Sat Nov 21 08:10:05 2026] [error]", 45*day, "[Tue Jan 05 08:10:05 2027] [error]")
	f("Nov 21 08:10:25 lb haproxy[1]: 1.2.3.4:5 [21/Nov/2026:08:10:25.875] http a/b", 45*day, "Jan  5 08:10:25 lb haproxy[1]: 1.2.3.4:5 [05/Jan/2027:08:10:25.875] http a/b")
	f("[21-Nov-2026 08:10:35] NOTICE: x", 10*day+time.Second, "[01-Dec-2026 08:10:36] NOTICE: x")
	f("[21-Nov-2026 08:10:35.123456] NOTICE: x", -time.Microsecond, "[21-Nov-2026 08:10:35.123455] NOTICE: x")
	f("[21-Nov-2026 23:10:22 Europe/Lisbon] PHP Warning:  x", time.Hour, "[22-Nov-2026 00:10:22 Europe/Lisbon] PHP Warning:  x")
	f("2026-11-21  8:10:02 0 [Note] load completed at 261121  8:10:03", 2*time.Hour, "2026-11-21 10:10:02 0 [Note] load completed at 261121 10:10:03")
	f("2026-11-21 10:10:02 0 [Note] x", -2*time.Hour, "2026-11-21  8:10:02 0 [Note] x")
	f("# Time: 261121  8:11:05\nuse `shop`;\nSET timestamp=1795245065;\nSELECT 1;\n", day, "# Time: 261122  8:11:05\nuse `shop`;\nSET timestamp=1795331465;\nSELECT 1;\n")
	f("time=2026-11-21T08:10:02.112+01:00 level=INFO", time.Hour, "time=2026-11-21T09:10:02.112+01:00 level=INFO")
	f(`{"time":"2026-11-21T07:10:48.498123456Z"}`, time.Nanosecond, `{"time":"2026-11-21T07:10:48.498123457Z"}`)
	f("2026-11-21 08:10:02,112 ERROR x", time.Second, "2026-11-21 08:10:03,112 ERROR x")
	f(`"timestamp": {"date": "2026-11-21", "time": "23:59:59", "utc": 1}`, time.Second, `"timestamp": {"date": "2026-11-22", "time": "00:00:00", "utc": 1}`)
	// The host's own offset follows its summer time; another one stays.
	f(`1.2.3.4 - - [21/Nov/2026:08:10:02 +0100] "GET / HTTP/1.1" 200 1`, 200*day, `1.2.3.4 - - [09/Jun/2027:09:10:02 +0200] "GET / HTTP/1.1" 200 1`)
	f(`1.2.3.4 - - [21/Nov/2026:02:10:02 -0500] "GET / HTTP/1.1" 200 1`, 200*day, `1.2.3.4 - - [09/Jun/2027:02:10:02 -0500] "GET / HTTP/1.1" 200 1`)
	f("2026/11/21 08:10:41 [error] x", 200*day, "2027/06/09 09:10:41 [error] x")
	// What only looks like a time.
	f("Mozilla/5.0 (rv:132.0) Chrome/131.0.0.0 2026.11.3 10/20 12:34", day, "Mozilla/5.0 (rv:132.0) Chrome/131.0.0.0 2026.11.3 10/20 12:34")
	f("Mar and Nov 2x are no days, 2026/11/21x neither", day, "Mar and Nov 2x are no days, 2026/11/21x neither")
}

func FuzzStamps(f *testing.F) {
	f.Add([]byte("[Sat Nov 21 08:10:05.147861 2026] SET timestamp=1795245065; 261121  8:10:03"))
	f.Add([]byte(`1.2.3.4 - - [21/Nov/2026:08:10:02 +0100] "GET /x HTTP/1.1" 200 1 [21-Nov-2026 08:10:35 UTC] 2026-11-21T08:10:02,1Z`))
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, r := range split(text) {
			last := 0
			for _, s := range r.stamps {
				if s.from < last || s.to <= s.from || s.to > len(r.text) {
					t.Fatalf("stamp %d–%d behind %d in %q", s.from, s.to, last, r.text)
				}
				last = s.to
			}
			r.moved(time.Hour, time.UTC)
			requestOf(&r)
		}
	})
}

func TestRequests(t *testing.T) {
	f := func(line, client, path string, status int) {
		t.Helper()
		recs := split([]byte(line))
		q, ok := requestOf(&recs[0])
		if !ok || q.client != client || q.path != path || q.status != status {
			t.Errorf("%s\n is read as %t %+v", line, ok, q)
		}
	}
	f(`1.2.3.4 - - [21/Nov/2026:08:10:02 +0100] "GET /a?b=c HTTP/1.1" 502 900 "-" "x"`, "1.2.3.4", "/a?b=c", 502)
	f(`shop.example.com:80 2001:db8::1 - bob [21/Nov/2026:08:10:50 +0100] "POST /a HTTP/1.1" 499 0`, "2001:db8::1", "/a", 499)
	f(`2026-11-21T08:10:16+01:00 198.51.100.134 shop.example.com "GET /p HTTP/1.1" 200 761 0.012`, "198.51.100.134", "/p", 200)
	f(`{"time":"2026-11-21T08:10:19+01:00","remote_addr":"91.126.124.101","uri":"/q","status":504,"upstream_status":"502"}`, "91.126.124.101", "/q", 504)
	f(`Nov 21 08:10:25 lb haproxy[1]: 203.0.113.13:39463 [21/Nov/2026:08:10:25.875] http n/a1 0/0/0/37/37 503 916 - - ---- 1/1/0/0/0 0/0 "GET /x HTTP/1.1"`, "203.0.113.13", "/x", 503)
	f(`Nov 21 08:10:25 lb haproxy[1]: 203.0.113.13:39463 [21/Nov/2026:08:10:25.875] http n/a1 0/0/0/-1/37 -1 0 - - CH-- 1/1/0/0/0 0/0 "GET /x HTTP/1.1"`, "203.0.113.13", "/x", -1)
	f(`time=2026-11-21T08:10:03.014+01:00 level=INFO msg=request method=GET path=/api/orders/6390 status=200 dur_ms=12`, "", "/api/orders/6390", 200)
	f(`{"level":"info","time":"2026-11-21T07:10:49.121Z","msg":"request","method":"GET","url":"/search?q=w73","status":200,"ms":31}`, "", "/search?q=w73", 200)
}
