package parser

import "bytes"

// isAddress reports whether b is an IP address without port, or nginx's "unix:" for a client on a Unix socket.
func isAddress(b []byte) bool {
	dots, colons := 0, 0
	for i, c := range b {
		switch {
		case c-'0' <= 9:
		case c == '.':
			dots++
		case c == ':':
			colons++
			if i > 0 && b[i-1] == ':' {
				colons = 7
			}
		case !isHex(c):
			return string(b) == "unix:"
		default:
			dots = -4
		}
	}
	return colons == 0 && dots == 3 || colons >= 7 && len(b) > 1 || colons == 6 && dots == 3
}

// isDomain reports whether b is a name of at least two labels, such as "www.example.com".
func isDomain(b []byte) bool {
	letters, dot := false, false
	for i, c := range b {
		switch {
		case c == '.':
			if i == 0 || i+1 == len(b) {
				return false
			}
			dot = true
		case isWordByte(c) || c == '-':
			letters = letters || c-'0' > 9
		default:
			return false
		}
	}
	return letters && dot
}

// isUpstream reports whether b is the address of a server as $upstream_addr prints it: with a port, or of a Unix socket.
func isUpstream(b []byte) bool {
	b, _ = lastOfList(b)
	if bytes.HasPrefix(b, []byte("unix:/")) {
		return true
	}
	return isHostPort(b)
}

// isHostPort reports whether b is an address or a name with a port.
func isHostPort(b []byte) bool {
	colon := bytes.LastIndexByte(b, ':')
	if colon < 1 || len(b)-colon > 6 || colon+1 == len(b) {
		return false
	}
	if _, ok := number(b[colon+1:]); !ok {
		return false
	}
	host := b[:colon]
	if host[0] == '[' {
		return host[len(host)-1] == ']' && isAddress(host[1:len(host)-1])
	}
	for _, c := range host {
		if !isWordByte(c) && c != '.' && c != '-' {
			return false
		}
	}
	return true
}

// lastOfList returns the last value of what nginx prints for a request that was tried on several servers, "a, b : c", and
// how many there are. The separator " : " stands where nginx was redirected within itself.
func lastOfList(b []byte) (last []byte, n int) {
	n = 1
	last = b
	if len(b) < len("1, 2") {
		return last, n
	}
	for from := 0; ; {
		i := bytes.IndexByte(b[from:], ' ')
		if i < 1 {
			return last, n
		}
		from += i + 1
		if c := b[from-2]; c == ',' || c == ':' && from > 2 && b[from-3] == ' ' {
			n++
			last = b[from:]
		}
	}
}

// isMissing reports whether a log says by b that there is no value.
func isMissing(b []byte) bool {
	return len(b) == 0 || len(b) == 1 && b[0] == '-' || string(b) == "null" || string(b) == "none"
}

// forwardedClient takes the client's address from a list of forwarded ones, "203.0.113.9, 10.0.0.3", where rec's own is that
// of a proxy nearby: the last that is no private address, since a client can put anything before it.
func forwardedClient(list []byte, rec *Record) {
	if !isPrivate(rec.Client) {
		return
	}
	for len(list) > 0 {
		i := bytes.LastIndexByte(list, ' ')
		one := bytes.TrimSuffix(list[i+1:], []byte(","))
		if !isAddress(one) {
			return
		}
		if !isPrivate(one) {
			rec.Client = one
			return
		}
		list = list[:max(i, 0)]
	}
}

// isPrivate reports whether an address belongs to a local network or to the machine itself.
func isPrivate(b []byte) bool {
	switch {
	case bytes.HasPrefix(b, []byte("10.")), bytes.HasPrefix(b, []byte("192.168.")), bytes.HasPrefix(b, []byte("127.")):
		return true
	case bytes.HasPrefix(b, []byte("172.")) && len(b) > 7 && b[6] == '.':
		n, ok := number(b[4:6])
		return ok && n >= 16 && n <= 31
	}
	return len(b) > 0 && (b[0]|0x20 == 'f' && (b[1]|0x20 == 'd' || b[1]|0x20 == 'c' || b[1]|0x20 == 'e') || string(b) == "::1" || b[0] == 'u')
}
