package parser

import (
	"bytes"
	"math/bits"
	"slices"
)

// tokenStats is what the values of one token looked like in the lines seen.
type tokenStats struct {
	n, missing int
	counts     [20]int // by class
	// values are the numbers, in millionths, -1 where there was none; one for each line.
	values []int64
}

// observe adds one value.
func (t *tokenStats) observe(c *clockCache, b []byte) {
	t.n++
	class := c.classOf(b)
	if class == classMissing {
		t.missing++
	}
	for rest := class; rest != 0; rest &= rest - 1 {
		t.counts[bits.TrailingZeros32(uint32(rest))]++
	}
	last, _ := lastOfList(b)
	t.values = append(t.values, decimal(last, second))
}

// seen returns how many values were of any of the classes.
func (t *tokenStats) seen(class valueClass) int {
	n := 0
	for rest := class; rest != 0; rest &= rest - 1 {
		n += t.counts[bits.TrailingZeros32(uint32(rest))]
	}
	return n
}

// mostly reports whether nine in ten of the values that there were are of the class.
func (t *tokenStats) mostly(class valueClass) bool {
	present := t.n - t.missing
	return present > 0 && t.seen(class)*10 >= present*9
}

// open reports whether no line had a value.
func (t *tokenStats) open() bool { return t.missing == t.n }

// median returns the middle one of the numbers, in millionths, -1 if there were none.
func (t *tokenStats) median() int64 {
	var numbers []int64
	for _, v := range t.values {
		if v >= 0 {
			numbers = append(numbers, v)
		}
	}
	if len(numbers) == 0 {
		return -1
	}
	slices.Sort(numbers)
	return numbers[len(numbers)/2]
}

// equals returns in how many of the lines where both are numbers both tokens are the same, and how many lines that are.
func (t *tokenStats) equals(other *tokenStats) (same, both int) {
	for i, v := range t.values {
		if v >= 0 && other.values[i] >= 0 {
			both++
			if v == other.values[i] {
				same++
			}
		}
	}
	return same, both
}

// A lesson is a kind of text that shapes are learnt from: whole lines, or what stands behind the combined format.
type lesson struct {
	shapes *[4]*shape
	// behind says that the combined format has told client, time, request, status, size and agent already.
	behind bool
	// cut returns the text of a line, nil if the line is of another format, and its status if that is known already.
	cut func(s *Scanner, line []byte) (text []byte, status int32)
	// restore takes back what a shape has written that did not fit after all.
	restore func(s *Scanner, line []byte, rec *Record)
}

// byShape reads text, which is line or a part of it, by the shapes known or by one that it learns. It returns false if none
// fits; rec is then as restore makes it.
func (s *Scanner) byShape(l lesson, line, text []byte, rec *Record) bool {
	for i, p := range l.shapes {
		if p == nil {
			break
		}
		if !p.accepted || p.samples < fullSample {
			continue
		}
		if p.apply(s, text, rec) {
			if i > 0 {
				firstShape(l.shapes, i)
			}
			return true
		}
		l.restore(s, line, rec)
	}
	if !l.behind && !mayBeAccess(text) {
		return false
	}
	p := s.learn(l, text, rec.Status)
	if p == nil || !p.accepted {
		return false
	}
	if !p.apply(s, text, rec) {
		l.restore(s, line, rec)
		return false
	}
	return true
}

// learn makes or refines a shape from text and, where that begins a new one, from the lines that follow it in the buffer. It
// returns the shape of text, nil if there is none to be had.
func (s *Scanner) learn(l lesson, text []byte, status int32) *shape {
	var tokens [maxTokens]rawToken
	separator := separatorOf(text)
	n := s.clock.cutTokens(text, separator, tokens[:])
	if n == maxTokens {
		return nil
	}
	at := 0
	for at < len(l.shapes) && l.shapes[at] != nil && !l.shapes[at].fits(separator, tokens[:n]) {
		at++
	}
	if at < len(l.shapes) && l.shapes[at] != nil {
		p := l.shapes[at]
		firstShape(l.shapes, at)
		if p.samples < fullSample {
			p.observe(&s.clock, tokens[:n], status)
			p.assign(l.behind)
		}
		return p
	}
	m := &s.shapes
	m.attempts++
	if m.attempts > fullSample && m.attempts%fullSample != 0 {
		return nil
	}
	at = min(at, len(l.shapes)-1)
	p := newShape(separator, tokens[:n])
	l.shapes[at] = p
	firstShape(l.shapes, at)
	p.observe(&s.clock, tokens[:n], status)
	if !s.wrapped {
		s.lookAhead(l, p)
	}
	p.assign(l.behind)
	return p
}

// lookAhead observes lines of the shape that follow in the buffer.
func (s *Scanner) lookAhead(l lesson, p *shape) {
	var tokens [maxTokens]rawToken
	ahead := s.shapes.ahead
	for tries := 0; tries < 2*fullSample && p.samples < fullSample && len(ahead) > 0; tries++ {
		line, size := cutLine(ahead, false)
		if size == 0 {
			return
		}
		ahead = ahead[size:]
		b, status := l.cut(s, line)
		if len(b) == 0 {
			continue
		}
		n := s.clock.cutTokens(b, p.separator, tokens[:])
		if p.fits(p.separator, tokens[:n]) {
			p.observe(&s.clock, tokens[:n], status)
		}
	}
}

func newShape(separator byte, tokens []rawToken) *shape {
	p := &shape{separator: separator, tokens: make([]shapeToken, len(tokens))}
	for i, t := range tokens {
		p.tokens[i] = shapeToken{literal: string(t.literal), close: t.close, stats: new(tokenStats)}
	}
	return p
}

func (p *shape) observe(c *clockCache, tokens []rawToken, status int32) {
	p.samples++
	p.statuses.values = append(p.statuses.values, max(int64(status)*second, -1))
	for i := range tokens {
		p.tokens[i].stats.observe(c, tokens[i].value)
	}
}

// name returns what the log calls the value, without the sign behind it, empty if it has no name.
func (t *shapeToken) name() []byte {
	b := []byte(t.literal)
	if t.close != 0 {
		b = b[:len(b)-1]
	}
	b = bytes.TrimLeft(b, "[({<")
	if i := bytes.IndexAny(b, "=:"); i > 0 {
		return b[:i]
	}
	return nil
}
