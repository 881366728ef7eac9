package store

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"culprit/parser"
)

func openDatabase(t *testing.T, path string) *SQLite {
	t.Helper()
	db, err := OpenSQLite(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// counts returns the totals that must not depend on how often a source was read.
func counts(t *testing.T, st engineUnderTest) map[string]any {
	t.Helper()
	got := answers(t, st, noon, noon+1200*second)
	for question := range got {
		// Of a source that is read in parts, the parts keep their own few of each noise.
		if strings.Contains(question, "Table:3") || strings.HasPrefix(question, "sample ") {
			delete(got, question)
		}
	}
	return got
}

func TestSameTwiceCountsOnce(t *testing.T) {
	for seed := range uint64(3) {
		rng := rand.New(rand.NewPCG(seed, 3))
		s := scriptOf(rng, "access.log", 1+rng.IntN(400))
		once := NewMemory()
		feed(t, once, []*script{s})
		want := counts(t, once)

		path := filepath.Join(t.TempDir(), "kept.db")
		first := *s
		first.records = s.records[:rng.IntN(len(s.records)+1)]
		first.batches = []int{len(first.records)}
		if n := len(first.records); n < len(s.records) {
			first.end = Position{s.records[n].Offset, s.records[n].Line - 1}
		}
		for round, part := range []*script{&first, s, &first, s} {
			db := openDatabase(t, path)
			feed(t, db, []*script{part})
			if round > 0 {
				if got := counts(t, db); !reflect.DeepEqual(got, want) {
					t.Fatalf("seed %d, round %d: (-once +again)\n%s", seed, round, cmp.Diff(want, got))
				}
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestOtherFileOfSamePath(t *testing.T) {
	db := openDatabase(t, filepath.Join(t.TempDir(), "kept.db"))
	appended := func(content string, file File, start int64) (source int32, count int64) {
		t.Helper()
		r := request(noon, 200, 0, "/")
		r.Raw, r.Line, r.Lines, r.Offset = []byte(content), 1, 1, start
		a, err := db.OpenFile("access.log", file, Position{Offset: start})
		if err != nil {
			t.Fatal(err)
		}
		end := Position{Offset: start + int64(len(content)) + 1, Line: 1}
		if err := errors.Join(a.Append([]parser.Record{r}, noNote, end), a.Close(end, nil)); err != nil {
			t.Fatal(err)
		}
		points, err := db.Top(context.Background(), Query{Where: []Filter{{Key: BySource, Values: []string{decimal(int64(a.source))}}}})
		if err != nil || len(points) != 1 {
			t.Fatal(points, err)
		}
		return a.source, points[0].Count
	}
	f := func(content string, file File, start int64, wantSource int32, wantCount int64) {
		t.Helper()
		if source, count := appended(content, file, start); source != wantSource || count != wantCount {
			t.Errorf("%q of %v: source %d with %d requests, want %d with %d", content, file, source, count, wantSource, wantCount)
		}
	}
	f("monday", File{}, 0, 1, 1)
	f("monday", File{}, 0, 1, 1)
	f("tuesday", File{}, 0, 2, 1)
	f("monday", File{}, 0, 1, 1)
	f("wednesday", File{Inode: 7}, 0, 3, 1)
	f("wednesday", File{Inode: 7}, 0, 3, 1)
	f("more of it", File{Inode: 7}, 10, 3, 2)
	f("wednesday", File{Inode: 8}, 0, 4, 1)
}

func TestPositions(t *testing.T) {
	db := openDatabase(t, filepath.Join(t.TempDir(), "kept.db"))
	file := File{Device: 1 << 63, Inode: 2, Fingerprint: "x"}
	a, err := db.OpenFile("a.log", file, Position{})
	if err != nil {
		t.Fatal(err)
	}
	records := []parser.Record{request(noon, 200, 0, "/"), request(noon, 200, 0, "/")}
	end := place(records)
	if err := errors.Join(a.Append(records, noNote, end), a.Flush()); err != nil {
		t.Fatal(err)
	}
	far, err := db.OpenFile("a.log", file, Position{Offset: 500, Line: 7})
	if err != nil {
		t.Fatal(err)
	}
	if err := far.Close(Position{Offset: 600, Line: 9}, nil); err != nil {
		t.Fatal(err)
	}
	got, err := db.Positions(context.Background())
	if want := []Checkpoint{{"a.log", file, end}}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("positions = %v, %v, want %v", got, err, want)
	}
	sources, err := db.Sources(context.Background())
	if err != nil || len(sources) != 1 || sources[0].Lines != 4 || sources[0].Bytes != 300 {
		t.Errorf("sources = %+v, %v", sources, err)
	}
}

// TestPieces reads one source in pieces at once; the answers are those of reading it in one.
func TestPieces(t *testing.T) {
	s := scriptOf(rand.New(rand.NewPCG(5, 5)), "big.log", 1200)
	whole := NewMemory()
	feed(t, whole, []*script{s})
	want := counts(t, whole)
	for name, st := range allEngines(t) {
		var wait sync.WaitGroup
		errs := make([]error, 4)
		for piece := range errs {
			wait.Go(func() { errs[piece] = appendPiece(st, s, piece*300, piece*300+300) })
		}
		for range 3 {
			if _, err := st.Top(context.Background(), Query{}); err != nil {
				t.Fatal(err)
			}
		}
		wait.Wait()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		if err := st.SetShift(context.Background(), 1, s.shift, "zone of "+s.path, "flag"); err != nil {
			t.Fatal(err)
		}
		if got := counts(t, st); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: (-whole +pieces)\n%s", name, cmp.Diff(want, got))
		}
	}
}

func appendPiece(st engineUnderTest, s *script, from, to int) error {
	at := func(i int) Position {
		if i == len(s.records) {
			return s.end
		}
		return Position{s.records[i].Offset, s.records[i].Line - 1}
	}
	a, err := st.Open(s.path, at(from))
	if err != nil {
		return err
	}
	for ; from < to; from += 50 {
		note := func(i int) Note { return s.notes[from+i] }
		if err := a.Append(s.records[from:from+50], note, at(from+50)); err != nil {
			return err
		}
	}
	var problem error
	if to == len(s.records) {
		problem = s.problem
	}
	return a.Close(at(to), problem)
}

// TestFailedTransaction lets the last statement of a transaction fail: nothing of it must remain, and reading again repairs it.
func TestFailedTransaction(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kept.db")
	s := scriptOf(rand.New(rand.NewPCG(1, 9)), "access.log", 600)
	once := NewMemory()
	feed(t, once, []*script{s})
	want := counts(t, once)

	db := openDatabase(t, path)
	if err := appendPiece(db, s, 0, 300); err != nil {
		t.Fatal(err)
	}
	if err := db.do(true, func(w *writer) error {
		return w.c.script("CREATE TRIGGER fault BEFORE UPDATE ON position BEGIN SELECT raise(ABORT, 'injected'); END; CREATE TRIGGER fault2 BEFORE INSERT ON position BEGIN SELECT raise(ABORT, 'injected'); END")
	}); err != nil {
		t.Fatal(err)
	}
	a, err := db.Open(s.path, Position{})
	if err != nil {
		t.Fatal(err)
	}
	note := func(i int) Note { return s.notes[i] }
	if err := errors.Join(a.Append(s.records, note, s.end), a.Flush()); err == nil || !strings.Contains(err.Error(), "injected") {
		t.Fatalf("append = %v, want the injected fault", err)
	}
	if _, err := db.Sources(context.Background()); err == nil {
		t.Error("a question after a failure was answered")
	}
	if err := db.Close(); err == nil {
		t.Error("close after a failure: no error")
	}

	c, err := dial(path, connParams())
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(c.script("DROP TRIGGER fault; DROP TRIGGER fault2"), c.close()); err != nil {
		t.Fatal(err)
	}
	db = openDatabase(t, path)
	feed(t, db, []*script{s})
	if got := counts(t, db); !reflect.DeepEqual(got, want) {
		t.Errorf("(-once +after a failure)\n%s", cmp.Diff(want, got))
	}
}

// TestTwoWriters has two handles write to one database in turn, as "change add" does beside a tail.
func TestTwoWriters(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kept.db")
	handles := []*SQLite{openDatabase(t, path), openDatabase(t, path)}
	for i := range 6 {
		db := handles[i%2]
		a, err := db.Open(fmt.Sprintf("%d.log", i/2), Position{Offset: int64(i) * 1000})
		if err != nil {
			t.Fatal(err)
		}
		records := []parser.Record{request(noon, 502, 0, fmt.Sprint("/", string(rune('a'+i))))}
		place(records)
		records[0].Offset = int64(i) * 1000
		if err := errors.Join(a.Append(records, noNote, Position{int64(i)*1000 + 100, 1}), a.Flush(), a.Close(Position{int64(i)*1000 + 100, 1}, nil)); err != nil {
			t.Fatal(err)
		}
	}
	for i, db := range handles {
		points, err := db.Top(context.Background(), Query{Table: Events, Keys: []Key{ByEndpoint, BySource}})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range points {
			got = append(got, fmt.Sprint(p.Keys, p.Count))
		}
		if want := "[[/a 1] 1 [/b 1] 1 [/c 2] 1 [/d 2] 1 [/e 3] 1 [/f 3] 1]"; fmt.Sprint(got) != want {
			t.Errorf("handle %d: %v, want %v", i, got, want)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	foreign := filepath.Join(dir, "foreign.db")
	c, err := dial(foreign, connParams())
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(c.script("CREATE TABLE precious (x)"), c.close()); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenSQLite(foreign); !errors.Is(err, ErrForeign) {
		t.Errorf("foreign database: %v, want ErrForeign", err)
	}
	newer := filepath.Join(dir, "newer.db")
	db := openDatabase(t, newer)
	err = db.do(true, func(w *writer) error { return w.c.exec("INSERT INTO migration VALUES ('migration/9999-future.sql')") })
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenSQLite(newer); !errors.Is(err, ErrNewer) {
		t.Errorf("newer database: %v, want ErrNewer", err)
	}
	text := filepath.Join(dir, "text")
	if err := os.WriteFile(text, []byte(strings.Repeat("this is no database\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenSQLite(text); err == nil {
		t.Error("a text file was opened as a database")
	}
	if _, err := OpenSQLite(filepath.Join(dir, "no", "such", "dir.db")); err == nil {
		t.Error("a database was made in a directory that does not exist")
	}
}

// TestKilled kills a process that appends, again and again, and looks at what it left: as many requests as the position says, and
// none lost in the end.
func TestKilled(t *testing.T) {
	const lines = 20_000
	path := filepath.Join(t.TempDir(), "kept.db")
	rng := rand.New(rand.NewPCG(4, 4))
	var at int64
	run := 0
	for ; at < lines; run++ {
		if run > 100 {
			t.Fatalf("no end in sight: %d of %d lines after %d runs", at, lines, run)
		}
		killAppender(t, path, lines, 1+rng.IntN(24))
		db := openDatabase(t, path)
		checkpoints, err := db.Positions(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		at = 0
		if len(checkpoints) > 0 {
			at = checkpoints[0].End.Line
		}
		var count, events int64
		for table, to := range map[Table]*int64{Requests: &count, Events: &events} {
			points, err := db.Top(context.Background(), Query{Table: table})
			if err != nil {
				t.Fatal(err)
			}
			if len(points) > 0 {
				*to = points[0].Count
			}
		}
		if count != at || events != (at+9)/10 {
			t.Fatalf("run %d: %d requests and %d events for %d lines", run, count, events, at)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if run < 4 {
		t.Errorf("only %d runs: too few were killed on their way", run)
	}
}

// killAppender runs a process that appends, and kills it after it has reported so many batches.
func killAppender(t *testing.T, path string, lines, batches int) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestAppenderProcess$")
	cmd.Env = append(os.Environ(), "CULPRIT_TEST_DB="+path, "CULPRIT_TEST_LINES="+strconv.Itoa(lines))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	reports := bufio.NewScanner(out)
	for n := 0; n < batches && reports.Scan(); n++ {
		if strings.HasPrefix(reports.Text(), "fault: ") {
			t.Error(reports.Text())
		}
		_, _ = fmt.Fprintln(in)
	}
	// It goes on with a batch or two while the signal is on its way. Errors: it may have come to its end.
	_, _ = fmt.Fprint(in, "\n\n")
	_ = cmd.Process.Kill()
	_, _ = io.Copy(io.Discard, out)
	_ = cmd.Wait()
}

// TestAppenderProcess is the process of killAppender.
func TestAppenderProcess(t *testing.T) {
	path := os.Getenv("CULPRIT_TEST_DB")
	if path == "" {
		t.Skip("only of use to TestKilled")
	}
	lines, err := strconv.Atoi(os.Getenv("CULPRIT_TEST_LINES"))
	if err == nil {
		err = appendUntilKilled(path, lines)
	}
	if err != nil {
		fmt.Println("fault:", err)
	}
}

func appendUntilKilled(path string, lines int) error {
	db, err := OpenSQLite(path)
	if err != nil {
		return err
	}
	checkpoints, err := db.Positions(context.Background())
	if err != nil {
		return err
	}
	var start Position
	if len(checkpoints) > 0 {
		start = checkpoints[0].End
	}
	file := File{Inode: 1}
	a, err := db.OpenFile("access.log", file, start)
	if err != nil {
		return err
	}
	const batch = 250
	goOn := bufio.NewScanner(os.Stdin)
	for line := start.Line; line < int64(lines); {
		var records []parser.Record
		for range batch {
			status := int32(200)
			if line%10 == 0 {
				status = 502
			}
			r := request(noon+line*10_000, status, 50_000, "/"+decimal(line%5))
			r.Raw, r.Line, r.Lines, r.Offset = make([]byte, 99), line+1, 1, line*100
			records = append(records, r)
			line++
		}
		if err := a.Append(records, noNote, Position{line * 100, line}); err != nil {
			return err
		}
		if line/batch%3 == 0 {
			if err := a.Flush(); err != nil {
				return err
			}
		}
		fmt.Println(line)
		if !goOn.Scan() {
			return errors.New("left alone")
		}
	}
	return errors.Join(a.Close(Position{int64(lines) * 100, int64(lines)}, nil), db.Close())
}
