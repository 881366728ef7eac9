package rules

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"culprit/parser"
)

// rule is a signature ready to be tried.
type rule struct {
	id         ID
	conditions []condition
	// What is left of the literals to be checked once the index has named r as a candidate.
	all, any, none [][]byte
	re             *regexp.Regexp
	request        bool
	rank           rank
}

// rank orders signatures that match the same record.
type rank struct {
	priority, literalBytes, conditions int
	id                                 string
}

// before reports whether r is the more specific.
func (r rank) compare(o rank) int {
	return cmp.Or(cmp.Compare(o.priority, r.priority), cmp.Compare(o.literalBytes, r.literalBytes),
		cmp.Compare(o.conditions, r.conditions), strings.Compare(r.id, o.id))
}

// compile makes a rule of s. The error says what is wrong with its match.
func compile(s *Signature, id ID) (rule, error) {
	m := &s.Match
	r := rule{id: id, all: literals(m.All), any: literals(m.Any), none: literals(m.None)}
	for _, name := range sortedKeys(m.Fields) {
		c, err := compileCondition(name, m.Fields[name])
		if err != nil {
			return r, err
		}
		switch {
		case c.field == fieldKind:
			r.request = c.numbers[0].number == int64(parser.Request) != c.negate
			continue
		case c.field == fieldTermination:
			r.request = true
		}
		r.conditions = append(r.conditions, c)
	}
	if m.Regexp != "" {
		re, err := regexp.Compile(m.Regexp)
		if err != nil {
			return r, fmt.Errorf("regexp: %w", err)
		}
		r.re = re
	}
	r.rank = rank{priority: m.Priority, literalBytes: literalBytes(m), conditions: len(m.Fields) + len(m.None), id: s.ID}
	if r.re != nil {
		r.rank.conditions++
	}
	return r, nil
}

func literals(texts []string) [][]byte {
	out := make([][]byte, len(texts))
	for i, t := range texts {
		out[i] = []byte(t)
	}
	return out
}

// literalBytes counts the bytes of literal text that any message must have to match.
func literalBytes(m *Match) int {
	n, shortest := 0, 0
	for _, l := range m.All {
		n += len(l)
	}
	for i, l := range m.Any {
		if i == 0 || len(l) < shortest {
			shortest = len(l)
		}
	}
	return n + shortest
}

// settleFormat takes the conditions on the format off r. It reports whether there were any, and whether a record of the format meets
// them.
func (r *rule) settleFormat(told *parser.Record) (asks, holds bool) {
	holds = true
	r.conditions = slices.DeleteFunc(r.conditions, func(c condition) bool {
		if c.field != fieldFormat {
			return false
		}
		asks, holds = true, holds && c.holds(told)
		return true
	})
	return asks, holds
}

// fieldsHold reports whether rec meets r's conditions on fields.
func (r *rule) fieldsHold(rec *parser.Record) bool {
	for i := range r.conditions {
		if !r.conditions[i].holds(rec) {
			return false
		}
	}
	return true
}

// asksStatus reports whether r has a condition on the status.
func (r *rule) asksStatus() bool {
	return slices.ContainsFunc(r.conditions, func(c condition) bool { return c.field == fieldStatus })
}

// allowsStatus reports whether the status of rec meets r's conditions on it.
func (r *rule) allowsStatus(rec *parser.Record) bool {
	for i := range r.conditions {
		if c := &r.conditions[i]; c.field == fieldStatus && !c.holds(rec) {
			return false
		}
	}
	return true
}

// textHolds reports whether message meets r's conditions on text.
func (r *rule) textHolds(message []byte) bool {
	for _, l := range r.all {
		if !bytes.HasSuffix(message, l) && !bytes.Contains(message, l) { // it is found slowly where it begins like the words around it
			return false
		}
	}
	if len(r.any) > 0 && !containsAny(message, r.any) || containsAny(message, r.none) {
		return false
	}
	return r.re == nil || r.re.Match(message)
}

func containsAny(text []byte, literals [][]byte) bool {
	for _, l := range literals {
		if bytes.Contains(text, l) {
			return true
		}
	}
	return false
}

// codes returns the values of Code of which r needs one, nil if it does not decide by Code.
func (r *rule) codes() []string {
	for i := range r.conditions {
		c := &r.conditions[i]
		if c.field == fieldCode && !c.negate && c.exact() {
			return c.texts()
		}
	}
	return nil
}

// terminations returns the first two characters of termination states of which r needs one, nil if it does not decide by them.
func (r *rule) terminations() []string {
	for i := range r.conditions {
		c := &r.conditions[i]
		if c.field != fieldTermination || c.negate {
			continue
		}
		starts := c.texts()
		for j, p := range c.patterns {
			if p.before || len(p.text) == 0 {
				return nil
			}
			starts[j] = starts[j][:min(2, len(p.text))]
		}
		return starts
	}
	return nil
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
