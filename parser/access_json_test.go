package parser

import (
	"fmt"
	"strings"
	"testing"
)

func TestAccessJSON(t *testing.T) {
	f := tells(t)
	f(`{"time":"2026-11-21T08:19:39+01:00","remote_addr":"91.126.124.101","host":"api.example.com","method":"POST","uri":"/api/quote","status":502,"bytes":232,"request_time":0.037,"upstream_addr":"10.20.0.21:8080, 10.20.0.22:8080","upstream_status":"502, 502","upstream_response_time":"0.001, 0.002","user_agent":"curl/8.5.0","request_id":"7c15"}`,
		`request access-json nginx 2026-11-21T07:19:39Z Client=91.126.124.101 VHost=api.example.com Method=POST Path=/api/quote Upstream=10.20.0.22:8080 UserAgent=curl/8.5.0 Status=502 UpstreamStatus=502, 502 Bytes=232 Duration=37000 Response=2000 Retries=1`)
	f(`{"time_local":"21/Nov/2026:08:19:39 +0100","msec":"1795245579.123","remote_addr":"91.126.124.101","request":"GET /a\u0026b\/c?x=\"y\" HTTP/1.1","status":"200","body_bytes_sent":"232","request_time":"0.037","upstream_addr":"-","upstream_response_time":"-","upstream_connect_time":"","http_user_agent":"x"}`,
		`request access-json nginx 2026-11-21T07:19:39.123Z Client=91.126.124.101 Method=GET Path=/a&b/c?x="y" Protocol=HTTP/1.1 UserAgent=x Status=200 Bytes=232 Duration=37000`)
	f(`{"@timestamp":"2026-11-21T07:19:39.250Z","clientip":"203.0.113.9","verb":"GET","request":"/x","response":499,"size":0,"duration_ms":30001,"upstream":{"addr":"unix:/run/a.sock","status":"-","response_time":"30.001","connect_time":"-"}}`,
		`request access-json nginx 2026-11-21T07:19:39.25Z Client=203.0.113.9 Method=GET Path=/x Upstream=unix:/run/a.sock Status=499 Bytes=0 Duration=30001000 Connect=-2 Response=30001000`)
	f(`{"level":"info","ts":1795245579.5241024,"logger":"http.log.access","msg":"handled request","request":{"remote_ip":"203.0.113.9","remote_port":"41342","client_ip":"203.0.113.9","proto":"HTTP/2.0","method":"GET","host":"a.example","uri":"/x","headers":{"User-Agent":["curl/7.82.0"]}},"bytes_read":0,"user_id":"","duration":0.000929675,"size":10900,"status":502,"resp_headers":{"Server":["Caddy"]}}`,
		`request access-json web 2026-11-21T07:19:39.524102Z Client=203.0.113.9 VHost=a.example Method=GET Path=/x Protocol=HTTP/2.0 Status=502 Bytes=10900 Duration=929`)
	f(`{"ClientAddr":"203.0.113.9:41342","ClientHost":"203.0.113.9","DownstreamStatus":504,"DownstreamContentSize":15,"Duration":30001234567,"OriginDuration":30000000000,"OriginStatus":504,"RequestHost":"a.example","RequestMethod":"GET","RequestPath":"/x","RequestProtocol":"HTTP/1.1","RouterName":"a@docker","ServiceAddr":"10.0.0.5:8080","ServiceName":"a@docker","StartUTC":"2026-11-21T07:19:09.123456789Z","level":"info","msg":"","time":"2026-11-21T07:19:39Z"}`,
		`request access-json web 2026-11-21T07:19:39Z Client=203.0.113.9 VHost=a.example Method=GET Path=/x Protocol=HTTP/1.1 Upstream=10.0.0.5:8080 Status=504 UpstreamStatus=504 Bytes=15 Duration=30001234 Response=30000000`)
	f(`{"time":"2026-11-21T07:19:39.000000Z","client":"203.0.113.9","method":"GET","path":"/x","status":200,"request_time_us":8912}`,
		`request access-json web 2026-11-21T07:19:39Z Client=203.0.113.9 Method=GET Path=/x Status=200 Duration=8912`)
	f(`{"time":"2026-11-21T07:19:39Z","ip":"2001:db8::7","method":"GET","url":"https://a.example/x?y","code":0,"status":200,"latency":"13ms","nothing":null,"list":[1,{"status":1}]}`,
		`request access-json web 2026-11-21T07:19:39Z Client=2001:db8::7 Method=GET Path=/x?y Status=200 Duration=13000`)
	f(`{"time":"2026-11-21T07:19:39Z","level":"INFO","msg":"request","method":"GET","path":"/x","status":200,"duration_ms":12,"remote_addr":"10.0.0.1:5431"}`,
		`request app-json app info 2026-11-21T07:19:39Z Message=request Client=10.0.0.1 Method=GET Path=/x Status=200 Duration=12000`)
	f(`{"time":"2026-11-21T07:19:39Z","method":"GET","path":"/x","status":200,"duration_ms":12}`,
		`request app-json app 2026-11-21T07:19:39Z Method=GET Path=/x Status=200 Duration=12000`)
	f(`{"time":"2026-11-21T07:19:39Z","remote_addr":"203.0.113.9","status":200}`,
		`message app-json app 2026-11-21T07:19:39Z Client=203.0.113.9 Status=200`)
	f(`{"ts":"21/Nov/2026:07:19:39.100","client_ip":"203.0.113.9","frontend":"www","backend":"shop","server":"web1","method":"GET","path":"/x","status":504,"bytes":194,"tw":2,"tc":1,"tr":-1,"ta":5003,"termination":"sH--"}`,
		`request access-json haproxy 2026-11-21T07:19:44.103 Client=203.0.113.9 Method=GET Path=/x Upstream=shop/web1 Status=504 Bytes=194 Duration=5003000 Queue=2000 Connect=1000 Frontend=www Backend=shop Server=web1 Termination=sH--`)
	f(`{"ts":"21/Nov/2026:07:19:39.100","client_ip":"203.0.113.9","frontend":"www","backend":"shop","server":"<NOSRV>","method":"GET","path":"/x","status":503,"bytes":217,"tw":-1,"tc":-1,"tr":-1,"ta":0,"termination_state":"SC--"}`,
		`request access-json haproxy 2026-11-21T07:19:39.1 Client=203.0.113.9 Method=GET Path=/x Upstream=shop/<NOSRV> Status=503 Bytes=217 Duration=0 Frontend=www Backend=shop Termination=SC--`)
	f(`{"time":"2026-11-21T07:19:39Z","remote_addr":"203.0.113.9","server":"a.example","uri":"/x","status":200}`,
		`request access-json web 2026-11-21T07:19:39Z Client=203.0.113.9 Path=/x Status=200`)
	f(`{"status":200,"remote_addr":"203.0.113.9","uri":"/`,
		`unparsed  `)
}

