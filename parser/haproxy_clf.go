package parser

import "bytes"

// haproxyCLF reads option httplog clf. It begins as the Common Log Format does and goes on with the fields of httplog, each
// on its own:
//
//	ci - - [accept] "request" status bytes "" "" cp ms frontend backend server TR Tw Tc Tr Ta state ac fc bc sc retries sq bq …
//
// Which of the fields stand in quotes depends on the version of HAProxy.
func (s *Scanner) haproxyCLF(line []byte, rec *Record) bool {
	end := bytes.IndexByte(line, ' ')
	if end < 1 || len(line) < end+60 || string(line[end:end+6]) != " - - [" {
		return false
	}
	m, b, ok := s.clock.clf(line[end+6:])
	if !ok || len(b) < 3 || b[0] != ']' || b[1] != ' ' {
		return false
	}
	request, b := cutField(b[2:])
	var f [24][]byte
	for i := range f {
		if f[i], b = cutField(b); f[i] == nil {
			return false
		}
	}
	if !readCLF(rec, &f) {
		return false
	}
	rec.Client = line[:end]
	rec.Time += m.micros
	rec.Resolution, rec.Zoned = 1000, m.zoned
	rec.Upstream = append(s.scratch.begin(len(f[clfBackend])+1+len(f[clfServer])), f[clfBackend]...)
	rec.Upstream = s.scratch.keep(append(append(rec.Upstream, '/'), f[clfServer]...))
	splitHAProxyRequest(request, rec)
	return true
}

// The fields of the CLF variant behind the request.
const (
	clfStatus = iota
	clfBytes
	_
	_
	clfPort
	clfMillis
	clfFrontend
	clfBackend
	clfServer
	_
	clfTw
	clfTc
	clfTr
	clfTa
	clfState
	clfActive
	_
	_
	_
	clfRetries
	clfServerQueue
	clfBackendQueue
)

// readCLF reads the fields behind the request. Time is left as what is to be added to the moment of acceptance.
func readCLF(rec *Record, f *[24][]byte) bool {
	var v [24]int64
	for i := range f {
		n, rest, ok := signedNumber(f[i])
		isText := i == 2 || i == 3 || i >= clfFrontend && i <= clfServer || i == clfState || i > clfBackendQueue
		if !isText && (!ok || len(rest) > 0) {
			return false
		}
		v[i] = n
	}
	if len(f[2])+len(f[3]) > 0 || len(f[clfState]) != 4 || !isTermination(f[clfState]) {
		return false
	}
	rec.Time = min(max(v[clfMillis], 0), 999) * 1000
	rec.Frontend = bytes.TrimSuffix(f[clfFrontend], []byte("~"))
	rec.Backend = f[clfBackend]
	setServer(rec, f[clfServer])
	rec.Status = int32(min(max(v[clfStatus], 0), 999))
	rec.Bytes = v[clfBytes]
	rec.Termination = f[clfState]
	setTimers(rec, v[clfTw], v[clfTc], v[clfTr], v[clfTa])
	rec.Active, rec.Retries = small(v[clfActive]), small(v[clfRetries])
	rec.QueuedServer, rec.QueuedBackend = small(v[clfServerQueue]), small(v[clfBackendQueue])
	rec.Redispatched = f[clfRetries][0] == '+'
	rec.Message = f[clfState]
	return true
}

// cutField cuts b behind its first field, a word or a text in quotes, which are taken off. The field is nil at the end of b.
func cutField(b []byte) (field, rest []byte) {
	if len(b) == 0 {
		return nil, nil
	}
	if b[0] != '"' {
		return cutWord(b)
	}
	end := bytes.IndexByte(b[1:], '"')
	if end < 0 {
		return b[1:], nil
	}
	return b[1 : end+1], b[min(end+3, len(b)):]
}
