package store

// interner gives equal texts one string, so that a repeated text costs no allocation. It holds at most max texts; what it does
// with one more is for its owner to choose: see bounded and shared.
type interner struct {
	max   int
	texts map[string]string
}

// bounded returns the string of text, or Other where there is no room for another. Texts are cut to textLimit bytes.
func (n *interner) bounded(text []byte) string {
	if len(text) == 0 {
		return ""
	}
	text = text[:min(len(text), textLimit)]
	if s, ok := n.texts[string(text)]; ok {
		return s
	}
	if len(n.texts) >= n.max {
		return Other
	}
	return n.keep(text)
}

// shared returns the string of text, exactly. When the interner is full it begins anew.
func (n *interner) shared(text []byte) string {
	if len(text) == 0 {
		return ""
	}
	if s, ok := n.texts[string(text)]; ok {
		return s
	}
	if len(n.texts) >= n.max {
		clear(n.texts)
	}
	return n.keep(text)
}

func (n *interner) keep(text []byte) string {
	if n.texts == nil {
		n.texts = make(map[string]string)
	}
	s := string(text)
	n.texts[s] = s
	return s
}

// textLimit bounds a text of a dictionary, in bytes. Messages, details and paths have limits of their own.
const textLimit = 256
