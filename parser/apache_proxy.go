package parser

import "bytes"

// isProxyText reports whether a message is about a backend: by the module that wrote it, or by its words where the line
// names no module.
func isProxyText(module, text []byte) bool {
	if len(module) > 0 {
		return module[0] == 'p' && bytes.HasPrefix(module, []byte("proxy")) || string(module) == "authnz_fcgi"
	}
	return bytes.HasPrefix(text, []byte("proxy: ")) || bytes.Contains(text, []byte("attempt to connect to ")) ||
		bytes.Contains(text, []byte("to backend: ")) || bytes.Contains(text, []byte("remote server"))
}

// apacheProxy looks for the backend's address in a message of mod_proxy and its kin, and for the client's path where the
// message ends in it.
//
// The phrases, from httpd's modules/proxy: "connect to 10.0.0.1:80 (host:80) failed", "Unix domain socket /run/x.sock
// (localhost:80)", "worker for (host) for 60s", "connection to backend: host", "remote server 10.0.0.1:80", "lookup failure for:
// host returned by /path", "balancer://name: All workers …".
func (s *Scanner) apacheProxy(text []byte, rec *Record) {
	apacheScheme(text, rec)
	var previous []byte
	for words := 0; len(text) > 0 && words < 40; words++ {
		end := bytes.IndexByte(text, ' ')
		if end < 0 {
			end = len(text)
		}
		word := text[:end]
		if string(previous) == "by" && len(word) > 0 && word[0] == '/' {
			rec.Path = withoutMethod(text)
			return
		}
		if len(rec.Upstream) == 0 {
			s.apacheUpstream(previous, word, rec)
		}
		previous = word
		text = text[min(end+1, len(text)):]
	}
}

// withoutMethod cuts off the " (GET)" that some messages put behind the path.
func withoutMethod(path []byte) []byte {
	open := lastIndex(path, []byte(" ("))
	if open < 0 || path[len(path)-1] != ')' || !isKnownMethod(path[open+2:len(path)-1]) {
		return path
	}
	return path[:open]
}

// apacheUpstream takes word as the backend if it looks like an address or the word before announces one.
func (s *Scanner) apacheUpstream(previous, word []byte, rec *Record) {
	if len(word) < 2 {
		return
	}
	last := word[len(word)-1]
	if last-'0' <= 9 || last == ')' || last == ',' || last == '.' {
		if addr := hostPort(word); addr != nil {
			rec.Upstream = addr
			return
		}
	}
	switch string(previous) {
	case "socket":
		if word[0] == '/' {
			rec.Upstream = s.unixAddress(word)
		}
	case "for":
		if word[0] == '(' && last == ')' {
			rec.Upstream = word[1 : len(word)-1]
		}
	case "backend:":
		rec.Upstream = word
	case "for:":
		if word[0] != '/' {
			rec.Upstream = word
		}
	}
	if word[0] == 'b' || word[0] == '(' {
		if name, ok := bytes.CutPrefix(bytes.TrimLeft(word, "("), []byte("balancer://")); ok {
			rec.Upstream = bytes.TrimRight(name, ":).,")
		} else if bytes.HasPrefix(word, []byte("(unix:")) {
			rec.Upstream = bytes.TrimRight(word[1:], ")|,:")
		}
	}
}

// unixAddress writes the path of a socket as an upstream's address.
func (s *Scanner) unixAddress(path []byte) []byte {
	b := s.scratch.begin(len("unix:") + len(path))
	b = append(b, "unix:"...)
	b = append(b, path...)
	return s.scratch.keep(b)
}

// apacheScheme reads the protocol that is spoken to the backend off the message's first word, else off the module.
func apacheScheme(text []byte, rec *Record) {
	if colon := bytes.IndexByte(text[:min(len(text), 12)], ':'); colon > 1 {
		if scheme := apacheSchemeNamed(text[:colon]); scheme != nil {
			rec.UpstreamScheme = scheme
			return
		}
	}
	if len(rec.Module) > len("proxy_") {
		rec.UpstreamScheme = apacheSchemeNamed(rec.Module[len("proxy_"):])
	}
}

var (
	schemeFastCGI = []byte("fastcgi")
	schemeHTTP    = []byte("http")
	schemeHTTPS   = []byte("https")
	schemeAJP     = []byte("ajp")
	schemeSCGI    = []byte("scgi")
	schemeUWSGI   = []byte("uwsgi")
)

func apacheSchemeNamed(name []byte) []byte {
	switch string(name) {
	case "FCGI", "fcgi":
		return schemeFastCGI
	case "HTTP", "http", "H2", "http2":
		return schemeHTTP
	case "HTTPS", "https":
		return schemeHTTPS
	case "AJP", "ajp":
		return schemeAJP
	case "SCGI", "scgi":
		return schemeSCGI
	case "UWSGI", "uwsgi":
		return schemeUWSGI
	}
	return nil
}
