package rules

import (
	"hash/maphash"
	"sync/atomic"
)

// memo remembers, for messages that repeat to the byte, which signatures their text allows. Most lines of an error log repeat a few
// messages, since what varies stands in the context that is not part of the message. Fields are not remembered: they are
// tried on every record. Entries are never changed, so readers need no lock.
type memo struct {
	seed    maphash.Seed
	entries [memoSlots]atomic.Pointer[memoEntry]
	// missed holds the hash of the last message that was not found in a slot. Only one that misses twice in a row is worth an entry;
	// otherwise messages that never repeat would cost an allocation each.
	missed [memoSlots]atomic.Uint64
	// used is set by a hit and cleared by a miss: an entry in use is not driven out by others of its slot.
	used [memoSlots]atomic.Bool
	// boredom grows with each sampled message that was not found: where it is at its greatest, messages name what never comes again, and
	// only the samples are looked up.
	boredom atomic.Int32
}

const (
	memoSlots   = 1024
	memoMessage = 512 // longer messages are not remembered
	memoSamples = 64  // one line in so many is a sample
	mostBoredom = 32
	hitRelief   = 3 // a hit saves three times what a miss costs
)

type memoEntry struct {
	message string
	rules   []uint16 // by rank
}

// get returns what is known of the message of a line, nil if nothing; worth says that an answer should be kept by put.
func (m *memo) get(message []byte, line int64) (e *memoEntry, hash uint64, worth bool) {
	sample := line%memoSamples == 0
	if len(message) > memoMessage || !sample && m.boredom.Load() == mostBoredom {
		return nil, 0, false
	}
	e, hash, worth = m.find(message)
	if sample {
		m.learn(e != nil)
	}
	return e, hash, worth
}

// learn takes note of whether a sample was found. Where two threads do so at once, one of them is not heard.
func (m *memo) learn(found bool) {
	before := m.boredom.Load()
	after := min(before+1, mostBoredom)
	if found {
		after = max(before-hitRelief, 0)
	}
	if after != before {
		m.boredom.Store(after)
	}
}

func (m *memo) find(message []byte) (e *memoEntry, hash uint64, worth bool) {
	hash = maphash.Bytes(m.seed, message)
	slot := hash % memoSlots
	if e = m.entries[slot].Load(); e != nil && e.message == string(message) {
		if !m.used[slot].Load() {
			m.used[slot].Store(true)
		}
		return e, hash, false
	}
	if m.used[slot].Load() {
		m.used[slot].Store(false)
		return nil, hash, false
	}
	return nil, hash, m.missed[slot].Swap(hash) == hash
}

func (m *memo) put(hash uint64, e *memoEntry) { m.entries[hash%memoSlots].Store(e) }
