package rules

import (
	"bytes"
	"fmt"
	"strings"

	"culprit/parser"
)

// condition is one entry of Match.Fields, ready to be tried.
type condition struct {
	field  field
	negate bool
	// Texts compare with patterns, everything else with numbers: of several it must fit one.
	patterns []pattern
	numbers  []relation
}

// pattern compares a text.
type pattern struct {
	text         []byte
	before, left bool // any text may stand before it; may be left over behind it
}

func compileCondition(name, value string) (condition, error) {
	f, ok := fieldsByName[name]
	if !ok {
		return condition{}, fmt.Errorf("unknown field %q; there are %s", name, strings.Join(fieldNames(), " "))
	}
	c := condition{field: f}
	value, c.negate = strings.CutPrefix(value, "!")
	for alternative := range strings.SplitSeq(value, "|") {
		if err := c.add(name, alternative); err != nil {
			return condition{}, err
		}
	}
	return c, nil
}

func (c *condition) add(name, value string) error {
	if c.field.numeric() {
		r, err := compileRelation(c.field, value)
		if err != nil {
			return fmt.Errorf("field %s: %w", name, err)
		}
		c.numbers = append(c.numbers, r)
		return nil
	}
	n, coded, err := codedValue(c.field, value)
	if err != nil {
		return fmt.Errorf("field %s: %w", name, err)
	}
	if coded {
		c.numbers = append(c.numbers, relation{op: equal, number: n})
		return nil
	}
	p := pattern{}
	value, p.before = strings.CutPrefix(value, "*")
	value, p.left = strings.CutSuffix(value, "*")
	if strings.Contains(value, "*") {
		return fmt.Errorf(`field %s: "*" stands at either end only`, name)
	}
	p.text = []byte(value)
	c.patterns = append(c.patterns, p)
	return nil
}

// codedValue turns the values of fields that a record keeps as numbers into those; coded is false for other fields.
func codedValue(f field, value string) (n int64, coded bool, err error) {
	switch f {
	case fieldFormat:
		format, ok := parser.FormatNamed(value)
		if !ok {
			return 0, true, fmt.Errorf("there is no format %q", value)
		}
		return int64(format), true, nil
	case fieldKind:
		switch value {
		case "message":
			return int64(parser.Message), true, nil
		case "request":
			return int64(parser.Request), true, nil
		}
		return 0, true, fmt.Errorf(`%q is neither "message" nor "request"`, value)
	case fieldRedispatched:
		switch value {
		case "true":
			return 1, true, nil
		case "false":
			return 0, true, nil
		}
		return 0, true, fmt.Errorf(`%q is neither "true" nor "false"`, value)
	}
	return 0, false, nil
}

// holds reports whether rec fits c.
func (c *condition) holds(rec *parser.Record) bool { return c.fits(rec) != c.negate }

func (c *condition) fits(rec *parser.Record) bool {
	if len(c.numbers) > 0 {
		n, told := c.value(rec)
		for i := range c.numbers {
			if c.numbers[i].holds(n, told) {
				return true
			}
		}
		return false
	}
	text := c.field.text(rec)
	for i := range c.patterns {
		if c.patterns[i].holds(text) {
			return true
		}
	}
	return false
}

func (c *condition) value(rec *parser.Record) (n int64, told bool) {
	switch c.field {
	case fieldFormat:
		return int64(rec.Format), true
	case fieldKind:
		return int64(rec.Kind), true
	case fieldRedispatched:
		if rec.Redispatched {
			return 1, true
		}
		return 0, true
	}
	return c.field.number(rec)
}

func (p *pattern) holds(text []byte) bool {
	switch {
	case p.before && p.left:
		return bytes.Contains(text, p.text)
	case p.before:
		return bytes.HasSuffix(text, p.text)
	case p.left:
		return bytes.HasPrefix(text, p.text)
	}
	return bytes.Equal(text, p.text)
}

// exact reports whether c names texts whole, none of them empty.
func (c *condition) exact() bool {
	for _, p := range c.patterns {
		if p.before || p.left || len(p.text) == 0 {
			return false
		}
	}
	return true
}

func (c *condition) texts() []string {
	texts := make([]string, len(c.patterns))
	for i, p := range c.patterns {
		texts[i] = string(p.text)
	}
	return texts
}
