package rules

import (
	"bytes"
	"encoding/binary"
)

// finder finds all of a set of literals in a text at once. Of each literal it knows the four bytes that are the rarest among all
// literals, the gram. At every byte of a text, a table of bits says whether a gram may begin there, whatever the number of literals;
// only then are the literals with that gram compared as a whole.
type finder struct {
	words []word
	marks *[1 << (gramBits - 6)]uint64 // the hashes of the grams there are
	heads *[1 << gramBits]uint16       // by hash: the first word, + 1
	next  []uint16                     // by word: the next one of the same hash, + 1
	short []uint16                     // words without a gram
}

// gramBits is the size of a hash in finder. The marks stay in the nearest cache.
const gramBits = 14

// word is a literal to be found on behalf of a rule; its gram begins at place at.
type word struct {
	literal []byte
	at      int
	rule    uint16
}

// newFinder makes a finder of at most maxWords words, none of them empty. A literal may occur several times.
func newFinder(words []word) *finder {
	f := &finder{
		words: words, next: make([]uint16, len(words)),
		marks: new([1 << (gramBits - 6)]uint64), heads: new([1 << gramBits]uint16),
	}
	for i := range words {
		w := &words[i]
		if len(w.literal) < gramSize {
			f.short = append(f.short, uint16(i))
			continue
		}
		h := gramHash(binary.LittleEndian.Uint32(w.literal[w.at:]))
		f.marks[h/64] |= 1 << (h % 64)
		f.next[i], f.heads[h] = f.heads[h], uint16(i)+1
	}
	return f
}

// maxWords bounds the words of a finder.
const maxWords = 1<<16 - 2

func gramHash(gram uint32) uint32 { return gram * 2654435761 >> (32 - gramBits) }

// find adds to set the rules of all words in text.
func (f *finder) find(text []byte, set *ruleSet) {
	for _, n := range f.short {
		if w := &f.words[n]; bytes.Contains(text, w.literal) {
			set.add(w.rule)
		}
	}
	marks := f.marks
	for i := 0; i+gramSize <= len(text); i++ {
		h := gramHash(binary.LittleEndian.Uint32(text[i:]))
		if marks[h/64]>>(h%64)&1 != 0 {
			f.verify(h, text, i, set)
		}
	}
}

// verify compares the words of a hash with text around a place.
func (f *finder) verify(h uint32, text []byte, at int, set *ruleSet) {
	for n := f.heads[h]; n != 0; n = f.next[n-1] {
		w := &f.words[n-1]
		from := at - w.at
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
