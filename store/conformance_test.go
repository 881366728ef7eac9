package store

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"culprit/parser"
)

// engineUnderTest is what every store offers.
type engineUnderTest interface {
	Open(path string, start Position) (*Appender, error)
	Series(ctx context.Context, q Query, yield func(Point) error) error
	Top(ctx context.Context, q Query) ([]Point, error)
	Sample(ctx context.Context, q Query) ([]Event, error)
	Sources(ctx context.Context) ([]Source, error)
	SetShift(ctx context.Context, id int32, shift int64, zone, zoneFrom string) error
	Changes(ctx context.Context, from, to int64) ([]Change, error)
	Samples(ctx context.Context, from, to int64, metrics ...string) ([]Sample, error)
}

// allEngines returns an empty store of each kind, by name.
func allEngines(t *testing.T) map[string]engineUnderTest {
	t.Helper()
	kept, err := OpenSQLite(filepath.Join(t.TempDir(), "kept.db"))
	if err != nil {
		t.Fatal(err)
	}
	temporary, err := OpenTemporary(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(kept.Close(), temporary.Close()); err != nil {
			t.Error(err)
		}
	})
	return map[string]engineUnderTest{"memory": NewMemory(), "sqlite": kept, "temporary": temporary}
}

// script is a source with what is fed of it.
type script struct {
	path    string
	records []parser.Record
	notes   []Note
	batches []int // their sizes
	shift   int64
	end     Position
	problem error
}

// feed appends scripts to a store, a batch of each in turn.
func feed(t *testing.T, st engineUnderTest, scripts []*script) {
	t.Helper()
	appenders := make([]*Appender, len(scripts))
	done := make([]int, len(scripts))
	for i, s := range scripts {
		a, err := st.Open(s.path, Position{})
		if err != nil {
			t.Fatal(err)
		}
		appenders[i] = a
	}
	for round := 0; ; round++ {
		busy := false
		for i, s := range scripts {
			if round >= len(s.batches) {
				continue
			}
			busy = true
			from, to := done[i], done[i]+s.batches[round]
			end := s.end
			if to < len(s.records) {
				end = Position{Offset: s.records[to].Offset, Line: s.records[to].Line - 1}
			}
			note := func(n int) Note { return s.notes[from+n] }
			if err := appenders[i].Append(s.records[from:to], note, end); err != nil {
				t.Fatal(err)
			}
			done[i] = to
		}
		if !busy {
			break
		}
		if round%3 == 2 { // an answer in between must not change those in the end
			if _, err := st.Top(context.Background(), Query{Table: Requests}); err != nil {
				t.Fatal(err)
			}
		}
	}
	for i, s := range scripts {
		if err := appenders[i].Close(s.end, s.problem); err != nil {
			t.Fatal(err)
		}
		if err := st.SetShift(context.Background(), appenders[i].source, s.shift, "zone of "+s.path, "flag"); err != nil {
			t.Fatal(err)
		}
	}
}

const noon = 1_795_262_400 * second

// scriptOf makes a source of n random records.
func scriptOf(rng *rand.Rand, path string, n int) *script {
	s := &script{path: path, shift: int64(rng.IntN(5)-2) * 1800 * second}
	if rng.IntN(3) == 0 {
		s.shift += 300_000
	}
	pick := func(texts ...string) []byte { return []byte(texts[rng.IntN(len(texts))]) }
	zones := rng.IntN(3) // none, all, mixed
	time := noon + rng.Int64N(3600*second)
	var offset int64
	for i := range n {
		var r parser.Record
		r.Reset()
		r.Zoned = zones == 1 || zones == 2 && rng.IntN(2) == 0
		r.Line, r.Lines, r.Offset = int64(i+1), 1, offset
		r.Raw = fmt.Appendf(nil, "%s record %d", path, i)
		offset += int64(len(r.Raw)) + 1
		time += rng.Int64N(700_000) - 100_000
		r.Time, r.Resolution = time, 1000
		r.Daemon, r.Format = parser.Daemon(1+rng.IntN(3)), parser.AccessCombined
		r.Host, r.PID = pick("web1", "web2"), int64(rng.IntN(4))
		var note Note
		switch k := rng.IntN(40); {
		case k < 28:
			randomRequest(rng, &r, pick)
		case k < 36:
			note = randomMessage(rng, &r, pick)
		case k == 36:
			r.Kind, r.Change = parser.ChangeNote, &parser.Change{Kind: "deploy", Service: string(pick("shop", "api")), Summary: "v" + fmt.Sprint(i),
				Version: string(pick("", "v2")), From: string(pick("", "v1")), Actor: string(pick("", "ci")), Ref: string(pick("", "https://ci.example/1")),
				Scope: parser.Scope{Host: string(pick("", "web1")), VHost: string(pick("", "shop.example")), Upstream: string(pick("", "app")), Path: string(pick("", "/cart"))},
				Early: rng.Int64N(3) * second, Late: rng.Int64N(3) * second}
		case k == 37:
			r.Kind = parser.Measurement
			r.Sample = &parser.Sample{Host: "db", Metric: string(pick("cpu_percent", "load1")), Value: float64(i) / 4, Span: rng.Int64N(3) * 60 * second}
		case k == 38:
			r.Kind = parser.Unparsed
		default:
			r.Kind = parser.Continuation
		}
		s.records, s.notes = append(s.records, r), append(s.notes, note)
	}
	s.end = Position{Offset: offset, Line: int64(n)}
	for left := n; left > 0; {
		size := min(left, 1+rng.IntN(n/2+1))
		s.batches = append(s.batches, size)
		left -= size
	}
	if rng.IntN(3) == 0 {
		s.problem = errors.New("truncated")
	}
	return s
}

