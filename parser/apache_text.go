package parser

import "bytes"

// apacheBody reads what follows the groups of a line.
func (s *Scanner) apacheBody(body []byte, head *apacheHead, rec *Record) {
	text := apacheWithoutReferer(body)
	rec.Message = text
	if head.message != nil {
		rec.Message = head.message[:len(head.message)-len(body)+len(text)]
	}
	if len(rec.Upstream) > 0 || len(rec.Code) > 0 {
		s.apacheText(text, rec)
		return
	}
	saying := s.apache.saying(rec.Message)
	if saying.is(rec) {
		saying.tell(rec)
	} else if s.apacheText(text, rec) && saying.isSpare() {
		saying.learn(rec)
	}
}

// apacheText reads the text of rec's message from its code on. It reports whether the message is one about a backend that tells code, error
// number, backend and path, and nothing else.
func (s *Scanner) apacheText(text []byte, rec *Record) (remember bool) {
	if n := apacheCode(text); n > 0 {
		rec.Code = text[:n]
		text = trimSpace(text[n+1:])
		if rec.Errno == 0 && len(text) > 2 && text[0] == '(' {
			// A script's child process writes its status behind the code.
			apacheStatus(text, rec)
		}
	} else if i := apacheInnerCode(text); i > 0 {
		rec.Code = text[i : i+apacheCode(text[i:])]
	}
	if bytes.HasPrefix(text, []byte("ModSecurity")) {
		apacheModSecurity(text, rec)
		return false
	}
	newline := apacheNewline(rec.Message)
	if newline >= 0 {
		rec.Detail = rec.Message[newline+2:]
		rec.Message = rec.Message[:newline]
	}
	if i := bytes.Index(rec.Message, []byte("PHP ")); i >= 0 {
		if level := phpSeverity(rec.Message[i:]); level != NoSeverity {
			rec.Severity = level
		}
		return false
	}
	if !isProxyText(rec.Module, text) {
		return false
	}
	s.apacheProxy(text, rec)
	return newline < 0
}

// apacheWithoutReferer cuts off the ", referer: URL" that is appended to messages about a request.
func apacheWithoutReferer(b []byte) []byte {
	end, from := len(b), 0
	for {
		i := bytes.Index(b[from:], refererMark)
		if i < 0 {
			return b[:end]
		}
		end, from = from+i, from+i+len(refererMark)
	}
}

var refererMark = []byte(", referer: ")

// apacheInnerCode finds a code behind a tag such as "<H2_STRM_LOG>"; 0 if there is none.
func apacheInnerCode(b []byte) int {
	if len(b) == 0 || b[0] != '<' {
		return 0
	}
	i := bytes.IndexByte(b, '>') + 1
	if apacheCode(b[i:]) == 0 {
		return 0
	}
	return i
}

// apacheNewline finds the first line feed of a text, which Apache writes as a backslash and an n; -1 if there is none. A
// backslash of the text itself is doubled.
func apacheNewline(b []byte) int {
	for i := bytes.IndexByte(b, '\\'); i >= 0 && i+1 < len(b); {
		if b[i+1] == 'n' {
			return i
		}
		next := bytes.IndexByte(b[i+2:], '\\')
		if next < 0 {
			break
		}
		i += 2 + next
	}
	return -1
}

// apacheModSecurity reads the tags of a ModSecurity message: [id "942190"], [hostname "…"], [uri "…"], and the status of
// an intervention.
//
// Source: ModSecurity apache2/re.c, msre_format_metadata.
func apacheModSecurity(text []byte, rec *Record) {
	rec.Daemon = ModSecurity
	if id := modSecurityTag(text, `[id "`); id != nil {
		rec.Code = id
	}
	rec.VHost = modSecurityTag(text, `[hostname "`)
	rec.Path = modSecurityTag(text, `[uri "`)
	mark := []byte("with code ")
	if i := bytes.Index(text[:min(len(text), 80)], mark); i >= 0 {
		if status, size := leadingNumber(text[i+len(mark):]); size == 3 {
			rec.Status = int32(status)
		}
	}
}

// modSecurityTag returns the value of the last tag of that name, nil if there is none: earlier ones may be the attacker's.
func modSecurityTag(text []byte, open string) []byte {
	i := lastIndex(text, []byte(open))
	if i < 0 {
		return nil
	}
	value := text[i+len(open):]
	end := bytes.Index(value, []byte(`"]`))
	if end < 0 {
		return nil
	}
	return value[:end]
}
