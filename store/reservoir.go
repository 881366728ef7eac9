package store

import "slices"

// reservoir keeps a few events of each signature (or template) and status in each minute, spread evenly over the minute. When it
// runs out of room, it keeps fewer of each, and then of longer spans than minutes.
type reservoir struct {
	pools   map[poolKey]*pool
	rows    int
	width   int64 // of the spans, µs
	perPool int
}

// poolKey is what a pool is kept for.
type poolKey struct {
	span   int64 // its start, µs
	what   string
	status int32
}

// pool holds the first event, then every stride-th, and the newest.
type pool struct {
	seen, stride int64
	rows         []eventRow
	newest       eventRow
}

const (
	fullPool   = 64
	sparsePool = 8
	// maxReservoir bounds the rows of one source.
	maxReservoir = 1 << 15
	// maxPools is when what has not been seen before shares a pool.
	maxPools = maxReservoir / 4
	// maxWidth is longer than any log, µs.
	maxWidth = 1 << 52
)

func newReservoir() reservoir {
	return reservoir{pools: map[poolKey]*pool{}, width: 60 * second, perPool: fullPool}
}

func (r *reservoir) add(c *eventClass, row eventRow) {
	key := poolKey{span: slotOf(row.time, r.width), what: c.signature, status: c.status}
	if key.what == "" {
		key.what = c.template
	}
	p := r.pools[key]
	if p == nil && len(r.pools) >= maxPools {
		key.what = Other
		p = r.pools[key]
	}
	if p == nil {
		p = &pool{stride: 1}
		r.pools[key] = p
	}
	before := len(p.rows)
	p.add(row, r.perPool)
	r.rows += len(p.rows) - before
	for r.rows+len(r.pools) > maxReservoir && r.width < maxWidth {
		r.shrink()
	}
}

func (p *pool) add(row eventRow, limit int) {
	p.newest = row
	if p.seen%p.stride == 0 {
		p.rows = append(p.rows, row)
	}
	p.seen++
	p.thin(limit)
}

// thin drops every second row until at most limit remain.
func (p *pool) thin(limit int) {
	for len(p.rows) > limit {
		n := 0
		for i := 0; i < len(p.rows); i += 2 {
			p.rows[n] = p.rows[i]
			n++
		}
		clear(p.rows[n:])
		p.rows = p.rows[:n]
		p.stride *= 2
	}
}

// all calls yield for every row kept.
func (p *pool) all(yield func(*eventRow)) {
	for i := range p.rows {
		yield(&p.rows[i])
	}
	if last := &p.rows[len(p.rows)-1]; last.line != p.newest.line || last.offset != p.newest.offset {
		yield(&p.newest)
	}
}

// shrink makes room: by keeping half of each pool, or else by joining the pools of neighbouring spans.
func (r *reservoir) shrink() {
	if r.perPool > sparsePool {
		r.perPool /= 2
		r.rows = 0
		for _, p := range r.pools {
			p.thin(r.perPool)
			r.rows += len(p.rows)
		}
		return
	}
	keys := make([]poolKey, 0, len(r.pools))
	for key := range r.pools {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b poolKey) int { return compareInt(a.span, b.span) })
	old := r.pools
	r.pools, r.rows = make(map[poolKey]*pool, len(old)/2), 0
	r.width *= 2
	for _, key := range keys {
		p := old[key]
		key.span = slotOf(key.span, r.width)
		if first := r.pools[key]; first != nil {
			first.join(p, r.perPool)
		} else {
			r.pools[key] = p
		}
	}
	for _, p := range r.pools {
		r.rows += len(p.rows)
	}
}

// join puts a later pool behind p.
func (p *pool) join(later *pool, limit int) {
	p.rows = append(p.rows, later.rows...)
	p.seen += later.seen
	p.stride = max(p.stride, later.stride)
	p.newest = later.newest
	p.thin(limit)
}

// each calls yield for every row kept, in no particular order.
func (r *reservoir) each(yield func(*eventRow)) {
	for _, p := range r.pools {
		p.all(yield)
	}
}
