package parser

import "testing"

// TestAppText reads the text lines of the usual frameworks with the traces below them, and refuses prose.
func TestAppText(t *testing.T) {
	f := tells(t)
	f(`2026-11-21 06:13:00,123 ERROR [main] com.example.Foo: failed to connect`,
		`message app-text app error 2026-11-21T06:13:00.123 Message=com.example.Foo: failed to connect`)
	f(`2026-11-21 06:13:00.123  INFO 12345 --- [nio-8080-exec-1] c.e.Foo : started`,
		`message app-text app info 2026-11-21T06:13:00.123 Message=started Program=c.e.Foo PID=12345`)
	f(`2026-11-21 06:13:00,123 - app.db - ERROR - could not connect`,
		`message app-text app error 2026-11-21T06:13:00.123 Message=could not connect Program=app.db`)
	f(`2026-11-21T06:13:00.123+01:00  WARN 1 --- [shop] [main] o.h.e.SqlExceptionHelper : HikariPool-1 - Connection is not available`,
		`message app-text app warning 2026-11-21T05:13:00.123Z Message=HikariPool-1 - Connection is not available Program=o.h.e.SqlExceptionHelper PID=1`)
	f("[2026-11-21T06:13:00.123456+00:00] app.ERROR: SQLSTATE[HY000] [2002] Connection refused {\"exception\":\"x\"} []\n[stacktrace]\n#0 /var/www/a.php(3): PDO->__construct()\n#1 {main}\n\"} ",
		`message app-text app error 2026-11-21T06:13:00.123456Z Message=SQLSTATE[HY000] [2002] Connection refused {"exception":"x"} [] Detail=[stacktrace]
#0 /var/www/a.php(3): PDO->__construct()
#1 {main}
"}  Program=app`)
	f(`[2026-11-21 06:13:00] production.ERROR: Undefined variable $x`,
		`message app-text app error 2026-11-21T06:13:00 Message=Undefined variable $x Program=production`)
	f(`[2026-11-21 06:13:00 +0000] [123] [CRITICAL] WORKER TIMEOUT (pid:124)`,
		`message app-text app critical 2026-11-21T06:13:00Z Message=WORKER TIMEOUT (pid:124) PID=123`)
	f(`[2026-11-21 06:13:00,123] ERROR in app: Exception on /x [GET]
Traceback (most recent call last):
  File "/srv/app.py", line 3, in x
    db()
psycopg2.OperationalError: could not connect to server: Connection refused
	Is the server running?`,
		`message app-text app error 2026-11-21T06:13:00.123 Message=in app: Exception on /x [GET]: psycopg2.OperationalError: could not connect to server: Connection refused Detail=Traceback (most recent call last):
  File "/srv/app.py", line 3, in x
    db()
psycopg2.OperationalError: could not connect to server: Connection refused
	Is the server running?`)
	f(`2026/11/21 06:13:00 http: panic serving 10.0.0.1:5432: runtime error: index out of range
goroutine 34 [running]:
net/http.(*conn).serve.func1(0xc0001)
	/usr/lib/go/src/net/http/server.go:1801 +0x147
2026/11/21 06:13:01.123456 main.go:12: next`,
		`message app-text app error 2026-11-21T06:13:00 Message=http: panic serving 10.0.0.1:5432: runtime error: index out of range Detail=goroutine 34 [running]:
net/http.(*conn).serve.func1(0xc0001)
	/usr/lib/go/src/net/http/server.go:1801 +0x147
message app-text app 2026-11-21T06:13:01.123456 Message=main.go:12: next`)
	f(`2026/11/21 06:13:02 [error] 12`,
		"unparsed  ")
	f(`2026/11/21 06:13:02 [err`,
		"unparsed  ")
	f(`I, [2026-11-21T06:13:00.123456 #123]  INFO -- : method=GET path=/x format=html controller=A status=200 duration=35.12 view=1.0`,
		`request app-text app info 2026-11-21T06:13:00.123456 Message=method=GET path=/x format=html controller=A status=200 duration=35.12 view=1.0 PID=123 Method=GET Path=/x Status=200 Duration=35120`)
	f(`E1121 06:13:00.123456   12345 file.go:12] failed to list`,
		`message app-text app error 2026-11-21T06:13:00.123456 Message=failed to list PID=12345`)
	f(`[I 261121 06:13:00 web:2271] 200 GET /x (127.0.0.1) 1.23ms`,
		`request app-text app info 2026-11-21T06:13:00 Message=200 GET /x (127.0.0.1) 1.23ms Program=web:2271 Method=GET Path=/x Status=200 Duration=1230`)
	f(`[GIN] 2026/11/21 - 06:13:00 | 502 |   35.12ms |     10.0.0.1 | GET      "/x"`,
		`request app-text app 2026-11-21T06:13:00 Message=502 |   35.12ms |     10.0.0.1 | GET      "/x" Client=10.0.0.1 Method=GET Path=/x Status=502 Duration=35120`)
	f(`[pid: 12|app: 0|req: 1/1] 10.0.0.1 () {40 vars in 600 bytes} [Sat Nov 21 06:13:00 2026] GET /x => generated 12 bytes in 35 msecs (HTTP/1.1 200) 2 headers in 80 bytes (1 switches on core 0)`,
		`request app-text app 2026-11-21T06:13:00 Message=[pid: 12|app: 0|req: 1/1] 10.0.0.1 () {40 vars in 600 bytes} [Sat Nov 21 06:13:00 2026] GET /x => generated 12 bytes in 35 msecs (HTTP/1.1 200) 2 headers in 80 bytes (1 switches on core 0) PID=12 Client=10.0.0.1 Method=GET Path=/x Status=200 Bytes=12 Duration=35000`)
	f(`Sat Nov 21 06:13:00 2026 - *** uWSGI listen queue of socket "127.0.0.1:8000" (fd: 3) full !!! (101/100) ***`,
		`message app-text app 2026-11-21T06:13:00 Message=*** uWSGI listen queue of socket "127.0.0.1:8000" (fd: 3) full !!! (101/100) ***`)
	f(`2026-11-21 06:13:00 INFO start
INFO:     127.0.0.1:54321 - "GET /x HTTP/1.1" 200 OK
ERROR:    Exception in ASGI application
Traceback (most recent call last):
  File "a.py", line 1
ValueError: x

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "b.py", line 1
KeyError: 'y'
ERROR:root:text
GET /x 200 12.345 ms - 45`,
		`message app-text app info 2026-11-21T06:13:00 Message=start
request app-text app info 2026-11-21T06:13:00 Message=127.0.0.1:54321 - "GET /x HTTP/1.1" 200 OK Client=127.0.0.1 Method=GET Path=/x Protocol=HTTP/1.1 Status=200
message app-text app error 2026-11-21T06:13:00 Message=Exception in ASGI application: KeyError: 'y' Detail=Traceback (most recent call last):
  File "a.py", line 1
ValueError: x

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "b.py", line 1
KeyError: 'y'
message app-text app error 2026-11-21T06:13:00 Message=text Program=root
request app-text app 2026-11-21T06:13:00 Message=GET /x 200 12.345 ms - 45 Method=GET Path=/x Status=200 Duration=12345`)
	f(`12:M 21 Nov 2026 06:13:00.123 # Out of memory`,
		`message app-text app warning 2026-11-21T06:13:00.123 Message=Out of memory PID=12`)
	f(`Started GET "/x?a=b" for 10.0.0.1 at 2026-11-21 06:13:00 +0000
Completed 500 Internal Server Error in 35ms (ActiveRecord: 1.0ms)`,
		`message app-text app 2026-11-21T06:13:00Z Message=Started GET "/x?a=b" for 10.0.0.1 at 2026-11-21 06:13:00 +0000 Client=10.0.0.1 Method=GET Path=/x?a=b
message app-text app 2026-11-21T06:13:00Z Message=Completed 500 Internal Server Error in 35ms (ActiveRecord: 1.0ms) Status=500 Duration=35000`)
	f(`Started GET "/x" for 10.0.0.1 at 2026-11-21 06:13:00 +0000
Processing by ShopController#show as HTML
  Parameters: {"id"=>"1"}

Errno::ECONNREFUSED (Connection refused - connect(2) for 10.0.0.5:6379):
app/models/x.rb:3`,
		`message app-text app 2026-11-21T06:13:00Z Message=Started GET "/x" for 10.0.0.1 at 2026-11-21 06:13:00 +0000 Client=10.0.0.1 Method=GET Path=/x
message app-text app 2026-11-21T06:13:00Z Message=Processing by ShopController#show as HTML Detail=  Parameters: {"id"=>"1"}

message app-trace app error 2026-11-21T06:13:00Z Message=Errno::ECONNREFUSED (Connection refused - connect(2) for 10.0.0.5:6379): Detail=app/models/x.rb:3`)
	f(`[12] Puma starting in cluster mode...`,
		`message app-text app Message=Puma starting in cluster mode... PID=12`)
	f(`21-Nov-2026 06:13:00.123 SEVERE [main] org.apache.catalina.core.StandardService.initInternal Failed to initialize connector
	org.apache.catalina.LifecycleException: Protocol handler initialization failed
		at org.apache.catalina.connector.Connector.initInternal(Connector.java:1055)
	Caused by: java.net.BindException: Address already in use`,
		`message app-text app error 2026-11-21T06:13:00.123 Message=org.apache.catalina.core.StandardService.initInternal Failed to initialize connector: Caused by: java.net.BindException: Address already in use Detail=	org.apache.catalina.LifecycleException: Protocol handler initialization failed
		at org.apache.catalina.connector.Connector.initInternal(Connector.java:1055)
	Caused by: java.net.BindException: Address already in use`)
	f(`Nov 21, 2026 6:13:00 PM org.apache.catalina.startup.Catalina start
SEVERE: The required Server component failed to start
java.lang.OutOfMemoryError: Java heap space
	at a.b.C(C.java:1)`,
		`message app-text app error 2026-11-21T18:13:00 Message=The required Server component failed to start: java.lang.OutOfMemoryError: Java heap space Detail=SEVERE: The required Server component failed to start
java.lang.OutOfMemoryError: Java heap space
	at a.b.C(C.java:1)`)
	f(`2026-11-21 06:13:00.123 +01:00 [ERR] Connection refused
System.Net.Http.HttpRequestException: Connection refused
   at System.Net.Http.X()`,
		`message app-text app error 2026-11-21T05:13:00.123Z Message=Connection refused: System.Net.Http.HttpRequestException: Connection refused Detail=System.Net.Http.HttpRequestException: Connection refused
   at System.Net.Http.X()`)
	f(`2026-11-21 06:13:00.123 UTC [123] app@shop FATAL:  sorry, too many clients already`,
		`message app-text app critical 2026-11-21T06:13:00.123Z Message=sorry, too many clients already Program=app@shop PID=123`)
	f(`[2026-11-21T06:13:00,123][WARN ][o.e.m.j.JvmGcMonitorService] [node-1] [gc][1] overhead`,
		`message app-text app warning 2026-11-21T06:13:00.123 Message=overhead`)
	f(`2026-11-21T06:13:00.123Z	error	http	server.go:12	failed	{"a":1}`,
		`message app-text app error 2026-11-21T06:13:00.123Z Message=http	server.go:12	failed	{"a":1}`)
	f(`2026-11-21T06:13:00.123Z error: connect ECONNREFUSED 10.0.0.5:6379`,
		`message app-text app error 2026-11-21T06:13:00.123Z Message=connect ECONNREFUSED 10.0.0.5:6379`)
	f(`2026-11-21 06:13:00 Connection failed with FATAL result`,
		`message app-text app 2026-11-21T06:13:00 Message=Connection failed with FATAL result`)
	f(`2026-11-21T06:13:00.123Z Server listening on 3000`,
		`message app-text app 2026-11-21T06:13:00.123Z Message=Server listening on 3000`)
	f(`2026-11-21T06:13:00+00:00 10.0.0.1 GET /x 200 0.035`,
		`request access-custom web 2026-11-21T06:13:00Z Client=10.0.0.1 Method=GET Path=/x Status=200 Duration=35000`)
	f(`2026-11-21 06:13:00 INFO  HTTP GET /x responded 200 in 35.1234 ms`,
		`request app-text app info 2026-11-21T06:13:00 Message=HTTP GET /x responded 200 in 35.1234 ms Method=GET Path=/x Status=200 Duration=35123`)
	f(`[32m2026-11-21 06:13:00[0m [1;31mERROR[0m db down`,
		"unparsed  ")
	f(`Some prose about a Error that happened.`,
		"unparsed  ")
	f(`garbage  binary`,
		"unparsed  ")
}
