package parser

import "testing"

// TestMySQLError reads the error logs of MySQL and MariaDB with what goes on below a line.
func TestMySQLError(t *testing.T) {
	f := tells(t)
	f(`2026-11-21  7:23:45 0 [Note] mariadbd: ready for connections.
Version: '10.11.19-MariaDB'  socket: '/run/mysqld/mysqld.sock'  port: 3306  Debian 12
2026-11-21  7:23:45 3 [Warning] Aborted connection 3 to db: 'unconnected' user: 'x' host: 'localhost' (Got timeout reading communication packets)`,
		`message mysql-error mysql notice 2026-11-21T07:23:45 Message=mariadbd: ready for connections. Detail=Version: '10.11.19-MariaDB'  socket: '/run/mysqld/mysqld.sock'  port: 3306  Debian 12
message mysql-error mysql warning 2026-11-21T07:23:45 Message=Aborted connection 3 to db: 'unconnected' user: 'x' host: 'localhost' (Got timeout reading communication packets) Conn=3`)
	f(`2026-11-21T06:13:00.123456Z 8 [ERROR] [MY-010119] [Server] Aborting`,
		`message mysql-error mysql error 2026-11-21T06:13:00.123456Z Message=Aborting Conn=8 Code=MY-010119 Module=Server`)
	f(`2026-11-21T06:13:00.123456Z 0 [Note] InnoDB: page_cleaner: 1000ms intended loop took 4012ms`,
		`message mysql-error mysql notice 2026-11-21T06:13:00.123456Z Message=InnoDB: page_cleaner: 1000ms intended loop took 4012ms`)
	f(`2026-11-21T07:13:00.123456+01:00 0 [System] [MY-010931] [Server] /usr/sbin/mysqld: ready for connections. Version: '8.0.36'`,
		`message mysql-error mysql info 2026-11-21T06:13:00.123456Z Message=/usr/sbin/mysqld: ready for connections. Version: '8.0.36' Code=MY-010931 Module=Server`)
	f(`261121  7:24:25 [ERROR] mysqld got signal 11 ;
This could be because you hit a bug. It is also possible that this binary

key_buffer_size=134217728
stack_bottom = 0x7f32 thread_stack 0x49000
261121 07:24:26 mysqld_safe Number of processes running now: 0
2026-11-21  7:24:27 0 [Note] Starting MariaDB`,
		`message mysql-error mysql error 2026-11-21T07:24:25 Message=mysqld got signal 11 ; Detail=This could be because you hit a bug. It is also possible that this binary

key_buffer_size=134217728
stack_bottom = 0x7f32 thread_stack 0x49000
message mysql-error mysql 2026-11-21T07:24:26 Message=mysqld_safe Number of processes running now: 0
message mysql-error mysql notice 2026-11-21T07:24:27 Message=Starting MariaDB`)
	f(`2026-11-21T06:13:00.123456Z mysqld_safe Starting mysqld daemon with databases from /var/lib/mysql`,
		`message mysql-error mysql 2026-11-21T06:13:00.123456Z Message=mysqld_safe Starting mysqld daemon with databases from /var/lib/mysql`)
	f(`2026-11-21 06:13:00+00:00 [Note] [Entrypoint]: Entrypoint script for MySQL Server 8.0.36 started.`,
		`message mysql-error mysql notice 2026-11-21T06:13:00Z Message=[Entrypoint]: Entrypoint script for MySQL Server 8.0.36 started.`)
	f(`2026-11-21 07:23:44 0x7f31c4ff96c0 INNODB MONITOR OUTPUT
=====================================
Per second averages calculated from the last 20 seconds
------------
2026-11-21  7:24:27 0 [Note] x`,
		`message mysql-error mysql 2026-11-21T07:23:44 Message=0x7f31c4ff96c0 INNODB MONITOR OUTPUT Detail======================================
Per second averages calculated from the last 20 seconds
------------
message mysql-error mysql notice 2026-11-21T07:24:27 Message=x`)
	f(`2026-11-21  7:23:45 0 [Note] quiet
prose that is not the server's`,
		"message mysql-error mysql notice 2026-11-21T07:23:45 Message=quiet\nunparsed  ")
	f(`Nov 21 06:13:00 db1 mariadbd[77]: 2026-11-21  7:13:00 12 [Warning] Too many connections`,
		`message mysql-error mysql warning 2026-11-21T07:13:00 Message=Too many connections Host=db1 Program=mariadbd PID=77 Conn=12`)
	f(`Nov 21 06:13:00 db1 mysqld[77]: [ERROR] [MY-010119] [Server] Aborting`,
		`message mysql-error mysql error 2026-11-21T06:13:00 Message=Aborting Host=db1 Program=mysqld PID=77 Code=MY-010119 Module=Server`)
}

