package store

import "slices"

// Which group of an answer a class belongs to is found once, and remembered for its other cells.

// places remembers where the classes of one source belong.
type places struct {
	dense  []placed // by class
	sparse map[int32]placed
}

// maxDense bounds the classes that are looked up by index.
const maxDense = 1 << 16

func (p *places) of(class int32) placed {
	if class < int32(len(p.dense)) {
		return p.dense[class]
	}
	return p.sparse[class]
}

// refuse reports whether a class is known not to be wanted.
func (p *places) refuse(class int32) bool {
	if p == nil || class >= int32(len(p.dense)) {
		return false
	}
	to := p.dense[class]
	return to.known && !to.wanted
}

func (p *places) set(class int32, to placed) {
	if class < 0 || class >= maxDense {
		p.sparse[class] = to
		return
	}
	if n := int(class) + 1; n > len(p.dense) {
		if n > cap(p.dense) { // append would grow it by little at a time
			p.dense = append(make([]placed, 0, max(64, 2*n)), p.dense...)
		}
		p.dense = p.dense[:n]
	}
	p.dense[class] = to
}

// placed says which group a class belongs to.
type placed struct {
	known  bool
	zoned  bool
	wanted bool
	group  int32
}

// place returns the group of a class.
func (f *folding) place(s *Source, class int32) (placed, error) {
	near := f.placesOf(s)
	if p := near.of(class); p.known {
		return p, nil
	}
	l, err := f.engine.class(f.kind, s.ID, class)
	if err != nil {
		return placed{}, err
	}
	p := placed{known: true, zoned: l.absolute(), wanted: true}
	for i := range f.where {
		if w := &f.where[i]; !w.holds(labelOf(s, l, w.Key)) {
			p.wanted = false
		}
	}
	if p.wanted {
		p.group = f.group(s, l)
	}
	near.set(class, p)
	return p, nil
}

// condition is a Filter that is asked of every class.
type condition struct {
	Filter
	among map[string]bool // Values, where they are many
}

func newCondition(f Filter) condition {
	c := condition{Filter: f}
	if len(f.Values) > 8 {
		c.among = make(map[string]bool, len(f.Values))
		for _, value := range f.Values {
			c.among[value] = true
		}
	}
	return c
}

func (c *condition) holds(text string) bool {
	if c.among != nil {
		return c.among[text] != c.Not
	}
	return slices.Contains(c.Values, text) != c.Not
}

// placesOf returns what is known of the classes of a source.
func (f *folding) placesOf(s *Source) *places {
	if f.near != nil && f.met == s.ID {
		return f.near
	}
	known := f.memo[s.ID]
	if known == nil {
		known = &places{sparse: map[int32]placed{}}
		f.memo[s.ID] = known
	}
	f.near, f.met = known, s.ID
	return known
}

// labelOf asks the class first: a record knows its daemon better than its source does.
func labelOf(s *Source, l labels, k Key) string {
	if text, ok := l.label(k); ok {
		return text
	}
	text, _ := sourceLabel(s, k)
	return text
}

func (f *folding) group(s *Source, l labels) int32 {
	f.joined = f.joined[:0]
	for _, k := range f.q.Keys {
		text := labelOf(s, l, k)
		f.keys, f.joined = append(f.keys, text), append(append(f.joined, text...), 0)
	}
	g, known := f.groups[string(f.joined)]
	if known {
		f.keys = f.keys[:len(f.keys)-len(f.q.Keys)]
		return g
	}
	g = int32(len(f.groups))
	f.groups[string(f.joined)] = g
	return g
}

// keysOf returns the keys of a group.
func (f *folding) keysOf(group int32) []string {
	n := len(f.q.Keys)
	begin := int(group) * n
	return f.keys[begin : begin+n : begin+n]
}
