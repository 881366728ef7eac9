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

// jobName names the job that a command of a crontab runs: its program without folders, or the script where the program only runs one.
func jobName(command []byte) []byte {
	for _, part := range [...]string{"&& ", "; "} {
		if i := bytes.LastIndex(command, []byte(part)); i >= 0 {
			command = command[i+len(part):]
		}
	}
	var name []byte
	for len(command) > 0 {
		word, rest, _ := bytes.Cut(trimSpace(command), []byte(" "))
		command = rest
		if len(word) == 0 || word[0] == '-' || bytes.IndexByte(word, '=') >= 0 {
			continue
		}
		if word[0] == '>' || word[0] == '|' || word[0] == '&' || word[0] == '2' && len(word) > 1 && word[1] == '>' {
			break
		}
		name = word[bytes.LastIndexByte(word, '/')+1:]
		if !runsOthers(name) {
			break
		}
	}
	return name
}

// runsOthers reports whether a program's first argument says more than its name.
func runsOthers(name []byte) bool {
	switch string(name) {
	case "nice", "ionice", "flock", "sudo", "env", "timeout", "php", "bash", "sh", "python", "python3", "perl", "ruby", "node", "time", "chronic", "exec":
		return true
	}
	return false
}
