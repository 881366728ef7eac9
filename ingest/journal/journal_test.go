package journal

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"culprit/ingest"
	"culprit/ingest/inflow"
	"culprit/rules"
)

func TestUnits(t *testing.T) {
	f := func(in, want string, ok bool) {
		t.Helper()
		got, err := Units(strings.Split(in, ","))
		if (err == nil) != ok || strings.Join(got, ",") != want || err != nil && !errors.Is(err, ErrUnit) {
			t.Errorf("%s: %v, %v, want %s", in, got, err, want)
		}
	}
	f("nginx,php8.2-fpm", "nginx.service,php8.2-fpm.service", true)
	f("certbot.timer,haproxy@2", "certbot.timer,haproxy@2.service", true)
	f("all", "", true)
	f("nginx,--flush", "nginx.service,--flush.service", true)
	f("a b", "", false)
	f("", "", false)
	f("a=b", "", false)
	f(strings.Repeat("a", 255), strings.Repeat("a", 255)+".service", true)
	f(strings.Repeat("a", 256), "", false)
}

func TestArguments(t *testing.T) {
	f := func(units []string, p Place, want string) {
		t.Helper()
		if got := strings.Join(arguments(units, &p)[6:], " "); got != want {
			t.Errorf("%v: %s, want %s", units, got, want)
		}
	}
	f(nil, Place{Since: 1795266424}, "--since=@1795266424")
	f(nil, Place{Since: 1, Cursor: "s=a;i=1"}, "--after-cursor=s=a;i=1")
	f([]string{"nginx.service"}, Place{Since: 1},
		"--since=@1 _SYSTEMD_UNIT=nginx.service + _PID=1 UNIT=nginx.service + COREDUMP_UNIT=nginx.service + _TRANSPORT=kernel")
}

