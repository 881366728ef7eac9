package parser

import "testing"

// TestAppJSON reads the JSON of the usual loggers.
func TestAppJSON(t *testing.T) {
	f := tells(t)
	f(`{"time":"2026-11-21T07:16:31.481959875Z","level":"INFO","msg":"listening","addr":"10.20.0.22:8080","tls":false}`,
		`message app-json app info 2026-11-21T07:16:31.481959Z Message=listening`)
	f(`{"time":"2026-11-21T07:16:31.722306065Z","level":"INFO","msg":"request","method":"GET","path":"/inventory/orders/4449","status":200,"dur_ms":25,"req_id":"0eadfe30"}`,
		`request app-json app info 2026-11-21T07:16:31.722306Z Message=request Method=GET Path=/inventory/orders/4449 Status=200 Duration=25000`)
	f(`{"time":"2026-11-21T07:16:31Z","level":"ERROR","msg":"query failed","err":"dial tcp 10.0.0.5:3306: connect: connection refused"}`,
		`message app-json app error 2026-11-21T07:16:31Z Message=query failed: dial tcp 10.0.0.5:3306: connect: connection refused`)
	f(`{"time":"2026-11-21T07:16:31Z","level":"WARN","msg":"slow request","method":"POST","path":"/q","status":502,"dur_ms":4025,"err":"Post \"http://b.example:80/score\": context canceled"}`,
		`request app-json app warning 2026-11-21T07:16:31Z Message=slow request: Post "http://b.example:80/score": context canceled Method=POST Path=/q Status=502 Duration=4025000`)
	f(`{"level":"error","ts":1795241580.123456,"logger":"http","caller":"x.go:1","msg":"failed","error":"no such host","stacktrace":"main.main\n\t/a.go:1"}`,
		`message app-json app error 2026-11-21T06:13:00.123456Z Message=failed: no such host Detail=main.main
	/a.go:1 Program=http`)
	f(`{"level":30,"time":1795241580123,"pid":12,"hostname":"web1","req":{"method":"GET","url":"/x","headers":{"host":"a.example","user-agent":"curl"},"remoteAddress":"10.0.0.1"},"res":{"statusCode":503},"responseTime":12,"msg":"request completed"}`,
		`request app-json app info 2026-11-21T06:13:00.123Z Message=request completed Host=web1 PID=12 Client=10.0.0.1 VHost=a.example Method=GET Path=/x UserAgent=curl Status=503 Duration=12000`)
	f(`{"name":"shop","hostname":"web1","pid":12,"level":50,"err":{"message":"connect ECONNREFUSED 10.0.0.5:6379","name":"Error","stack":"Error: connect ECONNREFUSED\n    at TCPConnectWrap"},"msg":"redis","time":"2026-11-21T06:13:00.123Z","v":0}`,
		`message app-json app error 2026-11-21T06:13:00.123Z Message=redis: Error: connect ECONNREFUSED 10.0.0.5:6379 Detail=Error: connect ECONNREFUSED
    at TCPConnectWrap Host=web1 Program=shop PID=12`)
	f(`{"level":"error","msg":"boom","time":"2026-11-21T06:13:00+01:00"}`,
		`message app-json app error 2026-11-21T05:13:00Z Message=boom`)
	f(`{"asctime":"2026-11-21 06:13:00,123","levelname":"ERROR","name":"app.db","message":"Exception on /x","exc_info":"Traceback (most recent call last):\n  File \"a.py\", line 3\nOperationalError: could not connect"}`,
		`message app-json app error 2026-11-21T06:13:00.123 Message=Exception on /x: OperationalError: could not connect Detail=Traceback (most recent call last):
  File "a.py", line 3
OperationalError: could not connect Program=app.db`)
	f(`{"message":"SQLSTATE[HY000] [2002] Connection refused","context":{"exception":{"class":"PDOException","message":"SQLSTATE[HY000] [2002] Connection refused","code":2002}},"level":400,"level_name":"ERROR","channel":"app","datetime":"2026-11-21T06:13:00.123456+00:00","extra":{}}`,
		`message app-json app error 2026-11-21T06:13:00.123456Z Message=SQLSTATE[HY000] [2002] Connection refused: PDOException: SQLSTATE[HY000] [2002] Connection refused Program=app`)
	f(`{"@timestamp":"2026-11-21T06:13:00.123Z","log":{"level":"error","logger":"c.e.Foo"},"message":"failed","error":{"type":"java.net.ConnectException","message":"Connection refused"},"service":{"name":"shop"}}`,
		`message app-json app error 2026-11-21T06:13:00.123Z Message=failed: java.net.ConnectException: Connection refused Program=c.e.Foo`)
	f(`{"@timestamp":"2026-11-21T06:13:00.123Z","log.level":"info","message":"done","http":{"request":{"method":"GET"},"response":{"status_code":200}},"url":{"path":"/a"},"event":{"duration":35000000}}`,
		`request app-json app info 2026-11-21T06:13:00.123Z Message=done Method=GET Path=/a Status=200 Duration=35000`)
	f(`{"@t":"2026-11-21T06:13:00.123Z","@m":"HTTP GET /x responded 500","@l":"Error","RequestMethod":"GET","RequestPath":"/x","StatusCode":500,"Elapsed":35.1234}`,
		`request app-json app error 2026-11-21T06:13:00.123Z Message=HTTP GET /x responded 500 Method=GET Path=/x Status=500 Duration=35123`)
	f(`{"timestamp":"2026-11-21T06:13:00Z","level":"error","event":"upstream call","url":"https://pay.example:8443/score","status":503,"elapsed_ms":2000}`,
		`message app-json app error 2026-11-21T06:13:00Z Message=upstream call Path=/score Upstream=pay.example:8443 Status=503 Duration=2000000`)
	f(`{"t":{"$date":"2026-11-21T06:13:00.123+00:00"},"s":"W","c":"NETWORK","id":1,"ctx":"conn1","msg":"Connection ended"}`,
		`message app-json app warning 2026-11-21T06:13:00.123Z Message=Connection ended Program=NETWORK`)
	f(`{"foo":1,"bar":"x"}`,
		"unparsed  ")
	f(`{"time":"2026-11-21T06:13:00Z","level":"info","msg":"torn`,
		"unparsed  ")
}

