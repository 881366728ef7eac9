package rules

import (
	"bytes"
	"encoding/binary"
)

// finder finds all of a set of literals in a text at once. It looks at the four bytes at every second place of the text, or at every fourth
// one where no literal is short. Of each literal it knows as many sequences of four bytes, one byte apart, those that are the least
// common: one of them stands at such a place. A table of bits says whether any literal has a sequence, whatever their number; only then
// are the literals that do compared as a whole.
type finder struct {
	words []word
	step  int                          // longStep or shortStep
	marks *[1 << (markBits - 5)]uint32 // the hashes of the sequences there are
	heads *[1 << headBits]int32        // by hash: the first of grams, + 1
	grams []gramPlace
	short []uint16 // words shorter than a sequence
}

// How far apart the places are that are looked at.
const (
	longStep  = 4
	shortStep = 2
)

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

// newFinder makes a finder of at most maxWords words, none of them empty. Those of a finder with a long step are at least counts.shortest
// bytes long.
func newFinder(words []word, counts *gramCounts) *finder {
	f := &finder{words: words, step: counts.step, marks: new([1 << (markBits - 5)]uint32), heads: new([1 << headBits]int32)}
	for i := range words {
		f.enter(uint16(i), counts)
	}
	return f
}

// enter adds the sequences of a word: as many, one byte apart, as there are places from one that is looked at to the next. A word that is
// one byte too short for that may have any byte in front of it.
func (f *finder) enter(word uint16, counts *gramCounts) {
	l := f.words[word].literal
	if len(l) < gramSize {
		f.short = append(f.short, word)
		return
	}
	known := min(len(l)-gramSize+1, f.step)
	from := counts.rarestRun(l, known)
	for i := range known {
		f.add(word, from+i+1, gramOf(l[from+i:]))
	}
	if known < f.step {
		for before := range uint32(1 << 8) {
			f.add(word, 0, gramOf(l)<<8|before)
		}
	}
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
	at := 0
	if f.step == longStep {
		at = f.findLong(text, set)
	} else {
		at = f.findShort(text, set)
	}
	for ; at <= len(text)-gramSize; at += f.step {
		gram := gramOf(text[at:])
		if h := gramHash(gram, markBits); f.marks[h/32]>>(h%32)&1 != 0 {
			f.verify(gram, text, at, set)
		}
	}
}

// findLong looks at every fourth place and returns the first that it has not looked at.
func (f *finder) findLong(text []byte, set ruleSet) (at int) {
	for marks := f.marks; at < len(text)-7; at += 8 {
		w := binary.LittleEndian.Uint64(text[at:])
		if h := gramHash(uint32(w), markBits); marks[h/32]>>(h%32)&1 != 0 {
			f.verify(uint32(w), text, at, set)
		}
		if h := gramHash(uint32(w>>32), markBits); marks[h/32]>>(h%32)&1 != 0 {
			f.verify(uint32(w>>32), text, at+4, set)
		}
	}
	return at
}

// findShort looks at every second place and returns the first that it has not looked at.
func (f *finder) findShort(text []byte, set ruleSet) (at int) {
	for marks := f.marks; at < len(text)-7; at += 4 {
		w := binary.LittleEndian.Uint64(text[at:])
		if h := gramHash(uint32(w), markBits); marks[h/32]>>(h%32)&1 != 0 {
			f.verify(uint32(w), text, at, set)
		}
		if h := gramHash(uint32(w>>16), markBits); marks[h/32]>>(h%32)&1 != 0 {
			f.verify(uint32(w>>16), text, at+2, set)
		}
	}
	return at
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
