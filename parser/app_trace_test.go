package parser

import "testing"

// TestAppTrace joins what dying programs print, bare and line by line in envelopes.
func TestAppTrace(t *testing.T) {
	f := tells(t)
	f(`2026-11-21T06:13:00Z level=info msg=before
panic: assignment to entry in nil map

goroutine 64 [running]:
main.(*priceList).warm(...)
	appd/main.go:103
main.handle.func4()
	appd/main.go:169 +0x35
created by main.handle in goroutine 62
	appd/main.go:169 +0x94b
exit status 2
time=2026-11-21T07:10:43.774Z level=INFO msg=starting`,
		`message app-text app info 2026-11-21T06:13:00Z Message=before
message app-trace app critical 2026-11-21T06:13:00Z Message=panic: assignment to entry in nil map Detail=
goroutine 64 [running]:
main.(*priceList).warm(...)
	appd/main.go:103
main.handle.func4()
	appd/main.go:169 +0x35
created by main.handle in goroutine 62
	appd/main.go:169 +0x94b
exit status 2
message app-logfmt app info 2026-11-21T07:10:43.774Z Message=starting`)
	f(`runtime: out of memory: cannot allocate 4194304-byte block
fatal error: runtime: out of memory

runtime stack:
runtime.throw({0x1, 0x2})
	/go/src/runtime/panic.go:1`,
		`message app-trace app critical Message=fatal error: runtime: out of memory Detail=runtime: out of memory: cannot allocate 4194304-byte block
fatal error: runtime: out of memory

runtime stack:
runtime.throw({0x1, 0x2})
	/go/src/runtime/panic.go:1`)
	f(`Traceback (most recent call last):
  File "/srv/a.py", line 3, in <module>
    main()
sqlalchemy.exc.OperationalError: (psycopg2.OperationalError) timeout expired
[SQL: SELECT 1]
(Background on this error at: https://sqlalche.me/e/20/e3q8)
next prose line`,
		"message app-trace app error Message=sqlalchemy.exc.OperationalError: (psycopg2.OperationalError) timeout expired Detail=Traceback (most recent call last):\n  File \"/srv/a.py\", line 3, in <module>\n    main()\nsqlalchemy.exc.OperationalError: (psycopg2.OperationalError) timeout expired\n[SQL: SELECT 1]\n(Background on this error at: https://sqlalche.me/e/20/e3q8)\nunparsed  ")
	f(`Exception in thread "main" java.lang.IllegalStateException: x
	at a.B.c(B.java:3)
Caused by: java.net.ConnectException: Connection refused
	at a.B.d(B.java:4)
	... 12 more`,
		`message app-trace app error Message=Caused by: java.net.ConnectException: Connection refused Detail=Exception in thread "main" java.lang.IllegalStateException: x
	at a.B.c(B.java:3)
Caused by: java.net.ConnectException: Connection refused
	at a.B.d(B.java:4)
	... 12 more`)
	f(`/srv/app/server.js:12
throw err;
^

TypeError: Cannot read properties of undefined (reading 'x')
    at Object.<anonymous> (/srv/app/server.js:12:3)
    at node:internal/main:1

Node.js v20.1.0`,
		`message app-trace app error Message=TypeError: Cannot read properties of undefined (reading 'x') Detail=/srv/app/server.js:12
throw err;
^

TypeError: Cannot read properties of undefined (reading 'x')
    at Object.<anonymous> (/srv/app/server.js:12:3)
    at node:internal/main:1

Node.js v20.1.0`)
	f(`<--- Last few GCs --->

[12345:0x5d0]    12345 ms: Mark-sweep 2045.1 (2083.0) -> 2044.9 MB
[12345:0x5d0]    12400 ms: Mark-sweep

<--- JS stacktrace --->

FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory
 1: 0xb090e0 node::Abort() [node]
Aborted (core dumped)`,
		`message app-trace app critical Message=FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory Detail=<--- Last few GCs --->

[12345:0x5d0]    12345 ms: Mark-sweep 2045.1 (2083.0) -> 2044.9 MB
[12345:0x5d0]    12400 ms: Mark-sweep

<--- JS stacktrace --->

FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory
 1: 0xb090e0 node::Abort() [node]
Aborted (core dumped)`)
	f(`(node:123) UnhandledPromiseRejectionWarning: Error: boom
    at x (a.js:1:2)`,
		`message app-trace app warning Message=(node:123) UnhandledPromiseRejectionWarning: Error: boom Detail=    at x (a.js:1:2)`)
	f("thread 'main' panicked at src/main.rs:2:5:\nindex out of bounds\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace",
		"message app-trace app critical Message=thread 'main' panicked at src/main.rs:2:5: index out of bounds Detail=thread 'main' panicked at src/main.rs:2:5:\nindex out of bounds\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace")
	f(`/app/x.rb:12:in 'connect': Connection refused (Errno::ECONNREFUSED)
	from /app/x.rb:3:in '<main>'`,
		`message app-trace app error Message=/app/x.rb:12:in 'connect': Connection refused (Errno::ECONNREFUSED) Detail=	from /app/x.rb:3:in '<main>'`)
	f(`Killed`,
		`message app-trace app critical Message=Killed`)
	f(`Nov 21 06:13:00 web1 shop[12]: panic: boom
Nov 21 06:13:00 web1 shop[12]: goroutine 1 [running]:
Nov 21 06:13:00 web1 shop[12]: main.main()
Nov 21 06:13:00 web1 shop[12]: 	/app/main.go:3 +0x1d
Nov 21 06:13:00 web1 shop[12]: Traceback (most recent call last):
Nov 21 06:13:00 web1 shop[12]:   File "a.py", line 1
Nov 21 06:13:00 web1 shop[12]: ValueError: x
Nov 21 06:13:00 web1 shop[12]: 2026-11-21 07:13:00,123 ERROR db down
Nov 21 06:13:00 web1 shop[12]: free text`,
		`message app-trace app critical 2026-11-21T06:13:00 Message=panic: boom Host=web1 Program=shop PID=12
continuation app-trace app 2026-11-21T06:13:00 Message=goroutine 1 [running]: Host=web1 Program=shop PID=12
continuation app-trace app 2026-11-21T06:13:00 Message=main.main() Host=web1 Program=shop PID=12
continuation app-trace app 2026-11-21T06:13:00 Message=	/app/main.go:3 +0x1d Host=web1 Program=shop PID=12
continuation app-trace app 2026-11-21T06:13:00 Message=Traceback (most recent call last): Host=web1 Program=shop PID=12
continuation app-trace app 2026-11-21T06:13:00 Message=  File "a.py", line 1 Host=web1 Program=shop PID=12
message app-trace app error 2026-11-21T06:13:00 Message=ValueError: x Host=web1 Program=shop PID=12
message app-text app error 2026-11-21T07:13:00.123 Message=db down Host=web1 Program=shop PID=12
message syslog syslog 2026-11-21T06:13:00 Message=free text Host=web1 Program=shop PID=12`)
	f(`goroutine 7 [running]:
	/app/main.go:3 +0x1d`,
		`continuation app-trace app Message=goroutine 7 [running]:
continuation app-trace app Message=	/app/main.go:3 +0x1d`)
}
