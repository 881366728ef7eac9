package rules

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A Problem is a mistake in a rule.
type Problem struct {
	File string // as given to the loader; embedded files as "signatures/nginx.yaml"
	Line int    // 0 where the file as a whole is meant
	Rule string // id, "" where none is known
	Text string
}

func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d", p.Line)
	}
	b.WriteString(": ")
	if p.Rule != "" {
		b.WriteString(p.Rule + ": ")
	}
	b.WriteString(p.Text)
	return b.String()
}

// Problems is the error of a set of rules: everything that is wrong with it, in the order of files and lines.
type Problems []Problem

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i := range p {
		lines[i] = p[i].String()
	}
	return strings.Join(lines, "\n")
}

// err returns p sorted, as an error; nil if it is empty.
func (p Problems) err() error {
	if len(p) == 0 {
		return nil
	}
	p.sort()
	return p
}

func (p Problems) sort() {
	slices.SortStableFunc(p, func(a, b Problem) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
}

func (s *Signature) problem(format string, args ...any) Problem {
	return Problem{File: s.File, Line: s.LineNo, Rule: s.ID, Text: fmt.Sprintf(format, args...)}
}

func (c *Cause) problem(format string, args ...any) Problem {
	return Problem{File: c.File, Line: c.LineNo, Rule: c.ID, Text: fmt.Sprintf(format, args...)}
}
