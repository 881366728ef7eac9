package store

import (
	"bytes"
	"hash/maphash"
	"math/bits"

	"github.com/cespare/xxhash/v2"
)

// clientSketch finds the heaviest clients of one slot of time in fixed memory. It is a table of sets of a few counters each.
// A client that finds no free counter in its set votes against the least of them and is counted as Other; once a counter has
// more votes against it than requests, it is given up to the newcomer and its requests go to Other as well. So a total is
// always exact, and a client is only undercounted by what it had before it grew heavy. Of the others it is known what they come with:
// a crowd may have one agent. The set that an address belongs to follows from a fixed hash, so that the same requests are always counted
// alike; addresses of one hash are told apart by their text. Whoever picks addresses of one set only pushes counters of that set out,
// each by more requests than it holds.
//
// Most clients of a busy site come once in a slot. Once it has told enough clients apart, a new one passes by: it has a counter, but is
// counted as Other until it comes again.
type clientSketch struct {
	slot     int64
	width    int64 // of the slot
	first    int64 // times of requests
	last     int64
	used     bool
	zoned    bool
	told     int  // clients that did not pass by
	passed   bool // others did
	sets     []sketchSet
	counters []clientCount                // of set n from n*sketchWays on
	others   [sketchAgents + 1]agentCount // by agent; the last are those with yet another agent
	agents   int                          // how many of others have an agent
	met      [agentPlaces]metAgent        // by place of an agent
	ordered  []*clientCount               // scratch of drain
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

// sketchSet holds what is looked at to find a counter: its hash, 0 where it is free, its requests, and the votes against it; then what
// there is of clients that pass by.
type sketchSet struct {
	hashes          [sketchWays]uint64
	counts, against [sketchWays]uint32
	again           uint8             // a bit for each counter: its client came more than once
	passing         uint8             // likewise
	others          [sketchWays]uint8 // as which of the others it was counted
	bytes           [sketchWays]int64
}

// clientCount is the rest of a counter of one client, with a majority vote on the endpoint it asks for.
type clientCount struct {
	count    uint32 // set, as again, when the sketch is drained
	again    bool   // it came more than once
	endpoint int32
	votes    int32
	size     uint8 // of the address
	bytes    int64
	agent    agentName
	address  [sketchText]byte
}

// client is the address.
func (c *clientCount) client() []byte { return c.address[:c.size] }

// agentName is a user agent with its hash, 0 where there is none, and its place in the cache that it is of.
type agentName struct {
	text  string
	hash  uint64
	place uint16
}

// metAgent says where among the others the agent of a hash is counted.
type metAgent struct {
	hash  uint64 // 0: none was met
	other uint8
}

// agentCount counts the requests that come with one agent.
type agentCount struct {
	agent agentName
	count uint32
	bytes int64
}

// clientRow is the outcome for one client in one slot.
type clientRow struct {
	at, last      int64
	zoned         bool
	client, agent string
	endpoint      int32
	count         uint32
	bytes         int64
	who, key      uint64 // hashes of the client, and of client and agent; of the endpoint key knows nothing
}

// add counts one request, or several by one that speaks for them: then it is not known whether its client is one of many.
func (s *clientSketch) add(texts *sketchTexts, client, agent []byte, endpoint int32, size int64, times uint32) {
	if s.sets == nil {
		s.sets, s.counters = make([]sketchSet, sketchSets), make([]clientCount, sketchSets*sketchWays)
	}
	client, size = client[:min(len(client), sketchText)], max(size, 0)*int64(times)
	s.passed = s.passed || times > 1
	hash := xxhash.Sum64(client)
	number := int(hash % sketchSets)
	set := &s.sets[number]
	way, fresh := s.find(set, number, hash|1, client, times)
	if way < 0 {
		s.addOther(texts.agents.named(agent), times, size)
		return
	}
	if fresh && s.told >= heaviest {
		s.passed = true
		set.counts[way], set.passing = times, set.passing|1<<way
		set.others[way], set.bytes[way] = s.addOther(texts.agents.named(agent), times, size), size
		return
	}
	c := &s.counters[number*sketchWays+way]
	if fresh || set.passing>>way&1 != 0 {
		s.told++
		c.size, c.agent = uint8(copy(c.address[:], client)), texts.agents.named(agent)
		c.bytes, c.endpoint, c.votes = s.stop(set, way), -1, 0
	}
	if !fresh {
		set.again |= 1 << way
	}
	set.counts[way] += times
	c.bytes += size
	c.vote(endpoint, int32(times))
}

// vote is for the endpoint that is asked for, and against the one that has the majority so far.
func (c *clientCount) vote(endpoint, times int32) {
	if c.endpoint == endpoint {
		c.votes += times
		return
	}
	if c.votes -= times; c.votes < 0 {
		c.endpoint, c.votes = endpoint, -c.votes
	}
}

// stop takes a client that came again out of the others, and returns the bytes of its first request; 0 for one that did not pass by.
func (s *clientSketch) stop(set *sketchSet, way int) (size int64) {
	if set.passing>>way&1 == 0 {
		return 0
	}
	set.passing &^= 1 << way
	o := &s.others[set.others[way]]
	o.count -= set.counts[way]
	o.bytes -= set.bytes[way]
	return set.bytes[way]
}

// find returns the place of a client's counter in its set, and whether it is new; -1 if it is one of the others. Of a client that passes
// by only the hash is known.
func (s *clientSketch) find(set *sketchSet, number int, hash uint64, client []byte, times uint32) (way int, fresh bool) {
	for i, h := range &set.hashes {
		if h == hash && (set.passing>>i&1 != 0 || string(s.counters[number*sketchWays+i].client()) == string(client)) {
			return i, false
		}
		if h == 0 {
			set.hashes[i], set.counts[i], set.against[i] = hash, 0, 0
			return i, true
		}
	}
	least := 0
	for i, n := range &set.counts {
		if n < set.counts[least] {
			least = i
		}
	}
	if set.against[least] += times; set.against[least] <= set.counts[least] {
		return -1, false
	}
	if set.passing>>least&1 == 0 {
		c := &s.counters[number*sketchWays+least]
		s.addOther(c.agent, set.counts[least], c.bytes)
	}
	set.passing, set.again = set.passing&^(1<<least), set.again&^(1<<least)
	set.hashes[least], set.counts[least], set.against[least] = hash, 0, 0
	return least, true
}

// addOther counts requests without their client, and returns as which of the others.
func (s *clientSketch) addOther(agent agentName, count uint32, size int64) (other uint8) {
	met := &s.met[agent.place]
	if met.hash != agent.hash|1 {
		*met = metAgent{agent.hash | 1, s.otherOf(agent)}
	}
	o := &s.others[met.other]
	o.count += count
	o.bytes += size
	return met.other
}

// otherOf finds where an agent is counted among the others.
func (s *clientSketch) otherOf(agent agentName) uint8 {
	for i := range s.others[:s.agents] {
		if s.others[i].agent.hash == agent.hash {
			return uint8(i)
		}
	}
	if s.agents == sketchAgents {
		return sketchAgents
	}
	s.others[s.agents].agent = agent
	s.agents++
	return uint8(s.agents - 1)
}

// drain yields the heaviest clients, the rest as rows of Other by agent, and empties the sketch. Where not all clients have room,
// those with a single request are of the rest.
func (s *clientSketch) drain(texts *sketchTexts, yield func(clientRow)) {
	if !s.used {
		return
	}
	s.rank()
	at, last := slotOf(s.first, EndpointBucket), slotOf(s.last, EndpointBucket)
	for _, c := range s.ordered {
		text, hash, _ := texts.clients.get(c.client())
		yield(clientRow{
			at: at, last: last, zoned: s.zoned, client: text, agent: c.agent.text, endpoint: c.endpoint, count: c.count, bytes: c.bytes,
			who: s.key(hash), key: mixed(s.key(hash), c.agent.hash),
		})
	}
	s.others[sketchAgents].agent = agentName{text: Other, hash: 1}
	for i := range s.others {
		s.yieldOther(&s.others[i], at, last, yield)
	}
	clear(s.met[:])
	s.used, s.told, s.passed, s.agents = false, 0, false, 0
}

// key is a hash of a client and of what its times are.
func (s *clientSketch) key(client uint64) uint64 {
	if s.zoned {
		return ^client
	}
	return client
}

// mixed puts two hashes together, whose order counts.
func mixed(a, b uint64) uint64 { return (bits.RotateLeft64(a, 23) ^ b) * 0x9E3779B97F4A7C15 }

// rank lists the clients to be told apart, and adds the rest to the others.
func (s *clientSketch) rank() {
	s.ordered = s.ordered[:0]
	for i := range s.sets {
		set := &s.sets[i]
		for j := range set.hashes {
			if set.hashes[j] != 0 && set.passing>>j&1 == 0 {
				c := &s.counters[i*sketchWays+j]
				c.count, c.again = set.counts[j], set.again>>j&1 != 0
				s.ordered = append(s.ordered, c)
			}
		}
		clear(set.hashes[:])
		set.passing, set.again = 0, 0
	}
	if len(s.ordered) <= heaviest && !s.passed {
		return
	}
	several := s.ordered[:0]
	for _, c := range s.ordered {
		if c.again {
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
		return bytes.Compare(a.client(), b.client())
	})
	for _, c := range several[heaviest:] {
		s.addOther(c.agent, c.count, c.bytes)
	}
	s.ordered = several[:heaviest]
}

func (s *clientSketch) yieldOther(o *agentCount, at, last int64, yield func(clientRow)) {
	if o.count > 0 {
		yield(clientRow{
			at: at, last: last, zoned: s.zoned, client: Other, agent: o.agent.text, endpoint: -1, count: o.count, bytes: o.bytes,
			who: s.key(0), key: mixed(s.key(0), o.agent.hash),
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
	return sketchTexts{clients: newTextCache(1 << 13), agents: newTextCache(agentPlaces)}
}

// agentPlaces is how many agents are remembered.
const agentPlaces = 1 << 10

// textCache remembers the strings of texts by their hashes; a text has two places to be in.
type textCache struct {
	entries []textEntry // a power of two
}

type textEntry struct {
	hash uint64 // 0: empty
	text string
}

func newTextCache(size int) textCache {
	t := textCache{make([]textEntry, size)}
	clear(t.entries) // memory that is read before it is written is mapped twice
	return t
}

// get returns the string of text, its hash, which is odd, and where it is remembered; hash and place are 0 for an empty one.
func (t *textCache) get(text []byte) (s string, hash uint64, place int) {
	if len(text) == 0 {
		return "", 0, 0
	}
	hash = maphash.Bytes(seed, text) | 1
	place = int(hash >> 20 & uint64(len(t.entries)-1))
	e := &t.entries[place]
	if e.hash == hash {
		return e.text, hash, place
	}
	if older := &t.entries[place^1]; older.hash == hash {
		return older.text, hash, place ^ 1
	}
	t.entries[place^1] = *e
	*e = textEntry{hash, string(text)}
	return e.text, hash, place
}

// text is get for those who only want the string.
func (t *textCache) text(b []byte) string {
	s, _, _ := t.get(b)
	return s
}

// named is get for an agent.
func (t *textCache) named(agent []byte) agentName {
	text, hash, place := t.get(agent[:min(len(agent), sketchText)])
	return agentName{text: text, hash: hash, place: uint16(place)}
}
