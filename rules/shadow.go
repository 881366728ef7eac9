package rules

import (
	"slices"
	"strings"
)

// shadowed reports signatures that can never win: whatever matches them also matches another one that ranks higher.
func shadowed(c *Catalogue) (p Problems) {
	ranks := make([]rank, len(c.Signatures))
	for i := range c.Signatures {
		r, err := compile(&c.Signatures[i], ID(i))
		if err != nil {
			return nil // reported already, and without it the order is not known
		}
		ranks[i] = r.rank
	}
	for i := range c.Signatures {
		s := &c.Signatures[i]
		for j := range c.Signatures {
			other := &c.Signatures[j]
			if ranks[j].compare(ranks[i]) < 0 && implies(s, other) {
				p = append(p, s.problem("never wins: %s (%s:%d) matches whatever it matches, and ranks higher", other.ID, other.File, other.LineNo))
				break
			}
		}
	}
	return p
}

// implies reports whether every record that matches s must match other too, as far as the texts of both show.
func implies(s, other *Signature) bool {
	return coversDaemons(other.Daemons, s.Daemons) &&
		(other.Match.Regexp == "" || other.Match.Regexp == s.Match.Regexp) &&
		impliesFields(s.Match.Fields, other.Match.Fields) &&
		impliesLiterals(&s.Match, &other.Match) &&
		subset(other.Match.None, s.Match.None)
}

func coversDaemons(wide, narrow []string) bool {
	return slices.Contains(wide, "any") || subset(narrow, wide)
}

func subset(a, b []string) bool {
	for _, x := range a {
		if !slices.Contains(b, x) {
			return false
		}
	}
	return true
}

func impliesFields(s, other map[string]string) bool {
	if requestFields(s) != requestFields(other) {
		return false
	}
	for name, value := range other {
		if v, ok := s[name]; !ok || v != value {
			return false
		}
	}
	return true
}

func requestFields(fields map[string]string) bool {
	_, termination := fields["termination"]
	return termination || fields["kind"] == "request"
}

func impliesLiterals(s, other *Match) bool {
	for _, l := range other.All {
		if !within(l, s.All) {
			return false
		}
	}
	if len(other.Any) == 0 || slices.ContainsFunc(other.Any, func(l string) bool { return within(l, s.All) }) {
		return true
	}
	for _, l := range s.Any {
		if !slices.ContainsFunc(other.Any, func(o string) bool { return strings.Contains(l, o) }) {
			return false
		}
	}
	return len(s.Any) > 0
}

// within reports whether literal is part of one of texts.
func within(literal string, texts []string) bool {
	return slices.ContainsFunc(texts, func(t string) bool { return strings.Contains(t, literal) })
}
