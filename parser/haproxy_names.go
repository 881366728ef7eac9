package parser

import "bytes"

// haproxyNames finds the names in a message: of a server with its backend (then Upstream is both, as in a request's line),
// of a backend, of a frontend. A "Proxy" may be either; it is noted as Frontend.
func haproxyNames(b []byte, rec *Record) {
	if client, ok := bytes.CutPrefix(b, []byte("Connect from ")); ok {
		haproxyConnect(client, rec)
		return
	}
	if name := wordAfter(b, "Connect() failed for backend ", "before connect() for backend "); name != nil {
		rec.Backend = name
		return
	}
	b = bytes.TrimPrefix(b, []byte("Health check for "))
	b = bytes.TrimPrefix(b, []byte("Agent check for "))
	b = bytes.TrimPrefix(b, []byte("Backup "))
	b = bytes.TrimPrefix(b, []byte("backup "))
	word, rest := cutWord(b)
	name, _ := cutWord(rest)
	switch string(word) {
	case "Server", "server":
		setServerNames(name, rec)
	case "backend":
		rec.Backend = withoutQuotes(name)
	case "Proxy":
		rec.Frontend = withoutQuotes(name)
	default:
		if verb, _ := cutWord(rest); string(verb) == "changed" || string(verb) == "IP" {
			setServerNames(bytes.TrimSuffix(word, []byte(":")), rec)
		}
	}
}

// setServerNames reads "backend/server".
func setServerNames(name []byte, rec *Record) {
	name = bytes.TrimRight(name, ",.")
	slash := bytes.IndexByte(name, '/')
	if slash <= 0 {
		return
	}
	rec.Upstream = name
	rec.Backend = name[:slash]
	setServer(rec, name[slash+1:])
}

// haproxyConnect reads "203.0.113.7:54321 to 10.0.0.2:443 (https-in/HTTP)".
func haproxyConnect(b []byte, rec *Record) {
	client, rest := cutWord(b)
	if colon := bytes.LastIndexByte(client, ':'); colon > 0 {
		rec.Client = client[:colon]
	}
	open := bytes.LastIndexByte(rest, '(')
	if open < 0 {
		return
	}
	if slash := bytes.LastIndexByte(rest[open:], '/'); slash > 1 {
		rec.Frontend = rest[open+1 : open+slash]
	}
}

// wordAfter returns the word behind the first of the phrases that b holds, without punctuation; nil if it holds none.
func wordAfter(b []byte, phrases ...string) []byte {
	for _, phrase := range phrases {
		if i := bytes.Index(b, []byte(phrase)); i >= 0 {
			word, _ := cutWord(b[i+len(phrase):])
			return bytes.TrimRight(word, ":.,")
		}
	}
	return nil
}

func withoutQuotes(name []byte) []byte { return bytes.Trim(name, "'\"") }

// haproxySeverity is the level at which HAProxy logs a message, for lines that reached a file without their priority.
func haproxySeverity(b []byte) Severity {
	switch {
	case bytes.Contains(b, []byte(" has no server available!")), bytes.Contains(b, []byte(" reached ")):
		return Emergency
	case bytes.Contains(b, []byte(" is DOWN")), bytes.Contains(b, []byte(" is going DOWN")):
		return Alert
	case bytes.HasPrefix(b, []byte("Connect() failed ")):
		return Error
	case bytes.HasPrefix(b, []byte("Connect from ")):
		return Info
	}
	return Notice
}

// echoes remembers what HAProxy said last, to know it again in its other form.
type echoes struct {
	heard [8]struct {
		hash     uint64
		labelled bool
	}
	next int
}

// said notes a text and reports whether it was last said in the other form, with or without label. Quotes around names,
// which only the labelled form has, make no difference.
func (e *echoes) said(text []byte, labelled bool) (again bool) {
	hash := uint64(14695981039346656037)
	for _, c := range text {
		if c != '\'' {
			hash = (hash ^ uint64(c)) * 1099511628211
		}
	}
	for i := range e.heard {
		if h := &e.heard[i]; h.hash == hash && h.labelled != labelled {
			h.hash = 0
			return true
		}
	}
	e.heard[e.next].hash, e.heard[e.next].labelled = hash, labelled
	e.next = (e.next + 1) % len(e.heard)
	return false
}
