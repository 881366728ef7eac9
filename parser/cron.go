package parser

import "bytes"

// cronMessage reads what cron and its kin write to syslog: "(root) CMD (command)", "(root) CMDEND (command)",
// "Job `cron.daily' started". The envelope's program tells it. Module is the user, Script the command or job.
//
// Sources: vixie-cron and cronie misc.c log_it, anacron runjob.c.
func (s *Scanner) cronMessage(line []byte, rec *Record) bool {
	if rec.Daemon != Cron || len(line) == 0 {
		return false
	}
	rec.Kind, rec.Message = Message, line
	if line[0] == 'J' {
		if job, ok := bytes.CutPrefix(line, []byte("Job `")); ok {
			rec.Script, _, _ = bytes.Cut(job, []byte("'"))
		}
		return true
	}
	end := bytes.IndexByte(line, ')')
	if line[0] != '(' || end < 0 {
		return true
	}
	rec.Module = line[1:end]
	open := bytes.Index(line[end:], []byte(" ("))
	if open < 0 || line[len(line)-1] != ')' {
		return true
	}
	rec.Script = trimSpace(line[end+open+2 : len(line)-1])
	return true
}
