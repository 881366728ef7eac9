package store

import "math/rand/v2"

// numbering turns the class numbers of one Appender into those of an engine.
type numbering struct {
	generation int
	numbers    []int64 // the engine's, + 1; 0 is not known yet
	salt       uint64  // another in each generation of each Appender
}

// of returns where the engine's number of a class, + 1, is noted.
func (n *numbering) of(generation int, class int32) *int64 {
	n.begin(generation)
	for int(class) >= len(n.numbers) {
		n.numbers = append(n.numbers, 0)
	}
	return &n.numbers[class]
}

// saltOf tells what has a meaning in one generation, such as clientCell.key, apart from the same of others.
func (n *numbering) saltOf(generation int) uint64 {
	n.begin(generation)
	if n.salt == 0 {
		n.salt = rand.Uint64()
	}
	return n.salt
}

// begin forgets what has lost its meaning.
func (n *numbering) begin(generation int) {
	if generation != n.generation {
		n.generation, n.numbers, n.salt = generation, n.numbers[:0], 0
	}
}
