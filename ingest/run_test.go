package ingest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"culprit/parser"
	"culprit/rules"
)

var written = time.Date(2026, 11, 21, 7, 0, 0, 0, time.UTC)

// errorLog makes n records of an nginx error log, of which every fifth has a trace of several lines.
func errorLog(n int) []byte {
	var b bytes.Buffer
	at := time.Date(2026, 11, 21, 6, 13, 0, 0, time.UTC)
	for i := range n {
		stamp := at.Add(time.Duration(i) * time.Second / 10).Format("2006/01/02 15:04:05")
		fmt.Fprintf(&b, "%s [error] 7#7: *%d ", stamp, i)
		if i%5 == 4 {
			fmt.Fprintf(&b, "FastCGI sent in stderr: \"PHP message: PHP Fatal error:  Uncaught Error: call %d in /srv/a.php:3\nStack trace:\n#0 {main}\n  thrown in /srv/a.php on line 3\"", i)
		} else {
			fmt.Fprint(&b, "connect() failed (111: Connection refused)")
		}
		fmt.Fprintf(&b, " while reading response header from upstream, client: 203.0.113.%d, server: a.example, request: \"GET /%d HTTP/1.1\", upstream: \"http://10.0.0.5:8080/\", host: \"a.example\"\n", i%250, i)
	}
	return b.Bytes()
}

func write(t *testing.T, dir, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, written, written); err != nil {
		t.Fatal(err)
	}
	return path
}

// scanWhole is what a scanner makes of data if it gets all of it at once.
func scanWhole(data []byte) []string {
	s := parser.NewScanner(parser.Options{Reference: written.UnixMicro()})
	var out []string
	recs := make([]parser.Record, 64)
	for len(data) > 0 {
		n, used := s.Scan(data, true, recs)
		for i := range recs[:n] {
			r := &recs[i]
			out = append(out, fmt.Sprintf("%d:%d+%d %d %s %s", r.Line, r.Offset, r.Lines, r.Time, r.Format, r.Raw))
		}
		data = data[used:]
	}
	return out
}

func TestRunReadsADirectory(t *testing.T) {
	dir := t.TempDir()
	data := errorLog(3000)
	write(t, dir, "nginx/error.log", data)
	write(t, dir, "nginx/empty.log", nil)
	m, summary := ingestAll(t, dir)
	if got, want := m.paths(), []string{"nginx/empty.log", "nginx/error.log"}; !slices.Equal(got, want) {
		t.Fatalf("read %q, want %q", got, want)
	}
	f := m.source(t, "nginx/error.log")
	if want := scanWhole(data); !slices.Equal(f.records, want) {
		t.Errorf("%d records differ from the %d of a scan of the whole", len(f.records), len(want))
	}
	if want := (Position{Offset: int64(len(data)), Line: int64(bytes.Count(data, newline))}); f.end != want {
		t.Errorf("ends at %+v, want %+v", f.end, want)
	}
	if f.problem != nil || summary.Problems != 0 || summary.Sources != 2 || summary.Records != 3000 || summary.Bytes != int64(len(data)) {
		t.Errorf("problem %v, summary %+v", f.problem, summary)
	}
	matched := 0
	for _, id := range f.ids {
		if id != rules.None {
			matched++
		}
	}
	if matched != 2400 {
		t.Errorf("%d records matched, want 2400", matched)
	}
}

func TestRunNamesSources(t *testing.T) {
	dir := t.TempDir()
	line := errorLog(1)
	one := write(t, dir, "a/one.log", line)
	two := write(t, dir, "b/two.log", line)
	f := func(want []string, paths ...string) {
		t.Helper()
		m, _ := ingestAll(t, paths...)
		slices.Sort(want)
		if got := m.paths(); !slices.Equal(got, want) {
			t.Errorf("%q: read %q, want %q", paths, got, want)
		}
	}
	slash := filepath.ToSlash
	f([]string{"a/one.log", "b/two.log"}, dir)
	f([]string{slash(one)}, one)
	f([]string{slash(one), slash(two)}, filepath.Join(dir, "a"), filepath.Join(dir, "b"))
	f([]string{slash(one), slash(two)}, filepath.Join(dir, "*", "*.log"))
	f([]string{slash(one), slash(two)}, dir, one) // each once
	f([]string{slash(one)}, one, one)
}

func TestRunRefusesWhatIsNotThere(t *testing.T) {
	f := func(path string) {
		t.Helper()
		_, err := Run(context.Background(), Options{Paths: []string{path}, Matcher: matcher}, newMemory())
		if !errors.Is(err, ErrInput) {
			t.Errorf("%s: got %v, want ErrInput", path, err)
		}
	}
	f(filepath.Join(t.TempDir(), "missing.log"))
	f(filepath.Join(t.TempDir(), "*.log"))
	f(filepath.Join(t.TempDir(), "[.log"))
}

func TestRunStdin(t *testing.T) {
	data := errorLog(700)
	f := func(in io.Reader, want int, problem string) {
		t.Helper()
		m := newMemory()
		if _, err := Run(context.Background(), Options{Paths: []string{"-"}, Stdin: in, Matcher: matcher}, m); err != nil {
			t.Fatal(err)
		}
		s := m.source(t, "-")
		if len(s.records) != want || fmt.Sprint(s.problem) != problem {
			t.Errorf("%d records, problem %v; want %d, %s", len(s.records), s.problem, want, problem)
		}
	}
	f(bytes.NewReader(data), 700, "<nil>")
	f(iotest.OneByteReader(bytes.NewReader(data[:20000])), len(scanWhole(data[:20000])), "<nil>")
	f(iotest.DataErrReader(bytes.NewReader(data)), 700, "<nil>")
	f(io.MultiReader(bytes.NewReader(data), iotest.ErrReader(errors.New("the wire broke"))), 700, "the wire broke")
	f(nil, 0, "there is no standard input")
}