func randomRequest(rng *rand.Rand, r *parser.Record, pick func(...string) []byte) {
	r.Kind = parser.Request
	r.Status = []int32{200, 200, 200, 304, 404, 502, 504, 499, 0, parser.Unknown}[rng.IntN(10)]
	r.VHost, r.Upstream = pick("", "shop", "api"), pick("", "10.0.0.1:80", "unix:/run/php.sock")
	r.Path = []byte(fmt.Sprintf("/%s/%d?q=%d", pick("cart", "user", "img"), rng.IntN(50), i64(rng)))
	r.Client, r.UserAgent = fmt.Appendf(nil, "192.0.2.%d", rng.IntN(20)), pick("curl", "Mozilla/5.0")
	r.Method = pick("GET", "POST")
	if rng.IntN(3) > 0 {
		r.Duration = rng.Int64N(3 * second)
	}
	if rng.IntN(4) > 0 {
		r.Bytes = rng.Int64N(10_000)
	}
	if r.Daemon == parser.HAProxy || rng.IntN(5) == 0 {
		r.Backend, r.Server, r.Termination = pick("be"), pick("", "s1"), pick("--", "sH", "LR", "cD")
		r.Queue, r.Header, r.QueuedServer = rng.Int64N(1000), parser.NotReached, int32(rng.IntN(3))
	}
	r.UpstreamStatus = pick("", "200", "502, 200")
}

func i64(rng *rand.Rand) int64 { return rng.Int64N(1 << 40) }

func randomMessage(rng *rand.Rand, r *parser.Record, pick func(...string) []byte) (n Note) {
	r.Kind = parser.Message
	r.Severity = parser.Severity(rng.IntN(7))
	r.Message = []byte(fmt.Sprintf("%s %d of %x", pick("lost child", "retry", "slow"), rng.IntN(5), i64(rng)))
	r.Code, r.Program = pick("", "AH01114"), pick("", "app")
	r.Errno = int32(rng.IntN(3) * 110)
	if rng.IntN(4) == 0 {
		r.Detail = []byte("#0 main()\n#1 exit()")
	}
	switch rng.IntN(4) {
	case 0:
		n.Signature = "nginx-refused"
	case 1:
		n = Note{Signature: "fpm-restart", Change: "restart"}
	}
	return n
}

// queries are what every store must answer alike.
func queries(from, to int64) []Query {
	var all []Query
	for _, bucket := range []int64{0, second, 10 * second, 60 * second} {
		all = append(all,
			Query{Table: Requests, Bucket: bucket, Keys: []Key{ByStatus}},
			Query{Table: Requests, Bucket: bucket, Keys: []Key{BySource, ByDaemon, ByFormat, ByHost, ByVHost, ByUpstream, ByStatus}, From: from, To: to},
			Query{Table: Requests, Bucket: bucket, Where: []Filter{{Key: ByStatus, Values: []string{"502", "504"}}}},
			Query{Table: Requests, Bucket: bucket, Where: []Filter{{Key: BySource, Values: []string{"1"}, Not: true}}, Keys: []Key{ByVHost}},
			Query{Table: Events, Bucket: bucket, Keys: []Key{BySignature, ByTemplate, BySeverity, ByKind}},
			Query{Table: Events, Bucket: bucket, Keys: []Key{ByClient, ByPID, ByAgent, ByStatus}, From: from, To: to},
			Query{Table: Events, Bucket: bucket, Keys: []Key{ByUpstream}, Where: []Filter{{Key: ByClient, Values: []string{"192.0.2.3", "192.0.2.4"}}}},
			Query{Table: Events, Bucket: bucket, Keys: []Key{ByErrno, ByCode, ByProgram, ByHost, ByMethod, ByTermination, ByBackend, ByServer, ByUpstreamStatus}},
		)
	}
	for _, bucket := range []int64{0, EndpointBucket} {
		all = append(all,
			Query{Table: Endpoints, Bucket: bucket, Keys: []Key{ByEndpoint, ByStatus}},
			Query{Table: Clients, Bucket: bucket, Keys: []Key{ByClient}},
			Query{Table: Clients, Bucket: bucket, Keys: []Key{ByClient, ByEndpoint, ByAgent}, From: from, To: to},
		)
	}
	for _, q := range all {
		q.Durations = true
		all = append(all, q)
	}
	return all
}

