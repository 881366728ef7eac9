package rules

import (
	"encoding/binary"
	"math"
)

// gramCounts counts sequences of gramSize bytes by their hash, for a finder that looks at places so far apart.
type gramCounts struct {
	byHash [1 << countBits]uint16
	step   int
}

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
		if n := &c.byHash[gramHash(gramOf(text), countBits)]; *n < math.MaxUint16 {
			*n++
		}
	}
}

func (c *gramCounts) of(b []byte) int { return int(c.byHash[gramHash(gramOf(b), countBits)]) }

// rarity says how seldom a literal is to be expected in a text: by its least common run of sequences, then by its length. One that is too
// short for the finder is worse than any other.
type rarity struct {
	short         bool
	count, length int
}

func (r rarity) less(o rarity) bool {
	if r.short != o.short {
		return o.short
	}
	return r.count < o.count || r.count == o.count && r.length > o.length
}

// shortest is the length of the shortest literals that a finder which looks at places so far apart can find.
func (c *gramCounts) shortest() int { return gramSize + c.step - 2 }

// rarity of a literal too short to be counted is the worst.
func (c *gramCounts) rarity(literal []byte) rarity {
	r := rarity{count: math.MaxInt, length: len(literal), short: len(literal) < c.shortest()}
	switch n := len(literal); {
	case n == gramSize:
		r.count = 2 * c.of(literal)
	case n > gramSize:
		length := min(n-gramSize+1, c.step)
		r.count = c.run(literal[c.rarestRun(literal, length):], length)
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

// run counts so many sequences at the front of b, one byte apart.
func (c *gramCounts) run(b []byte, length int) (count int) {
	for i := range length {
		count += c.of(b[i:])
	}
	return count
}

// rarestRun returns where in literal, which is long enough for one, its least common run of sequences begins: not far into a very long one.
func (c *gramCounts) rarestRun(literal []byte, length int) (best int) {
	fewest := math.MaxInt
	for at := 0; at+gramSize+length <= min(len(literal), 1<<12)+1; at++ {
		if count := c.run(literal[at:], length); count < fewest {
			best, fewest = at, count
		}
	}
	return best
}
