package rules

import (
	"encoding/binary"
	"math"
)

// gramCounts counts sequences of gramSize bytes by their hash.
type gramCounts [1 << countBits]uint16

const (
	gramSize  = 4
	countBits = 14
)

func gramOf(b []byte) uint32 { return binary.LittleEndian.Uint32(b) }

// gramHash is a hash of so many bits. That of fewer bits is the front of that of more.
func gramHash(gram uint32, bits int) uint32 { return gram * 2654435761 >> (32 - bits) }

// add counts the sequences in a text.
func (c *gramCounts) add(text []byte) {
	for ; len(text) >= gramSize; text = text[1:] {
		if n := &c[gramHash(gramOf(text), countBits)]; *n < math.MaxUint16 {
			*n++
		}
	}
}

func (c *gramCounts) of(b []byte) int { return int(c[gramHash(gramOf(b), countBits)]) }

// rarity says how seldom a literal is to be expected in a text: by its least common pair of sequences, then by its length.
type rarity struct{ count, length int }

func (r rarity) less(o rarity) bool {
	return r.count < o.count || r.count == o.count && r.length > o.length
}

// rarity of a literal too short to be counted is the worst.
func (c *gramCounts) rarity(literal []byte) rarity {
	r := rarity{count: math.MaxInt, length: len(literal)}
	switch n := len(literal); {
	case n == gramSize:
		r.count = 2 * c.of(literal)
	case n > gramSize:
		r.count = c.pair(literal[c.rarestPair(literal):])
	}
	return r
}

// worst is the rarity of the most common of several literals.
func (c *gramCounts) worst(literals [][]byte) rarity {
	worst := c.rarity(literals[0])
	for _, l := range literals[1:] {
		if this := c.rarity(l); worst.less(this) {
			worst = this
		}
	}
	return worst
}

// pair counts the two sequences at the front of b, one byte apart.
func (c *gramCounts) pair(b []byte) int { return c.of(b) + c.of(b[1:]) }

// rarestPair returns where in literal, which is longer than a sequence, its least common pair begins: not far into a very long one.
func (c *gramCounts) rarestPair(literal []byte) int {
	best := 0
	for at := 1; at+gramSize < min(len(literal), 1<<12); at++ {
		if c.pair(literal[at:]) < c.pair(literal[best:]) {
			best = at
		}
	}
	return best
}
