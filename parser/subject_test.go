package parser

import "testing"

func TestSubject(t *testing.T) {
	f := func(line, want string) {
		t.Helper()
		recs := scanAll(NewScanner(Options{Reference: 1795241580e6}), []byte(line+"\n"))
		if got := string(recs[0].Subject()); got != want {
			t.Errorf("%s: got %q, want %q", line, got, want)
		}
	}
	f("Nov 21 06:24:48 web2 CRON[4412]: (root) CMD (/usr/local/bin/nightly-export >/dev/null 2>&1)", "nightly-export")
	f("Nov 21 06:25:55 db-1 CROND[812]: (deploy) CMD (cd /srv/site && php artisan schedule:run)", "artisan")
	f("Nov 21 06:26:02 node7 CRON[4412]: (www-data) CMD (PATH=/bin php -q /srv/forum/cli/cleanup.php)", "cleanup.php")
	f("Nov 21 06:26:02 node7 CRON[4412]: (www-data) CMD ()", "CRON")
	f("Nov 21 06:39:33 web2 systemd[1]: Started nginx.service - A high performance web server.", "nginx")
	f("Nov 21 06:40:40 db-1 systemd[1]: Started The PHP 8.2 FastCGI Process Manager.", "systemd")
	f("Nov 21 06:40:40 db-1 haproxy[12]: Proxy web started.", "haproxy")
}
