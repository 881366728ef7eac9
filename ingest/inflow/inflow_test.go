package inflow

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"culprit/ingest"
	"culprit/rules"
)

// shelf is a ledger in memory: it keeps positions, and passes over what it knows as a database does.
type shelf struct {
	ends  map[string]ingest.Position
	lines map[string]int64 // records by path
	fails error
}

func newShelf() *shelf {
	return &shelf{ends: map[string]ingest.Position{}, lines: map[string]int64{}}
}

type shelfFeed struct {
	s    *shelf
	path string
}

func (s *shelf) Open(path, _ string, _ ingest.Position) (ingest.Feed, error) {
	return &shelfFeed{s, path}, nil
}

func (s *shelf) Onward(path, _ string) (ingest.Feed, ingest.Position, error) {
	return &shelfFeed{s, path}, s.ends[path], nil
}

func (f *shelfFeed) Append(b *ingest.Batch) error {
	if f.s.fails != nil {
		return f.s.fails
	}
	for i := range b.Records {
		if b.Records[i].Offset >= f.s.ends[f.path].Offset {
			f.s.lines[f.path]++
		}
	}
	f.s.ends[f.path] = b.End
	return nil
}

func (f *shelfFeed) Close(end ingest.Position, _ error) error {
	f.s.ends[f.path] = end
	return nil
}

func newSources(t *testing.T, s *shelf, hosts bool) *Sources {
	t.Helper()
	catalogue, err := rules.Load()
	if err != nil {
		t.Fatal(err)
	}
	return NewSources(Options{Ledger: s, Matcher: rules.NewMatcher(catalogue), Origin: "test", Hosts: hosts})
}

var began = time.Date(2026, 11, 21, 6, 13, 0, 0, time.UTC)

func request(host, program string, i int) string {
	return fmt.Sprintf(`<190>Nov 21 06:13:00 %s %s: 192.0.2.1 - - [21/Nov/2026:06:13:00 +0000] "GET /%d HTTP/1.1" 200 5 "-" "x"`, host, program, i)
}

func TestSourcesByProgram(t *testing.T) {
	s := newShelf()
	sources := newSources(t, s, true)
	take := func(g Group, text string) {
		t.Helper()
		if _, err := sources.Take(&Message{Group: g, Text: []byte(text)}, began); err != nil {
			t.Fatal(err)
		}
	}
	udp := Group{"udp://127.0.0.1:5514", "192.0.2.9"}
	take(udp, request("web1", "nginx", 1))
	take(udp, request("web1", "nginx", 2))
	take(udp, request("web2", "nginx", 3))
	take(udp, "<134>Nov 21 06:13:00 haproxy[7]: backend shop has no server available!")
	take(udp, "no envelope at all")
	take(udp, request("web1", "../../etc/\x1b[31m", 4))
	take(udp, request("web1", strings.Repeat("x", 100), 4))
	if err := sources.Close(); err != nil {
		t.Fatal(err)
	}
	want := map[string]int64{
		"udp://127.0.0.1:5514/web1/nginx": 2, "udp://127.0.0.1:5514/web2/nginx": 1, "udp://127.0.0.1:5514/192.0.2.9/haproxy": 1,
		"udp://127.0.0.1:5514/192.0.2.9": 1,
	}
	for path, n := range want {
		if s.lines[path] != n {
			t.Errorf("%s: %d records, want %d of %v", path, s.lines[path], n, s.lines)
		}
	}
	for path := range s.lines {
		if strings.ContainsAny(path, "\x1b[ ") || strings.Contains(path, "..") || len(path) > 200 {
			t.Errorf("a sender made the path %q", path)
		}
	}
}

