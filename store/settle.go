package store

// Requests wait until their minute is over. Whether it was a quiet one is known by then, and those of a quiet minute are counted by the
// minute at once where an engine would not keep their seconds anyway: where routes are many, nearly each request has a second of its own.

// requestRow is a request that waits to be counted.
type requestRow struct {
	time, began     int64 // µs, unshifted
	bytes           int64
	route, endpoint int32 // traffic classes
	bucket          int16 // of the duration; -1 where it is not told
}

// maxWaiting bounds the requests that wait.
const maxWaiting = 4096

// calmMinutes are the requests of quiet minutes, by the minute.
type calmMinutes struct {
	requests, endpoints cellTable
}

func newCalmMinutes() calmMinutes {
	return calmMinutes{requests: cellTable{width: minute}, endpoints: cellTable{width: minute}}
}

func (c *calmMinutes) empty() bool { return len(c.requests.cells) == 0 && len(c.endpoints.cells) == 0 }

func (c *calmMinutes) clear() {
	c.requests.clear()
	c.endpoints.clear()
}

// settle counts the requests that wait; calm says by the minute.
func (r *rollup) settle(h *harvest, calm bool) {
	if calm {
		r.trim.rows(r.rows, r.endpoints)
		r.count(&h.calm.requests, &h.calm.endpoints)
	} else {
		r.count(&h.seconds, &h.slots)
	}
	r.rows = r.rows[:0]
}

func (r *rollup) count(requests, endpoints *cellTable) {
	for i := range r.rows {
		row := &r.rows[i]
		c := requests.at(row.time, row.route)
		c.count++
		c.bytes += row.bytes
		e := endpoints.at(row.time, row.endpoint)
		e.count++
		e.bytes += row.bytes
		if requests.width > second {
			c.span(slotOf(row.time, second))
			e.span(slotOf(row.time, EndpointBucket))
		}
		if row.bucket >= 0 {
			c.durations.observe(int(row.bucket))
			e.durations.observe(int(row.bucket))
		}
		if row.began >= c.at {
			c.arrived++
		} else {
			requests.earlier(row.began, row.route).arrived++
		}
	}
}
