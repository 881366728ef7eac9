package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"

	"culprit/parser"
)

// traffic returns n requests of a busy site, in order of time.
func traffic(n int) (records []parser.Record, end Position) {
	rng := rand.New(rand.NewPCG(1, 1))
	clients := make([][]byte, 300)
	for i := range clients {
		clients[i] = fmt.Appendf(nil, "198.51.100.%d", i)
	}
	upstreams := [][]byte{[]byte("10.0.0.1:8080"), []byte("10.0.0.2:8080")}
	for i := range n {
		r := request(noon+int64(i)*500, 200, rng.Int64N(200_000), fmt.Sprintf("/shop/item/%d?ref=%d", rng.IntN(2000), i))
		if rng.IntN(10) == 0 {
			r.Status = 304
		}
		r.Client, r.Upstream = clients[int(rng.ExpFloat64()*30)%len(clients)], upstreams[rng.IntN(2)]
		records = append(records, r)
	}
	return records, place(records)
}

func TestRollupAllocatesNothing(t *testing.T) {
	records, _ := traffic(20_000)
	h, r := newHarvest(), newRollup()
	count := func() {
		for i := range records {
			if h.full() {
				h.clear()
			}
			r.add(h, &records[i], records[i].Time, false, false)
		}
	}
	count()
	h.clear()
	if n := testing.AllocsPerRun(5, count); n > 200 { // the clients of 10 s are handed on, not the requests
		t.Errorf("%v allocations for %d requests", n, len(records))
	}
	one := func() { r.add(h, &records[len(records)-1], records[len(records)-1].Time, false, false) }
	if n := testing.AllocsPerRun(1000, one); n != 0 {
		t.Errorf("%v allocations for one request", n)
	}
}

func TestEventAllocatesNothing(t *testing.T) {
	m := NewMemory()
	a, err := m.Open("error.log", Position{})
	if err != nil {
		t.Fatal(err)
	}
	failed := request(noon, 502, 50_000, "/cart/7")
	var noise parser.Record
	noise.Reset()
	noise.Kind, noise.Time, noise.Severity, noise.Message = parser.Message, noon, parser.Info, []byte("worker 17 says 'hello'")
	note := Note{Signature: "x"}
	for _, r := range []*parser.Record{&failed, &noise} {
		one := func() {
			a.event(r, noon, note, fateOf(r, Note{}))
			a.h.events = a.h.events[:0]
		}
		for range 10 {
			one()
		}
		if n := testing.AllocsPerRun(1000, one); n != 0 {
			t.Errorf("%v allocations for an event of kind %d", n, r.Kind)
		}
	}
}

// TestHostileTraffic feeds texts that never repeat: totals stay exact, memory stays bounded.
func TestHostileTraffic(t *testing.T) {
	m := NewMemory()
	a, err := m.Open("access.log", Position{})
	if err != nil {
		t.Fatal(err)
	}
	const rounds, size = 200, 1000
	records := make([]parser.Record, size)
	var before uint64
	for round := range rounds {
		for i := range records {
			n := round*size + i
			r := request(noon+int64(n)*100, 502, int64(n), fmt.Sprintf("/%x/%c%c/name-%s", n, 'a'+n%26, 'a'+n/26%26, word(n)))
			r.VHost, r.Client, r.UserAgent = []byte(word(n)), []byte(word(n+1)), []byte(word(n+2))
			r.Upstream, r.Message = []byte(word(n+3)), []byte(word(n+4)+" "+word(n+5))
			if i%2 == 1 {
				r.Kind, r.Severity = parser.Message, parser.Error
			}
			r.Method, r.Script, r.Code = []byte(word(n)), []byte(word(n)), []byte(word(n))
			records[i] = r
		}
		if err := a.Append(records, noNote, place(records)); err != nil {
			t.Fatal(err)
		}
		if round == rounds*3/4 {
			before = heap()
		}
	}
	if after := heap(); after > before+8<<20 {
		t.Errorf("%d MB more in use after %d records than after three quarters", (after-before)>>20, rounds*size)
	}
	for table, want := range map[Table]int64{Requests: rounds * size / 2, Endpoints: rounds * size / 2, Clients: rounds * size / 2, Events: rounds * size} {
		points, err := m.Top(context.Background(), Query{Table: table})
		if err != nil || len(points) != 1 || points[0].Count != want {
			t.Errorf("table %d: %v, %v, want one of %d", table, points, err, want)
		}
	}
	runtime.KeepAlive(a)
}