// Whole numbers whose names tell no unit are understood from many of them.
func TestAccessJSONUnits(t *testing.T) {
	f := func(name string, want int64, values ...string) {
		t.Helper()
		var text strings.Builder
		for _, v := range values {
			fmt.Fprintf(&text, `{"time":"2026-11-21T07:19:39Z","client":"203.0.113.9","method":"GET","uri":"/x","status":200,"%s":%s}`+"\n", name, v)
		}
		for _, r := range scanText(text.String())[:1] {
			if r.Duration != want {
				t.Errorf("%s: %v: %d µs, want %d", name, values, r.Duration, want)
			}
		}
	}
	f("response_time", 8912, "8912", "10647", "30117", "512", "9120", "60001234")
	f("response_time", 89000, "89", "106", "12", "3", "212", "9")
	f("duration", 8912, "8912000", "10647000", "30117000", "3512000", "9120000", "60001234000")
	f("duration", 8912, "8.912", "10.647", "30.117", "9.12", "3.2", "7.5")
	f("duration", 8912, "0.008912", "0.010647", "0.030117", "5.0012", "0.003", "0.002")
	f("request_time", 37000, "0.037", "0.012", "60.000", "0.001", "5.001", "0.003")
	f("request_time", 2000000, "2", "1", "0", "0", "1", "0")
	f("request_time", 30001000, "30.001", "30.002", "60.000", "30.001", "30.004", "30.003")
	f("latency_ms", 5000, "5", "10")
	f("elapsed_ns", 5, "5000")
}

func TestAccessJSONAllocs(t *testing.T) {
	if n := allocsPerScan(sample(t, "access-json.log")); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzAccessJSON(f *testing.F) {
	f.Add([]byte(sample(f, "access-json.log")))
	f.Add([]byte(`{"status":200,"request":{"method":"GET","uri":"/\u00e9\ud83d"},"upstream":{"addr":"a:1, b:2"},"remote_addr":"::1","duration":1e9}`))
	f.Fuzz(fuzzLearning)
}

func BenchmarkAccessJSON(b *testing.B) {
	benchScan(b, sample(b, "access-json.log"), AccessJSON)
}