// A line without end must cost neither memory nor the lines around it.
func TestRunEndlessLine(t *testing.T) {
	line := errorLog(1)
	data := slices.Concat(line, bytes.Repeat([]byte("x"), 5<<20), newline, line)
	m := newMemory()
	if _, err := Run(context.Background(), Options{Paths: []string{"-"}, Stdin: bytes.NewReader(data), Matcher: matcher}, m); err != nil {
		t.Fatal(err)
	}
	s := m.source(t, "-")
	if len(s.records) != 3 || s.end.Offset != int64(len(data)) || s.end.Line != 3 {
		t.Errorf("%d records up to %+v", len(s.records), s.end)
	}
	if !strings.HasPrefix(s.records[2], fmt.Sprintf("3:%d+1 ", len(data)-len(line))) {
		t.Errorf("the line behind is %.80s", s.records[2])
	}
}

func TestRunStops(t *testing.T) {
	dir := t.TempDir()
	for i := range 20 {
		write(t, dir, fmt.Sprintf("%d.log", i), errorLog(100))
	}
	m := newMemory()
	m.fail = errors.New("disk full")
	if _, err := Run(context.Background(), Options{Paths: []string{dir}, Matcher: matcher}, m); !errors.Is(err, m.fail) {
		t.Errorf("got %v, want the error of the sink", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Run(ctx, Options{Paths: []string{dir}, Matcher: matcher}, newMemory()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want Canceled", err)
	}
}

// A pipe that says nothing must not keep a cancelled run.
func TestRunStopsReadingASilentPipe(t *testing.T) {
	silent, hold := io.Pipe()
	defer hold.Close()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	in := io.MultiReader(bytes.NewReader(errorLog(1)), callback(cancel), silent)
	if _, err := Run(ctx, Options{Paths: []string{"-"}, Stdin: in, Matcher: matcher}, newMemory()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want Canceled", err)
	}
}

type callback func()

func (c callback) Read([]byte) (int, error) { c(); return 0, io.EOF }

func FuzzRun(f *testing.F) {
	f.Add([]byte("2026/11/21 06:13:02 [error] 7#7: *14 upstream timed out\n"))
	f.Add([]byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"))
	f.Add([]byte("PK\x03\x04\x14\x00"))
	f.Add(bzip2Line)
	f.Add([]byte("\xfd7zXZ\x00\x00\x04\xe6\xd6\xb4\x46\x02\x00!\x01"))
	f.Add([]byte("\x28\xb5\x2f\xfd\x04\x00"))
	f.Add([]byte(sadf))
	f.Add(append(make([]byte, 257), "ustar\x0000"...))
	f.Fuzz(func(t *testing.T, data []byte) {
		m := newMemory()
		if _, err := Run(context.Background(), Options{Paths: []string{"-"}, Stdin: bytes.NewReader(data), Matcher: matcher}, m); err != nil {
			t.Fatal(err)
		}
		for path, feed := range m.feeds {
			if !feed.closed {
				t.Errorf("%s was not closed", path)
			}
		}
	})
}

func BenchmarkRun(b *testing.B) {
	data := errorLog(20_000)
	dir := b.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "error.log"), data, 0o600); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Run(context.Background(), Options{Paths: []string{dir}, Matcher: matcher}, discardSink{}); err != nil {
			b.Fatal(err)
		}
	}
}

type discardSink struct{}

func (discardSink) Open(Piece) (Feed, error) { return discard{}, nil }

func TestRunProgress(t *testing.T) {
	dir := t.TempDir()
	data := errorLog(500)
	write(t, dir, "a.log", data)
	write(t, dir, "b.log.gz", gzipBytes(t, data))
	var p Progress
	if _, err := Run(context.Background(), Options{Paths: []string{dir}, Matcher: matcher, Progress: &p}, newMemory()); err != nil {
		t.Fatal(err)
	}
	if p.Done.Load() != p.Total.Load() || p.Total.Load() <= int64(len(data)) {
		t.Errorf("%d of %d bytes done", p.Done.Load(), p.Total.Load())
	}
}

func TestRunReadsSmallFilesByTheThousand(t *testing.T) {
	dir := t.TempDir()
	line := errorLog(1)
	for i := range 2 * chunk {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.log", i)), line, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	m, summary := ingestAll(t, dir)
	if len(m.feeds) != 2*chunk || summary.Records != 2*chunk {
		t.Errorf("%d sources, %d records", len(m.feeds), summary.Records)
	}
}

// What a source costs in allocations must not depend on its length.
func TestScanDoesNotAllocate(t *testing.T) {
	r := &run{ctx: context.Background(), opts: Options{Matcher: matcher}}
	allocations := func(records int) float64 {
		data := errorLog(records)
		read := func() {
			text := openText(bytes.NewReader(data))
			if _, err := r.scan(text, parser.NewScanner(parser.Options{}), discard{}); err != nil {
				t.Fatal(err)
			}
			text.close()
		}
		for range 3 {
			read() // the matcher learns the messages that repeat
		}
		return testing.AllocsPerRun(5, read)
	}
	if short, long := allocations(500), allocations(5000); long > short+100 { // the matcher learns a message now and then
		t.Errorf("%v allocations for 500 records, %v for 5000", short, long)
	}
}

type discard struct{}

func (discard) Append(*Batch) error         { return nil }
func (discard) Close(Position, error) error { return nil }