func TestCursorOf(t *testing.T) {
	f := func(in, want string) {
		t.Helper()
		if got := cursorOf([]byte(in)); got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
	f(`{"__CURSOR":"s=a;i=1","MESSAGE":"x"}`, "s=a;i=1")
	f(`{"MESSAGE":"\"__CURSOR\":\"s=evil\"","__CURSOR":"s=a"}`, "s=a")
	f(`{"MESSAGE":"x"}`, "")
	f(`{"__CURSOR":"s=a\"","MESSAGE":"x"}`, "")
	f(`{"__CURSOR":"`, "")
	f("", "")
}

// fake is a journalctl of which the environment says what it prints.
func fake(t *testing.T, env ...string) string {
	t.Helper()
	script, err := filepath.Abs("testdata/journalctl")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range env {
		name, value, _ := strings.Cut(e, "=")
		t.Setenv(name, value)
	}
	return script
}

// Where journalctl ends again and again, each entry comes once, in order.
func TestGoesOnBehindTheLastEntry(t *testing.T) {
	asked := filepath.Join(t.TempDir(), "arguments")
	script := fake(t, "JOURNAL=testdata/journal.json", "ONCE=2", "ARGUMENTS="+asked)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	q := inflow.NewQueue(100, 1<<20)
	var complaints []string
	r := &Reader{Command: script, Queue: q, Complain: func(err error) {
		if complaints = append(complaints, err.Error()); len(complaints) == 6 {
			cancel()
		}
	}, Wait: func(time.Duration) <-chan time.Time { c := make(chan time.Time, 1); c <- time.Time{}; return c }}
	r.Run(ctx, Place{Since: 5})
	recorded, err := os.ReadFile("testdata/journal.json")
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	for _, m := range q.Take(nil) {
		got.Write(m.Text)
		got.WriteByte('\n')
		if m.Mark == "" || m.Group.Prefix != Prefix {
			t.Errorf("%s has mark %q", m.Text, m.Mark)
		}
	}
	if got.String() != string(recorded) {
		t.Errorf("got %s", &got)
	}
	args, err := os.ReadFile(asked)
	if err != nil || strings.Count(string(args), "--since=@5") != 1 || strings.Count(string(args), "--after-cursor=s=") != 5 {
		t.Errorf("asked for %s, %v", args, err)
	}
}

func TestSaysWhyItEnded(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	said := ""
	r := &Reader{Command: fake(t, "DENIED=yes"), Queue: inflow.NewQueue(1, 1), Complain: func(err error) { said = err.Error(); cancel() }, Wait: time.After}
	r.Run(ctx, Place{})
	if !strings.Contains(said, "insufficient permissions") || !strings.Contains(said, "systemd-journal") {
		t.Errorf("said %q", said)
	}
}

// memory is a ledger that counts records by source, and passes none over.
type memory struct {
	records map[string]int
	texts   []string
}

type memoryFeed struct {
	m    *memory
	path string
}

func (m *memory) Open(path, _ string, _ ingest.Position) (ingest.Feed, error) {
	return &memoryFeed{m, path}, nil
}

func (m *memory) Onward(path, origin string) (ingest.Feed, ingest.Position, error) {
	f, err := m.Open(path, origin, ingest.Position{})
	return f, ingest.Position{}, err
}

func (f *memoryFeed) Append(b *ingest.Batch) error {
	for i := range b.Records {
		f.m.records[f.path]++
		f.m.texts = append(f.m.texts, string(b.Records[i].Program)+"|"+string(b.Records[i].Message))
	}
	return nil
}

func (f *memoryFeed) Close(ingest.Position, error) error { return nil }

// The bookmark stands behind what records were made of, and never behind an entry that is held back for more lines.
func TestPlaceIsNeverAhead(t *testing.T) {
	catalogue, err := rules.Load()
	if err != nil {
		t.Fatal(err)
	}
	recorded, err := os.ReadFile("testdata/journal.json")
	if err != nil {
		t.Fatal(err)
	}
	m := &memory{records: map[string]int{}}
	sources := inflow.NewSources(inflow.Options{Ledger: m, Matcher: rules.NewMatcher(catalogue), Origin: "journal", Start: map[string]ingest.Position{}})
	tracker := NewTracker(&Place{Sources: map[string]ingest.Position{}})
	now := time.Unix(1795266424, 0)
	lines := bytes.Split(bytes.TrimSpace(recorded), []byte{'\n'})
	for _, line := range lines {
		msg := inflow.Message{Group: inflow.Group{Prefix: Prefix}, Text: line, Mark: cursorOf(line)}
		to, err := sources.Take(&msg, now)
		if err != nil {
			t.Fatal(err)
		}
		tracker.Taken(&msg, to)
		if err := sources.Flush(now); err != nil {
			t.Fatal(err)
		}
		for path, at := range tracker.Place().Sources {
			if src := to; src.Path() == path && at.Offset > src.Consumed().Offset {
				t.Errorf("%s: bookmark at %v, records up to %v", path, at, src.Consumed())
			}
		}
	}
	if err := sources.Close(); err != nil {
		t.Fatal(err)
	}
	place := tracker.Place()
	if want := cursorOf(lines[len(lines)-1]); place.Cursor != want {
		t.Errorf("bookmark %s, want %s", place.Cursor, want)
	}
	again, err := ParsePlace(place.String())
	if err != nil || again.String() != place.String() || len(again.Sources) != len(m.records) {
		t.Errorf("%s came back as %v, %v; sources %v", place, again, err, m.records)
	}
	for _, path := range []string{"journal/nginx", "journal/php-fpm", "journal/haproxy", "journal/shop", "journal/systemd-journald"} {
		if m.records[path] == 0 {
			t.Errorf("nothing of %s: %v", path, m.records)
		}
	}
	if all := strings.Join(m.texts, "\n"); !strings.Contains(all, "connect() to unix:/run/php/php-fpm.sock failed") || !strings.Contains(all, "caf\xe9 \x01 binary") {
		t.Errorf("read %s", all)
	}
}
