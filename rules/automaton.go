package rules

import (
	"bytes"
	"slices"
)

// automaton finds all of a set of literals in a text at once, as Aho and Corasick described it, in the form of a complete
// deterministic automaton: one table look-up per byte of text, whatever the number of literals. Bytes that no literal
// contains share a column of the table, which keeps it small.
type automaton struct {
	class  [256]uint8
	stride uint32
	// table holds rows of stride entries, one row a state. An entry is the next row's offset; found is added to it where that
	// state ends a literal.
	table []uint32
	// The words whose fragment ends in state s are those numbered ends[starts[s]:starts[s+1]].
	starts []uint32
	ends   []uint32
	words  []word
}

const found = 1 << 31

// word is a literal to be found on behalf of a rule. The automaton looks for its fragment only, literal[from:to].
type word struct {
	literal  []byte
	from, to int
	rule     uint16
}

// newAutomaton builds an automaton over words, none of them empty. A literal may occur several times.
func newAutomaton(words []word) *automaton {
	b := builder{a: &automaton{words: words}}
	fragments := make([][]byte, len(words))
	for i, w := range words {
		fragments[i] = w.literal[w.from:w.to]
	}
	b.classes(fragments)
	b.reserve(fragments)
	b.state()
	for i, fragment := range fragments {
		s := b.insert(fragment)
		b.own[s] = append(b.own[s], uint32(i))
	}
	b.link()
	return b.a
}

// builder holds what is only needed while building.
type builder struct {
	a   *automaton
	own [][]uint32 // by state: words that end there, suffixes included once linked
}

// classes gives every byte that occurs its own column, and column 0 to all others.
func (b *builder) classes(literals [][]byte) {
	var occurs [256]bool
	for _, literal := range literals {
		for _, c := range literal {
			occurs[c] = true
		}
	}
	n := uint8(0)
	for c := range occurs {
		// 256 different bytes would not leave a column for the others, nor would they need one.
		if occurs[c] && n < 255 {
			n++
			b.a.class[c] = n
		}
	}
	b.a.stride = uint32(n) + 1
}

// reserve makes room for exactly the states that literals need: growing the table costs more than filling it.
func (b *builder) reserve(literals [][]byte) {
	sorted := slices.SortedFunc(slices.Values(literals), bytes.Compare)
	states := 1
	var last []byte
	for _, literal := range sorted {
		shared := 0
		for shared < min(len(last), len(literal)) && last[shared] == literal[shared] {
			shared++
		}
		states += len(literal) - shared
		last = literal
	}
	b.own = make([][]uint32, 0, states)
	b.a.table = make([]uint32, 0, states*int(b.a.stride))
}

// state adds a state and returns its number.
func (b *builder) state() uint32 {
	s := uint32(len(b.own))
	b.own = append(b.own, nil)
	b.a.table = b.a.table[:len(b.a.table)+int(b.a.stride)]
	return s
}

// insert adds the path of one literal to the tree and returns its last state. While the tree grows, entries are state numbers,
// 0 where there is no branch.
func (b *builder) insert(literal []byte) uint32 {
	s := uint32(0)
	for _, c := range literal {
		at := s*b.a.stride + uint32(b.a.class[c])
		next := b.a.table[at]
		if next == 0 {
			next = b.state()
			b.a.table[at] = next
		}
		s = next
	}
	return s
}

// link turns the tree into the automaton: state by state in order of depth, missing branches are taken over from the state of
// the longest proper suffix, which is complete by then.
func (b *builder) link() {
	a, stride := b.a, b.a.stride
	suffix := make([]uint32, len(b.own))
	queue := make([]uint32, 1, len(b.own))
	for i := 0; i < len(queue); i++ {
		s := queue[i]
		row := a.table[s*stride:][:stride]
		inherited := a.table[suffix[s]*stride:][:stride]
		for c, child := range row {
			if child == 0 {
				if s != 0 {
					row[c] = inherited[c]
				}
				continue
			}
			if s != 0 {
				suffix[child] = inherited[c]
			}
			b.own[child] = append(b.own[child], b.own[suffix[child]]...)
			queue = append(queue, child)
		}
	}
	b.finish()
}

// finish replaces state numbers by row offsets and lays the words' numbers out flat.
func (b *builder) finish() {
	a := b.a
	for i, s := range a.table {
		a.table[i] = s * a.stride
		if len(b.own[s]) > 0 {
			a.table[i] |= found
		}
	}
	a.starts = make([]uint32, len(b.own)+1)
	for s, words := range b.own {
		a.ends = append(a.ends, words...)
		a.starts[s+1] = uint32(len(a.ends))
	}
}

// find adds to set the rules of all words in text.
func (a *automaton) find(text []byte, set *ruleSet) {
	s := uint32(0)
	for i, c := range text {
		s = a.table[s+uint32(a.class[c])]
		if s >= found {
			s &^= found
			a.verify(s/a.stride, text, i+1, set)
		}
	}
}

// verify compares the words whose fragment ends in text at end, the state being s, as a whole.
func (a *automaton) verify(s uint32, text []byte, end int, set *ruleSet) {
	for _, n := range a.ends[a.starts[s]:a.starts[s+1]] {
		w := &a.words[n]
		from := end - w.to
		if from >= 0 && len(text)-from >= len(w.literal) && string(text[from:from+len(w.literal)]) == string(w.literal) {
			set.add(w.rule)
		}
	}
}

// maxRules bounds the signatures of one daemon.
const maxRules = 4096

// ruleSet is a set of numbers below maxRules; it lives on the stack.
type ruleSet [maxRules / 64]uint64

func (s *ruleSet) add(v uint16) { s[v/64%uint16(len(s))] |= 1 << (v % 64) }
