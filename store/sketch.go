package store

import (
	"bytes"
	"hash/maphash"
	"slices"
)

// clientSketch finds the heaviest clients of one slot of time in fixed memory. It is a table of sets of a few counters each.
// A client that finds no free counter in its set votes against the least of them and is counted as Other; once a counter has
// more votes against it than requests, it is given up to the newcomer and its requests go to Other as well. So a total is
// always exact, and a client is only undercounted by what it had before it grew heavy. Of the others it is known what they come with:
// a crowd may have one agent.
type clientSketch struct {
	slot    int64
	used    bool
	zoned   bool
	sets    [][sketchWays]clientCount
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

// clientCount counts the requests of one client, with a majority vote on the endpoint it asks for.
type clientCount struct {
	client, agent []byte
	count         uint32
	against       uint32
	bytes         int64
	endpoint      int32
	votes         int32
}

// agentCount counts the requests that come with one agent.
type agentCount struct {
	agent []byte
	count uint32
	bytes int64
}

// clientRow is the outcome for one client in one slot. Its texts are borrowed until the sketch is used again.
type clientRow struct {
	at            int64
	zoned         bool
	client, agent []byte
	endpoint      int32
	count         uint32
	bytes         int64
}

func (s *clientSketch) add(hash uint64, client, agent []byte, endpoint int32, size int64) {
	if s.sets == nil {
		s.sets = make([][sketchWays]clientCount, sketchSets)
	}
	c := s.find(hash, client, agent)
	if c == nil {
		s.addOther(agent, 1, size)
		return
	}
	c.count++
	c.bytes += max(size, 0)
	switch {
	case c.endpoint == endpoint:
		c.votes++
	case c.votes == 0:
		c.endpoint, c.votes = endpoint, 1
	default:
		c.votes--
	}
}

// find returns the counter of a client, nil if it is one of the others.
func (s *clientSketch) find(hash uint64, client, agent []byte) *clientCount {
	client = client[:min(len(client), sketchText)]
	set := &s.sets[hash%sketchSets]
	least := &set[0]
	for i := range set {
		c := &set[i]
		if c.count == 0 {
			return c.take(client, agent)
		}
		if bytes.Equal(c.client, client) {
			return c
		}
		if c.count < least.count {
			least = c
		}
	}
	if least.against++; least.against <= least.count {
		return nil
	}
	s.addOther(least.agent, least.count, least.bytes)
	return least.take(client, agent)
}

// addOther counts requests without their client.
func (s *clientSketch) addOther(agent []byte, count uint32, size int64) {
	agent = agent[:min(len(agent), sketchText)]
	to := &s.rest
	for i := range s.others {
		o := &s.others[i]
		if o.count == 0 {
			o.agent = append(o.agent[:0], agent...)
		}
		if o.count == 0 || bytes.Equal(o.agent, agent) {
			to = o
			break
		}
	}
	to.count += count
	to.bytes += max(size, 0)
}

// take gives a counter to a new client; the memory of its texts is used again.
func (c *clientCount) take(client, agent []byte) *clientCount {
	*c = clientCount{
		client: append(c.client[:0], client...), agent: append(c.agent[:0], agent[:min(len(agent), sketchText)]...),
		endpoint: -1,
	}
	return c
}

// drain yields the heaviest clients, the rest as rows of Other by agent, and empties the sketch. Where not all clients have room,
// those with a single request are of the rest.
func (s *clientSketch) drain(yield func(clientRow)) {
	if !s.used {
		return
	}
	s.ordered = s.ordered[:0]
	for i := range s.sets {
		for j := range s.sets[i] {
			if c := &s.sets[i][j]; c.count > 0 {
				s.ordered = append(s.ordered, c)
			}
		}
	}
	slices.SortFunc(s.ordered, func(a, b *clientCount) int {
		if a.count != b.count {
			return int(b.count) - int(a.count)
		}
		return bytes.Compare(a.client, b.client)
	})
	for i, c := range s.ordered {
		if i < heaviest && (c.count > 1 || len(s.ordered) <= heaviest) {
			yield(clientRow{at: s.slot, zoned: s.zoned, client: c.client, agent: c.agent, endpoint: c.endpoint, count: c.count, bytes: c.bytes})
		} else {
			s.addOther(c.agent, c.count, c.bytes)
		}
		c.count = 0
	}
	s.rest.agent = append(s.rest.agent[:0], Other...)
	for i := range s.others {
		s.yieldOther(&s.others[i], yield)
	}
	s.yieldOther(&s.rest, yield)
	s.used = false
}

func (s *clientSketch) yieldOther(o *agentCount, yield func(clientRow)) {
	if o.count > 0 {
		yield(clientRow{at: s.slot, zoned: s.zoned, client: otherText, agent: o.agent, endpoint: -1, count: o.count, bytes: o.bytes})
	}
	o.count, o.bytes = 0, 0
}

var (
	otherText = []byte(Other)
	// seed makes the places of texts in hash tables unpredictable; answers do not depend on it.
	seed = maphash.MakeSeed()
)
