package parser

import "bytes"

// appTextRequest makes rec a request if what was said is one that was served, and returns whether it is. It knows
//
//	method=GET path=/x status=200 duration=35.12      lograge and everything else with pairs
//	10.0.0.1:54321 - "GET /x HTTP/1.1" 200 OK         uvicorn, werkzeug, Django's runserver
//	GET /x 200 12.345 ms - 45                         morgan
//	200 GET /x (10.0.0.1) 1.23ms                      Tornado
//	HTTP GET /x responded 200 in 35.1234 ms           Serilog
func (s *Scanner) appTextRequest(said []byte, rec *Record) bool {
	if bytes.Contains(said, []byte("status=")) {
		return s.pairRequest(said, rec)
	}
	if open := bytes.IndexByte(said, '"'); open >= 0 && open < 80 {
		if quotedRequest(said, open, rec) {
			return true
		}
	}
	return wordedRequest(said, rec)
}

func (s *Scanner) pairRequest(said []byte, rec *Record) bool {
	f := newAppFields()
	if !s.appPairs(&f, said) || !f.isRequest() {
		return false
	}
	rec.Kind = Request
	rec.Method, rec.Path, rec.Status, rec.Duration, rec.Bytes = f.method, f.path, f.status, f.duration, f.bytes
	rec.Client, rec.UserAgent, rec.VHost = f.client, f.agent, f.vhost
	return true
}

// quotedRequest reads the request line that begins at open and the status behind it.
func quotedRequest(said []byte, open int, rec *Record) bool {
	line, rest, ok := bytes.Cut(said[open+1:], []byte(`" `))
	method, path, spaced := bytes.Cut(line, []byte(" "))
	status, size := leadingNumber(rest)
	if !ok || !spaced || !isKnownMethod(method) || size != 3 {
		return false
	}
	path, protocol, _ := bytes.Cut(path, []byte(" "))
	rec.Kind, rec.Status = Request, int32(status)
	rec.Method, rec.Path, rec.Protocol = method, path, protocol
	peer, _ := firstWord(said[:open])
	if bytes.IndexByte(peer, '.') > 0 || bytes.IndexByte(peer, ':') > 0 {
		rec.Client = withoutPort(peer, true)
	}
	return true
}

// wordedRequest reads a request out of blank-separated words: a method, a path, a status that stands next to them, a
// duration with its unit.
func wordedRequest(said []byte, rec *Record) bool {
	rest := bytes.TrimPrefix(said, []byte("HTTP "))
	before := nextWord(&rest)
	method := before
	if !isKnownMethod(method) {
		method = nextWord(&rest)
	}
	path := nextWord(&rest)
	if !isKnownMethod(method) || len(path) == 0 || path[0] != '/' {
		return false
	}
	status := wordStatus(before)
	if status == 0 {
		word := nextWord(&rest)
		if string(word) == "responded" || string(word) == "-" || string(word) == "=>" || string(word) == "->" {
			word = nextWord(&rest)
		}
		if status = wordStatus(word); status == 0 {
			return false
		}
	}
	rec.Kind, rec.Status, rec.Method, rec.Path = Request, status, method, path
	for words := 0; words < 4 && len(rest) > 0; words++ {
		word := nextWord(&rest)
		if len(word) == 0 || word[0]-'0' > 9 {
			continue
		}
		ahead := rest
		if unit := nextWord(&ahead); string(unit) == "ms" {
			rec.Duration = decimal(word, 1000)
		} else if last := word[len(word)-1]; last-'0' > 9 {
			rec.Duration = durationText(word)
		}
		break
	}
	return true
}

// nextWord cuts the next word off *b.
func nextWord(b *[]byte) []byte {
	rest := bytes.TrimLeft(*b, " \t")
	n := 0
	for n < len(rest) && rest[n] != ' ' && rest[n] != '\t' {
		n++
	}
	*b = rest[n:]
	return rest[:n]
}

// wordStatus reads a word that is a status of HTTP, 0 if it is none.
func wordStatus(word []byte) int32 {
	n, size := leadingNumber(word)
	if size != 3 || size != len(word) || n < 100 || n > 599 {
		return 0
	}
	return int32(n)
}

// isKnownMethod reports whether b is a method of HTTP.
func isKnownMethod(b []byte) bool {
	switch string(b) {
	case "GET", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "PURGE":
		return true
	}
	return false
}
