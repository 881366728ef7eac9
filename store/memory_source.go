package store

// memorySource is what Memory keeps of one source.
type memorySource struct {
	sourceState

	requests  []requestClass
	endpoints []endpointClass
	clients   []clientClass
	classes   []eventClass
	details   []detailClass // numbered by questions

	open          int // pieces that are being read; the indexes are there while there are any
	requestIndex  map[requestClass]int32
	endpointIndex map[endpointClass]int32
	clientIndex   map[uint64]int32 // by clientCell.key; where agent and endpoint are not told apart any more, by who
	classIndex    map[eventClass]int32
	detailIndex   map[detailClass]int32

	cells   [numTables]cellColumn
	minutes minutes
	pieces  []int64 // lines of each
	reservoir
}

// Bounds of what is kept of one source. Beyond them classes lose what tells them apart: see the uses.
const (
	maxMemoryClasses = 1 << 14
	maxMemoryDetails = 1 << 14
)

func newMemorySource(id int32, path string, spare *spareRows) *memorySource {
	return &memorySource{
		sourceState: sourceState{Source: Source{ID: id, Path: path}}, detailIndex: map[detailClass]int32{}, reservoir: newReservoir(spare),
	}
}

// begin makes ready for another piece.
func (s *memorySource) begin() {
	if s.open++; s.requestIndex == nil {
		s.requestIndex, s.endpointIndex, s.clientIndex = map[requestClass]int32{}, map[endpointClass]int32{}, map[uint64]int32{}
		s.classIndex = map[eventClass]int32{}
	}
}

// end gives up, behind the last piece, what only those who add to the source need. Should another one follow, some classes may get a second
// number, which answers do not show.
func (s *memorySource) end() {
	if s.open--; s.open == 0 {
		s.requestIndex, s.endpointIndex, s.clientIndex, s.classIndex = nil, nil, nil, nil
	}
}

// takeNumbers turns the class numbers of one Appender into those of its source.
type takeNumbers struct {
	events              numbering
	generation          int
	requests, endpoints map[int32]int32 // traffic classes
}

func newTakeNumbers() *takeNumbers {
	return &takeNumbers{requests: map[int32]int32{}, endpoints: map[int32]int32{}}
}

// begin forgets numbers that have lost their meaning.
func (n *takeNumbers) begin(h *harvest) {
	if n.generation != h.generation {
		clear(n.requests)
		clear(n.endpoints)
		n.generation = h.generation
	}
}

// take adds a harvest. room is what cells are joined in.
func (s *memorySource) take(h *harvest, numbers *takeNumbers, room *cellTable, scratch *cell) {
	numbers.begin(h)
	s.countLines(h)
	s.minutes.note(h)
	s.takeCells(Requests, &h.seconds, &h.calm.requests, room, func(class int32) int32 { return s.requestNumber(h, numbers, class) })
	s.takeCells(Endpoints, &h.slots, &h.calm.endpoints, room, func(class int32) int32 { return s.endpointNumber(h, numbers, class) })
	for i := range h.clients {
		c := &h.clients[i]
		scratch.reset(c.at, 0)
		scratch.count, scratch.bytes, scratch.last = c.count, c.bytes, c.last
		s.put(Clients, scratch, s.clientClass(c), room)
	}
	s.cells[Clients].drain(room, minute)
	s.takeCells(Events, &h.tallies, &h.calm.tallies, room, func(class int32) int32 { return s.eventClass(h, &numbers.events, class) })
	for i := range h.events {
		row := &h.events[i]
		row.class = s.eventClass(h, &numbers.events, row.class)
		s.reservoir.add(&s.classes[row.class], row)
	}
	s.details = s.details[:0]
	clear(s.detailIndex)
}

// takeCells adds the cells of a table, and those of quiet minutes; number returns the number of a class within the source.
func (s *memorySource) takeCells(t Table, fine, calm *cellTable, room *cellTable, number func(class int32) int32) {
	for i := range fine.cells {
		c := &fine.cells[i]
		s.put(t, c, number(c.class), room)
	}
	s.cells[t].drain(room, minute)
	for i := range calm.cells {
		c := &calm.cells[i]
		s.cells[t].add(c, number(c.class), minute)
	}
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

// clientClass returns the number of a class. When there is no room for another, it is counted without agent and endpoint, then without
// its client.
func (s *memorySource) clientClass(c *clientCell) int32 {
	n, known := s.clientIndex[c.key]
	if known {
		return n
	}
	key, class := c.key, c.class
	if len(s.clients) >= maxMemoryDetails {
		key, class.endpoint, class.agent = mixed(c.who, 1), Other, Other
		if n, known = s.clientIndex[key]; known {
			return n
		}
	}
	if len(s.clients) >= 2*maxMemoryDetails {
		key, class.client = otherClients(class.zoned), Other
		if n, known = s.clientIndex[key]; known {
			return n
		}
	}
	n = int32(len(s.clients))
	s.clients = append(s.clients, class)
	s.clientIndex[key] = n
	return n
}

// otherClients is the key of those that are not told apart.
func otherClients(zoned bool) uint64 {
	if zoned {
		return 1
	}
	return 0
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
