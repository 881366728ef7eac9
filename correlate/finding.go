package correlate

import (
	"strconv"
	"strings"
)

// Finding is one computed fact about an incident. Causes name it by Kind and by conditions on Attrs; what it is worth to each of
// them is the catalogue's business.
type Finding struct {
	// Kind is "family/variant": signature/refused, latency/slower, change/near.
	Kind string
	// Attrs are the facts of the fact: numbers in plain decimal, names as they stand in the logs.
	Attrs map[string]string
	// Strength is how much of the full weight it deserves, 0 to 1: the share of the damage it covers, or how far it is from chance.
	Strength float64
	Item     EvidenceItem
}

// findings are all that is known of an incident.
type findings []Finding

func (fs *findings) add(f Finding) {
	if f.Strength <= 0 {
		return
	}
	f.Strength = min(f.Strength, 1)
	*fs = append(*fs, f)
}

// best returns the strongest finding of a kind whose attributes meet where, and nil if there is none.
func (fs findings) best(kind string, where map[string]string) *Finding {
	var best *Finding
	for i := range fs {
		f := &fs[i]
		if f.Kind == kind && f.meets(where) && (best == nil || f.Strength > best.Strength) {
			best = f
		}
	}
	return best
}

func (fs findings) strength(kind string) float64 {
	if f := fs.best(kind, nil); f != nil {
		return f.Strength
	}
	return 0
}

func (f *Finding) meets(where map[string]string) bool {
	for name, want := range where {
		if !condition(want).holds(f.Attrs[name]) {
			return false
		}
	}
	return true
}

// condition is the right side of a "where": alternatives "a|b", "!x", "*" at either end, or a comparison of numbers ">=5".
type condition string

func (c condition) holds(got string) bool {
	want := string(c)
	if rest, ok := strings.CutPrefix(want, "!"); ok {
		return !condition(rest).holds(got)
	}
	for _, op := range []string{">=", "<=", ">", "<"} {
		if rest, ok := strings.CutPrefix(want, op); ok {
			return compare(got, op, rest)
		}
	}
	for alternative := range strings.SplitSeq(want, "|") {
		if like(got, alternative) {
			return true
		}
	}
	return false
}

func compare(got, op, want string) bool {
	g, err1 := strconv.ParseFloat(got, 64)
	w, err2 := strconv.ParseFloat(want, 64)
	if err1 != nil || err2 != nil {
		return false
	}
	switch op {
	case ">=":
		return g >= w
	case "<=":
		return g <= w
	case ">":
		return g > w
	}
	return g < w
}

func like(got, pattern string) bool {
	front, back := strings.HasPrefix(pattern, "*"), strings.HasSuffix(pattern, "*")
	core := strings.Trim(pattern, "*")
	switch {
	case front && back:
		return strings.Contains(got, core)
	case front:
		return strings.HasSuffix(got, core)
	case back:
		return strings.HasPrefix(got, core)
	}
	return got == pattern
}

func number(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// saturate maps a ratio onto 0..1: nothing at or below low, everything at or above high.
func saturate(x, low, high float64) float64 {
	if x <= low {
		return 0
	}
	return min(1, (x-low)/(high-low))
}
