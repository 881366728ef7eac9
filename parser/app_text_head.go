package parser

import "bytes"

// textHead is what stands between the time stamp of a text line and what was said.
type textHead struct {
	level  Severity
	logger []byte
	pid    int64
	// words counts what was passed over that is no number and no group; plain those of them that could be prose.
	words, plain int
}

// read looks for a level among the first words and bracket groups of b and returns what was said, which begins behind the
// level and what belongs to it. Without a level it returns nil.
func (h *textHead) read(b []byte) (said []byte) {
	for words := 0; words < 7; words++ {
		b = bytes.TrimLeft(b, " \t-|:,")
		if len(b) == 0 {
			return nil
		}
		if b[0] == '[' || b[0] == '<' {
			group, rest := cutGroup(b)
			if group == nil {
				return nil
			}
			b = rest
			if h.levelGroup(group) {
				return h.said(b)
			}
			continue
		}
		word, rest := firstWord(b)
		if h.levelWord(word, rest) {
			return h.said(rest)
		}
		if !h.passable(word) {
			return nil
		}
		b = rest
	}
	return nil
}

// cutGroup takes the "[group]" or "<group>" off the front of b. group is nil if it does not end.
func cutGroup(b []byte) (group, rest []byte) {
	closing := byte(']')
	if b[0] == '<' {
		closing = '>'
	}
	end := bytes.IndexByte(b[:min(len(b), 128)], closing)
	if end < 0 {
		return nil, b
	}
	return b[1:end], b[end+1:]
}

// firstWord takes the first word off b. A bracket ends it as well: "[main]INFO".
func firstWord(b []byte) (word, rest []byte) {
	n := 0
	for n < len(b) && b[n] != ' ' && b[n] != '\t' && b[n] != '|' && b[n] != '[' {
		n++
	}
	return b[:n], b[n:]
}

// levelGroup reads "[INFO ]", "[error]", "[12345]" or "[pid 12]".
func (h *textHead) levelGroup(group []byte) bool {
	group = bytes.TrimSpace(group)
	if n, size := leadingNumber(group); size > 0 && size == len(group) {
		if h.pid == 0 && size < 10 {
			h.pid = n
		}
		return false
	}
	h.level = appLevel(group)
	if h.level == NoSeverity {
		h.level = h.channelLevel(group)
	}
	return h.level != NoSeverity
}

// levelWord reads a level as a word: in capitals, or in small letters with a colon, a tab or a bar behind it. Words like
// "Error" begin a sentence more often than they are a level.
func (h *textHead) levelWord(word, rest []byte) bool {
	bare := bytes.TrimRight(word, ":,")
	if len(bare) < 3 {
		return false
	}
	capital := true
	for _, c := range bare {
		if c >= 'a' && c <= 'z' {
			capital = false
			break
		}
	}
	switch {
	case capital:
		h.level = appLevel(bare)
	case bare[0] < 'a':
	case len(bare) < len(word) || len(rest) > 0 && (rest[0] == '\t' || rest[0] == '|') || len(rest) > 1 && rest[0] == ' ' && rest[1] == '|':
		h.level = appLevel(bare)
	}
	if h.level == NoSeverity {
		h.level = h.channelLevel(bare)
	}
	return h.level != NoSeverity
}

// channelLevel reads Monolog's "app.ERROR".
func (h *textHead) channelLevel(word []byte) Severity {
	dot := bytes.LastIndexByte(word, '.')
	if dot < 1 || dot+3 > len(word) || word[dot+1] < 'A' || word[dot+1] > 'Z' {
		return NoSeverity
	}
	for _, c := range word[dot+1:] {
		if c < 'A' || c > 'Z' {
			return NoSeverity
		}
	}
	level := appLevel(word[dot+1:])
	if level != NoSeverity {
		h.logger = word[:dot]
	}
	return level
}

// passable reports whether a word may stand before the level: a process id, a logger, a zone's name, a
// user@database. Two at most, and one at most that could begin a sentence.
func (h *textHead) passable(word []byte) bool {
	if len(word) == 0 || len(word) > 64 {
		return false
	}
	if n, size := leadingNumber(word); size == len(word) {
		if h.pid == 0 && size < 10 {
			h.pid = n
		}
		return true
	}
	h.words++
	plain := true
	for _, c := range word {
		if isWordByte(c) {
			continue
		}
		switch c {
		case '.', '-', '/', '$', '@', '#', ':', '(', ')':
			plain = false
		default:
			return false
		}
	}
	if plain {
		h.plain++
	}
	if h.words > 2 || h.plain > 1 {
		return false
	}
	if len(h.logger) == 0 && (word[0]|0x20 >= 'a' && word[0]|0x20 <= 'z') {
		h.logger = bytes.TrimRight(word, ":")
	}
	return true
}

// said takes what stands between the level and the message off b: a process id with "---", groups for thread and module, a
// logger with " - " or " : " behind it.
func (h *textHead) said(b []byte) []byte {
	b = bytes.TrimLeft(b, " \t:|,-")
	if n, size := leadingNumber(b); size > 0 && bytes.HasPrefix(b[size:], []byte(" --- ")) {
		h.pid = n
		b = bytes.TrimLeft(b[size+5:], " ")
	}
	for groups := 0; groups < 4 && len(b) > 0 && b[0] == '['; groups++ {
		group, rest := cutGroup(b)
		if group == nil || len(rest) == 0 || isBlank(rest) {
			break
		}
		b = bytes.TrimLeft(rest, " \t:")
	}
	b = bytes.TrimLeft(b, " \t-:|")
	end := bytes.IndexByte(b[:min(len(b), 100)], ' ')
	if end < 1 || len(b) < end+4 {
		return b
	}
	word, rest := b[:end], bytes.TrimLeft(b[end:], " ")
	if len(rest) < 3 || rest[0] != '-' && rest[0] != ':' || rest[1] != ' ' || !isLoggerName(word) {
		return b
	}
	h.logger = word
	return rest[2:]
}

func isLoggerName(b []byte) bool {
	for _, c := range b {
		if !isWordByte(c) && c != '.' && c != '$' && c != '-' && c != '/' && c != '[' && c != ']' && c != '#' {
			return false
		}
	}
	return b[0]|0x20 >= 'a' && b[0]|0x20 <= 'z'
}
