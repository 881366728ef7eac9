package rules

import (
	"fmt"
	"strconv"
	"strings"

	"culprit/parser"
)

// relation compares a number.
type relation struct {
	op     relationOp
	number int64
}

type relationOp uint8

const (
	equal relationOp = iota
	atLeast
	above
	atMost
	below
	untold
)

var relationPrefixes = [...]struct {
	prefix string
	op     relationOp
}{{">=", atLeast}, {"<=", atMost}, {">", above}, {"<", below}}

func compileRelation(f field, value string) (relation, error) {
	if value == "none" {
		return relation{op: untold}, nil
	}
	r := relation{op: equal}
	for _, p := range relationPrefixes {
		if rest, ok := strings.CutPrefix(value, p.prefix); ok {
			r.op, value = p.op, strings.TrimSpace(rest)
			break
		}
	}
	if f == fieldSeverity {
		s := parser.SeverityNamed(value)
		if s == parser.NoSeverity && value != "" {
			return r, fmt.Errorf("there is no severity %q", value)
		}
		r.number = int64(s)
		return r, nil
	}
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return r, fmt.Errorf("%q is no whole number", value)
	}
	r.number = n
	return r, nil
}

func (r relation) holds(n int64, told bool) bool {
	if !told {
		return r.op == untold
	}
	switch r.op {
	case equal:
		return n == r.number
	case atLeast:
		return n >= r.number
	case above:
		return n > r.number
	case atMost:
		return n <= r.number
	case below:
		return n < r.number
	}
	return false
}
