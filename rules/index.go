package rules

import (
	"hash/maphash"
	"maps"
	"slices"

	"culprit/parser"
)

// index finds the signatures a record of one daemon may match without trying them all. Rules stand in it most specific first and
// are known by their place.
type index struct {
	rules []rule
	// Of messages: what has a literal is found by the automaton, what has a code by that, the rest is always tried.
	words  *automaton
	byCode map[string][]uint16
	always []uint16
	memo   memo
	// Of requests: by the first two characters of the termination state, the rest is always tried.
	byTermination *terminationTable
	requests      []uint16
}

func newIndex(rules []rule) *index {
	slices.SortFunc(rules, func(a, b rule) int { return a.rank.compare(b.rank) })
	ix := &index{rules: rules[:min(len(rules), maxRules)], byCode: map[string][]uint16{}, memo: memo{seed: maphash.MakeSeed()}}
	ix.indexMessages()
	ix.indexRequests()
	return ix
}

func (ix *index) indexMessages() {
	common := map[string]int{} // in how many places a literal is asked for
	for i := range ix.rules {
		for _, l := range ix.rules[i].all {
			common[string(l)]++
		}
		for _, l := range ix.rules[i].any {
			common[string(l)]++
		}
	}
	var words [][]byte
	var owners []uint16
	for i := range ix.rules {
		r := &ix.rules[i]
		if r.request {
			continue
		}
		number := uint16(i)
		codes, anchors := r.codes(), r.anchors(common)
		for _, code := range codes {
			ix.byCode[code] = append(ix.byCode[code], number)
		}
		if codes != nil {
			continue
		}
		for _, word := range anchors {
			words, owners = append(words, word), append(owners, number)
		}
		if anchors == nil {
			ix.always = append(ix.always, number)
		}
	}
	ix.words = newAutomaton(fragments(words), owners)
}

// anchors chooses what the automaton looks for on behalf of r: the least common, then longest of its literals, or all alternatives
// of any if those are better. It is nil for a rule without literals.
func (r *rule) anchors(common map[string]int) [][]byte {
	var best [][]byte
	bestCommon, bestLen := 0, 0
	for _, l := range r.all {
		if n := common[string(l)]; best == nil || n < bestCommon || n == bestCommon && len(l) > bestLen {
			best, bestCommon, bestLen = [][]byte{l}, n, len(l)
		}
	}
	if len(r.any) == 0 {
		return best
	}
	worst, shortest := 0, len(r.any[0])
	for _, l := range r.any {
		worst, shortest = max(worst, common[string(l)]), min(shortest, len(l))
	}
	if best == nil || worst < bestCommon || worst == bestCommon && shortest > bestLen {
		return r.any
	}
	return best
}

// terminationTable lists, by two characters, the rules to try.
type terminationTable struct {
	list  [128][128]uint8
	rules [][]uint16
}

func (ix *index) indexRequests() {
	pairs := map[string][]uint16{}
	for i := range ix.rules {
		r := &ix.rules[i]
		if !r.request {
			continue
		}
		states := r.terminations()
		if states == nil {
			ix.requests = append(ix.requests, uint16(i))
		}
		for _, pair := range states {
			if !slices.Contains(pairs[pair], uint16(i)) {
				pairs[pair] = append(pairs[pair], uint16(i))
			}
		}
	}
	if len(pairs) == 0 {
		return
	}
	table := &terminationTable{rules: [][]uint16{ix.requests}}
	for _, pair := range slices.Sorted(maps.Keys(pairs)) {
		both := slices.Sorted(slices.Values(slices.Concat(pairs[pair], ix.requests)))
		table.list[pair[0]&127][pair[1]&127] = uint8(len(table.rules))
		table.rules = append(table.rules, both)
	}
	ix.byTermination = table
}

// match returns the most specific rule that holds for rec, nil if there is none.
func (ix *index) match(rec *parser.Record) *rule {
	switch rec.Kind {
	case parser.Message:
		return ix.matchMessage(rec)
	case parser.Request:
		return ix.matchRequest(rec)
	}
	return nil
}
