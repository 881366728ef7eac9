package parser

import "testing"

// TestApacheError reads lines of the error log, in the default format, in those of ErrorLogFormat and in that of 2.2.
func TestApacheError(t *testing.T) {
	f := tells(t)
	f(`[Sat Nov 21 06:49:52.025498 2026] [proxy:error] [pid 3498:tid 3503] (111)Connection refused: AH00957: http: attempt to connect to 127.0.0.1:19999 (127.0.0.1:19999) failed`,
		`message apache-error apache error 2026-11-21T06:49:52.025498 Message=(111)Connection refused: AH00957: http: attempt to connect to 127.0.0.1:19999 (127.0.0.1:19999) failed PID=3498 TID=3503 Errno=111 Code=AH00957 Module=proxy Upstream=127.0.0.1:19999 UpstreamScheme=http`)
	f(`[Sat Nov 21 06:49:52.025541 2026] [proxy_http:error] [pid 3498:tid 3503] [client 127.0.0.1:53270] AH01114: HTTP: failed to make connection to backend: 127.0.0.1, referer: https://example.com/ref`,
		`message apache-error apache error 2026-11-21T06:49:52.025541 Message=AH01114: HTTP: failed to make connection to backend: 127.0.0.1 PID=3498 TID=3503 Code=AH01114 Module=proxy_http Client=127.0.0.1 Upstream=127.0.0.1 UpstreamScheme=http`)
	f(`[Sat Nov 21 06:49:52.327044 2026] [proxy:error] [pid 3498:tid 3501] (2)No such file or directory: AH02454: http: attempt to connect to Unix domain socket /run/t/nosuch.sock (localhost:80) failed`,
		`message apache-error apache error 2026-11-21T06:49:52.327044 Message=(2)No such file or directory: AH02454: http: attempt to connect to Unix domain socket /run/t/nosuch.sock (localhost:80) failed PID=3498 TID=3501 Errno=2 Code=AH02454 Module=proxy Upstream=unix:/run/t/nosuch.sock UpstreamScheme=http`)
	f(`[Sat Nov 21 06:49:52.932232 2026] [proxy:error] [pid 3498:tid 3503] (EAI 2)Name or service not known: [client 127.0.0.1:53292] AH00898: DNS lookup failure for: backend.invalid returned by /dns, referer: https://example.com/ref`,
		`message apache-error apache error 2026-11-21T06:49:52.932232 Message=(EAI 2)Name or service not known: [client 127.0.0.1:53292] AH00898: DNS lookup failure for: backend.invalid returned by /dns PID=3498 TID=3503 Code=AH00898 Module=proxy Client=127.0.0.1 Path=/dns Upstream=backend.invalid`)
	f(`[Sat Nov 21 06:49:53.232928 2026] [proxy_http:error] [pid 3498:tid 3501] (20014)Internal error (specific information not available): [client 127.0.0.1:53300] AH01102: error reading status line from remote server 127.0.0.1:19101, referer: https://example.com/ref`,
		`message apache-error apache error 2026-11-21T06:49:53.232928 Message=(20014)Internal error (specific information not available): [client 127.0.0.1:53300] AH01102: error reading status line from remote server 127.0.0.1:19101 PID=3498 TID=3501 Errno=20014 Code=AH01102 Module=proxy_http Client=127.0.0.1 Upstream=127.0.0.1:19101 UpstreamScheme=http`)
	f(`[Sat Nov 21 06:49:54.742173 2026] [ssl:info] [pid 3498:tid 3502] [remote 127.0.0.1:18080] AH02003: SSL Proxy connect failed`,
		`message apache-error apache info 2026-11-21T06:49:54.742173 Message=AH02003: SSL Proxy connect failed PID=3498 TID=3502 Code=AH02003 Module=ssl Upstream=127.0.0.1:18080`)
	f(`[Sat Nov 21 06:49:55.346755 2026] [proxy:error] [pid 3498:tid 3503] AH00959: ap_proxy_connect_backend disabling worker for (app1) for 60s`,
		`message apache-error apache error 2026-11-21T06:49:55.346755 Message=AH00959: ap_proxy_connect_backend disabling worker for (app1) for 60s PID=3498 TID=3503 Code=AH00959 Module=proxy Upstream=app1`)
	f(`[Sat Nov 21 06:14:57.926523 2026] [proxy_balancer:error] [pid 2006:tid 140234567897664] AH01167: balancer://mycluster: All workers are in error state for route (node1)`,
		`message apache-error apache error 2026-11-21T06:14:57.926523 Message=AH01167: balancer://mycluster: All workers are in error state for route (node1) PID=2006 TID=140234567897664 Code=AH01167 Module=proxy_balancer Upstream=mycluster`)
	f(`[Sat Nov 21 06:13:53.419707 2026] [proxy:error] [pid 2005:tid 140234567893568] [client 2001:db8::7:54321] AH00898: Error reading headers from backend returned by /api/a b`,
		`message apache-error apache error 2026-11-21T06:13:53.419707 Message=AH00898: Error reading headers from backend returned by /api/a b PID=2005 TID=140234567893568 Code=AH00898 Module=proxy Client=2001:db8::7 Path=/api/a b`)
	f(`[Sat Nov 21 06:13:53 2026] [proxy_http:warn] [pid 2005] [client 203.0.113.7:54321] AH01106: bad HTTP/1.1 header returned by /api/orders (GET)`,
		`message apache-error apache warning 2026-11-21T06:13:53 Message=AH01106: bad HTTP/1.1 header returned by /api/orders (GET) PID=2005 Code=AH01106 Module=proxy_http Client=203.0.113.7 Path=/api/orders UpstreamScheme=http`)
	f(`[Sat Nov 21 06:14:39.783981 2026] [proxy_fcgi:error] [pid 2002:tid 140234567896512] [client 203.0.113.7:54321] AH01071: Got error 'PHP message: PHP Fatal error:  Uncaught PDOException: SQLSTATE[HY000] [2002] Connection refused in /var/www/html/db.php:12\nStack trace:\n#0 /var/www/html/db.php(12): PDO->__construct()\n#1 {main}\n  thrown in /var/www/html/db.php on line 12'`,
		`message apache-error apache critical 2026-11-21T06:14:39.783981 Message=AH01071: Got error 'PHP message: PHP Fatal error:  Uncaught PDOException: SQLSTATE[HY000] [2002] Connection refused in /var/www/html/db.php:12 Detail=Stack trace:\n#0 /var/www/html/db.php(12): PDO->__construct()\n#1 {main}\n  thrown in /var/www/html/db.php on line 12' PID=2002 TID=140234567896512 Code=AH01071 Module=proxy_fcgi Client=203.0.113.7`)
	f(`[Sat Nov 21 06:14:39.783981 2026] [proxy_fcgi:error] [pid 2002] [client 203.0.113.7:54321] AH01071: Got error 'PHP message: PHP Deprecated:  C:\\new\\x is deprecated in /a.php on line 2'`,
		`message apache-error apache notice 2026-11-21T06:14:39.783981 Message=AH01071: Got error 'PHP message: PHP Deprecated:  C:\\new\\x is deprecated in /a.php on line 2' PID=2002 Code=AH01071 Module=proxy_fcgi Client=203.0.113.7`)
	f(`[Sat Nov 21 06:14:39 2026] [php:notice] [pid 2002] [client 203.0.113.7:54321] PHP Warning:  foo() failed in /a.php on line 2, referer: http://a/`,
		`message apache-error apache warning 2026-11-21T06:14:39 Message=PHP Warning:  foo() failed in /a.php on line 2 PID=2002 Module=php Client=203.0.113.7`)
	f(`[Sat Nov 21 07:16:54.179996 2026] [security2:error] [pid 24550:tid 24613] [client 192.0.2.25:44355] [client 192.0.2.25] ModSecurity: Access denied with code 403 (phase 1). Pattern match "[id \"1\"]" at ARGS. [file "/etc/m.conf"] [line "54"] [id "942190"] [msg "SQL Injection"] [severity "CRITICAL"] [hostname "shop.example.com"] [uri "/.env"] [unique_id "awFFZvcd"]`,
		`message apache-error modsecurity error 2026-11-21T07:16:54.179996 Message=ModSecurity: Access denied with code 403 (phase 1). Pattern match "[id \"1\"]" at ARGS. [file "/etc/m.conf"] [line "54"] [id "942190"] [msg "SQL Injection"] [severity "CRITICAL"] [hostname "shop.example.com"] [uri "/.env"] [unique_id "awFFZvcd"] PID=24550 TID=24613 Code=942190 Module=security2 Client=192.0.2.25 VHost=shop.example.com Path=/.env Status=403`)
	f(`[2026-11-21 06:13:00.123456] [proxy:error] [pid 12:tid 34] (111)Connection refused: AH00957: http: attempt to connect to [2001:db8::5]:8080 ([2001:db8::5]:8080) failed`,
		`message apache-error apache error 2026-11-21T06:13:00.123456 Message=(111)Connection refused: AH00957: http: attempt to connect to [2001:db8::5]:8080 ([2001:db8::5]:8080) failed PID=12 TID=34 Errno=111 Code=AH00957 Module=proxy Upstream=[2001:db8::5]:8080 UpstreamScheme=http`)
	f(`[2026-11-21T06:13:00+01:00] [error] [pid 12] [client 10.1.2.3:5] AH01114: HTTP: failed to make connection to backend: app`,
		`message apache-error apache error 2026-11-21T05:13:00Z Message=AH01114: HTTP: failed to make connection to backend: app PID=12 Code=AH01114 Client=10.1.2.3 Upstream=app UpstreamScheme=http`)
	f(`[2026-11-21 06:13:00.123456] [proxy:error] [R:abcDEF12] [C:xyz] (70007)The timeout specified has expired: AH00957: http: attempt to connect to 10.0.0.5:8080 (x:8080) failed`,
		`message apache-error apache error 2026-11-21T06:13:00.123456 Message=(70007)The timeout specified has expired: AH00957: http: attempt to connect to 10.0.0.5:8080 (x:8080) failed Errno=70007 Code=AH00957 Module=proxy Upstream=10.0.0.5:8080 UpstreamScheme=http`)
	f(`2026-11-21 06:13:00.123456 [core:notice] [pid 12:tid 34] AH00094: Command line: 'apache2'`,
		`message apache-error apache notice 2026-11-21T06:13:00.123456 Message=AH00094: Command line: 'apache2' PID=12 TID=34 Code=AH00094 Module=core`)
	f(`[2026-11-21 06:13:00] [shop.example.com] [core:error] [pid 12] AH00124: Request exceeded the limit`,
		`message apache-error apache error 2026-11-21T06:13:00 Message=AH00124: Request exceeded the limit PID=12 Code=AH00124 Module=core`)
	f(`[2026-11-21 06:13:00.123456] AH00161: server reached MaxRequestWorkers setting`,
		`message apache-error apache 2026-11-21T06:13:00.123456 Message=AH00161: server reached MaxRequestWorkers setting Code=AH00161`)
	f(`[Sat Nov 21 06:13:19 2026] [error] (111)Connection refused: proxy: HTTP: attempt to connect to 127.0.0.1:8080 (localhost) failed`,
		`message apache-error apache error 2026-11-21T06:13:19 Message=(111)Connection refused: proxy: HTTP: attempt to connect to 127.0.0.1:8080 (localhost) failed Errno=111 Upstream=127.0.0.1:8080`)
	f(`[Sat Nov 21 06:13:21 2026] [error] [client 203.0.113.7] proxy: Error reading from remote server returned by /api/orders`,
		`message apache-error apache error 2026-11-21T06:13:21 Message=proxy: Error reading from remote server returned by /api/orders Client=203.0.113.7 Path=/api/orders`)
	f(`[Sat Nov 21 06:13:25 2026] [notice] child pid 2417 exit signal Segmentation fault (11)`,
		`message apache-error apache notice 2026-11-21T06:13:25 Message=child pid 2417 exit signal Segmentation fault (11)`)
	f(`[Sat Nov 21 06:13:25.000001 2026] [proxy:debug] [pid 1:tid 2] proxy_util.c(2871): (111)Connection refused: [client 10.0.0.1:2] AH00940: HTTP: disabled connection for (app1:80)`,
		`message apache-error apache debug 2026-11-21T06:13:25.000001 Message=(111)Connection refused: [client 10.0.0.1:2] AH00940: HTTP: disabled connection for (app1:80) PID=1 TID=2 Errno=111 Code=AH00940 Module=proxy Client=10.0.0.1 Upstream=app1:80 UpstreamScheme=http`)
	f(`[Sat Nov 21 06:35:15.571865 2026] [cgi:error] [pid 2006:tid 14] [client 203.0.113.7:54321] AH01215: (13)Permission denied: exec of '/x.cgi' failed: /x.cgi`,
		`message apache-error apache error 2026-11-21T06:35:15.571865 Message=AH01215: (13)Permission denied: exec of '/x.cgi' failed: /x.cgi PID=2006 TID=14 Errno=13 Code=AH01215 Module=cgi Client=203.0.113.7`)
	f(`[Sat Nov 21 06:34:14.088806 2026] [http2:error] [pid 2001:tid 14] (22)Invalid argument: [client 203.0.113.7:54321] <H2_STRM_LOG>AH10300: <stream>data_cb, error processing trailers`,
		`message apache-error apache error 2026-11-21T06:34:14.088806 Message=(22)Invalid argument: [client 203.0.113.7:54321] <H2_STRM_LOG>AH10300: <stream>data_cb, error processing trailers PID=2001 TID=14 Errno=22 Code=AH10300 Module=http2 Client=203.0.113.7`)
}