// TestMySQLSlow reads blocks of the slow log; MySQL stamps the end of a statement, MariaDB its start.
func TestMySQLSlow(t *testing.T) {
	f := tells(t)
	f(`/usr/sbin/mysqld, Version: 8.0.36 (MySQL Community Server - GPL). started with:
Tcp port: 3306  Unix socket: /var/run/mysqld/mysqld.sock
Time                 Id Command    Argument
# Time: 2026-11-21T06:13:12.345678Z
# User@Host: shop[shop] @ web1 [10.20.0.21]  Id:    12
# Query_time: 12.000100  Lock_time: 3.500000 Rows_sent: 1  Rows_examined: 100000
use shop;
SET timestamp=1795241580;
SELECT *
FROM orders
WHERE note LIKE '%x%';
# User@Host: root[root] @ localhost []
# Query_time: 2  Lock_time: 0 Rows_sent: 1  Rows_examined: 0
SET timestamp=1795241600;
# administrator command: Quit;`,
		`message mysql-slow mysql warning 2026-11-21T06:13:12.345678Z Message=SELECT *
FROM orders
WHERE note LIKE '%x%'; Detail=# User@Host: shop[shop] @ web1 [10.20.0.21]  Id:    12
# Query_time: 12.000100  Lock_time: 3.500000 Rows_sent: 1  Rows_examined: 100000
use shop;
SET timestamp=1795241580;
SELECT *
FROM orders
WHERE note LIKE '%x%'; Conn=12 Client=10.20.0.21 Duration=12000100 Queue=3500000
message mysql-slow mysql warning 2026-11-21T06:13:20Z Message=# administrator command: Quit; Detail=# Query_time: 2  Lock_time: 0 Rows_sent: 1  Rows_examined: 0
SET timestamp=1795241600;
# administrator command: Quit; Client=localhost Duration=2000000 Queue=0`)
	f("# Time: 261121  7:24:25\n# User@Host: root[root] @ localhost []\n# Thread_id: 734  Schema: shop  QC_hit: No\n# Query_time: 38.018731  Lock_time: 0.000100  Rows_sent: 0  Rows_examined: 0\n# Rows_affected: 0  Bytes_sent: 0\nuse `shop`;\nSET timestamp=1795245865;\nSELECT SLEEP(120);\n# User@Host: shop[shop] @  [10.0.0.9]\n# Thread_id: 735  Schema: shop  QC_hit: No\n# Query_time: 1.5  Lock_time: 1.25  Rows_sent: 0  Rows_examined: 0\nSET timestamp=1795245866;\nUPDATE t SET a=1;",
		"message mysql-slow mysql warning 2026-11-21T07:25:03.018731Z Message=SELECT SLEEP(120); Detail=# User@Host: root[root] @ localhost []\n# Thread_id: 734  Schema: shop  QC_hit: No\n# Query_time: 38.018731  Lock_time: 0.000100  Rows_sent: 0  Rows_examined: 0\n# Rows_affected: 0  Bytes_sent: 0\nuse `shop`;\nSET timestamp=1795245865;\nSELECT SLEEP(120); Conn=734 Client=localhost Duration=38018731 Queue=100\nmessage mysql-slow mysql warning 2026-11-21T07:24:27.5Z Message=UPDATE t SET a=1; Detail=# Thread_id: 735  Schema: shop  QC_hit: No\n# Query_time: 1.5  Lock_time: 1.25  Rows_sent: 0  Rows_examined: 0\nSET timestamp=1795245866;\nUPDATE t SET a=1; Conn=735 Client=10.0.0.9 Duration=1500000 Queue=1250000")
}