// TestAppLogfmt reads lines of pairs.
func TestAppLogfmt(t *testing.T) {
	f := tells(t)
	f(`time=2026-11-21T07:10:03.112Z level=INFO msg=starting service=orders-api version=1.8.2 pid=15081`,
		`message app-logfmt app info 2026-11-21T07:10:03.112Z Message=starting Program=orders-api PID=15081`)
	f(`time=2026-11-21T08:19:39.527+01:00 level=INFO msg=request method=POST path=/api/quote status=200 dur_ms=37 req_id=2505d04e`,
		`request app-logfmt app info 2026-11-21T07:19:39.527Z Message=request Method=POST Path=/api/quote Status=200 Duration=37000`)
	f(`time=2026-11-21T07:10:03.112Z level=WARN msg="http: TLS handshake error from 10.20.0.21:41752: EOF"`,
		`message app-logfmt app warning 2026-11-21T07:10:03.112Z Message=http: TLS handshake error from 10.20.0.21:41752: EOF`)
	f(`time="2026-11-21T06:13:00Z" level=error msg="failed \"x\"" error="dial tcp: lookup db: no such host"`,
		`message app-logfmt app error 2026-11-21T06:13:00Z Message=failed "x": dial tcp: lookup db: no such host`)
	f(`ts=2026-11-21T06:13:00.123Z caller=main.go:1 level=info msg=x duration=1.5s`,
		`message app-logfmt app info 2026-11-21T06:13:00.123Z Message=x Duration=1500000`)
	f(`at=info method=GET path="/x" host=a.example request_id=1 fwd="203.0.113.7" dyno=web.1 connect=1ms service=35ms status=200 bytes=12`,
		`request app-logfmt app info Client=203.0.113.7 VHost=a.example Method=GET Path=/x Status=200 Bytes=12 Duration=35000`)
	f(`at=error code=H12 desc="Request timeout" method=GET path="/x" host=a.example fwd="203.0.113.7" dyno=web.1 connect=1ms service=30000ms status=503 bytes=0`,
		`request app-logfmt app error Message=Request timeout Code=H12 Client=203.0.113.7 VHost=a.example Method=GET Path=/x Status=503 Bytes=0 Duration=30000000`)
	f(`a=b c=d`,
		"unparsed  ")
	f(`this is=not a log line at all`,
		"unparsed  ")
}
