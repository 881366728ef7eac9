package parser

import "bytes"

// Subject names what a message about a change is about: systemd's unit, cron's job, else the program or daemon that spoke. It borrows
// from the record.
func (r *Record) Subject() []byte {
	switch {
	case r.Daemon == Systemd && len(r.Module) > 0:
		return bytes.TrimSuffix(r.Module, []byte(".service"))
	case r.Daemon == Cron && len(r.Script) > 0:
		if name := jobName(r.Script); len(name) > 0 {
			return name
		}
	}
	if len(r.Program) > 0 {
		return r.Program
	}
	return []byte(r.Daemon.String())
}
