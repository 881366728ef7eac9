package rules

import (
	"math/bits"
	"sync/atomic"

	"culprit/parser"
)

// maxLooked is how much of a message signatures are looked for in. It bounds the work on a hostile line.
const maxLooked = 16 << 10

// A Matcher says which signature a record has. It is safe for concurrent use.
type Matcher struct {
	catalogue *Catalogue
	// indexes are built when the first record of a daemon and format comes: most runs see few of them, and start sooner.
	indexes [parser.Timeline + 1][parser.SadfJSON + 1]atomic.Pointer[index]
}

// NewMatcher returns a matcher for the signatures of c. IDs are places in c.Signatures. A signature that Lint refuses
// may be left out of the matching.
func NewMatcher(c *Catalogue) *Matcher { return &Matcher{catalogue: c} }

// Match returns the most specific signature that rec has, None if it has none. It does not allocate.
func (m *Matcher) Match(rec *parser.Record) ID {
	if int(rec.Daemon) >= len(m.indexes) || int(rec.Format) >= len(m.indexes[0]) {
		return None
	}
	ix := m.indexes[rec.Daemon][rec.Format].Load()
	if ix == nil {
		ix = m.build(rec.Daemon, rec.Format)
	}
	if r := ix.match(rec); r != nil {
		return r.id
	}
	return None
}

// Signature returns the signature with the given number, nil for None.
func (m *Matcher) Signature(id ID) *Signature {
	if id < 0 || int(id) >= len(m.catalogue.Signatures) {
		return nil
	}
	return &m.catalogue.Signatures[id]
}

// build makes the index of a daemon and format, which all formats share where no signature of the daemon asks for one. Two goroutines
// may do so at once; they come to the same result.
func (m *Matcher) build(d parser.Daemon, f parser.Format) *index {
	var rules []rule
	counts := new(gramCounts)
	told := parser.Record{Format: f}
	shared := true
	for i := range m.catalogue.Signatures {
		s := &m.catalogue.Signatures[i]
		if !s.speaksOf(d) {
			continue
		}
		r, err := compile(s, ID(i))
		if err != nil {
			continue
		}
		asks, holds := r.settleFormat(&told)
		shared = shared && !asks
		if !holds {
			continue
		}
		rules = append(rules, r)
		r.count(counts, s.Examples)
	}
	if !shared {
		ix := newIndex(rules, counts)
		m.indexes[d][f].Store(ix)
		return ix
	}
	ix := m.indexes[d][parser.NoFormat].Load()
	if ix == nil {
		ix = newIndex(rules, counts)
		m.indexes[d][parser.NoFormat].Store(ix)
	}
	m.indexes[d][f].Store(ix)
	return ix
}

// speaksOf reports whether s may match records of d.
func (s *Signature) speaksOf(d parser.Daemon) bool {
	for _, name := range s.Daemons {
		if name == "any" {
			return true
		}
		named, _ := parser.DaemonNamed(name)
		if named == d || named == parser.AnyWeb && (d == parser.Nginx || d == parser.Apache) {
			return true
		}
	}
	return false
}

func (ix *index) matchMessage(rec *parser.Record) *rule {
	message := rec.Message[:min(len(rec.Message), maxLooked)]
	var coded []uint16
	if len(rec.Code) > 0 {
		coded = ix.byCode[string(rec.Code)]
	}
	e, hash, worth := ix.memo.get(message, rec.Line)
	if e != nil {
		return ix.first(e.rules, coded, rec, message)
	}
	if len(ix.rules) <= 64*fewWords {
		var room [fewWords]uint64
		return ix.search(room[:], coded, rec, message, hash, worth)
	}
	var room [maxRules / 64]uint64
	return ix.search(room[:], coded, rec, message, hash, worth)
}

// fewWords of a ruleSet are enough for what most daemons have. To empty them all costs a tenth of a search.
const fewWords = 8

// search returns the most specific rule that holds, of those that have a word in message, those that are always tried, and the coded
// ones. candidates is empty and has room for all rules. Where it is worth it, what was found is remembered.
func (ix *index) search(candidates ruleSet, coded []uint16, rec *parser.Record, message []byte, hash uint64, worth bool) *rule {
	ix.words.find(message, candidates)
	for _, n := range ix.always {
		candidates.add(n)
	}
	if worth {
		e := &memoEntry{message: string(message), rules: ix.allowed(candidates, message)}
		ix.memo.put(hash, e)
		return ix.first(e.rules, coded, rec, message)
	}
	for _, n := range coded {
		candidates.add(n)
	}
	for word, set := range candidates {
		for ; set != 0; set &= set - 1 {
			r := &ix.rules[word*64+bits.TrailingZeros64(set)]
			if r.fieldsHold(rec) && r.textHolds(message) {
				return r
			}
		}
	}
	return nil
}

// allowed lists the candidates whose text conditions message meets, by rank.
func (ix *index) allowed(candidates ruleSet, message []byte) []uint16 {
	var out []uint16
	for word, set := range candidates {
		for ; set != 0; set &= set - 1 {
			n := word*64 + bits.TrailingZeros64(set)
			if ix.rules[n].textHolds(message) {
				out = append(out, uint16(n))
			}
		}
	}
	return out
}

// first returns the most specific of the allowed rules, whose text is known to fit, and of the coded ones, whose text is not.
func (ix *index) first(allowed, coded []uint16, rec *parser.Record, message []byte) *rule {
	for len(allowed) > 0 || len(coded) > 0 {
		if len(coded) == 0 || len(allowed) > 0 && allowed[0] < coded[0] {
			if r := &ix.rules[allowed[0]]; r.fieldsHold(rec) {
				return r
			}
			allowed = allowed[1:]
			continue
		}
		if r := &ix.rules[coded[0]]; r.fieldsHold(rec) && r.textHolds(message) {
			return r
		}
		coded = coded[1:]
	}
	return nil
}

func (ix *index) matchRequest(rec *parser.Record) *rule {
	always := ix.requests
	if i := int(rec.Status) + 1; i >= 0 && i < len(ix.byStatus) {
		always = ix.byStatus[i]
	}
	var ended []uint16
	if t := rec.Termination; ix.byTermination != nil && len(t) >= 2 {
		ended = ix.byTermination.of(t, rec.Status)
	}
	for len(always) > 0 || len(ended) > 0 {
		from := &always
		if len(always) == 0 || len(ended) > 0 && ended[0] < always[0] {
			from = &ended
		}
		if r := &ix.rules[(*from)[0]]; r.fieldsHold(rec) {
			return r
		}
		*from = (*from)[1:]
	}
	return nil
}
