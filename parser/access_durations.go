package parser

import "slices"

// placeDurations tells the unnamed durations apart. nginx prints them with three decimals, in whatever order the format has.
// The whole request takes at least as long as the upstream's answer, that as long as its header, and that as long as the
// connection: the sums over many lines show which is which. Only the whole request is told for every line, and only the
// upstream's are lists.
func (r *roles) placeDurations() {
	var found []int
	for i := range r.tokens {
		if r.free(i) && r.tokens[i].stats.mostly(classThousand|classSuffixed) {
			found = append(found, i)
		}
	}
	if len(found) > 0 && !r.has[fieldDuration] {
		whole := r.complete(found)
		r.set(found[whole], fieldDuration)
		found = append(found[:whole:whole], found[whole+1:]...)
	}
	if len(found) > 0 && !r.has[fieldResponse] {
		response := r.longest(found)
		r.set(found[response], fieldResponse)
		found = append(found[:response:response], found[response+1:]...)
	}
	r.placePhases(found)
	if !r.has[fieldDuration] && !r.isProxied() {
		r.placeMicros()
	}
	for i := range r.tokens {
		if t := &r.tokens[i]; t.field.isPhase() && t.name() == nil && t.stats.mostly(classThousand) {
			t.unit = second
		}
	}
}

// complete returns which of the tokens is the whole request: the one that is missing least, of equals the longest.
func (r *roles) complete(tokens []int) int {
	best := 0
	for i := range tokens {
		a, b := r.tokens[tokens[i]].stats, r.tokens[tokens[best]].stats
		if a.missing < b.missing || a.missing == b.missing && a.exceeds(b) {
			best = i
		}
	}
	return best
}

// longest returns which of the tokens takes longest, of equals the first.
func (r *roles) longest(tokens []int) int {
	best := 0
	for i := range tokens {
		if r.tokens[tokens[i]].stats.exceeds(r.tokens[tokens[best]].stats) {
			best = i
		}
	}
	return best
}

// exceeds reports whether the numbers of t are larger than those of other, by more than rounding, in the lines that tell both.
func (t *tokenStats) exceeds(other *tokenStats) bool {
	own, others := t.sums(other)
	return own > others+others/100
}

// sums adds up the numbers of both tokens in the lines that tell both.
func (t *tokenStats) sums(other *tokenStats) (own, others int64) {
	for i, v := range t.values {
		if v >= 0 && other.values[i] >= 0 {
			own, others = own+v, others+other.values[i]
		}
	}
	return own, others
}

// placePhases gives what is left: of two the longer is the header's, one alone is the connection's if it is short beside the
// upstream's answer.
func (r *roles) placePhases(found []int) {
	if len(found) > 0 && !r.has[fieldHeader] {
		longest := r.longest(found)
		if len(found) > 1 || r.has[fieldConnect] || !r.isBrief(found[longest]) {
			r.set(found[longest], fieldHeader)
			found = append(found[:longest:longest], found[longest+1:]...)
		}
	}
	if len(found) > 0 && !r.has[fieldConnect] {
		r.set(found[0], fieldConnect)
	}
}

// isBrief reports whether a duration takes less than a quarter of the upstream's answer.
func (r *roles) isBrief(token int) bool {
	for i := range r.tokens {
		if r.tokens[i].field == fieldResponse {
			own, response := r.tokens[token].stats.sums(r.tokens[i].stats)
			return own*4 < response
		}
	}
	return false
}

// placeMicros finds Apache's %D, the last whole number without name, if it behaves like a duration. Two of them behind the
// combined format are the bytes in and out of mod_logio.
func (r *roles) placeMicros() {
	last, n := -1, 0
	for i := range r.tokens {
		if r.free(i) && r.tokens[i].stats.mostly(classInteger) {
			last, n = i, n+1
		}
	}
	if n == 0 || n == 2 && r.behind {
		return
	}
	t := &r.tokens[last]
	if r.behind && !t.stats.isEven() || t.stats.isUneven() {
		r.set(last, fieldDuration)
		t.unit = t.stats.wholeUnit(unitMicros)
	}
}

// isEven reports whether the numbers of a token hardly differ or only ever grow, as lengths and serial numbers do.
func (t *tokenStats) isEven() bool {
	if t.n <= 4 {
		return false
	}
	if low := t.smallest(); low > 0 && t.largest() < 3*low {
		return true
	}
	return slices.IsSorted(t.values)
}

// isUneven reports whether the numbers of a token reach from small to large.
func (t *tokenStats) isUneven() bool {
	high := t.largest()
	return t.n > 4 && high > 5000*second && high > 20*max(t.smallest(), 1)
}

// guessUnits settles the units of durations whose names do not tell.
func (r *roles) guessUnits() {
	for i := range r.tokens {
		t := &r.tokens[i]
		if !t.field.isPhase() || t.stats.open() {
			continue
		}
		switch {
		case t.stats.mostly(classInteger) && (t.unit == unitUnknown || t.unit == second):
			t.unit = t.stats.wholeUnit(unitMillis)
		case t.unit == unitUnknown && t.stats.mostly(classThousand):
			t.unit = second
		case t.unit == unitUnknown && t.stats.mostly(classNumber) && !t.stats.mostly(classSuffixed):
			t.unit = t.stats.decimalUnit()
		}
	}
}

// wholeUnit guesses what whole numbers count by how long requests take: mostly some milliseconds to some seconds. usual is
// the unit where small numbers leave it open.
func (t *tokenStats) wholeUnit(usual int64) int64 {
	median := t.median() / second
	switch {
	case median >= 3_000_000:
		return unitNanos
	case median >= 2000:
		return unitMicros
	case median <= 1 && t.largest() <= 120*second && t.n > 4:
		return second
	case t.smallest() < 30*second && t.n > 4:
		// No request takes less than 30 µs.
		return unitMillis
	}
	return usual
}

// decimalUnit is wholeUnit for numbers with decimals. Three of them are nginx's way to print seconds, even of an hour in which
// all requests hang.
func (t *tokenStats) decimalUnit() int64 {
	median := t.median()
	if t.mostly(classThousand) {
		if median > 20*second && t.smallest() > second && t.n > 4 {
			return unitMillis
		}
		return second
	}
	if median > 20*second || median > 5*second/2 && t.smallest() > second/20 && t.n > 4 {
		return unitMillis
	}
	return second
}

func (t *tokenStats) smallest() int64 {
	least := int64(-1)
	for _, v := range t.values {
		if v >= 0 && (least < 0 || v < least) {
			least = v
		}
	}
	return least
}

func (t *tokenStats) largest() int64 {
	most := int64(0)
	for _, v := range t.values {
		most = max(most, v)
	}
	return most
}
