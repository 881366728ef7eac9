package store

import "slices"

// hashNumbers keeps numbers by the seeded hashes of what they stand for. It is a table of sets, each a line of the cache; what has lost its
// place there to others is not known any more.
type hashNumbers struct {
	sets  []numberSet // a power of two
	count int         // of numbers added since there are so many sets
}

// numberSet holds the latest first.
type numberSet [4]hashNumber

type hashNumber struct {
	hash uint64 // 0: empty
	id   int64
}

// Bounds of sets. They grow with what is in them, for most databases are given little at a time.
const (
	fewestSets = 1 << 10
	mostSets   = 1 << 16
)

func newHashNumbers() hashNumbers {
	return hashNumbers{sets: make([]numberSet, fewestSets)}
}

// find returns the number of a hash, 0 where it is not known.
func (h *hashNumbers) find(hash uint64) int64 {
	set := h.set(hash)
	for i := range set {
		if set[i].hash == hash {
			return set[i].id
		}
	}
	return 0
}

// add enters a number that find does not know.
func (h *hashNumbers) add(hash uint64, id int64) {
	h.set(hash).add(hashNumber{hash, id})
	if h.count++; h.count > 2*len(h.sets) && len(h.sets) < mostSets {
		h.grow()
	}
}

// set is where a hash is looked for.
func (h *hashNumbers) set(hash uint64) *numberSet {
	return &h.sets[hash>>20&uint64(len(h.sets)-1)]
}

// add puts a number into the place of the one that was added first.
func (s *numberSet) add(n hashNumber) {
	copy(s[1:], s[:])
	s[0] = n
}

// grow gives what is known more room.
func (h *hashNumbers) grow() {
	small := h.sets
	h.sets, h.count = make([]numberSet, 4*len(small)), 0
	for i := range small {
		for _, n := range slices.Backward(small[i][:]) {
			if n.hash != 0 {
				h.set(n.hash).add(n)
				h.count++
			}
		}
	}
}
