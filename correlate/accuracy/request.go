package accuracy

import (
	"bytes"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// request is what a line tells of one request.
type request struct {
	client, path string // path with its query; either may be unknown
	status       int    // 0 where unknown, -1 where HAProxy sent nothing
	at           time.Time
}

// bare is the path without its query.
func (q *request) bare() string {
	p, _, _ := strings.Cut(q.path, "?")
	return p
}

var methods = [][]byte{[]byte("GET "), []byte("POST "), []byte("HEAD "), []byte("PUT "), []byte("DELETE "), []byte("PATCH "), []byte("OPTIONS ")}

// requestOf reads the line of an access log, of HAProxy or of an application on one request.
func requestOf(r *record) (request, bool) {
	if !r.timed() {
		return request{}, false
	}
	q, ok := request{}, false
	switch text := bytes.TrimSpace(r.text); {
	case bytes.HasPrefix(text, []byte("{")):
		q, ok = keyed(text, `"%":"`, `"%":`)
	case bytes.Contains(text, []byte(" method=")):
		q, ok = keyed(text, `%="`, `%=`)
	default:
		q, ok = combined(text)
	}
	q.at = r.at()
	return q, ok
}

// combined reads anything with a quoted request line: the status stands behind it, or with HAProxy behind the timers.
func combined(text []byte) (request, bool) {
	var q request
	open, ok := requestLine(text)
	if !ok {
		return q, false
	}
	head, rest := text[:open-1], text[open:]
	end := bytes.IndexByte(rest, '"')
	if end < 0 {
		end = len(rest)
	}
	words := bytes.Fields(rest[:end])
	if len(words) < 2 {
		return q, false
	}
	q.path = string(words[1])
	if behind := bytes.Fields(rest[end:]); len(behind) > 1 {
		q.status, _ = strconv.Atoi(string(behind[1]))
	}
	timers := false
	for _, word := range bytes.Fields(head) {
		if q.client == "" {
			q.client = address(word)
		}
		if timers {
			q.status, _ = strconv.Atoi(string(word))
			break
		}
		timers = bytes.Count(word, []byte("/")) == 4
	}
	return q, q.status != 0
}

// requestLine finds where the quoted request line begins, behind the quote.
func requestLine(text []byte) (int, bool) {
	for i := 0; ; {
		n := bytes.IndexByte(text[i:], '"')
		if n < 0 {
			return 0, false
		}
		i += n + 1
		for _, m := range methods {
			if bytes.HasPrefix(text[i:], m) {
				return i, true
			}
		}
	}
}

// address is the IP address a word is, with or without a port.
func address(word []byte) string {
	if len(word) == 0 || !isDigit(word[0]) && !bytes.Contains(word, []byte(":")) {
		return ""
	}
	if a, err := netip.ParseAddr(string(word)); err == nil {
		return a.String()
	}
	if a, err := netip.ParseAddrPort(string(word)); err == nil {
		return a.Addr().String()
	}
	return ""
}

// keyed reads JSON and logfmt; the two patterns are of a quoted and a bare value, with % for the key.
func keyed(text []byte, quoted, bare string) (request, bool) {
	var q request
	q.client = value(text, quoted, bare, "remote_addr", "client", "client_ip", "remote_ip", "ip")
	q.path = value(text, quoted, bare, "uri", "request_uri", "path", "url")
	q.status, _ = strconv.Atoi(value(text, quoted, bare, "status", "status_code", "code"))
	return q, q.path != "" && q.status != 0
}

func value(text []byte, quoted, bare string, keys ...string) string {
	for _, key := range keys {
		for _, pattern := range []string{quoted, bare} {
			mark := []byte(strings.Replace(pattern, "%", key, 1))
			i := bytes.Index(text, mark)
			if i < 0 || i > 0 && isWordByte(text[i-1]) {
				continue
			}
			rest := text[i+len(mark):]
			stop := ` ,}"`
			if pattern == quoted {
				stop = `"`
			}
			if end := bytes.IndexAny(rest, stop); end >= 0 {
				rest = rest[:end]
			}
			return string(rest)
		}
	}
	return ""
}
