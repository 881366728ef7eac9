package rules

import (
	"bytes"
	"hash/maphash"
	"maps"
	"slices"

	"culprit/parser"
)

// index finds the signatures a record of one daemon may match without trying them all. Rules stand in it most specific first and
// are known by their place.
type index struct {
	rules []rule
	// Of messages: what has a literal is found by that, what has a code by that, the rest is always tried.
	words  *finder
	byCode map[string][]uint16
	always []uint16
	memo   memo
	// Of requests: by the first two characters of the termination state, the rest is always tried.
	byTermination *terminationTable
	requests      []uint16
	byStatus      [maxStatus + 2][]uint16 // requests, without those that a status rules out, by status + 1
}

// newIndex indexes rules. counts tells how common sequences are in the texts they are for.
func newIndex(rules []rule, counts *gramCounts) *index {
	slices.SortFunc(rules, func(a, b rule) int { return a.rank.compare(b.rank) })
	ix := &index{rules: rules[:min(len(rules), maxRules)], byCode: map[string][]uint16{}, memo: memo{seed: maphash.MakeSeed()}}
	ix.indexMessages(counts)
	ix.indexRequests()
	return ix
}

func (ix *index) indexMessages(counts *gramCounts) {
	var words wordList
	counts.step = longStep
	for i := range ix.rules {
		if r := &ix.rules[i]; !r.request && !r.isLong(counts.shortest()) {
			counts.step = shortStep
		}
	}
	for i := range ix.rules {
		r := &ix.rules[i]
		if r.request {
			continue
		}
		number := uint16(i)
		if codes := r.codes(); codes != nil {
			for _, code := range codes {
				ix.byCode[code] = append(ix.byCode[code], number)
			}
			continue
		}
		anchors := r.anchor(counts)
		for _, literal := range anchors {
			words.add(literal, number)
		}
		if len(anchors) == 0 {
			ix.always = append(ix.always, number)
		}
	}
	ix.words = newFinder(words.list[:min(len(words.list), maxWords)], counts)
}

// isLong reports whether r can be found by literals of at least a length, if it is found by literals.
func (r *rule) isLong(length int) bool {
	if len(r.all) == 0 && len(r.any) == 0 || r.codes() != nil {
		return true
	}
	long := func(l []byte) bool { return len(l) >= length }
	short := func(l []byte) bool { return !long(l) }
	return slices.ContainsFunc(r.all, long) || len(r.any) > 0 && !slices.ContainsFunc(r.any, short)
}

// wordList gathers words. Several rules may look for the same.
type wordList struct {
	list  []word
	known map[string]int
}

func (l *wordList) add(literal []byte, rule uint16) {
	n, known := l.known[string(literal)]
	if !known {
		if l.known == nil {
			l.known = map[string]int{}
		}
		n = len(l.list)
		l.known[string(literal)] = n
		l.list = append(l.list, word{literal: literal})
	}
	l.list[n].rules = append(l.list[n].rules, rule)
}

// count adds what tells how common sequences are in messages: what r looks for, and where it does.
func (r *rule) count(counts *gramCounts, examples []string) {
	for _, literals := range [...][][]byte{r.all, r.any} {
		for _, l := range literals {
			counts.add(l)
		}
	}
	for _, e := range examples {
		counts.add([]byte(e))
	}
}

// anchor chooses what the finder looks for on behalf of r: the rarest literal of all, or every alternative of any if those are
// rarer. What it returns is taken out of what textHolds checks. It is nil for a rule without literals.
func (r *rule) anchor(counts *gramCounts) [][]byte {
	best, bestRarity := -1, rarity{}
	for i, l := range r.all {
		if this := counts.rarity(l); best < 0 || this.less(bestRarity) {
			best, bestRarity = i, this
		}
	}
	if len(r.any) > 0 && (best < 0 || counts.worst(r.any).less(bestRarity)) {
		anchors := r.any
		r.any = nil
		return anchors
	}
	if best < 0 {
		return nil
	}
	anchor := r.all[best]
	r.all = slices.DeleteFunc(slices.Clone(r.all), func(l []byte) bool { return bytes.Contains(anchor, l) })
	return [][]byte{anchor}
}

// terminationTable lists, by two characters, the rules to try beside those of every state, by rank.
type terminationTable struct {
	list  [128][128]uint8
	rules [][]uint16
	// statuses holds, for lists of rules that all ask for a status, those that any of them wants, by status + 1; nil for other lists.
	statuses []*[maxStatus + 2]bool
}

// of lists the rules to try for a state of two characters or more and a status. Another state may share the cell of its low seven
// bits; its condition will not hold.
func (t *terminationTable) of(state []byte, status int32) []uint16 {
	n := t.list[state[0]&127][state[1]&127]
	if wanted := t.statuses[n]; wanted != nil && uint(status+1) < uint(len(wanted)) && !wanted[status+1] {
		return nil
	}
	return t.rules[n]
}

func (ix *index) indexRequests() {
	starts := map[string][]uint16{}
	for i := range ix.rules {
		r := &ix.rules[i]
		if !r.request {
			continue
		}
		states := r.terminations()
		if states == nil {
			ix.requests = append(ix.requests, uint16(i))
		}
		for _, start := range states {
			if !slices.Contains(starts[start], uint16(i)) {
				starts[start] = append(starts[start], uint16(i))
			}
		}
	}
	for i := range ix.byStatus {
		ix.byStatus[i] = ix.withStatus(int32(i) - 1)
		if i > 0 && slices.Equal(ix.byStatus[i], ix.byStatus[i-1]) {
			ix.byStatus[i] = ix.byStatus[i-1]
		}
	}
	if len(starts) > 0 {
		ix.byTermination = newTerminationTable(starts)
		for _, numbers := range ix.byTermination.rules {
			ix.byTermination.statuses = append(ix.byTermination.statuses, ix.statusesOf(numbers))
		}
	}
}

// statusesOf tells which statuses any of the rules wants, by status + 1; it is nil unless all of them ask for one.
func (ix *index) statusesOf(numbers []uint16) *[maxStatus + 2]bool {
	var wanted [maxStatus + 2]bool
	var rec parser.Record
	for _, n := range numbers {
		if !ix.rules[n].asksStatus() {
			return nil
		}
		for i := range wanted {
			rec.Status = int32(i) - 1
			wanted[i] = wanted[i] || ix.rules[n].allowsStatus(&rec)
		}
	}
	return &wanted
}

// newTerminationTable makes a table of the rules by what their states begin with: one character, or two.
func newTerminationTable(starts map[string][]uint16) *terminationTable {
	table := &terminationTable{rules: [][]uint16{nil}}
	for _, start := range slices.Sorted(maps.Keys(starts)) { // one character before two
		row := &table.list[start[0]&127]
		number, rules := uint8(len(table.rules)), starts[start]
		if len(start) == 1 {
			for i := range row {
				row[i] = number
			}
		} else {
			rules = slices.Sorted(slices.Values(slices.Concat(rules, starts[start[:1]])))
			row[start[1]&127] = number
		}
		table.rules = append(table.rules, rules)
	}
	return table
}

// maxStatus is the greatest status that has candidates of its own.
const maxStatus = 999

// withStatus lists the rules of requests whose conditions on the status hold for one.
func (ix *index) withStatus(status int32) (numbers []uint16) {
	rec := parser.Record{Status: status}
	for _, n := range ix.requests {
		if ix.rules[n].allowsStatus(&rec) {
			numbers = append(numbers, n)
		}
	}
	return numbers
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
