package correlate

import "testing"

// timeline builds a second-by-second series from counts.
func timeline(counts ...int32) *series { return &series{from: 1000, counts: counts} }

// steady is n seconds of the same count.
func steady(n int, count int32) []int32 {
	s := make([]int32, n)
	for i := range s {
		s[i] = count
	}
	return s
}

func TestFindBursts(t *testing.T) {
	f := func(name string, failed, total []int32, want ...span) {
		t.Helper()
		got := findBursts(timeline(failed...), timeline(total...))
		if len(got) != len(want) {
			t.Errorf("%s: %d bursts %v, want %v", name, len(got), got, want)
			return
		}
		for i := range got {
			if got[i].span != want[i] {
				t.Errorf("%s: burst %d is %v, want %v", name, i, got[i].span, want[i])
			}
		}
	}
	quiet := steady(300, 20)
	with := func(at int, counts ...int32) []int32 {
		s := steady(300, 0)
		copy(s[at:], counts)
		return s
	}
	f("nothing fails", steady(300, 0), quiet)
	f("one failure", with(50, 1), quiet)
	f("four failures at once", with(50, 4), quiet)
	f("a failure a minute", with(0, func() []int32 {
		s := steady(300, 0)
		for i := 0; i < 300; i += 60 {
			s[i] = 1
		}
		return s
	}()...), quiet)
	f("total outage", with(100, steady(30, 20)...), quiet, span{1100, 1130})
	f("the half second at its beginning", with(100, append([]int32{3}, steady(30, 20)...)...), quiet, span{1100, 1131})
	f("two per cent", with(100, 1, 0, 1, 1, 0, 0, 1, 1, 0, 1, 0, 1, 1), quiet, span{1100, 1113})
	f("an early failure stays outside", with(60, append(append([]int32{1}, steady(39, 0)...), steady(30, 20)...)...), quiet, span{1100, 1130})
	crashes := with(100, 5, 5, 5, 0, 0, 0, 0, 0, 0, 0, 0, 5, 5, 5, 0, 0, 0, 0, 0, 0, 5, 5, 5)
	f("a crash loop is one", crashes, quiet, span{1100, 1123})
	f("from end to end", steady(60, 20), steady(60, 20), span{1000, 1060})
	far := with(20, steady(10, 20)...)
	copy(far[250:], steady(10, 20))
	f("minutes apart are two", far, quiet, span{1020, 1030}, span{1250, 1260})
}

func FuzzFindBursts(f *testing.F) {
	f.Add([]byte{0, 0, 9, 9, 9, 9, 0, 0})
	f.Fuzz(func(t *testing.T, counts []byte) {
		failed, total := timeline(), timeline()
		for _, c := range counts {
			failed.counts = append(failed.counts, int32(c&15))
			total.counts = append(total.counts, int32(c&15)+int32(c>>4))
		}
		last := int64(0)
		for _, b := range findBursts(failed, total) {
			if b.empty() || b.from < failed.from || b.to > failed.from+int64(len(counts)) || b.from < last {
				t.Fatalf("burst %v of %d seconds", b, len(counts))
			}
			if failed.at(b.from) == 0 || failed.at(b.to-1) == 0 {
				t.Fatalf("burst %v does not begin and end with a failure", b)
			}
			last = b.to
		}
	})
}