// answers asks everything, as text by question.
func answers(t *testing.T, st engineUnderTest, from, to int64) map[string]any {
	t.Helper()
	ctx := context.Background()
	got := map[string]any{}
	note := func(name string, answer any, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got[name] = answer
	}
	for i, q := range queries(from, to) {
		var points []Point
		err := st.Series(ctx, q, func(p Point) error {
			points = append(points, p)
			return nil
		})
		note(fmt.Sprintf("series %d %+v", i, q), points, err)
		q.Limit = 5
		points, err = st.Top(ctx, q)
		note(fmt.Sprintf("top %d %+v", i, q), points, err)
		if q.Table == Events {
			for _, limit := range []int{1, 7, 10_000} {
				q.Limit = limit
				events, err := st.Sample(ctx, q)
				note(fmt.Sprintf("sample %d %+v", i, q), events, err)
			}
		}
	}
	sources, err := st.Sources(ctx)
	note("sources", sources, err)
	for _, span := range [][2]int64{{0, 0}, {from, to}, {0, math.MaxInt64}} {
		changes, err := st.Changes(ctx, span[0], span[1])
		note(fmt.Sprint("changes ", span), changes, err)
		samples, err := st.Samples(ctx, span[0], span[1])
		note(fmt.Sprint("samples ", span), samples, err)
		samples, err = st.Samples(ctx, span[0], span[1], "load1")
		note(fmt.Sprint("load ", span), samples, err)
	}
	return got
}

func TestEnginesAgree(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			engines := allEngines(t)
			for _, name := range []string{"sqlite", "temporary"} {
				conform(t, name, engines[name], seed)
			}
		})
	}
}

// conform feeds an empty store and checks that it answers everything as Memory does.
func conform(t *testing.T, name string, st engineUnderTest, seed uint64) {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 17))
	var scripts []*script
	for i := range 1 + rng.IntN(4) {
		scripts = append(scripts, scriptOf(rng, fmt.Sprintf("log/%c.log", 'z'-i), 1+rng.IntN(700)))
	}
	from := noon + rng.Int64N(1800*second)
	to := from + rng.Int64N(1800*second)
	reference := NewMemory()
	feed(t, reference, scripts)
	checkTotals(t, reference, scripts)
	feed(t, st, scripts)
	got := answers(t, st, from, to)
	for question, answer := range answers(t, reference, from, to) {
		if !reflect.DeepEqual(answer, got[question]) {
			t.Fatalf("%s (-memory +%s):\n%s", question, name, cmp.Diff(answer, got[question]))
		}
	}
}

// checkTotals compares what a store counts with what was fed.
func checkTotals(t *testing.T, st engineUnderTest, scripts []*script) {
	t.Helper()
	var requests, arrived, bytes int64
	statuses := map[string]int64{}
	for _, s := range scripts {
		for i := range s.records {
			if r := &s.records[i]; r.Kind == parser.Request {
				requests++
				arrived++
				bytes += max(r.Bytes, 0)
				statuses[decimal(int64(r.Status))]++
			}
		}
	}
	for _, table := range []Table{Requests, Endpoints, Clients} {
		points, err := st.Top(context.Background(), Query{Table: table})
		if err != nil {
			t.Fatal(err)
		}
		if len(points) != 1 {
			if requests > 0 {
				t.Errorf("table %d: %d points, want 1", table, len(points))
			}
			continue
		}
		if p := points[0]; p.Count != requests || p.Arrived != arrived || p.Bytes != bytes {
			t.Errorf("table %d: count %d, arrived %d, bytes %d, want %d, %d, %d", table, p.Count, p.Arrived, p.Bytes, requests, arrived, bytes)
		}
	}
	points, err := st.Top(context.Background(), Query{Table: Requests, Keys: []Key{ByStatus}})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range points {
		if p.Count != statuses[p.Keys[0]] {
			t.Errorf("status %s: %d, want %d", p.Keys[0], p.Count, statuses[p.Keys[0]])
		}
	}
}
