package store

// reservoir keeps a few events of each signature (or template) and status in each minute, spread evenly over the minute; each stands
// for those around it that were not kept. When it runs out of room, it keeps fewer of each, and then of longer spans than minutes.
type reservoir struct {
	pools map[poolKey]*pool
	kinds map[kindOfEvent]int32 // their numbers
	near  []nearPool            // by class: the one met last
	rows  int
	spare *spareRows
	thinning
}

// nearPool is the pool of a class in the span that begins at span; nil: none was met.
type nearPool struct {
	span int64
	pool *pool
	kind int32 // of the class; 0: not known
}

// thinning is how thinly a reservoir keeps events.
type thinning struct {
	width   int64 // of the spans, µs
	perPool int
}

// poolKey is what a pool is kept for.
type poolKey struct {
	span int64 // its start, µs
	kind int32 // number of a kindOfEvent
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
	rows []pooled
}

// pooled is an event in a pool. For how many it stands is kept beside it: to thin a pool, the rows need not be looked at.
type pooled struct {
	row    *eventRow
	weight int64
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

func newReservoir(spare *spareRows) reservoir {
	return reservoir{spare: spare, pools: map[poolKey]*pool{}, kinds: map[kindOfEvent]int32{}, thinning: thinning{60 * second, fullPool}}
}

// add keeps a copy of row, whose class is c.
func (r *reservoir) add(c *eventClass, row *eventRow) {
	p := r.poolOf(c, row)
	before := len(p.rows)
	kept := r.spare.take()
	*kept = *row
	p.rows = append(p.rows, pooled{kept, row.weight})
	p.seen += row.weight
	r.thin(p)
	r.rows += len(p.rows) - before
}

func (r *reservoir) poolOf(c *eventClass, row *eventRow) *pool {
	for int(row.class) >= len(r.near) {
		r.near = append(r.near, nearPool{})
	}
	near := &r.near[row.class]
	if near.pool != nil && row.time >= near.span && row.time < near.span+r.width {
		return near.pool
	}
	if near.kind == 0 {
		near.kind = r.numberOf(c.kind())
	}
	key := poolKey{slotOf(row.time, r.width), near.kind}
	near.span, near.pool = key.span, r.pools[key]
	if near.pool == nil && len(r.pools) >= maxPools {
		key.kind = r.numberOf(kindOfEvent{Other, c.status})
		near.pool = r.pools[key]
	}
	if near.pool == nil {
		near.pool = &pool{rows: make([]pooled, 0, sparsePool+1)}
		r.pools[key] = near.pool
	}
	return near.pool
}

// numberOf returns the number of a kind, from 1.
func (r *reservoir) numberOf(k kindOfEvent) int32 {
	n, known := r.kinds[k]
	if !known {
		n = int32(len(r.kinds) + 1)
		r.kinds[k] = n
	}
	return n
}

// spareRows are rows that are not in use, of all reservoirs: what one of a thousand sources gives up is for the others.
type spareRows struct{ free []*eventRow }

// rowsMade is how many rows are made at a time.
const rowsMade = 64

// take returns a row that is not in use.
func (s *spareRows) take() *eventRow {
	if len(s.free) == 0 {
		rows := make([]eventRow, rowsMade)
		for i := range rows {
			s.free = append(s.free, &rows[i])
		}
	}
	last := len(s.free) - 1
	row := s.free[last]
	s.free = s.free[:last]
	return row
}

// give takes a row back.
func (s *spareRows) give(row *eventRow) {
	*row = eventRow{}
	s.free = append(s.free, row)
}

// thin lets rows of a pool stand for those behind them until at most perPool remain. The first and the last remain.
func (r *reservoir) thin(p *pool) {
	n := len(p.rows)
	if n <= r.perPool {
		return
	}
	share := 4 * p.seen / int64(r.perPool)
	kept := 0
	for i := 1; i < n; i++ {
		if one := p.rows[i]; i < n-1 && p.rows[kept].weight+one.weight <= share {
			p.rows[kept].weight += one.weight
			r.spare.give(one.row)
			continue
		}
		kept++
		p.rows[kept] = p.rows[i]
	}
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
		r.thin(p)
		r.rows += len(p.rows)
	}
}

// widen joins the pools of neighbouring spans.
func (r *reservoir) widen() {
	old, half := r.pools, r.width
	r.pools = make(map[poolKey]*pool, len(old)/2)
	r.width *= 2
	for i := range r.near {
		r.near[i].pool = nil
	}
	for key, p := range old {
		joined := poolKey{slotOf(key.span, r.width), key.kind}
		if key == joined {
			if next := old[poolKey{key.span + half, key.kind}]; next != nil {
				p.rows, p.seen = append(p.rows, next.rows...), p.seen+next.seen
			}
			r.pools[key] = p
		} else if old[joined] == nil {
			r.pools[joined] = p
		}
	}
}

// each calls yield for every row kept of a span, and maybe for some around it, in no particular order.
func (r *reservoir) each(from, to int64, yield func(*eventRow)) {
	for key, p := range r.pools {
		if key.span+r.width <= from || key.span >= to {
			continue
		}
		for _, one := range p.rows {
			one.row.weight = one.weight
			yield(one.row)
		}
	}
}
