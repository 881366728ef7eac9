package parser

import "bytes"

// haproxyRequestLine reads what follows the queues of an HTTP line: captured headers in braces, the request in quotes, and
// what httpslog adds. HAProxy escapes braces and quotes inside of them ("#7B").
func (s *Scanner) haproxyRequestLine(b []byte, rec *Record) {
	for len(b) > 0 && b[0] == '{' {
		end := bytes.IndexByte(b, '}')
		if end < 0 {
			return
		}
		s.haproxyCaptures(b[1:end], rec)
		b = trimSpace(b[end+1:])
	}
	if len(b) == 0 || b[0] != '"' {
		return
	}
	b = b[1:]
	end := bytes.IndexByte(b, '"')
	if end < 0 {
		splitHAProxyRequest(b, rec)
		return
	}
	splitHAProxyRequest(b[:end], rec)
	if end+2 < len(b) {
		haproxyTLS(b[end+2:], rec)
	}
}

// splitHAProxyRequest reads "METHOD URI PROTOCOL". The URI of HTTP/2 is absolute. "<BADREQ>" is no request.
func splitHAProxyRequest(b []byte, rec *Record) {
	rec.Method, rec.Path, rec.Protocol = splitRequest(b)
	uri := rec.Path
	if len(uri) == 0 || uri[0] == '/' {
		return
	}
	scheme := bytes.Index(uri, []byte("://"))
	if scheme < 0 || scheme > 8 {
		return
	}
	authority := uri[scheme+3:]
	path := bytes.IndexByte(authority, '/')
	if path < 0 {
		return
	}
	rec.VHost, rec.Path = withoutPort(authority[:path], false), authority[path:]
}

// haproxyCaptures looks through captured headers for the two that can be told by their looks, since the line does not name
// them: the host and the user agent.
func (s *Scanner) haproxyCaptures(b []byte, rec *Record) {
	for len(b) > 0 {
		value := b
		if i := bytes.IndexByte(b, '|'); i >= 0 {
			value, b = b[:i], b[i+1:]
		} else {
			b = nil
		}
		switch {
		case len(rec.VHost) == 0 && s.hosts.has(value):
			rec.VHost = value
		case len(rec.VHost) == 0 && looksLikeHost(value):
			rec.VHost = withoutPort(value, false)
			s.hosts.add(value, rec.VHost)
		case len(rec.UserAgent) == 0 && looksLikeAgent(value):
			rec.UserAgent = value
		}
	}
}

// hostMemo holds names of hosts that were captured lately: few serve most requests.
type hostMemo [16]struct {
	text [64]byte
	size int
}

func hostPlace(value []byte) int {
	return (len(value) + int(value[0])*5 + int(value[len(value)/2])*3) % len(hostMemo{})
}

func (m *hostMemo) has(value []byte) bool {
	if len(value) == 0 || len(value) > 64 {
		return false
	}
	h := &m[hostPlace(value)]
	return h.size == len(value) && string(h.text[:h.size]) == string(value)
}

// add remembers a captured value that is a host, unless it has a port.
func (m *hostMemo) add(value, host []byte) {
	if h := &m[hostPlace(value)]; len(host) == len(value) && len(value) <= len(h.text) {
		h.size = copy(h.text[:], value)
	}
}

// looksLikeHost tells a host name, with or without port, from an address and from other words: it has a dot and ends in a
// letter.
func looksLikeHost(value []byte) bool {
	name := withoutPort(value, false)
	if len(name) < 4 || len(name) > 253 {
		return false
	}
	dots := 0
	for _, c := range name {
		if c == '.' {
			dots++
		} else if !isWordByte(c) && c != '-' {
			return false
		}
	}
	last := name[len(name)-1]
	return dots > 0 && (last|0x20 >= 'a' && last|0x20 <= 'z')
}

// looksLikeAgent tells "Mozilla/5.0 (…)" or "curl/8.5.0": a word, a slash and a version.
func looksLikeAgent(value []byte) bool {
	if len(value) > 8 && string(value[:8]) == "Mozilla/" && value[8]-'0' <= 9 { // as most do
		return true
	}
	slash := bytes.IndexByte(value, '/')
	if slash <= 0 || slash+1 == len(value) || value[slash+1]-'0' > 9 {
		return false
	}
	for _, c := range value[:slash] {
		if !isWordByte(c) && c != '-' && c != '.' && c != ' ' {
			return false
		}
	}
	return true
}

// haproxyTLS reads what option httpslog appends: "0/0000000000000000/0/0/0 sni/TLSv1.3/cipher".
func haproxyTLS(b []byte, rec *Record) {
	errors, b := cutWord(b)
	if bytes.Count(errors, []byte("/")) != 4 {
		return
	}
	sni := bytes.IndexByte(b, '/')
	if len(rec.VHost) == 0 && sni > 0 && looksLikeHost(b[:sni]) {
		rec.VHost = b[:sni]
	}
}
