package store

import (
	"strconv"

	"culprit/parser"
)

// Records repeat themselves in all but a few numbers. What repeats is kept once, as a class, and counted or stored under its
// number: a request by its route and status, an event by an eventClass.

// route is where a request went, as told by one log.
type route struct {
	daemon          parser.Daemon
	format          parser.Format
	vhost, upstream string
}

// A traffic class packs the number of a route or of an endpoint with the status and whether the time is absolute.
const statusBits = 10

// maxStatus is the greatest status told from Unknown.
const maxStatus = 999

func trafficClass(number, status int32, zoned bool) int32 {
	if status < parser.Unknown || status > maxStatus {
		status = parser.Unknown
	}
	class := number<<(statusBits+1) | (status+1)<<1
	if zoned {
		class |= 1
	}
	return class
}

// splitTrafficClass is the inverse of trafficClass.
func splitTrafficClass(class int32) (number, status int32, zoned bool) {
	return class >> (statusBits + 1), class>>1&(1<<statusBits-1) - 1, class&1 == 1
}

// requestClass is a resolved traffic class of Requests.
type requestClass struct {
	route
	status int32
	zoned  bool
}

// endpointClass is a resolved traffic class of Endpoints.
type endpointClass struct {
	endpoint string
	status   int32
	zoned    bool
}

// clientClass says who asked for what.
type clientClass struct {
	client, endpoint, agent string
	zoned                   bool
}

// eventClass is the part of an event that repeats.
type eventClass struct {
	zoned, request, redispatched             bool
	kept                                     bool // stored in full rather than only counted
	daemon                                   parser.Daemon
	format                                   parser.Format
	severity                                 parser.Severity
	status, errno                            int32
	signature, template, code, host, program string
	vhost                                    string
	upstream, scheme, upstreamStatus         string
	pool                                     string
	frontend, backend, server, termination   string
}

// detailClass is an eventClass with what takes many values beside it: the two of every pair would make a class of their own.
type detailClass struct {
	event                    int32
	method, endpoint, script string
	client, agent            string
	pid                      int64
}

// isDetail reports whether an event has a key that its class has not.
func isDetail(k Key) bool {
	switch k {
	case ByMethod, ByEndpoint, ByScript, ByClient, ByAgent, ByPID:
		return true
	}
	return false
}

func (c *detailClass) label(k Key) string {
	switch k {
	case ByMethod:
		return c.method
	case ByEndpoint:
		return c.endpoint
	case ByScript:
		return c.script
	case ByClient:
		return c.client
	case ByAgent:
		return c.agent
	}
	return decimal(c.pid)
}

// label is what a class says of a key that it can be grouped by; ok is false where the table does not keep the key.
// The keys of a source itself are answered by sourceLabel.

func (c *requestClass) label(k Key) (text string, ok bool) {
	switch k {
	case ByVHost:
		return c.vhost, true
	case ByUpstream:
		return c.upstream, true
	case ByStatus:
		return decimal(int64(c.status)), true
	case ByDaemon:
		return c.daemon.String(), true
	case ByFormat:
		return c.format.String(), true
	}
	return "", false
}

func (c *endpointClass) label(k Key) (text string, ok bool) {
	switch k {
	case ByEndpoint:
		return c.endpoint, true
	case ByStatus:
		return decimal(int64(c.status)), true
	}
	return "", false
}

func (c *clientClass) label(k Key) (text string, ok bool) {
	switch k {
	case ByClient:
		return c.client, true
	case ByEndpoint:
		return c.endpoint, true
	case ByAgent:
		return c.agent, true
	}
	return "", false
}

func (c *eventClass) label(k Key) (text string, ok bool) {
	switch k {
	case ByDaemon:
		return c.daemon.String(), true
	case ByFormat:
		return c.format.String(), true
	case ByHost:
		return c.host, true
	case ByVHost:
		return c.vhost, true
	case ByUpstream:
		return c.upstream, true
	case ByStatus:
		return decimal(int64(c.status)), true
	case BySignature:
		return c.signature, true
	case ByTemplate:
		return c.template, true
	case BySeverity:
		return c.severity.String(), true
	case ByTermination:
		return c.termination, true
	case ByBackend:
		return c.backend, true
	case ByServer:
		return c.server, true
	case ByPool:
		return c.pool, true
	case ByCode:
		return c.code, true
	case ByErrno:
		return decimal(int64(c.errno)), true
	case ByKind:
		return kindName(c.request), true
	case ByProgram:
		return c.program, true
	case ByUpstreamStatus:
		return c.upstreamStatus, true
	}
	return "", false
}

// sourceLabel is what a source says of a key.
func sourceLabel(s *Source, k Key) (text string, ok bool) {
	switch k {
	case BySource:
		return decimal(int64(s.ID)), true
	case ByDaemon:
		return s.Daemon.String(), true
	case ByFormat:
		return s.Format.String(), true
	case ByHost:
		return s.Host, true
	}
	return "", false
}

func kindName(request bool) string {
	if request {
		return "request"
	}
	return "message"
}

func decimal(n int64) string {
	return strconv.FormatInt(n, 10)
}
