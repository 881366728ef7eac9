package rules

import (
	"fmt"
	"strings"

	"culprit/parser"
)

// CheckExamples runs the examples and near misses of all signatures through the parser and the matcher, as lines of a log would be.
// It returns what came out differently than the rules say.
func CheckExamples(c *Catalogue) Problems {
	var p Problems
	m := NewMatcher(c)
	for i := range c.Signatures {
		s := &c.Signatures[i]
		for _, text := range s.Examples {
			if got := m.identify(text); !got.only(ID(i)) {
				p = append(p, s.problem("example %s: %s", got.describe(m), clip(text)))
			}
		}
		for _, text := range s.NearMisses {
			if m.identify(text).has(ID(i)) {
				p = append(p, s.problem("near miss matches: %s", clip(text)))
			}
		}
	}
	p.sort()
	return p
}

// identified is what became of a piece of log.
type identified struct {
	ids     []ID // of its records that have a signature
	records []string
}

// identify reads text as a log of its own.
func (m *Matcher) identify(text string) identified {
	var got identified
	buf := []byte(text)
	if !strings.HasSuffix(text, "\n") {
		buf = append(buf, '\n')
	}
	scanner := parser.NewScanner(parser.Options{})
	var recs [16]parser.Record
	for len(buf) > 0 {
		n, used := scanner.Scan(buf, true, recs[:])
		if used == 0 {
			break
		}
		for i := range recs[:n] {
			got.records = append(got.records, describeRecord(&recs[i]))
			if id := m.Match(&recs[i]); id != None {
				got.ids = append(got.ids, id)
			}
		}
		buf = buf[used:]
	}
	return got
}

func (g identified) has(id ID) bool {
	for _, other := range g.ids {
		if other == id {
			return true
		}
	}
	return false
}

func (g identified) only(id ID) bool {
	for _, other := range g.ids {
		if other != id {
			return false
		}
	}
	return len(g.ids) > 0
}

func (g identified) describe(m *Matcher) string {
	if len(g.ids) == 0 {
		return "matches nothing (read as " + strings.Join(g.records, "; ") + ")"
	}
	names := make([]string, len(g.ids))
	for i, id := range g.ids {
		names[i] = m.Signature(id).ID
	}
	return "matches " + strings.Join(names, ", ") + " (read as " + strings.Join(g.records, "; ") + ")"
}

// describeRecord says how a line was understood, for whoever wonders why a rule does not match it.
func describeRecord(rec *parser.Record) string {
	if rec.Kind == parser.Unparsed {
		return "no known format"
	}
	text := fmt.Sprintf("%s of %s, message %q", rec.Format, rec.Daemon, clip(string(rec.Message)))
	if rec.Errno != 0 {
		text += fmt.Sprintf(", errno %d", rec.Errno)
	}
	if len(rec.Code) > 0 {
		text += fmt.Sprintf(", code %q", rec.Code)
	}
	if len(rec.Module) > 0 {
		text += fmt.Sprintf(", module %q", rec.Module)
	}
	if len(rec.Termination) > 0 {
		text += fmt.Sprintf(", termination %q, server %q", rec.Termination, rec.Server)
	}
	return text
}

// clip shortens text for a message.
func clip(text string) string {
	const most = 160
	if len(text) <= most {
		return text
	}
	return text[:most] + "…"
}
