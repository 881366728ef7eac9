package store

// numbering turns the class numbers of one Appender into those of an engine.
type numbering struct {
	generation int
	numbers    []int64 // the engine's, + 1; 0 is not known yet
}

// of returns where the engine's number of a class, + 1, is noted.
func (n *numbering) of(generation int, class int32) *int64 {
	if generation != n.generation {
		n.generation, n.numbers = generation, n.numbers[:0]
	}
	for int(class) >= len(n.numbers) {
		n.numbers = append(n.numbers, 0)
	}
	return &n.numbers[class]
}
