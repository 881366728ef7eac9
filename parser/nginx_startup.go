package parser

import "bytes"

// nginxStartup reads what nginx writes to its error stream before it has an error log, and as "nginx -t" and "nginx -s":
//
//	nginx: [emerg] host not found in upstream "app" in /etc/nginx/conf.d/app.conf:3
//	nginx: configuration file /etc/nginx/nginx.conf test failed
//
// There is no time in it. Inside a syslog envelope the program's name may have been taken off already.
func (s *Scanner) nginxStartup(line []byte, rec *Record) bool {
	text, named := bytes.CutPrefix(line, []byte("nginx: "))
	if !named && (string(rec.Program) != "nginx" || len(line) == 0 || line[0] != '[') {
		return false
	}
	severity := NoSeverity
	if len(text) > 1 && text[0] == '[' {
		severity, text = nginxLevel(text[1:])
	} else if isNginxTest(text) {
		severity = Notice
		if bytes.HasSuffix(text, []byte(" failed")) {
			severity = Emergency
		}
	}
	if severity == NoSeverity {
		return false
	}
	rec.Kind, rec.Daemon, rec.Severity = Message, Nginx, severity
	rec.Message = text
	nginxCause(text, rec)
	return true
}

// isNginxTest reports whether text is a verdict of "nginx -t".
func isNginxTest(text []byte) bool {
	text = bytes.TrimPrefix(text, []byte("the "))
	return bytes.HasPrefix(text, []byte("configuration file ")) &&
		(bytes.HasSuffix(text, []byte(" test failed")) || bytes.HasSuffix(text, []byte(" test is successful")) ||
			bytes.HasSuffix(text, []byte(" syntax is ok")))
}