// TestApacheBare reads what httpd and its scripts write without a stamp, and what syslog carried.
func TestApacheBare(t *testing.T) {
	f := tells(t)
	f(`AH00526: Syntax error on line 12 of /etc/apache2/sites-enabled/a.conf:
Invalid command 'ProxyPas', perhaps misspelled or defined by a module not included in the server configuration`,
		`message apache-error apache error Message=AH00526: Syntax error on line 12 of /etc/apache2/sites-enabled/a.conf: Code=AH00526
message apache-error apache error Message=Invalid command 'ProxyPas', perhaps misspelled or defined by a module not included in the server configuration`)
	f(`(98)Address already in use: AH00072: make_sock: could not bind to address [::]:80`,
		`message apache-error apache error Message=(98)Address already in use: AH00072: make_sock: could not bind to address [::]:80 Errno=98 Code=AH00072`)
	f(`httpd: Syntax error on line 3 of /etc/httpd.conf: Cannot load modules/x.so`,
		`message apache-error apache error Message=httpd: Syntax error on line 3 of /etc/httpd.conf: Cannot load modules/x.so`)
	f(`[Sat Nov 21 06:13:25.000001 2026] [core:notice] [pid 1:tid 2] AH00094: Command line: 'apache2'
sh: 1: /usr/sbin/sendmail: not found
Use of uninitialized value $x in concatenation (.) at /usr/lib/cgi-bin/foo.pl line 3.
Some prose that nobody logs.`,
		"message apache-error apache notice 2026-11-21T06:13:25.000001 Message=AH00094: Command line: 'apache2' PID=1 TID=2 Code=AH00094 Module=core\nmessage app-trace apache 2026-11-21T06:13:25.000001 Message=sh: 1: /usr/sbin/sendmail: not found\nmessage app-trace apache 2026-11-21T06:13:25.000001 Message=Use of uninitialized value $x in concatenation (.) at /usr/lib/cgi-bin/foo.pl line 3.\nunparsed  ")
	f(`Nov 21 06:13:00 web1 apache2[123]: [proxy:error] [pid 123:tid 140] (111)Connection refused: AH00957: http: attempt to connect to 10.0.0.5:8080 (app) failed`,
		`message apache-error apache error 2026-11-21T06:13:00 Message=(111)Connection refused: AH00957: http: attempt to connect to 10.0.0.5:8080 (app) failed Host=web1 Program=apache2 PID=123 TID=140 Errno=111 Code=AH00957 Module=proxy Upstream=10.0.0.5:8080 UpstreamScheme=http`)
	f(`Nov 21 06:13:00 web1 httpd[123]: [error] [client 10.0.0.1] File does not exist: /var/www/x`,
		`message apache-error apache error 2026-11-21T06:13:00 Message=File does not exist: /var/www/x Host=web1 Program=httpd PID=123 Client=10.0.0.1`)
}

// TestApacheRefuses leaves alone what only resembles its lines.
func TestApacheRefuses(t *testing.T) {
	f := tells(t)
	f(`[2026-11-21 06:13:00 +0000] [123] [INFO] Listening at: http://0.0.0.0:8000 (123)`,
		`message app-text app info 2026-11-21T06:13:00Z Message=Listening at: http://0.0.0.0:8000 (123) PID=123`)
	f(`[Sat Nov 21 06:13:25 2026] something else`,
		`message app-text app 2026-11-21T06:13:25 Message=something else`)
	f(`[warn] not ours`,
		"unparsed  ")
	f(`AH123: too short`,
		"unparsed  ")
}
