package parser

import "testing"

// TestKernel reads kernel messages in envelopes, of dmesg and of dmesg -T.
func TestKernel(t *testing.T) {
	f := tells(t)
	f(`Nov 21 07:48:40 web-12 kernel: Memory cgroup out of memory: Killed process 28176 (php-fpm8.2) total-vm:597892kB, anon-rss:349344kB, UID:33 oom_score_adj:0`,
		`message kernel kernel 2026-11-21T07:48:40 Message=Memory cgroup out of memory: Killed process 28176 (php-fpm8.2) total-vm:597892kB, anon-rss:349344kB, UID:33 oom_score_adj:0 Host=web-12 Program=kernel PID=28176 Module=php-fpm8.2`)
	f(`Nov 21 07:48:40 web-12 kernel: [12345.678901] oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),task_memcg=/a,task=php-fpm8.2,pid=28176,uid=33`,
		`message kernel kernel 2026-11-21T07:48:40 Message=oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),task_memcg=/a,task=php-fpm8.2,pid=28176,uid=33 Host=web-12 Program=kernel PID=28176 Module=php-fpm8.2`)
	f(`Nov 21 07:48:40 web-12 kernel: php-fpm8.2 invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0`,
		`message kernel kernel 2026-11-21T07:48:40 Message=php-fpm8.2 invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0 Host=web-12 Program=kernel Module=php-fpm8.2`)
	f(`Nov 21 08:13:34 web-11 kernel: php-fpm8.2[21200]: segfault at 7ffc6fd1bfd8 ip 000055e8a385b10f sp 00007ffc6fd1bfd0 error 6 in php-fpm8.2[21510f,55e8a3723000+316000]`,
		`message kernel kernel 2026-11-21T08:13:34 Message=php-fpm8.2[21200]: segfault at 7ffc6fd1bfd8 ip 000055e8a385b10f sp 00007ffc6fd1bfd0 error 6 in php-fpm8.2[21510f,55e8a3723000+316000] Host=web-11 Program=kernel PID=21200 Module=php-fpm8.2`)
	f(`Nov 21 08:13:34 web-11 kernel: traps: node[77] trap invalid opcode ip:55 sp:7f error:0`,
		`message kernel kernel 2026-11-21T08:13:34 Message=traps: node[77] trap invalid opcode ip:55 sp:7f error:0 Host=web-11 Program=kernel PID=77 Module=node`)
	f("Nov 21 07:48:33 api-17 kernel: [UFW BLOCK] IN=lo OUT= MAC=00:00:08:00 SRC=10.20.0.10 DST=10.20.0.22 LEN=52 TOS=0x00 PREC=0x00 TTL=64 ID=42420 DF PROTO=TCP SPT=45906 DPT=8017 WINDOW=64 RES=0x00 ACK URGP=0 ",
		`message kernel kernel 2026-11-21T07:48:33 Message=[UFW BLOCK] IN=lo OUT= MAC=00:00:08:00 SRC=10.20.0.10 DST=10.20.0.22 LEN=52 TOS=0x00 PREC=0x00 TTL=64 ID=42420 DF PROTO=TCP SPT=45906 DPT=8017 WINDOW=64 RES=0x00 ACK URGP=0 Host=api-17 Program=kernel Client=10.20.0.10 Upstream=10.20.0.22:8017`)
	f(`Nov 21 07:48:33 api-17 kernel: nft drop: IN= OUT=eth0 SRC=2001:db8::1 DST=2001:db8::2 LEN=52 PROTO=TCP SPT=45906 DPT=443`,
		`message kernel kernel 2026-11-21T07:48:33 Message=nft drop: IN= OUT=eth0 SRC=2001:db8::1 DST=2001:db8::2 LEN=52 PROTO=TCP SPT=45906 DPT=443 Host=api-17 Program=kernel Client=2001:db8::1 Upstream=[2001:db8::2]:443`)
	f(`Nov 21 07:48:33 api-17 kernel: TCP: request_sock_TCP: Possible SYN flooding on port 10.20.0.10:80. Dropping request.`,
		`message kernel kernel 2026-11-21T07:48:33 Message=TCP: request_sock_TCP: Possible SYN flooding on port 10.20.0.10:80. Dropping request. Host=api-17 Program=kernel Module=TCP`)
	f(`[12345.678901] nf_conntrack: nf_conntrack: table full, dropping packet`,
		`message kernel kernel Message=nf_conntrack: nf_conntrack: table full, dropping packet Module=nf_conntrack`)
	f(`[    0.000000] Linux version 6.18.44`,
		`message kernel kernel Message=Linux version 6.18.44`)
	f(`[Sat Nov 21 06:13:00 2026] Out of memory: Killed process 991 (mysqld) total-vm:1kB`,
		`message kernel kernel 2026-11-21T06:13:00 Message=Out of memory: Killed process 991 (mysqld) total-vm:1kB PID=991 Module=mysqld`)
	f(`Nov 21 06:13:00 db1 kernel: EXT4-fs error (device sda1): ext4_find_entry:1455: inode #2: comm nginx: reading directory lblock 0`,
		`message kernel kernel 2026-11-21T06:13:00 Message=EXT4-fs error (device sda1): ext4_find_entry:1455: inode #2: comm nginx: reading directory lblock 0 Host=db1 Program=kernel`)
}

