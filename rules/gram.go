package rules

// gramCounts counts sequences of gramSize bytes by their hash.
type gramCounts [1 << 12]uint16

const gramSize = 4

func gram(b []byte) uint32 {
	n := uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
	return n * 2654435761 >> 20
}

// add counts the sequences in literals.
func (c *gramCounts) add(literals [][]byte) {
	for _, l := range literals {
		for i := 0; i+gramSize <= len(l); i++ {
			c[gram(l[i:])]++
		}
	}
}

// rarity says how seldom a literal is to be expected in a text, going by the other literals: by its least common sequence, then
// by its length.
type rarity struct{ count, length int }

func (r rarity) less(o rarity) bool {
	return r.count < o.count || r.count == o.count && r.length > o.length
}

// rarity of a literal too short to be counted is the worst.
func (c *gramCounts) rarity(literal []byte) rarity {
	r := rarity{count: 1 << 16, length: len(literal)}
	for i := 0; i+gramSize <= len(literal); i++ {
		r.count = min(r.count, int(c[gram(literal[i:])]))
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

// choose picks from each literal the sequence that tells it best from the other literals.
func (c *gramCounts) choose(words []word) {
	for i := range words {
		words[i].at = c.rarest(words[i].literal)
	}
}

// rarest returns where in literal its least common sequence begins, 0 if it is too short for one.
func (c *gramCounts) rarest(literal []byte) int {
	at := 0
	for i := 1; i+gramSize <= len(literal); i++ {
		if c[gram(literal[i:])] < c[gram(literal[at:])] {
			at = i
		}
	}
	return at
}
