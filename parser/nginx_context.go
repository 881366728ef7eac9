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
		switch b = b[2:]; {
		case bytes.HasPrefix(b, []byte("server: ")):
			rec.VHost, b = cutNginxField(b[len("server: "):])
		case bytes.HasPrefix(b, []byte(`request: "`)):
			var line []byte
			line, b, closed = cutNginxRequest(b[len(`request: "`):])
			rec.Method, rec.Path, rec.Protocol = splitRequest(line)
			if !closed {
				return false
			}
		case bytes.HasPrefix(b, []byte(`upstream: "`)):
			var name []byte
			name, b, closed = cutNginxQuoted(b[len(`upstream: "`):])
			nginxUpstream(name, closed, rec)
		case bytes.HasPrefix(b, []byte(`host: "`)):
			if isCatchAll(rec.VHost) {
				host, _, _ := cutNginxQuoted(b[len(`host: "`):])
				rec.VHost = withoutPort(host, false)
			}
			return b[len(b)-1] == '"'
		case bytes.HasPrefix(b, []byte(`referrer: "`)):
			return b[len(b)-1] == '"'
		case bytes.HasPrefix(b, []byte(`subrequest: "`)):
			_, b, closed = cutNginxQuoted(b[len(`subrequest: "`):])
		case bytes.HasPrefix(b, []byte(`login: "`)):
			_, b, closed = cutNginxQuoted(b[len(`login: "`):])
		default:
			return true
		}
	}
	return true
}

// cutNginxField takes a value without quotes: all up to the next key.
func cutNginxField(b []byte) (value, rest []byte) {
	for from := 0; ; {
		i := bytes.IndexByte(b[from:], ',')
		if i < 0 {
			return b, nil
		}
		from += i
		if isNginxKey(b[from:]) {
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
		if from == len(b) || isNginxKey(b[from:]) {
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

// endsInProtocol reports whether a request line ends like " HTTP/1.1".
func endsInProtocol(b []byte) bool {
	return len(b) >= 9 && string(b[len(b)-9:len(b)-3]) == " HTTP/" && b[len(b)-2] == '.'
}

// isNginxKey reports whether b, behind a value, begins with the name of the next field.
func isNginxKey(b []byte) bool {
	if len(b) < 8 || b[0] != ',' || b[1] != ' ' {
		return false
	}
	b = b[2:]
	switch b[0] {
	case 'h':
		return bytes.HasPrefix(b, []byte(`host: "`))
	case 'u':
		return bytes.HasPrefix(b, []byte(`upstream: "`))
	case 'r':
		return bytes.HasPrefix(b, []byte(`request: "`)) || bytes.HasPrefix(b, []byte(`referrer: "`))
	case 's':
		return bytes.HasPrefix(b, []byte(`server: `)) || bytes.HasPrefix(b, []byte(`subrequest: "`))
	case 'b':
		return bytes.HasPrefix(b, []byte(`bytes from/to `))
	case 'l':
		return bytes.HasPrefix(b, []byte(`login: "`))
	}
	return false
}

// nginxUpstream takes "SCHEME://ADDRESS/URI" apart; a stream proxy prints the address alone. Of a name that was cut off only
// an address whose end can be seen counts.
func nginxUpstream(name []byte, closed bool, rec *Record) {
	address := name
	if i := bytes.IndexByte(name, ':'); i >= 0 && bytes.HasPrefix(name[i:], []byte("://")) {
		rec.UpstreamScheme, address = name[:i], name[i+3:]
	}
	end := -1
	if bytes.HasPrefix(address, []byte("unix:")) {
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

// splitRequest takes "METHOD URI PROTOCOL" apart; all parts are empty for what is no request line. HTTP/0.9 has no protocol.
func splitRequest(line []byte) (method, path, protocol []byte) {
	i := bytes.IndexByte(line, ' ')
	if i < 1 || i > 20 || i+1 == len(line) || !isMethod(line[:i]) {
		return nil, nil, nil
	}
	method, path = line[:i], line[i+1:]
	if endsInProtocol(line) && len(path) > 9 {
		protocol, path = path[len(path)-8:], path[:len(path)-9]
	} else if j := bytes.LastIndexByte(path, ' '); j > 0 && bytes.HasPrefix(path[j+1:], []byte("HTTP/")) {
		protocol, path = path[j+1:], path[:j]
	}
	return method, path, protocol
}

// isMethod reports whether b could be a method: capitals, perhaps with "-" and "_" between them.
func isMethod(b []byte) bool {
	for _, c := range b {
		if c-'A' > 'Z'-'A' && c != '-' && c != '_' {
			return false
		}
	}
	return len(b) > 0 && b[0]-'A' <= 'Z'-'A'
}

// isCatchAll reports whether a server name says less than the host asked for: none, "_", or a regular expression.
func isCatchAll(name []byte) bool {
	return len(name) == 0 || name[0] == '_' && len(name) == 1 || name[0] == '~'
}