// TestCron reads what cron, crond and anacron say.
func TestCron(t *testing.T) {
	f := tells(t)
	f(`Nov 21 06:17:01 web1 CRON[123]: (root) CMD (   cd / && run-parts --report /etc/cron.hourly)`,
		`message cron cron 2026-11-21T06:17:01 Message=(root) CMD (   cd / && run-parts --report /etc/cron.hourly) Host=web1 Program=CRON PID=123 Module=root Script=cd / && run-parts --report /etc/cron.hourly`)
	f(`Nov 21 06:17:01 web1 crond[123]: (www-data) CMD (php /srv/shop/bin/reindex.php (full))`,
		`message cron cron 2026-11-21T06:17:01 Message=(www-data) CMD (php /srv/shop/bin/reindex.php (full)) Host=web1 Program=crond PID=123 Module=www-data Script=php /srv/shop/bin/reindex.php (full)`)
	f("Nov 21 06:17:01 web1 anacron[123]: Job `cron.daily' started",
		"message cron cron 2026-11-21T06:17:01 Message=Job `cron.daily' started Host=web1 Program=anacron PID=123 Script=cron.daily")
	f(`Nov 21 06:17:01 web1 CRON[123]: pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)`,
		`message cron cron 2026-11-21T06:17:01 Message=pam_unix(cron:session): session opened for user root(uid=0) by (uid=0) Host=web1 Program=CRON PID=123`)
}

// TestSystemd reads what becomes of units.
func TestSystemd(t *testing.T) {
	f := tells(t)
	f(`Nov 21 06:13:00 web1 systemd[1]: php8.2-fpm.service: Main process exited, code=killed, status=9/KILL`,
		`message systemd systemd 2026-11-21T06:13:00 Message=php8.2-fpm.service: Main process exited, code=killed, status=9/KILL Host=web1 Program=systemd PID=1 Module=php8.2-fpm.service`)
	f(`Nov 21 06:13:00 web1 systemd[1]: Started nginx.service - A high performance web server and a reverse proxy server.`,
		`message systemd systemd 2026-11-21T06:13:00 Message=Started nginx.service - A high performance web server and a reverse proxy server. Host=web1 Program=systemd PID=1 Module=nginx.service`)
	f(`Nov 21 06:13:00 web1 systemd[1]: Reloaded The Apache HTTP Server.`,
		`message systemd systemd 2026-11-21T06:13:00 Message=Reloaded The Apache HTTP Server. Host=web1 Program=systemd PID=1`)
}

// TestResolver reads dnsmasq, named, unbound and systemd-resolved.
func TestResolver(t *testing.T) {
	f := tells(t)
	f(`Nov 21 07:16:38 dnsmasq[24433]: started, version 2.90 cache disabled`,
		`message resolver resolver 2026-11-21T07:16:38 Message=started, version 2.90 cache disabled Program=dnsmasq PID=24433`)
	f(`Nov 21 07:16:38 ns1 named[4]: client @0x7f 10.0.0.1#5353 (a.example): query failed (SERVFAIL) for a.example/IN/A at query.c:7837`,
		`message resolver resolver 2026-11-21T07:16:38 Message=client @0x7f 10.0.0.1#5353 (a.example): query failed (SERVFAIL) for a.example/IN/A at query.c:7837 Host=ns1 Program=named PID=4`)
	f(`21-Nov-2026 06:13:00.123 resolver: info: shutting down`,
		`message resolver resolver info 2026-11-21T06:13:00.123 Message=shutting down Module=resolver`)
	f(`[1795241580] unbound[24433:0] error: SERVFAIL <a.example. A IN>: exceeded the maximum number of sends`,
		`message resolver resolver error 2026-11-21T06:13:00Z Message=SERVFAIL <a.example. A IN>: exceeded the maximum number of sends PID=24433`)
	f(`Nov 21 07:16:38 ns1 unbound[24433]: [24433:0] info: start of service`,
		`message resolver resolver info 2026-11-21T07:16:38 Message=start of service Host=ns1 Program=unbound PID=24433`)
	f(`Nov 21 07:16:38 ns1 unbound[24433]: [24433`,
		`message resolver resolver 2026-11-21T07:16:38 Message=[24433 Host=ns1 Program=unbound PID=24433`)
	f(`Nov 21 07:16:38 ns1 systemd-resolved[4]: Using degraded feature set UDP instead of UDP+EDNS0 for DNS server 10.0.0.2.`,
		`message resolver resolver 2026-11-21T07:16:38 Message=Using degraded feature set UDP instead of UDP+EDNS0 for DNS server 10.0.0.2. Host=ns1 Program=systemd-resolved PID=4`)
}

// TestJournalUnits knows by MESSAGE_ID who speaks, and by UNIT of what.
func TestJournalUnits(t *testing.T) {
	f := tells(t)
	f(`{"__REALTIME_TIMESTAMP":"1795241580000000","MESSAGE_ID":"39f53479d3a045ac8e11786248231fbf","UNIT":"php8.2-fpm.service","MESSAGE":"Started The PHP 8.2 FastCGI Process Manager."}`+"\n",
		"message systemd systemd 2026-11-21T06:13:00Z Message=Started The PHP 8.2 FastCGI Process Manager. Module=php8.2-fpm.service")
	f(`{"__REALTIME_TIMESTAMP":"1795241580000000","SYSLOG_IDENTIFIER":"shop","UNIT":"php8.2-fpm.service","MESSAGE":"Started"}`+"\n",
		"message syslog syslog 2026-11-21T06:13:00Z Message=Started Program=shop")
}
