package store

import "slices"

// reservoir keeps a few events of each signature (or template) and status in each minute, spread evenly over the minute; each stands
// for those around it that were not kept. When it runs out of room, it keeps fewer of each, and then of longer spans than minutes.
type reservoir struct {
	pools map[poolKey]*pool
	rows  int
	thinning
}

// thinning is how thinly a reservoir keeps events.
type thinning struct {
	width   int64 // of the spans, µs
	perPool int
}

// poolKey is what a pool is kept for.
type poolKey struct {
	span int64 // its start, µs
	kindOfEvent
}

// kindOfEvent is what events are kept of.
type kindOfEvent struct {
	what   string // signature or template
	status int32
}

func (c *eventClass) kind() kindOfEvent {
	if c.signature != "" {
		return kindOfEvent{c.signature, c.status}
	}
	return kindOfEvent{c.template, c.status}
}

// pool holds the first event and the last, and some between them.
type pool struct {
	seen int64 // sum of the weights of rows
	rows []eventRow
}

const (
	fullPool   = 64
	sparsePool = 8
	// maxReservoir bounds the rows of all sources.
	maxReservoir = 1 << 13
	// maxPools is when what has not been seen before shares a pool.
	maxPools = maxReservoir / 4
	// maxWidth is longer than any log, µs. It is a multiple of the width of slots.
	maxWidth = second << 34
)

func newReservoir() reservoir {
	return reservoir{pools: map[poolKey]*pool{}, thinning: thinning{60 * second, fullPool}}
}

func (r *reservoir) add(c *eventClass, row *eventRow) {
	key := poolKey{slotOf(row.time, r.width), c.kind()}
	p := r.pools[key]
	if p == nil && len(r.pools) >= maxPools {
		key.what = Other
		p = r.pools[key]
	}
	if p == nil {
		p = &pool{}
		r.pools[key] = p
	}
	before := len(p.rows)
	p.rows = append(p.rows, *row)
	p.seen += row.weight
	p.thin(r.perPool)
	r.rows += len(p.rows) - before
}

// thin lets rows stand for those behind them until at most limit remain. The first and the last remain.
func (p *pool) thin(limit int) {
	n := len(p.rows)
	if n <= limit {
		return
	}
	share := 4 * p.seen / int64(limit)
	kept := 0
	for i := 1; i < n; i++ {
		if row := &p.rows[i]; i < n-1 && p.rows[kept].weight+row.weight <= share {
			p.rows[kept].weight += row.weight
			continue
		}
		kept++
		p.rows[kept] = p.rows[i]
	}
	clear(p.rows[kept+1:])
	p.rows = p.rows[:kept+1]
}

// shrink makes room: by keeping half of each pool, or else by joining the pools of neighbouring spans.
func (r *reservoir) shrink() {
	if r.perPool > sparsePool {
		r.perPool /= 2
	} else {
		r.widen()
	}
	r.rows = 0
	for _, p := range r.pools {
		p.thin(r.perPool)
		r.rows += len(p.rows)
	}
}

// widen joins the pools of neighbouring spans.
func (r *reservoir) widen() {
	keys := make([]poolKey, 0, len(r.pools))
	for key := range r.pools {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b poolKey) int { return compareInt(a.span, b.span) })
	old := r.pools
	r.pools = make(map[poolKey]*pool, len(old)/2)
	r.width *= 2
	for _, key := range keys {
		p := old[key]
		key.span = slotOf(key.span, r.width)
		if first := r.pools[key]; first != nil {
			first.rows, first.seen = append(first.rows, p.rows...), first.seen+p.seen
		} else {
			r.pools[key] = p
		}
	}
}

// each calls yield for every row kept, in no particular order.
func (r *reservoir) each(yield func(*eventRow)) {
	for _, p := range r.pools {
		for i := range p.rows {
			yield(&p.rows[i])
		}
	}
}
