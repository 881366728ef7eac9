package parser

import "strings"

// Daemon is the program a record speaks for.
type Daemon uint8

// The daemons culprit knows. An access log that nginx and Apache would write alike is of AnyWeb.
const (
	NoDaemon Daemon = iota
	Nginx
	Apache
	AnyWeb
	HAProxy
	PHPFPM
	PHP
	MySQL
	Kernel
	Cron
	Systemd
	Resolver
	ModSecurity
	App
	Syslog
	Timeline
)

var daemonNames = [...]string{"", "nginx", "apache", "web", "haproxy", "php-fpm", "php", "mysql", "kernel", "cron", "systemd",
	"resolver", "modsecurity", "app", "syslog", "timeline"}

func (d Daemon) String() string { return daemonNames[d] }

// DaemonNamed is the inverse of Daemon.String; "httpd" and "apache2" are Apache, "mariadb" is MySQL.
func DaemonNamed(name string) (Daemon, bool) {
	switch name {
	case "httpd", "apache2":
		return Apache, true
	case "mariadb":
		return MySQL, true
	}
	for i, n := range daemonNames {
		if n == name {
			return Daemon(i), true
		}
	}
	return NoDaemon, false
}

// Severity orders what programs call levels, after syslog.
type Severity uint8

// Severities, the worse the higher. NoSeverity is a message without level.
const (
	NoSeverity Severity = iota
	Debug
	Info
	Notice
	Warning
	Error
	Critical
	Alert
	Emergency
)

var severityNames = [...]string{"", "debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"}

func (s Severity) String() string { return severityNames[s] }

// Format is the grammar a record was read with.
type Format uint8

// The formats. Each is implemented in the file that carries its name.
const (
	NoFormat Format = iota
	NginxError
	NginxStartup // bare "nginx: [emerg] …" of stderr
	AccessCombined
	AccessShaped // a custom log_format whose shape was inferred
	AccessJSON
	ApacheError
	HAProxyHTTP
	HAProxyTCP
	HAProxyMessage // state changes, health checks, process messages
	PHPFPMMain
	PHPFPMSlow
	PHPFPMAccess
	PHPError
	MySQLError
	MySQLSlow
	KernelMessage
	CronMessage
	SystemdMessage
	ResolverMessage
	AppJSON
	AppLogfmt
	AppText
	AppTrace // an unlogged panic or stack trace on stderr
	SyslogMessage
	DeploysJSONL
	LoadCSV
	// Timelines that are read as whole files, by ReadTimeline.
	CapistranoLog
	DeployerLog
	GitReflog
	DpkgLog
	AptHistory
	PackageLog // of rpm, yum, dnf, zypper and pacman
	AnsibleLog
	HelmHistory
	ChangesJSON // what GitHub, GitLab, Argo CD, Kubernetes, Helm and Grafana export
	SysstatText
	SadfText
	VmstatText
	AtopText
	ExporterText
	PrometheusJSON
	MySQLStatus
	Certificate
	ReleaseLink // a symbolic link that is switched with each release; found by name, not read
	FileWatch   // files that are watched while they change
	ChangeFeed  // changes that are told while they happen: posted, noted by hand, annotated
	SadfJSON    // stays the last
)

var formatNames = [...]string{"", "nginx-error", "nginx-startup", "access-combined", "access-custom", "access-json", "apache-error",
	"haproxy-http", "haproxy-tcp", "haproxy-message", "php-fpm", "php-fpm-slow", "php-fpm-access", "php-error", "mysql-error",
	"mysql-slow", "kernel", "cron", "systemd", "resolver", "app-json", "app-logfmt", "app-text", "app-trace", "syslog",
	"deploys-jsonl", "load-csv", "capistrano", "deployer", "git-reflog", "dpkg", "apt-history", "package-log", "ansible", "helm-history",
	"changes-json", "sysstat-text", "sadf-text", "vmstat", "atop", "exporter-text", "prometheus-json", "mysql-status", "certificate", "release-link", "file-watch",
	"change-feed", "sadf-json"}

func (f Format) String() string { return formatNames[f] }

// FormatNamed is the inverse of Format.String.
func FormatNamed(name string) (Format, bool) {
	for i, n := range formatNames {
		if n == name {
			return Format(i), true
		}
	}
	return NoFormat, false
}

// SeverityNamed reads the level names of syslog, nginx, Apache, HAProxy, PHP-FPM and the usual loggers, in any case.
func SeverityNamed(name string) Severity {
	switch strings.ToLower(name) {
	case "trace", "debug", "dbg", "trace1", "trace2", "trace3", "trace4", "trace5", "trace6", "trace7", "trace8", "fine", "verbose":
		return Debug
	case "info", "information", "inf", "system":
		return Info
	case "notice", "note":
		return Notice
	case "warn", "warning", "wrn":
		return Warning
	case "error", "err", "severe":
		return Error
	case "crit", "critical", "fatal":
		return Critical
	case "alert":
		return Alert
	case "emerg", "emergency", "panic":
		return Emergency
	}
	return NoSeverity
}