// word makes a word without digits, which no template masks.
func word(n int) string {
	text := make([]byte, 0, 12)
	for n = n*7919 + 1_000_003; n > 0; n /= 26 {
		text = append(text, byte('a'+n%26))
	}
	return string(text)
}

func heap() uint64 {
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return s.HeapAlloc
}

func TestHeaviestClients(t *testing.T) {
	var s clientSketch
	texts := newSketchTexts()
	rng := rand.New(rand.NewPCG(2, 2))
	s.used = true
	want := map[string]uint32{}
	var total uint32
	for range 200_000 {
		client := fmt.Sprintf("noise %d", rng.IntN(50_000))
		if n := rng.IntN(100); n < 30 {
			client = fmt.Sprintf("heavy %d", n)
		}
		s.add(&texts, fmt.Appendf(nil, "once %d", rng.Uint64()), nil, 0, 0, 1) // exercises the sets
		s.add(&texts, []byte(client), nil, 1, 10, 1)
		want[client]++
		total += 2
	}
	got := map[string]uint32{}
	var sum uint32
	s.drain(&texts, func(r clientRow) {
		got[r.client] += r.count
		sum += r.count
	})
	if sum != total {
		t.Errorf("total = %d, want %d", sum, total)
	}
	for i := range 30 {
		client := fmt.Sprintf("heavy %d", i)
		if g, w := got[client], want[client]; g > w || g < w*95/100 {
			t.Errorf("%s: %d requests, want about %d", client, g, w)
		}
	}
}

func TestBusiestEndpoints(t *testing.T) {
	h, r := newHarvest(), newRollup()
	var want uint32
	for i := range 500 {
		for range 1 + i%100*10/100 + i/400*50 {
			rec := request(noon, 200, 1000, "/p/"+word(i))
			r.add(h, &rec, rec.Time, false, false)
			want++
		}
	}
	r.close(h)
	var sum, other uint32
	for i := range h.slots.cells {
		c := &h.slots.cells[i]
		sum += c.count
		if number, _, _ := splitTrafficClass(c.class); number == otherNumber {
			other += c.count
		}
	}
	if len(h.slots.cells) != heaviest+1 || sum != want || other == 0 || other == sum {
		t.Errorf("%d cells with %d requests, %d of others; want %d cells with %d", len(h.slots.cells), sum, other, heaviest+1, want)
	}
}

func BenchmarkRollup(b *testing.B) {
	records, _ := traffic(1000)
	h, r := newHarvest(), newRollup()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		rec := &records[i%len(records)]
		if h.full() {
			h.clear()
		}
		r.add(h, rec, rec.Time, false, false)
	}
}

func BenchmarkEndpoint(b *testing.B) {
	path := []byte("/shop/2026/11/21/items/deadbeef01/reviews.json?page=2")
	var room [128]byte
	b.SetBytes(int64(len(path)))
	for b.Loop() {
		appendEndpoint(room[:0], path)
	}
}

func BenchmarkTemplate(b *testing.B) {
	message := []byte(`upstream "10.0.0.1:8080" refused request 12345 of user 'x' after 1.500s in worker 7`)
	var room [256]byte
	b.SetBytes(int64(len(message)))
	for b.Loop() {
		appendTemplate(room[:0], message)
	}
}
