package rules

// fragmentSize is how much of a literal the automaton looks for. Its table grows with every byte, and so does the time to build it;
// whoever is found by a fragment is checked for all of its literals anyway.
const fragmentSize = 8

// fragments cuts from each word the part that tells it best from the other words.
func fragments(words [][]byte) [][]byte {
	counts := new(gramCounts)
	for _, w := range words {
		for i := 0; i+gramSize <= len(w); i++ {
			counts[gram(w[i:])]++
		}
	}
	out := make([][]byte, len(words))
	for i, w := range words {
		out[i] = counts.fragment(w)
	}
	return out
}

// gramCounts counts sequences of gramSize bytes by their hash.
type gramCounts [1 << 12]uint16

const gramSize = 4

func gram(b []byte) uint32 {
	n := uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
	return n * 2654435761 >> 20
}

// fragment returns the part of w with the least common content.
func (c *gramCounts) fragment(w []byte) []byte {
	if len(w) <= fragmentSize {
		return w
	}
	const grams = fragmentSize - gramSize + 1
	sum, best, bestAt := 0, 0, 0
	for i := 0; i+gramSize <= len(w); i++ {
		sum += int(c[gram(w[i:])])
		if i < grams-1 {
			continue
		}
		if at := i - grams + 1; at == 0 || sum < best {
			best, bestAt = sum, at
		}
		sum -= int(c[gram(w[i-grams+1:])])
	}
	return w[bestAt : bestAt+fragmentSize]
}
