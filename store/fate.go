package store

import (
	"culprit/parser"
)

// fate is what becomes of a record beyond being counted with the traffic.
type fate uint8

const (
	// drop: a healthy request; only the roll-ups know of it.
	drop fate = iota
	// tally: a message of no consequence, counted by its template.
	tally
	// keep: stored in full.
	keep
	// sample: a refused request, stored while there are few.
	sample
)

// fateOf decides what is stored of a record: every request that failed or went an odd way, every message that a signature
// knows or that is a warning or worse, every slow-log block and stack trace. A request is not stored for its signature alone.
func fateOf(rec *parser.Record, note Note) fate {
	if rec.Kind == parser.Request {
		return requestFate(rec)
	}
	if note.Signature != "" || rec.Severity >= parser.Warning {
		return keep
	}
	switch rec.Format {
	case parser.PHPFPMSlow, parser.MySQLSlow, parser.AppTrace:
		return keep
	}
	return tally
}

// ofErrorLog reports whether a message is a line of a daemon's own error log: a database holds every one of them, of whatever
// consequence, but for what was written for debugging. Memory has no room for that.
func ofErrorLog(rec *parser.Record) bool {
	switch rec.Format {
	case parser.NginxError, parser.NginxStartup, parser.ApacheError, parser.HAProxyMessage, parser.PHPFPMMain, parser.PHPError, parser.MySQLError:
		return rec.Severity != parser.Debug
	}
	return false
}

func requestFate(rec *parser.Record) fate {
	switch {
	case rec.Status >= 500, rec.Status == 0, rec.Status == 408, rec.Status == 413, rec.Status == 429, rec.Status == 499:
		return keep
	case rec.Retries > 0, rec.Redispatched, listsServerError(rec.UpstreamStatus), cutShort(rec):
		return keep
	case rec.Status >= 400:
		return sample
	}
	return drop
}

// listsServerError reports whether a list of upstream statuses ("502, 200 : 304") has one of 5xx in it.
func listsServerError(list []byte) bool {
	number := 0
	for i, c := range list {
		if c < '0' || c > '9' {
			number = 0
			continue
		}
		number++
		if number == 1 && c == '5' && len(list)-i >= 3 && digit(list[i+1]) && digit(list[i+2]) {
			return true
		}
	}
	return false
}

func digit(c byte) bool {
	return c >= '0' && c <= '9'
}

// cutShort reports whether HAProxy's termination state tells of anything but a normal end. What the proxy answered itself
// ("L": redirects, its statistics page) is normal unless it was refused.
func cutShort(rec *parser.Record) bool {
	t := rec.Termination
	if len(t) < 2 || t[0] == '-' && t[1] == '-' {
		return false
	}
	return t[0] != 'L' || rec.Status >= 400
}
