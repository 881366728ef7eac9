package store

// Requests wait until their minute is over. Whether it was a quiet one is known by then, and those of a quiet minute are counted by the
// minute at once where an engine would not keep their seconds anyway: where routes are many, nearly each request has a second of its own.

// requestRow is a request that waits to be counted.
type requestRow struct {
	time, began     int64 // µs, unshifted
	bytes           int64
	route, endpoint int32 // traffic classes
	heard           int32 // for how many requests this one speaks when it comes to what was asked for, and by whom
	bucket          int16 // of the duration; -1 where it is not told
}

// maxWaiting bounds the requests that wait.
const maxWaiting = 4096

// calmMinutes are the requests and events of quiet minutes, by the minute.
type calmMinutes struct {
	requests, endpoints, tallies cellTable
}

func newCalmMinutes() calmMinutes {
	return calmMinutes{requests: cellTable{width: minute}, endpoints: cellTable{width: minute}, tallies: cellTable{width: minute}}
}

func (c *calmMinutes) empty() bool {
	return len(c.requests.cells) == 0 && len(c.endpoints.cells) == 0 && len(c.tallies.cells) == 0
}

// room is how many cells may be added to any of them.
func (c *calmMinutes) room() int { return min(c.requests.room(), c.endpoints.room(), c.tallies.room()) }

func (c *calmMinutes) clear() {
	c.requests.clear()
	c.endpoints.clear()
	c.tallies.clear()
}

// settle counts the requests that wait; calm says by the minute.
func (r *rollup) settle(h *harvest, calm bool) {
	r.hearRest(h)
	if calm {
		r.trim.rows(r.rows, r.endpoints)
		r.count(&h.calm.requests, &h.calm.endpoints)
	} else {
		r.count(&h.seconds, &h.slots)
	}
	r.rows = r.rows[:0]
}

// hearRest has the last of the requests that nobody has spoken for do so. Whose it was is not known any more.
func (r *rollup) hearRest(h *harvest) {
	times := r.spokesmen.rest()
	if times == 0 {
		return
	}
	i := len(r.rows) - 1
	for r.rows[i].heard > 0 {
		i--
	}
	row := &r.rows[i]
	_, status, zoned := splitTrafficClass(row.route)
	row.endpoint, row.heard = trafficClass(otherNumber, status, zoned), times
	r.clients(h, row.time, zoned, true).addOther(agentName{}, uint32(times), row.bytes*int64(times))
}

func (r *rollup) count(requests, endpoints *cellTable) {
	for i := range r.rows {
		row := &r.rows[i]
		c := requests.at(row.time, row.route)
		if requests.width > second {
			c.span(slotOf(row.time, second))
		}
		c.count++
		c.bytes += row.bytes
		if row.bucket >= 0 {
			c.durations.observe(int(row.bucket))
		}
		if row.began >= c.at {
			c.arrived++
		} else {
			requests.earlier(row.began, row.route).arrived++
		}
		if row.heard > 0 {
			row.countEndpoint(endpoints)
		}
	}
}

// countEndpoint counts those that a request speaks for.
func (row *requestRow) countEndpoint(endpoints *cellTable) {
	e := endpoints.at(row.time, row.endpoint)
	if endpoints.width > EndpointBucket {
		e.span(slotOf(row.time, EndpointBucket))
	}
	e.count += uint32(row.heard)
	e.bytes += row.bytes * int64(row.heard)
	if row.bucket >= 0 {
		e.durations.add(int(row.bucket), uint32(row.heard))
	}
}
