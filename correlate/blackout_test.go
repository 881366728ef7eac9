package correlate

import "testing"

func TestLongestDark(t *testing.T) {
	f := func(want span, passed ...int64) {
		t.Helper()
		in := span{100, 100 + int64(len(passed))}
		s := newSeries(in)
		for i, n := range passed {
			s.add(in.from+int64(i), n)
		}
		if got := longestDark(s, in); got != want {
			t.Errorf("longestDark(%v) = %v, want %v", passed, got, want)
		}
	}
	f(span{101, 104}, 3, 0, 0, 0, 2, 0)
	f(span{103, 106}, 3, 0, 2, 0, 0, 0)
	f(span{100, 102}, 0, 0, 1, 0)
	f(span{}, 1, 1, 1)
}

func TestRisenEndpoint(t *testing.T) {
	f := func(want string, wantShare float64, stats map[string]*endpointStats) {
		t.Helper()
		q := &inquiry{engine: &engine{}, baseline: span{0, 100}, outage: outage{span: span{100, 109}}, fault: 100 * second, edgeEndpoints: stats}
		name, share := q.risenEndpoint()
		if name != want || share < wantShare-0.01 || share > wantShare+0.01 {
			t.Errorf("risenEndpoint() = %q, %.2f, want %q, %.2f", name, share, want, wantShare)
		}
	}
	visits := func(before, inside int64) *endpointStats {
		return &endpointStats{before: outcome{ok: before}, inside: outcome{failed: inside}}
	}
	f("", 0, map[string]*endpointStats{"/": visits(100, 10)})
	f("/login", 1, map[string]*endpointStats{"/": visits(100, 10), "/login": visits(100, 510)})
	f("/login", 0.75, map[string]*endpointStats{"/": visits(100, 110), "/login": visits(100, 310)})
}
