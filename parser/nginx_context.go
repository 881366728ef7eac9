package parser

import "bytes"

var schemeDNS = []byte("dns")

// nginxContext reads the fields behind the client in their fixed order. closed is false if a quotation is not ended.
//
// Nothing in the values is escaped, so a quotation ends only at a quote behind which the record ends or a key follows.
func nginxContext(b []byte, rec *Record) (closed bool) {
	if bytes.HasPrefix(b, []byte(", resolver: ")) {
		rec.Upstream, rec.UpstreamScheme = b[len(", resolver: "):], schemeDNS
		return true
	}
	for len(b) > 4 {
		key, last := nginxKey(b), b[len(b)-1]
		b = b[key.size():]
		switch key {
		case nginxServer:
			rec.VHost, b = cutNginxField(b)
		case nginxRequest:
			var line []byte
			line, b, closed = cutNginxRequest(b)
			rec.Method, rec.Path, rec.Protocol = splitRequest(line)
			if !closed {
				return false
			}
		case nginxUpstreamName:
			var name []byte
			name, b, closed = cutNginxQuoted(b)
			nginxUpstream(name, closed, rec)
		case nginxHost:
			if isCatchAll(rec.VHost) {
				host, _, _ := cutNginxQuoted(b)
				rec.VHost = withoutPort(host, false)
			}
			return last == '"'
		case nginxReferrer:
			return last == '"'
		case nginxSubrequest, nginxLogin:
			_, b, closed = cutNginxQuoted(b)
		default:
			return true
		}
	}
	return true
}

// nginxField is a field behind a message.
type nginxField uint8

const (
	noNginxField nginxField = iota
	nginxServer
	nginxRequest
	nginxSubrequest
	nginxUpstreamName
	nginxHost
	nginxReferrer
	nginxLogin
	nginxTraffic // of a stream proxy
)

// nginxKey returns the field whose key, with the quote that opens its value, stands at the front of b behind a comma.
func nginxKey(b []byte) nginxField {
	if len(b) < 8 || b[0] != ',' || b[1] != ' ' {
		return noNginxField
	}
	switch b[2] {
	case 's':
		if len(b) >= 10 && string(b[2:10]) == "server: " {
			return nginxServer
		}
		if len(b) >= 15 && string(b[2:15]) == `subrequest: "` {
			return nginxSubrequest
		}
	case 'r':
		if len(b) >= 12 && string(b[2:12]) == `request: "` {
			return nginxRequest
		}
		if len(b) >= 13 && string(b[2:13]) == `referrer: "` {
			return nginxReferrer
		}
	case 'u':
		if len(b) >= 13 && string(b[2:13]) == `upstream: "` {
			return nginxUpstreamName
		}
	case 'h':
		if len(b) >= 9 && string(b[2:9]) == `host: "` {
			return nginxHost
		}
	case 'l':
		if len(b) >= 10 && string(b[2:10]) == `login: "` {
			return nginxLogin
		}
	case 'b':
		if len(b) >= 16 && string(b[2:16]) == `bytes from/to ` {
			return nginxTraffic
		}
	}
	return noNginxField
}

// size is how many bytes comma and key take.
func (f nginxField) size() int { return nginxKeySizes[f] }

var nginxKeySizes = [...]int{
	nginxServer: len(", server: "), nginxRequest: len(`, request: "`), nginxSubrequest: len(`, subrequest: "`),
	nginxUpstreamName: len(`, upstream: "`), nginxHost: len(`, host: "`), nginxReferrer: len(`, referrer: "`), nginxLogin: len(`, login: "`),
	nginxTraffic: len(", bytes from/to "),
}

// cutNginxField takes a value without quotes: all up to the next key.
func cutNginxField(b []byte) (value, rest []byte) {
	for from := 0; ; {
		i := bytes.IndexByte(b[from:], ',')
		if i < 0 {
			return b, nil
		}
		from += i
		if nginxKey(b[from:]) != noNginxField {
			return b[:from], b[from:]
		}
		from++
	}
}

// cutNginxQuoted takes a value up to the quote that ends it.
func cutNginxQuoted(b []byte) (value, rest []byte, closed bool) {
	for from := 0; ; {
		i := bytes.IndexByte(b[from:], '"')
		if i < 0 {
			return b, nil, false
		}
		from += i + 1
		if from == len(b) || nginxKey(b[from:]) != noNginxField {
			return b[:from-1], b[from:], true
		}
	}
}

// cutNginxRequest is cutNginxQuoted for the request line, which a client may fill with anything: of the quotes that might end it, the
// first that stands behind a protocol is preferred.
func cutNginxRequest(b []byte) (value, rest []byte, closed bool) {
	value, rest, closed = cutNginxQuoted(b)
	if !closed || endsInProtocol(value) {
		return value, rest, closed
	}
	for end := len(value) + 1; ; {
		_, behind, more := cutNginxQuoted(b[end:])
		if !more {
			return value, rest, true
		}
		end = len(b) - len(behind)
		if endsInProtocol(b[:end-1]) {
			return b[:end-1], behind, true
		}
	}
}

// nginxUpstream takes "SCHEME://ADDRESS/URI" apart; a stream proxy prints the address alone. Of a name that was cut off only
// an address whose end can be seen counts.
func nginxUpstream(name []byte, closed bool, rec *Record) {
	address := name
	if i := bytes.IndexByte(name, ':'); i >= 0 && len(name) >= i+3 && string(name[i:i+3]) == "://" {
		rec.UpstreamScheme, address = name[:i], name[i+3:]
	}
	end := -1
	if len(address) >= 5 && string(address[:5]) == "unix:" {
		if end = bytes.IndexByte(address[5:], ':'); end >= 0 {
			end += 5
		}
	} else {
		end = bytes.IndexByte(address, '/')
	}
	if end < 0 {
		if !closed {
			return
		}
		end = len(address)
	}
	rec.Upstream = address[:end]
}

// isCatchAll reports whether a server name says less than the host asked for: none, "_", or a regular expression.
func isCatchAll(name []byte) bool {
	return len(name) == 0 || name[0] == '_' && len(name) == 1 || name[0] == '~'
}
