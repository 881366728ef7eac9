package rules

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"culprit/parser"
)

// Lint returns all that is wrong with the rules of c as such, nothing if they are fine. What only running them shows
// is CheckExamples's part.
func Lint(c *Catalogue) Problems {
	p := faults(c)
	for i := range c.Signatures {
		p = append(p, styleProblems(&c.Signatures[i])...)
	}
	p = append(p, shadowed(c)...)
	p.sort()
	return p
}

// noFault stands among a signature's causes where the message can mean that nothing is wrong. No document describes it.
const noFault = "none"

// faults are the mistakes that make a rule meaningless: unknown words, and matches that cannot be compiled.
func faults(c *Catalogue) Problems {
	var p Problems
	perDaemon := map[string]int{}
	for i := range c.Signatures {
		s := &c.Signatures[i]
		p = append(p, s.wordProblems()...)
		p = append(p, s.matchProblems()...)
		for _, id := range s.Causes {
			if id != noFault && len(c.Causes) > 0 && c.Cause(id) == nil {
				p = append(p, s.problem("unknown cause %q", id))
			}
		}
		for _, d := range s.Daemons {
			perDaemon[d]++
		}
	}
	for d, n := range perDaemon {
		if n > maxRules-perDaemon["any"] {
			p = append(p, Problem{File: "signatures", Text: fmt.Sprintf("%d signatures for %s, more than %d", n, d, maxRules)})
		}
	}
	for i := range c.Causes {
		p = append(p, c.causeProblems(&c.Causes[i])...)
	}
	return p
}

var idForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)+$`)

func (s *Signature) wordProblems() (p Problems) {
	if !idForm.MatchString(s.ID) {
		p = append(p, s.problem("id %q: write lower-case words joined by hyphens, at least two", s.ID))
	}
	if len(s.Daemons) == 0 {
		p = append(p, s.problem("no daemons: name the programs that print it"))
	}
	for _, d := range s.Daemons {
		if _, ok := parser.DaemonNamed(d); d != "any" && (!ok || d == "") {
			p = append(p, s.problem("unknown daemon %q", d))
		}
	}
	if !stages[string(s.Stage)] {
		p = append(p, s.problem("unknown stage %q", s.Stage))
	}
	for _, t := range s.Tags {
		if !tags[t] {
			p = append(p, s.problem("unknown tag %q", t))
		}
	}
	if s.Change != "" && !changeKinds[s.Change] {
		p = append(p, s.problem("unknown change %q", s.Change))
	}
	return p
}

func (s *Signature) matchProblems() (p Problems) {
	m := &s.Match
	r, err := compile(s, 0)
	if err != nil {
		return append(p, s.problem("match: %v", err))
	}
	texts := len(m.All) + len(m.Any)
	if slices.Contains(slices.Concat(m.All, m.Any, m.None), "") {
		p = append(p, s.problem("match: an empty literal"))
	}
	switch {
	case r.request && (texts+len(m.None) > 0 || m.Regexp != ""):
		p = append(p, s.problem("match: a request has no message, hence no literals and no regexp"))
	case texts == 0 && m.Regexp != "":
		p = append(p, s.problem("match: a regexp needs a literal in all or any that is always part of what it matches"))
	case texts == 0 && len(r.conditions) == 0:
		p = append(p, s.problem("match: neither a literal nor a field: it would match everything"))
	}
	return p
}

// bareClass is a log line's bracketed level taken for a character class.
var bareClass = regexp.MustCompile(`(^|[^\\])\[(debug|info|notice|warn|warning|error|crit|critical|alert|emerg|proxy|client)[\]:]`)

func styleProblems(s *Signature) (p Problems) {
	if strings.TrimSpace(s.Title) == "" {
		p = append(p, s.problem("no title"))
	}
	if strings.HasSuffix(s.Title, ".") {
		p = append(p, s.problem("the title ends in a full stop"))
	}
	if len(s.Examples) == 0 {
		p = append(p, s.problem("no examples: at least one whole line it must match"))
	}
	if bareClass.MatchString(s.Match.Regexp) {
		p = append(p, s.problem(`regexp: %q is a set of letters here; write \[ and \]`, bareClass.FindString(s.Match.Regexp)))
	}
	for _, l := range slices.Concat(s.Match.All, s.Match.Any) {
		if len(l) == 1 {
			p = append(p, s.problem("match: the literal %q is too short to look for", l))
		}
	}
	return p
}

// layers are the places of daemons that causes speak of.
var layers = []string{"gateway", "backend", "database", "system", "resolver"}

// causeProblems checks that what a cause refers to is there.
func (cat *Catalogue) causeProblems(c *Cause) (p Problems) {
	for _, id := range c.Explains {
		if cat.Cause(id) == nil {
			p = append(p, c.problem("explains: unknown cause %q", id))
		}
	}
	for _, e := range slices.Concat(c.For, c.Against) {
		if name, ok := strings.CutPrefix(e.Finding, "signature/"); ok && !tags[name] {
			p = append(p, c.problem("finding %q: unknown tag", e.Finding))
		}
	}
	for _, m := range c.Missing {
		if m.Unread != "" && !slices.Contains(layers, m.Unread) {
			p = append(p, c.problem("missing: unknown layer %q", m.Unread))
		}
	}
	for _, check := range c.Checks {
		for _, id := range check.Against {
			if cat.Cause(id) == nil {
				p = append(p, c.problem("check against unknown cause %q", id))
			}
		}
	}
	return p
}