// However many names a sender thinks of, the sources are bounded, and nothing of what he says is lost.
func TestSourcesAreBounded(t *testing.T) {
	s := newShelf()
	sources := newSources(t, s, true)
	const messages = 3000
	for i := range messages {
		m := Message{Group: Group{"udp://x", fmt.Sprintf("192.0.2.%d", i%20)}, Text: []byte(request(fmt.Sprintf("h%d", i), fmt.Sprintf("p%d", i), i))}
		if _, err := sources.Take(&m, began); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(sources.byPath); n > sourcesMost+1 {
		t.Errorf("%d sources", n)
	}
	if err := sources.Close(); err != nil {
		t.Fatal(err)
	}
	var all int64
	for _, n := range s.lines {
		all += n
	}
	if all != messages {
		t.Errorf("%d records of %d messages", all, messages)
	}
}

// A source that was quiet for long is closed, and goes on where it was.
func TestQuietSourcesAreClosed(t *testing.T) {
	s := newShelf()
	sources := newSources(t, s, true)
	for day := range 3 {
		now := began.Add(time.Duration(day) * 30 * time.Hour)
		m := Message{Group: Group{"udp://x", ""}, Text: []byte(request("web1", "nginx", day))}
		if _, err := sources.Take(&m, now); err != nil {
			t.Fatal(err)
		}
		for _, later := range []time.Duration{0, time.Second, 2 * idleMost} {
			if err := sources.Flush(now.Add(later)); err != nil {
				t.Fatal(err)
			}
		}
		if n := len(sources.byPath); n != 0 {
			t.Fatalf("%d sources are open", n)
		}
	}
	if s.lines["udp://x/web1/nginx"] != 3 {
		t.Errorf("%v", s.lines)
	}
}

func TestConsumer(t *testing.T) {
	s := newShelf()
	q := NewQueue(4, 1<<20)
	commits := 0
	c := &Consumer{Queue: q, Sources: newSources(t, s, false), Commit: func() error { commits++; return nil }}
	const messages = 100
	go func() {
		for i := range messages {
			if err := q.Put(context.Background(), Message{Group: Group{Prefix: "stdin"}, Text: []byte(request("web1", "nginx", i))}); err != nil {
				t.Error(err)
			}
		}
		q.End()
	}()
	if err := c.Run(context.Background(), time.Now, time.After); err != nil {
		t.Fatal(err)
	}
	if s.lines["stdin/nginx"] != messages || c.Count() != messages || c.Uncommitted() != 0 || commits == 0 {
		t.Errorf("%v, %d taken, %d uncommitted, %d commits", s.lines, c.Count(), c.Uncommitted(), commits)
	}
}

// What the database did not take is told, so that it can be said how much is lost.
func TestConsumerFails(t *testing.T) {
	s := newShelf()
	s.fails = errors.New("disk full")
	q := NewQueue(10, 1<<20)
	for i := range 3 {
		q.Offer(Message{Group: Group{Prefix: "stdin"}, Text: []byte(request("web1", "nginx", i))})
	}
	c := &Consumer{Queue: q, Sources: newSources(t, s, false), Commit: func() error { return nil }}
	if err := c.Run(context.Background(), time.Now, time.After); !errors.Is(err, s.fails) || c.Uncommitted() != 3 {
		t.Errorf("%v, %d uncommitted", err, c.Uncommitted())
	}
}

func TestQueueBounds(t *testing.T) {
	f := func(messages, bytes, size, want int) {
		t.Helper()
		q := NewQueue(messages, bytes)
		n := 0
		for q.Offer(Message{Text: make([]byte, size)}) && n < 100 {
			n++
		}
		if n != want || q.Waiting() != want {
			t.Errorf("%d messages of %d bytes found room, want %d", n, size, want)
		}
		q.Take(nil)
		if !q.Offer(Message{Text: make([]byte, size)}) {
			t.Error("no room behind Take")
		}
	}
	f(3, 1<<20, 10, 3)
	f(50, 1000, 404, 2)
	f(50, 1000, 5000, 1)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	q := NewQueue(1, 1)
	if err := errors.Join(q.Put(ctx, Message{})); err != nil {
		t.Error(err)
	}
	if err := q.Put(ctx, Message{}); !errors.Is(err, context.Canceled) {
		t.Errorf("Put in a full queue: %v", err)
	}
}

func TestLines(t *testing.T) {
	f := func(in string, want ...string) {
		t.Helper()
		l := NewLines(strings.NewReader(in))
		var got []string
		for {
			line, err := l.Next()
			if err != nil {
				if !errors.Is(err, io.EOF) {
					t.Errorf("%.20q: %v", in, err)
				}
				break
			}
			got = append(got, string(line))
		}
		if fmt.Sprintf("%.50q", got) != fmt.Sprintf("%.50q", want) || strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("%.20q: %.50q, want %.50q", in, got, want)
		}
	}
	f("")
	f("a", "a")
	f("a\n\nb\r\n", "a", "", "b\r")
	long := strings.Repeat("x", 3*LineMost)
	f(long+"\nb\n", long[:LineMost], "b")
	f(strings.Repeat("x", 200_000)+"\n", strings.Repeat("x", 200_000))
}
