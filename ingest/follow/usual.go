package follow

import "culprit/ingest/container"

// Usual lists where the distributions put the logs of gateways and of what surrounds them, Debian and Ubuntu, RHEL and its kin, Alpine, and
// where container runtimes put theirs.
func Usual() []string {
	return append([]string{
		"/var/log/nginx/*.log",
		"/var/log/apache2/*.log", // Debian, Alpine
		"/var/log/httpd/*log",    // RHEL
		"/var/log/haproxy*.log",
		"/var/log/haproxy/*.log",
		"/var/log/php*-fpm*.log", // Debian
		"/var/log/php-fpm/*.log", // RHEL
		"/var/log/php*/*.log",    // Alpine
		"/var/log/mysql/*.log",
		"/var/log/mariadb/*.log", // RHEL
		"/var/lib/mysql/*-slow.log",
		"/var/log/syslog", // Debian
		"/var/log/kern.log",
		"/var/log/messages", // RHEL, Alpine
		"/var/log/cron",
		"/var/log/cron.log",
		"/var/log/dpkg.log",
		"/var/log/apt/history.log",
	}, container.Usual()...)
}
