package store

import (
	"bytes"
	"hash/maphash"

	"github.com/cespare/xxhash/v2"
)

// clientSketch finds the heaviest clients of one slot of time in fixed memory. It is a table of sets of a few counters each.
// A client that finds no free counter in its set votes against the least of them and is counted as Other; once a counter has
// more votes against it than requests, it is given up to the newcomer and its requests go to Other as well. So a total is
// always exact, and a client is only undercounted by what it had before it grew heavy. Of the others it is known what they come with:
// a crowd may have one agent. Clients are told by a seeded hash of their address, which nobody can forge; the set that an address belongs
// to follows from a fixed one, so that the same requests are always counted alike. Whoever picks addresses of one set only pushes
// counters of that set out, each by more requests than it holds.
type clientSketch struct {
	slot    int64
	used    bool
	zoned   bool
	sets    []sketchSet
	clients [][sketchText]byte // addresses by place of the counter
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

// clientCount counts the requests of one client, with a majority vote on the endpoint it asks for. Its address is in sketch.clients.
type clientCount struct {
	bytes    int64
	agent    agentName
	count    uint32
	against  uint32
	endpoint int32
	votes    int32
	place    uint16 // of the counter
	size     uint8  // of the address
}

// agentName is a user agent with its hash, 0 where there is none.
type agentName struct {
	text string
	hash uint64
}

// agentCount counts the requests that come with one agent.
type agentCount struct {
	agent agentName
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
	key           uint64 // of client, agent and endpoint
}

// add counts one request; hash is the seeded one of its client, and odd.
func (s *clientSketch) add(hash uint64, texts *sketchTexts, client, agent []byte, endpoint int32, size int64) {
	if s.sets == nil {
		s.sets, s.clients = make([]sketchSet, sketchSets), make([][sketchText]byte, sketchSets*sketchWays)
	}
	size = max(size, 0)
	c := s.find(hash, client)
	if c == nil {
		s.addOther(texts.agents.named(agent), 1, size)
		return
	}
	if c.count == 0 {
		c.size, c.agent = uint8(copy(s.clients[c.place][:], client)), texts.agents.named(agent)
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
func (s *clientSketch) find(hash uint64, client []byte) *clientCount {
	number := xxhash.Sum64(client) % sketchSets
	set := &s.sets[number]
	for i, h := range &set.hashes {
		if h == hash {
			return &set.counters[i]
		}
		if h == 0 {
			set.hashes[i] = hash
			c := &set.counters[i]
			c.count, c.place = 0, uint16(number*sketchWays)+uint16(i)
			return c
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
func (s *clientSketch) addOther(agent agentName, count uint32, size int64) {
	to := &s.rest
	for i := range s.others {
		o := &s.others[i]
		if o.count == 0 {
			o.agent = agent
		}
		if o.agent.hash == agent.hash {
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
		client := s.client(c)
		text, hash := texts.clients.get(client)
		yield(clientRow{
			at: s.slot, zoned: s.zoned, client: text, agent: c.agent.text, endpoint: c.endpoint, count: c.count, bytes: c.bytes,
			key: s.key(hash, c.agent.hash, c.endpoint),
		})
	}
	s.rest.agent = agentName{Other, 1}
	for i := range s.others {
		s.yieldOther(&s.others[i], yield)
	}
	s.yieldOther(&s.rest, yield)
	s.used = false
}

// client returns the address of a counter's client.
func (s *clientSketch) client(c *clientCount) []byte { return s.clients[c.place][:c.size] }

// key is a hash of what makes a clientClass.
func (s *clientSketch) key(client, agent uint64, endpoint int32) uint64 {
	const factor = 0x9E3779B97F4A7C15
	key := ((client*factor^agent)*factor ^ uint64(uint32(endpoint))) * factor
	if s.zoned {
		key = ^key
	}
	return key | 1 // 0 is not known
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
	heaviestFirst(several, heaviest, func(c *clientCount) int64 { return int64(c.count) }, func(a, b *clientCount) int {
		return bytes.Compare(s.client(a), s.client(b))
	})
	for _, c := range several[heaviest:] {
		s.addOther(c.agent, c.count, c.bytes)
	}
	s.ordered = several[:heaviest]
}

func (s *clientSketch) yieldOther(o *agentCount, yield func(clientRow)) {
	if o.count > 0 {
		yield(clientRow{
			at: s.slot, zoned: s.zoned, client: Other, agent: o.agent.text, endpoint: -1, count: o.count, bytes: o.bytes,
			key: s.key(0, o.agent.hash, -1),
		})
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

// get returns the string of text, and its hash, which is odd; 0 for an empty one.
func (t *textCache) get(text []byte) (string, uint64) {
	if len(text) == 0 {
		return "", 0
	}
	hash := maphash.Bytes(seed, text) | 1
	i := hash >> 20 & uint64(len(t.entries)-1)
	e, older := &t.entries[i], &t.entries[i^1]
	if e.hash != hash {
		if older.hash == hash {
			return older.text, hash
		}
		*older = *e
		*e = textEntry{hash, string(text)}
	}
	return e.text, hash
}

// text is get without the hash.
func (t *textCache) text(b []byte) string {
	s, _ := t.get(b)
	return s
}

// named is get for an agent.
func (t *textCache) named(agent []byte) (name agentName) {
	name.text, name.hash = t.get(agent[:min(len(agent), sketchText)])
	return name
}
