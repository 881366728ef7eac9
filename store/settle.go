package store

// Requests wait until their minute is over. Whether it was a quiet one is known by then, and those of a quiet minute are counted by the
// minute at once where an engine would not keep their seconds anyway: where routes are many, nearly each request has a second of its own.

// requestRow is a request that waits to be counted, or several of a log that tells no durations.
type requestRow struct {
	time, began int64 // µs, unshifted
	bytes       int64
	route       int32 // traffic class
	count       uint32
	bucket      int16 // of the duration; -1 where it is not told
}

// askedRow is what a request asked for, which waits to be counted.
type askedRow struct {
	time, bytes int64
	endpoint    int32 // traffic class
	heard       int32 // for how many requests it speaks
	bucket      int16
}

// maxWaiting bounds the rows that wait.
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

// wait has a request be counted by the next settle. Where nothing tells it from another one, it joins that one's row.
func (r *rollup) wait(row requestRow) {
	last := &r.lastRow[row.route>>1%lastRows]
	if i := int(*last); i < len(r.rows) && row.bucket < 0 {
		if to := &r.rows[i]; to.time == row.time && to.route == row.route && to.bucket < 0 {
			to.count++
			to.bytes += row.bytes
			return
		}
	}
	*last = int32(len(r.rows))
	r.rows = append(r.rows, row)
}

// lastRows is how many traffic classes have their last row remembered.
const lastRows = 64

// settle counts the requests that wait; calm says by the minute.
func (r *rollup) settle(h *harvest, calm bool) {
	r.hearRest(h)
	if calm {
		r.trim.rows(r.asked, r.endpoints)
		r.count(&h.calm.requests, &h.calm.endpoints)
	} else {
		r.count(&h.seconds, &h.slots)
	}
	r.rows, r.asked = r.rows[:0], r.asked[:0]
}

// hearRest has the last of the requests that nobody has spoken for do so. What it asked for is not known any more.
func (r *rollup) hearRest(h *harvest) {
	times := r.spokesmen.rest()
	if times == 0 {
		return
	}
	last := &r.spokesmen.last
	_, status, zoned := splitTrafficClass(last.route)
	r.asked = append(r.asked, askedRow{last.time, last.bytes, trafficClass(otherNumber, status, zoned), times, last.bucket})
	r.clients(h, last.time, zoned, true).addOther(agentName{}, uint32(times), last.bytes*int64(times))
}

func (r *rollup) count(requests, endpoints *cellTable) {
	for i := range r.rows {
		row := &r.rows[i]
		c := requests.at(row.time, row.route)
		if requests.width > second {
			c.span(slotOf(row.time, second))
		}
		c.count += row.count
		c.bytes += row.bytes
		if row.bucket >= 0 {
			c.durations.observe(int(row.bucket))
		}
		if row.began >= c.at {
			c.arrived += row.count
		} else {
			requests.earlier(row.began, row.route).arrived += row.count
		}
	}
	for i := range r.asked {
		row := &r.asked[i]
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
}
