package rules

import (
	"sort"

	"culprit/parser"
)

// field is a part of a record that conditions may ask for.
type field uint8

const (
	fieldSeverity field = iota
	fieldErrno
	fieldStatus
	fieldRetries
	fieldDuration
	fieldQueue
	fieldConnect
	fieldHeader
	lastNumber = fieldHeader
)

// The rest are texts.
const (
	fieldCode field = iota + lastNumber + 1
	fieldModule
	fieldAction
	fieldUpstreamStatus
	fieldTermination
	fieldServer
	fieldBackend
	fieldFrontend
	fieldUpstream
	fieldScheme
	fieldPool
	fieldScript
	fieldProgram
	fieldMethod
	fieldPath
	fieldDetail
	fieldMessage
	fieldFormat
	fieldRedispatched
	fieldKind
)

var fieldsByName = map[string]field{
	"severity": fieldSeverity, "errno": fieldErrno, "status": fieldStatus, "retries": fieldRetries, "duration_ms": fieldDuration,
	"queue_ms": fieldQueue, "connect_ms": fieldConnect, "header_ms": fieldHeader,
	"code": fieldCode, "module": fieldModule, "action": fieldAction, "upstream_status": fieldUpstreamStatus,
	"termination": fieldTermination, "server": fieldServer, "backend": fieldBackend, "frontend": fieldFrontend,
	"upstream": fieldUpstream, "scheme": fieldScheme, "pool": fieldPool, "script": fieldScript, "program": fieldProgram,
	"method": fieldMethod, "path": fieldPath, "detail": fieldDetail, "message": fieldMessage, "format": fieldFormat, "redispatched": fieldRedispatched,
	"kind": fieldKind,
}

// fieldNames are the keys of fieldsByName, sorted.
func fieldNames() []string {
	names := make([]string, 0, len(fieldsByName))
	for name := range fieldsByName {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

func (f field) numeric() bool { return f <= lastNumber }

// number returns a numeric field of rec, durations in milliseconds; ok is false where the log does not tell it.
func (f field) number(rec *parser.Record) (n int64, ok bool) {
	switch f {
	case fieldSeverity:
		return int64(rec.Severity), true
	case fieldErrno:
		return int64(rec.Errno), true
	case fieldStatus:
		return int64(rec.Status), rec.Status >= 0
	case fieldRetries:
		return int64(rec.Retries), rec.Retries >= 0
	case fieldDuration:
		return rec.Duration / 1000, rec.Duration >= 0
	case fieldQueue:
		return rec.Queue / 1000, rec.Queue >= 0
	case fieldConnect:
		return rec.Connect / 1000, rec.Connect >= 0
	case fieldHeader:
		return rec.Header / 1000, rec.Header >= 0
	}
	return 0, false
}

// text returns a text field of rec other than format, redispatched and kind, which are compared by value.
func (f field) text(rec *parser.Record) []byte {
	switch f {
	case fieldCode:
		return rec.Code
	case fieldModule:
		return rec.Module
	case fieldAction:
		return rec.Action
	case fieldUpstreamStatus:
		return rec.UpstreamStatus
	case fieldTermination:
		return rec.Termination
	case fieldServer:
		return rec.Server
	case fieldBackend:
		return rec.Backend
	case fieldFrontend:
		return rec.Frontend
	case fieldUpstream:
		return rec.Upstream
	case fieldScheme:
		return rec.UpstreamScheme
	case fieldPool:
		return rec.Pool
	case fieldScript:
		return rec.Script
	case fieldProgram:
		return rec.Program
	case fieldMethod:
		return rec.Method
	case fieldPath:
		return rec.Path
	case fieldDetail:
		return rec.Detail[:min(len(rec.Detail), maxLooked)]
	case fieldMessage:
		return rec.Message[:min(len(rec.Message), maxLooked)]
	}
	return nil
}
