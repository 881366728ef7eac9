package rules

import "bytes"

// finder finds all of a set of literals in a text at once. It looks at the four bytes at every second place of the text. Of each literal
// it knows the two sequences of four bytes, one byte apart, that are the least common: one of them stands at such a place. A table of bits
// says whether any literal has a sequence, whatever their number; only then are the literals that do compared as a whole.
type finder struct {
	words []word
	marks *[1 << (markBits - 5)]uint32 // the hashes of the sequences there are
	heads *[1 << headBits]int32        // by hash: the first of grams, + 1
	grams []gramPlace
	short []uint16 // words shorter than a sequence
}

// word is a literal to be found on behalf of rules.
type word struct {
	literal []byte
	rules   []uint16
}

// gramPlace is a sequence of a word.
type gramPlace struct {
	gram uint32
	next int32 // of the same hash, + 1
	word uint16
	at   uint16 // in the literal, + 1: it may begin in front of it
}

// The marks stay in the nearest cache.
const (
	markBits = 17
	headBits = 12
)

// maxWords bounds the words of a finder.
const maxWords = 1 << 16

// newFinder makes a finder of at most maxWords words, none of them empty.
func newFinder(words []word, counts *gramCounts) *finder {
	f := &finder{words: words, marks: new([1 << (markBits - 5)]uint32), heads: new([1 << headBits]int32)}
	for i := range words {
		l, n := words[i].literal, uint16(i)
		switch {
		case len(l) < gramSize:
			f.short = append(f.short, n)
		case len(l) == gramSize:
			f.add(n, 1, gramOf(l))
			// Where it stands between two of the places that are looked at, any byte may be in front of it.
			for before := range uint32(1 << 8) {
				f.add(n, 0, gramOf(l)<<8|before)
			}
		default:
			at := counts.rarestPair(l)
			f.add(n, at+1, gramOf(l[at:]))
			f.add(n, at+2, gramOf(l[at+1:]))
		}
	}
	return f
}

func (f *finder) add(word uint16, at int, gram uint32) {
	h := gramHash(gram, markBits)
	f.marks[h/32] |= 1 << (h % 32)
	head := &f.heads[h>>(markBits-headBits)]
	f.grams = append(f.grams, gramPlace{gram: gram, next: *head, word: word, at: uint16(at)})
	*head = int32(len(f.grams))
}

// find adds to set the rules of all words in text.
func (f *finder) find(text []byte, set ruleSet) {
	for _, n := range f.short {
		if w := &f.words[n]; bytes.Contains(text, w.literal) {
			set.addAll(w.rules)
		}
	}
	marks, at := f.marks, 0
	for ; at < len(text)-7; at += 4 {
		w := uint64(text[at]) | uint64(text[at+1])<<8 | uint64(text[at+2])<<16 | uint64(text[at+3])<<24 |
			uint64(text[at+4])<<32 | uint64(text[at+5])<<40 | uint64(text[at+6])<<48 | uint64(text[at+7])<<56
		if h := gramHash(uint32(w), markBits); marks[h/32]>>(h%32)&1 != 0 {
			f.verify(uint32(w), text, at, set)
		}
		if h := gramHash(uint32(w>>16), markBits); marks[h/32]>>(h%32)&1 != 0 {
			f.verify(uint32(w>>16), text, at+2, set)
		}
	}
	for ; at <= len(text)-gramSize; at += 2 {
		gram := gramOf(text[at:])
		if h := gramHash(gram, markBits); marks[h/32]>>(h%32)&1 != 0 {
			f.verify(gram, text, at, set)
		}
	}
}

// verify compares the words of a sequence with text around a place.
func (f *finder) verify(gram uint32, text []byte, at int, set ruleSet) {
	for n := f.heads[gramHash(gram, headBits)]; n != 0; {
		g := &f.grams[n-1]
		n = g.next
		if g.gram != gram {
			continue
		}
		w, from := &f.words[g.word], at+1-int(g.at)
		if from >= 0 && len(text)-from >= len(w.literal) && string(text[from:from+len(w.literal)]) == string(w.literal) {
			set.addAll(w.rules)
		}
	}
}

// maxRules bounds the signatures of one daemon.
const maxRules = 4096

// ruleSet is a set of the numbers of rules, a bit each. It has room for all there are.
type ruleSet []uint64

func (s ruleSet) add(n uint16) { s[n/64] |= 1 << (n % 64) }

func (s ruleSet) addAll(numbers []uint16) {
	for _, n := range numbers {
		s.add(n)
	}
}
