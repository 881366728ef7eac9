package store

// memorySource is what Memory keeps of one source.
type memorySource struct {
	sourceState

	requests  []requestClass
	endpoints []endpointClass
	clients   []clientClass
	classes   []eventClass
	details   []detailClass // numbered by questions

	requestIndex  map[requestClass]int32
	endpointIndex map[endpointClass]int32
	clientIndex   map[clientClass]int32
	classIndex    map[eventClass]int32
	detailIndex   map[detailClass]int32

	cells   [numTables]cellColumn
	minutes minutes
	reservoir
}

// Bounds of what is kept of one source. Beyond them classes lose what tells them apart: see the uses.
const (
	maxMemoryClasses = 1 << 14
	maxMemoryDetails = 1 << 14
)

func newMemorySource(id int32, path string) *memorySource {
	s := &memorySource{
		sourceState:  sourceState{Source: Source{ID: id, Path: path}},
		requestIndex: map[requestClass]int32{}, endpointIndex: map[endpointClass]int32{}, clientIndex: map[clientClass]int32{},
		classIndex: map[eventClass]int32{}, detailIndex: map[detailClass]int32{},
		reservoir: newReservoir(),
	}
	return s
}

// takeNumbers turns the class numbers of one Appender into those of its source.
type takeNumbers struct {
	events              numbering
	generation          int
	requests, endpoints map[int32]int32 // traffic classes
	clients             []cached        // by clientCell.key, where it was met lately
}

const knownClients = 1 << 14

func newTakeNumbers() *takeNumbers {
	return &takeNumbers{requests: map[int32]int32{}, endpoints: map[int32]int32{}}
}

// begin forgets numbers that have lost their meaning.
func (n *takeNumbers) begin(h *harvest) {
	if n.generation != h.generation {
		clear(n.requests)
		clear(n.endpoints)
		clear(n.clients)
		n.generation = h.generation
	}
	if n.clients == nil && len(h.clients) > 0 {
		n.clients = make([]cached, knownClients)
	}
}

// take adds a harvest. room is what cells are joined in.
func (s *memorySource) take(h *harvest, numbers *takeNumbers, room *cellTable, scratch *cell) {
	numbers.begin(h)
	s.minutes.note(h)
	for i := range h.seconds.cells {
		c := &h.seconds.cells[i]
		s.put(Requests, c, s.requestNumber(h, numbers, c.class), room)
	}
	s.cells[Requests].drain(room, minute)
	for i := range h.calm.requests.cells {
		c := &h.calm.requests.cells[i]
		s.cells[Requests].add(c, s.requestNumber(h, numbers, c.class), minute)
	}
	for i := range h.slots.cells {
		c := &h.slots.cells[i]
		s.put(Endpoints, c, s.endpointNumber(h, numbers, c.class), room)
	}
	s.cells[Endpoints].drain(room, minute)
	for i := range h.calm.endpoints.cells {
		c := &h.calm.endpoints.cells[i]
		s.cells[Endpoints].add(c, s.endpointNumber(h, numbers, c.class), minute)
	}
	for i := range h.clients {
		c := &h.clients[i]
		known := &numbers.clients[c.key>>32%knownClients]
		if known.hash != c.key || c.key == 0 {
			*known = cached{c.key, s.clientClass(c.class)}
		}
		scratch.reset(c.at, 0)
		scratch.count, scratch.bytes = c.count, c.bytes
		s.put(Clients, scratch, known.number, room)
	}
	s.cells[Clients].drain(room, minute)
	for i := range h.tallies.cells {
		c := &h.tallies.cells[i]
		s.put(Events, c, s.eventClass(h, &numbers.events, c.class), room)
	}
	s.cells[Events].drain(room, minute)
	for i := range h.events {
		row := &h.events[i]
		row.class = s.eventClass(h, &numbers.events, row.class)
		s.reservoir.add(&s.classes[row.class], row)
	}
	s.details = s.details[:0]
	clear(s.detailIndex)
}

// put lays a cell to rest, or joins it with others in room where its time is quiet.
func (s *memorySource) put(t Table, c *cell, class int32, room *cellTable) {
	k := &s.cells[t]
	if s.minutes.isFine(c.at) {
		k.add(c, class, 0)
		return
	}
	if room.room() == 0 {
		k.drain(room, minute)
	}
	room.at(slotOf(c.at, minute), class).merge(c)
}

func (s *memorySource) requestNumber(h *harvest, numbers *takeNumbers, class int32) int32 {
	n, known := numbers.requests[class]
	if !known {
		n = s.requestClass(h, class)
		numbers.requests[class] = n
	}
	return n
}

func (s *memorySource) endpointNumber(h *harvest, numbers *takeNumbers, class int32) int32 {
	n, known := numbers.endpoints[class]
	if !known {
		n = s.endpointClass(h, class)
		numbers.endpoints[class] = n
	}
	return n
}

func (s *memorySource) requestClass(h *harvest, class int32) int32 {
	number, status, zoned := splitTrafficClass(class)
	c := requestClass{h.routes[number], status, zoned}
	if n, known := s.requestIndex[c]; known {
		return n
	}
	if len(s.requests) >= maxMemoryClasses {
		c.vhost, c.upstream = Other, Other
	}
	return enter(&s.requests, s.requestIndex, c)
}

func (s *memorySource) endpointClass(h *harvest, class int32) int32 {
	number, status, zoned := splitTrafficClass(class)
	c := endpointClass{h.endpoints[number], status, zoned}
	if n, known := s.endpointIndex[c]; known {
		return n
	}
	if len(s.endpoints) >= maxMemoryClasses {
		c.endpoint = Other
	}
	return enter(&s.endpoints, s.endpointIndex, c)
}

func (s *memorySource) clientClass(c clientClass) int32 {
	if n, known := s.clientIndex[c]; known {
		return n
	}
	if len(s.clients) >= maxMemoryDetails {
		c.endpoint, c.agent = Other, Other
	}
	if _, known := s.clientIndex[c]; !known && len(s.clients) >= 2*maxMemoryDetails {
		c.client = Other
	}
	return enter(&s.clients, s.clientIndex, c)
}

func (s *memorySource) eventClass(h *harvest, numbers *numbering, class int32) int32 {
	known := numbers.of(h.generation, class)
	if *known == 0 {
		c := h.classes[class]
		if _, entered := s.classIndex[c]; !entered && len(s.classes) >= maxMemoryClasses {
			c = c.coarse(true)
		}
		*known = int64(enter(&s.classes, s.classIndex, c)) + 1
	}
	return int32(*known - 1)
}

// enter returns the number of a class in a list, to which it is added if it is new.
func enter[C comparable](list *[]C, index map[C]int32, c C) int32 {
	n, known := index[c]
	if !known {
		n = int32(len(*list))
		*list = append(*list, c)
		index[c] = n
	}
	return n
}
