package store

import (
	"bytes"
	"cmp"
	"hash/maphash"
	"slices"
)

// clientSketch finds the heaviest clients of one slot of time in fixed memory. It is a table of sets of a few counters each.
// A client that finds no free counter in its set votes against the least of them and is counted as Other; once a counter has
// more votes against it than requests, it is given up to the newcomer and its requests go to Other as well. So a total is
// always exact, and a client is only undercounted by what it had before it grew heavy. Of the others it is known what they come with:
// a crowd may have one agent. Clients are told by the hash of their address.
type clientSketch struct {
	slot    int64
	used    bool
	zoned   bool
	sets    []sketchSet
	others  [sketchAgents]agentCount
	rest    agentCount     // others with none of those agents
	ordered []*clientCount // scratch of drain
}

const (
	sketchSets = 64
	sketchWays = 8
	// heaviest is how many clients, and endpoints, of a slot are told apart in the end.
	heaviest = 64
	// sketchAgents is how many agents of the others are told apart.
	sketchAgents = 16
	// sketchText bounds an address and a user agent, in bytes.
	sketchText = 128
)

// sketchSet holds its counters' hashes in one line of the cache; 0 is a free counter.
type sketchSet struct {
	hashes   [sketchWays]uint64
	counters [sketchWays]clientCount
}

// clientCount counts the requests of one client, with a majority vote on the endpoint it asks for.
type clientCount struct {
	client   [sketchText]byte
	size     uint8 // of client
	agent    string
	count    uint32
	against  uint32
	bytes    int64
	endpoint int32
	votes    int32
}

// agentCount counts the requests that come with one agent.
type agentCount struct {
	agent string
	count uint32
	bytes int64
}

// clientRow is the outcome for one client in one slot.
type clientRow struct {
	at            int64
	zoned         bool
	client, agent string
	endpoint      int32
	count         uint32
	bytes         int64
}

// add counts one request; hash is of its client, and odd.
func (s *clientSketch) add(hash uint64, texts *sketchTexts, client, agent []byte, endpoint int32, size int64) {
	if s.sets == nil {
		s.sets = make([]sketchSet, sketchSets)
	}
	size = max(size, 0)
	c := s.find(hash)
	if c == nil {
		s.addOther(texts.agents.get(agent[:min(len(agent), sketchText)]), 1, size)
		return
	}
	if c.count == 0 {
		c.size, c.agent = uint8(copy(c.client[:], client)), texts.agents.get(agent[:min(len(agent), sketchText)])
		c.against, c.bytes, c.endpoint, c.votes = 0, 0, -1, 0
	}
	c.count++
	c.bytes += size
	switch {
	case c.endpoint == endpoint:
		c.votes++
	case c.votes == 0:
		c.endpoint, c.votes = endpoint, 1
	default:
		c.votes--
	}
}

// find returns the counter of a client, at 0 where it is new; nil if it is one of the others.
func (s *clientSketch) find(hash uint64) *clientCount {
	set := &s.sets[hash>>1%sketchSets]
	for i, h := range &set.hashes {
		if h == hash {
			return &set.counters[i]
		}
		if h == 0 {
			set.hashes[i] = hash
			set.counters[i].count = 0
			return &set.counters[i]
		}
	}
	least := 0
	for i := range set.counters {
		if set.counters[i].count < set.counters[least].count {
			least = i
		}
	}
	c := &set.counters[least]
	if c.against++; c.against <= c.count {
		return nil
	}
	s.addOther(c.agent, c.count, c.bytes)
	set.hashes[least], c.count = hash, 0
	return c
}

// addOther counts requests without their client.
func (s *clientSketch) addOther(agent string, count uint32, size int64) {
	to := &s.rest
	for i := range s.others {
		o := &s.others[i]
		if o.count == 0 {
			o.agent = agent
		}
		if o.agent == agent {
			to = o
			break
		}
	}
	to.count += count
	to.bytes += size
}

// drain yields the heaviest clients, the rest as rows of Other by agent, and empties the sketch. Where not all clients have room,
// those with a single request are of the rest.
func (s *clientSketch) drain(texts *sketchTexts, yield func(clientRow)) {
	if !s.used {
		return
	}
	s.rank()
	for _, c := range s.ordered {
		yield(clientRow{at: s.slot, zoned: s.zoned, client: texts.clients.get(c.client[:c.size]), agent: c.agent, endpoint: c.endpoint, count: c.count, bytes: c.bytes})
	}
	s.rest.agent = Other
	for i := range s.others {
		s.yieldOther(&s.others[i], yield)
	}
	s.yieldOther(&s.rest, yield)
	s.used = false
}

// rank lists the clients to be told apart, and adds the rest to the others.
func (s *clientSketch) rank() {
	s.ordered = s.ordered[:0]
	for i := range s.sets {
		set := &s.sets[i]
		for j := range set.hashes {
			if set.hashes[j] != 0 {
				s.ordered = append(s.ordered, &set.counters[j])
			}
		}
		clear(set.hashes[:])
	}
	if len(s.ordered) <= heaviest {
		return
	}
	several := s.ordered[:0]
	for _, c := range s.ordered {
		if c.count > 1 {
			several = append(several, c)
		} else {
			s.addOther(c.agent, c.count, c.bytes)
		}
	}
	s.ordered = several
	if len(several) <= heaviest {
		return
	}
	slices.SortFunc(several, func(a, b *clientCount) int {
		return cmp.Or(cmp.Compare(b.count, a.count), bytes.Compare(a.client[:a.size], b.client[:b.size]))
	})
	for _, c := range several[heaviest:] {
		s.addOther(c.agent, c.count, c.bytes)
	}
	s.ordered = several[:heaviest]
}

func (s *clientSketch) yieldOther(o *agentCount, yield func(clientRow)) {
	if o.count > 0 {
		yield(clientRow{at: s.slot, zoned: s.zoned, client: Other, agent: o.agent, endpoint: -1, count: o.count, bytes: o.bytes})
	}
	o.count, o.bytes = 0, 0
}

// seed makes the places of texts in hash tables unpredictable; answers do not depend on it.
var seed = maphash.MakeSeed()

// sketchTexts gives clients and agents that come again one string each.
type sketchTexts struct {
	clients, agents textCache
}

func newSketchTexts() sketchTexts {
	return sketchTexts{clients: newTextCache(1 << 13), agents: newTextCache(1 << 10)}
}

// textCache remembers the strings of texts by their hashes; a text has two places to be in.
type textCache struct {
	entries []textEntry // a power of two
}

type textEntry struct {
	hash uint64 // 0: empty
	text string
}

func newTextCache(size int) textCache { return textCache{make([]textEntry, size)} }

// get returns the string of text.
func (t *textCache) get(text []byte) string {
	if len(text) == 0 {
		return ""
	}
	hash := maphash.Bytes(seed, text) | 1
	i := hash >> 20 & uint64(len(t.entries)-1)
	e, older := &t.entries[i], &t.entries[i^1]
	if e.hash != hash {
		if older.hash == hash {
			return older.text
		}
		*older = *e
		*e = textEntry{hash, string(text)}
	}
	return e.text
}
