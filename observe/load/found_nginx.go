package load

import (
	"io/fs"
	"strings"
)

// foundNginx finds locations with stub_status, at the first address that their server listens on without TLS.
func foundNginx(root fs.FS) (all []Place) {
	for _, text := range configs(root, nginxFiles) {
		var w nginxWalk
		for words := range nginxStatements(string(text)) {
			if place, ok := w.step(words); ok {
				all = append(all, place...)
			}
		}
	}
	return all
}

// nginxWalk is where in the blocks of a file reading has got to.
type nginxWalk struct {
	blocks []string // of each open block: its name and its last argument
	listen string
	name   string
	pages  []string
}

// step takes a statement: its words and, as the last of them, what ended it. At the end of a server it tells its pages.
func (w *nginxWalk) step(words []string) (found []Place, ok bool) {
	end := words[len(words)-1]
	words = words[:len(words)-1]
	switch end {
	case "{":
		name := ""
		if len(words) > 0 {
			name = words[0] + " " + words[len(words)-1]
		}
		w.blocks = append(w.blocks, name)
		return nil, false
	case "}":
		if len(w.blocks) == 0 {
			return nil, false
		}
		closed := w.blocks[len(w.blocks)-1]
		w.blocks = w.blocks[:len(w.blocks)-1]
		if !strings.HasPrefix(closed, "server ") {
			return nil, false
		}
		for _, page := range w.pages {
			found = append(found, Place{"nginx", "http://" + local(orElse(w.listen, "80")) + page})
		}
		w.listen, w.pages = "", nil
		return found, len(found) > 0
	}
	if len(words) == 0 {
		return nil, false
	}
	switch words[0] {
	case "listen":
		plain := !strings.Contains(strings.Join(words, " "), "ssl") && len(words) > 1 && !strings.HasPrefix(words[1], "unix:")
		if w.listen == "" && plain {
			w.listen = words[1]
		}
	case "stub_status":
		if n := len(w.blocks); n > 0 {
			if location, is := strings.CutPrefix(w.blocks[n-1], "location "); is && strings.HasPrefix(location, "/") {
				w.pages = append(w.pages, location)
			}
		}
	}
	return nil, false
}

// nginxStatements yields the statements of a configuration, each with the sign that ended it as its last word.
func nginxStatements(text string) func(yield func(words []string) bool) {
	return func(yield func(words []string) bool) {
		var words []string
		for text != "" {
			switch c := text[0]; {
			case c == '#':
				_, text, _ = strings.Cut(text, "\n")
			case c <= ' ':
				text = text[1:]
			case c == ';' || c == '{' || c == '}':
				if !yield(append(words, text[:1])) {
					return
				}
				words, text = nil, text[1:]
			case c == '"' || c == '\'':
				word, rest, _ := strings.Cut(text[1:], text[:1])
				words, text = append(words, word), rest
			default:
				n := strings.IndexAny(text, " \t\r\n;{}")
				if n < 0 {
					n = len(text)
				}
				words, text = append(words, text[:n]), text[n:]
			}
		}
	}
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
