package ingest

import "bytes"

// isConfiguration reports whether most lines of head look like directives: of nginx, Apache, HAProxy, ini files, or of something
// built alike. A share of lines decides, not single words, so that a log which quotes a directive stays a log.
func isConfiguration(head []byte) bool {
	fits, all := 0, 0
	section := false // inside a section whose lines are indented, as HAProxy's are
	for line := range bytes.Lines(head) {
		indented := len(line) > 0 && (line[0] == ' ' || line[0] == '\t')
		line = bytes.TrimSpace(line)
		if len(line) == 0 || line[0] == '#' || line[0] == ';' {
			continue
		}
		all++
		if !indented {
			section = beginsSection(line)
		}
		if section || isDirective(line) {
			fits++
		}
	}
	return all > 0 && fits*10 >= all*7
}

var sectionWords = [...]string{"global", "defaults", "frontend", "backend", "listen", "peers", "resolvers", "userlist", "cache", "mailers"}

// beginsSection reports whether line opens a section of a haproxy.cfg: one of its words, and at most a name behind it.
func beginsSection(line []byte) bool {
	words := bytes.Fields(line)
	if len(words) > 3 {
		return false
	}
	for _, w := range sectionWords {
		if string(words[0]) == w {
			return true
		}
	}
	return false
}

func isDirective(line []byte) bool {
	switch last := line[len(line)-1]; {
	case last == '{' || last == '}' || last == ';':
		return true
	case line[0] == '<' && last == '>':
		return true
	case line[0] == '[' && last == ']':
		return isName(line[1 : len(line)-1])
	}
	if name, _, ok := bytes.Cut(line, []byte("=")); ok && isName(bytes.TrimRight(name, " \t")) {
		// key=value key=value is a log in logfmt.
		return bytes.Count(line, []byte("=")) <= 2
	}
	word, _, _ := bytes.Cut(line, []byte(" "))
	return isCamelCase(word)
}

// isName reports whether b could be a section or a setting: "pm.max_children", "php_admin_value[error_log]".
func isName(b []byte) bool {
	for i, c := range b {
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		if !letter && (i == 0 || c != '.' && c != '_' && c != '-' && c != '[' && c != ']' && (c < '0' || c > '9')) {
			return false
		}
	}
	return len(b) > 0
}

// isCamelCase reports whether b is a word such as ServerName or SSLEngine: an Apache directive.
func isCamelCase(b []byte) bool {
	upper, lower := 0, 0
	for _, c := range b {
		switch {
		case c >= 'A' && c <= 'Z':
			upper++
		case c >= 'a' && c <= 'z':
			lower++
		default:
			return false
		}
	}
	return upper >= 2 && lower >= 2 && b[0] >= 'A' && b[0] <= 'Z'
}
