package store

// thinner chooses, while events are read, those that a reservoir will want: of the many of one kind in a span fewer and fewer. The others
// need not even be copied.
type thinner struct {
	thinning   // of the reservoir, when it was last asked
	generation int
	pools      []thinPool
	numbers    map[kindOfEvent]int32
	byClass    []int32 // pool of each class, + 1
}

// thinPool is where the choice stands for one kind of event.
type thinPool struct {
	span     int64
	left     int   // until the next one is chosen
	stride   int64 // one of so many is chosen
	chosen   int   // in the span, since the stride was doubled
	unchosen int64 // since the last one that was
}

func newThinner(t thinning) *thinner {
	return &thinner{thinning: t, numbers: map[kindOfEvent]int32{}}
}

// choose returns for how many events the one at time stands, itself included; 0: it is not wanted.
func (t *thinner) choose(time int64, number int32, classes []eventClass, generation int) int64 {
	p := t.pool(number, classes, generation)
	if time < p.span || time >= p.span+t.width {
		// What was plenty in the last span will hardly be rare in this one.
		p.span, p.stride, p.left, p.chosen = slotOf(time, t.width), max(p.stride/4, 1), 0, 0
	}
	if p.left > 0 {
		p.left--
		p.unchosen++
		return 0
	}
	weight := p.unchosen + 1
	p.unchosen = 0
	if p.chosen++; p.chosen >= t.perPool {
		p.stride, p.chosen = 2*p.stride, t.perPool/2
	}
	p.left = int(p.stride) - 1
	return weight
}

// pool returns the pool of a class.
func (t *thinner) pool(number int32, classes []eventClass, generation int) *thinPool {
	if generation != t.generation {
		t.generation, t.byClass = generation, t.byClass[:0]
	}
	for int(number) >= len(t.byClass) {
		t.byClass = append(t.byClass, 0)
	}
	n := &t.byClass[number]
	if *n == 0 {
		kind := classes[number].kind()
		known, ok := t.numbers[kind]
		if !ok {
			if len(t.pools) >= maxPools {
				kind.what = Other
				known, ok = t.numbers[kind]
			}
			if !ok {
				t.pools = append(t.pools, thinPool{stride: 1})
				known = int32(len(t.pools))
				t.numbers[kind] = known
			}
		}
		*n = known
	}
	return &t.pools[*n-1]
}
