package parser

import "testing"

const (
	logfmtRequest = "time=2026-11-21T07:10:03.223Z level=INFO msg=request method=GET path=/api/customers/1805 status=200 dur_ms=10 req_id=c4bff6d7\n"
	jsonRequest   = `{"time":"2026-11-21T07:16:31.722306065Z","level":"INFO","msg":"request","method":"GET","path":"/inventory/orders/4449","status":200,"dur_ms":25,"req_id":"0eadfe30"}` + "\n"
	textLine      = "2026-11-21 06:13:00,123 ERROR [http-8080-3] com.example.Foo - failed to connect to 10.0.0.5:3306\n"
	textRequest   = "2026-11-21 06:13:00,123 INFO web: method=GET path=/x status=200 duration=35.12\n"
)

// TestNoAllocations holds the lines that come by the million to reading them in place.
func TestNoAllocations(t *testing.T) {
	f := func(name, text string) {
		t.Helper()
		if n := allocsPerScan(text); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
	f("Apache's error log", sample(t, "apache-error.log"))
	f("requests as JSON", jsonRequest+jsonRequest)
	f("requests as pairs", logfmtRequest+logfmtRequest)
	f("JSON with escapes and errors", `{"time":"2026-11-21T07:16:31Z","level":"WARN","msg":"a \"b\"","err":"c\nd"}`+"\n")
	f("a panic", sample(t, "app-panic.log"))
	f("MariaDB's error log", sample(t, "mariadb-error.log"))
	f("MariaDB's slow log", sample(t, "mariadb-slow.log"))
	f("the kernel", sample(t, "kern.log"))
}

func BenchmarkApacheError(b *testing.B) { benchScan(b, sample(b, "apache-error.log"), ApacheError) }
func BenchmarkAppJSON(b *testing.B)     { benchScan(b, jsonRequest, AppJSON) }
func BenchmarkAppLogfmt(b *testing.B)   { benchScan(b, logfmtRequest, AppLogfmt) }
func BenchmarkAppText(b *testing.B)     { benchScan(b, textLine+textRequest, AppText) }
func BenchmarkMySQLError(b *testing.B)  { benchScan(b, sample(b, "mariadb-error.log"), MySQLError) }
func BenchmarkKernel(b *testing.B)      { benchScan(b, sample(b, "kern.log"), KernelMessage) }

func FuzzApacheError(f *testing.F) {
	f.Add([]byte(sample(f, "apache-error.log")))
	f.Add([]byte("[Sat Nov 21 06:13:00 2026] [error] [client ::1] (111)x: proxy: a\n(98)A: AH00072: x\nAH00526: Syntax error on line 1 of x:\nwhy\n"))
	f.Fuzz(fuzzScan)
}

func FuzzMySQL(f *testing.F) {
	f.Add([]byte(sample(f, "mariadb-error.log")))
	f.Add([]byte(sample(f, "mariadb-slow.log")))
	f.Add([]byte("# Time: 2026-11-21T06:13:12.3Z\n# User@Host: a[a] @ b [] Id: 1\n# Query_time: 1\nSET timestamp=1;\nx\n261121  7:24:25 [ERROR] x\ny\n"))
	f.Fuzz(fuzzScan)
}

func FuzzSystem(f *testing.F) {
	f.Add([]byte(sample(f, "kern.log")))
	f.Add([]byte("[1.234] a: b SRC=1 DST=2 DPT=3\nNov 21 06:17:01 w CRON[1]: (root) CMD (x)\nNov 21 06:13:00 w systemd[1]: a.service: x\n[1795241580] unbound[2:0] error: x\n"))
	f.Fuzz(fuzzScan)
}

func FuzzApp(f *testing.F) {
	f.Add([]byte(sample(f, "app-panic.log")))
	f.Add([]byte(sample(f, "app.jsonl")))
	f.Add([]byte("Traceback (most recent call last):\n  x\nE: y\n\nDuring handling of the above exception, z:\n\nTraceback (most recent call last):\n"))
	f.Add([]byte("Nov 21, 2026 6:13:00 PM a b\nSEVERE: c\n\tat d\nI, [2026-11-21T06:13:00.1 #1]  INFO -- : x\n[GIN] 2026/11/21 - 06:13:00 | 5\nE1121 06:13:00.1   1 f.go:1] x\n"))
	f.Add([]byte("{\"level\":30,\"time\":1795241580123,\"err\":{\"stack\":\"a\\nb\"}}\nat=info status=200 path=\"/\\\"\"\n[pid: 1|a] b () {} [Sat Nov 21 06:13:00 2026] GET / => generated 1 bytes in 2 msecs (HTTP/1.1 200)\n"))
	f.Fuzz(fuzzScan)
}

func FuzzTimeline(f *testing.F) {
	f.Add([]byte("time,host,metric,value\n2026-11-21T07:10:03Z,h,cpu,1\nts;a;b\n1795241580;1;2\n"))
	f.Add([]byte(`{"time": "2026-11-21T07:10:38.194Z", "kind": "deploy", "service": "x"}` + "\n"))
	f.Fuzz(fuzzScan)
}
