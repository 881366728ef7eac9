package store

import (
	"bytes"
	"hash/maphash"
	"slices"
)

// clientSketch finds the heaviest clients of one slot of time in fixed memory. It is a table of sets of a few counters each.
// A client that finds no free counter in its set votes against the least of them and is counted as Other; once a counter has
// more votes against it than requests, it is given up to the newcomer and its requests go to Other as well. So a total is
// always exact, and a client is only undercounted by what it had before it grew heavy.
type clientSketch struct {
	slot    int64
	used    bool
	zoned   bool
	sets    [][sketchWays]clientCount
	other   clientCount
	ordered []*clientCount // scratch of drain
}

const (
	sketchSets = 64
	sketchWays = 8
	// heaviest is how many clients, and endpoints, of a slot are told apart in the end.
	heaviest = 64
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

// find returns the counter of a client, or the one of all others.
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
		return &s.other
	}
	s.other.count += least.count
	s.other.bytes += least.bytes
	return least.take(client, agent)
}

// take gives a counter to a new client; the memory of its texts is used again.
func (c *clientCount) take(client, agent []byte) *clientCount {
	*c = clientCount{
		client: append(c.client[:0], client...), agent: append(c.agent[:0], agent[:min(len(agent), sketchText)]...),
		endpoint: -1,
	}
	return c
}

// drain yields the heaviest clients, the rest as one row of Other, and empties the sketch.
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
		if i < heaviest {
			yield(clientRow{at: s.slot, zoned: s.zoned, client: c.client, agent: c.agent, endpoint: c.endpoint, count: c.count, bytes: c.bytes})
		} else {
			s.other.count += c.count
			s.other.bytes += c.bytes
		}
		c.count = 0
	}
	if s.other.count > 0 {
		yield(clientRow{at: s.slot, zoned: s.zoned, client: otherText, endpoint: -1, count: s.other.count, bytes: s.other.bytes})
	}
	s.other, s.used = clientCount{}, false
}

var (
	otherText = []byte(Other)
	// seed makes the places of texts in hash tables unpredictable; answers do not depend on it.
	seed = maphash.MakeSeed()
)
