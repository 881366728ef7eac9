package rules

// fragmentSize is how much of a literal the automaton looks for: its table grows with every byte, and so does the time to build
// it. Where a fragment is found, the literal around it is compared.
const fragmentSize = 8

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

// chooseFragments picks from each literal the part that tells it best from the other literals.
func (c *gramCounts) chooseFragments(words []word) {
	for i := range words {
		w := &words[i]
		w.from = c.rarest(w.literal)
		w.to = min(w.from+fragmentSize, len(w.literal))
	}
}

// rarest returns where in literal the fragment with the least common content begins.
func (c *gramCounts) rarest(literal []byte) int {
	if len(literal) <= fragmentSize {
		return 0
	}
	const grams = fragmentSize - gramSize + 1
	sum, best, bestAt := 0, 0, 0
	for i := 0; i+gramSize <= len(literal); i++ {
		sum += int(c[gram(literal[i:])])
		if i < grams-1 {
			continue
		}
		first := i - grams + 1
		if first == 0 || sum < best {
			best, bestAt = sum, first
		}
		sum -= int(c[gram(literal[first:])])
	}
	return bestAt
}
