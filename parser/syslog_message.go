package parser

import "bytes"

// syslogMessage reads what stood in an envelope and no format knows. The message is the whole inside.
func (s *Scanner) syslogMessage(inner []byte, rec *Record) {
	rec.Kind = Message
	rec.Message = inner
	if rec.Daemon == NoDaemon {
		rec.Daemon = Syslog
	}
}

// daemonOf says which daemon a program of this name is, as syslog, the journal or a container runtime names it; Syslog for
// programs that mean nothing to culprit.
func daemonOf(program []byte) Daemon {
	if i := bytes.LastIndexByte(program, '/'); i >= 0 {
		program = program[i+1:]
	}
	switch string(program) {
	case "haproxy":
		return HAProxy
	case "nginx":
		return Nginx
	case "apache2", "httpd", "apache":
		return Apache
	case "kernel":
		return Kernel
	case "CRON", "cron", "crond", "CROND", "anacron", "crontab", "fcron", "cronie":
		return Cron
	case "systemd":
		return Systemd
	case "dnsmasq", "named", "unbound", "systemd-resolved", "systemd-resolve", "pdns_recursor", "kresd", "nscd", "coredns":
		return Resolver
	case "mysqld", "mariadbd", "mysqld_safe", "mariadb", "mysql", "mysqld-auto-recover":
		return MySQL
	case "php":
		return PHP
	}
	switch {
	case bytes.HasPrefix(program, []byte("php")):
		return phpProgram(program)
	case bytes.HasPrefix(program, []byte("systemd-")):
		return Systemd
	case bytes.HasPrefix(program, []byte("haproxy")) || bytes.HasPrefix(program, []byte("hapee")):
		return HAProxy
	}
	return Syslog
}

// phpProgram tells php-fpm8.2, php8.2-fpm and php-fpm from php8.2.
func phpProgram(program []byte) Daemon {
	if bytes.Contains(program, []byte("fpm")) {
		return PHPFPM
	}
	if len(program) > 3 && program[3]-'0' <= 9 {
		return PHP
	}
	return Syslog
}
