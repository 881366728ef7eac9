package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"culprit/parser"
	"culprit/store"
)

// long is how long a test waits for what must happen.
const long = time.Minute

// hanging is a server that breaks connections off while refuse is set, and then takes questions and does not answer them until the test is
// over.
func hanging(t *testing.T, refuse *atomic.Bool) (host string, asked <-chan struct{}) {
	t.Helper()
	questions, over := make(chan struct{}, 100), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if refuse.Load() {
			panic(http.ErrAbortHandler)
		}
		_, _ = io.Copy(io.Discard, r.Body) // so that the end of the connection is noticed
		questions <- struct{}{}
		select {
		case <-over:
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(func() { close(over); server.Close() })
	return strings.TrimPrefix(server.URL, "http://"), questions
}

// remembering makes a spool in which a block waits, as an earlier process may leave it.
func remembering(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	s, err := openSpool(context.Background(), dir, 0, osDisk{})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.put(context.Background(), blockOf(1, 0, 100)), s.close()); err != nil {
		t.Fatal(err)
	}
	return dir
}

// blockOf is a block of a part of a source.
func blockOf(id uint64, from, to int64) *sealed {
	key := sourceKey("", "a.log", store.File{Inode: 7}, 0)
	span := store.Span{Begin: store.Position{Offset: from, Line: from / 10}, End: store.Position{Offset: to, Line: to / 10}}
	return &sealed{id: id, key: key, insert: "INSERT", body: fmt.Appendf(nil, "body\n%d", id),
		part: part{Key: key, Path: "a.log", File: store.File{Inode: 7}, Spans: []store.Span{span}}}
}

// lines appends ten lines of a source from an offset on, and has them last.
func lines(a *store.Appender, from int64) error {
	records := make([]parser.Record, 10)
	for i := range records {
		r := &records[i]
		r.Reset()
		r.Kind, r.Daemon, r.Format, r.Zoned, r.Time, r.Status = parser.Request, parser.Nginx, parser.AccessCombined, true, 1_795_262_400_000_000, 502
		r.Offset, r.Line, r.Lines = from+int64(i)*10, from/10+int64(i)+1, 1
	}
	err := a.Append(records, func(int) store.Note { return store.Note{} }, store.Position{Offset: from + 100, Line: from/10 + 10})
	return errors.Join(err, a.Flush())
}

// within fails a test that waits for ever.
func within(t *testing.T, what string, do func() error) {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- do() }()
	select {
	case err := <-done:
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
	case <-time.After(long):
		t.Fatalf("%s waits for the cluster", what)
	}
}

// TestAppendersDoNotWaitForQuestions asks a store whose servers hang, and reads on meanwhile.
func TestAppendersDoNotWaitForQuestions(t *testing.T) {
	var refuse atomic.Bool
	refuse.Store(true)
	host, asked := hanging(t, &refuse)
	address := &Address{Hosts: []string{host}, Database: "x", Timeout: time.Hour}
	complaints := make(chan error, 100)
	st, err := Open(context.Background(), address, Options{Spool: remembering(t), Complain: func(err error) { complaints <- err }})
	if err != nil {
		t.Fatal(err)
	}
	if err := <-complaints; !strings.Contains(err.Error(), "going on with what is known here") {
		t.Errorf("complaint %v", err)
	}
	refuse.Store(false)
	ctx, cancel := context.WithCancel(context.Background())
	answers := make(chan error, 2)
	go func() { _, err := st.Sources(ctx); answers <- err }()
	go func() { _, err := st.Top(ctx, store.Query{Table: store.Requests}); answers <- err }()
	<-asked
	within(t, "appending", func() error {
		a, err := st.OpenFile("a.log", store.File{Inode: 7}, store.Position{Offset: 100, Line: 10})
		if err != nil {
			return err
		}
		return errors.Join(lines(a, 100), st.Commit(), a.Close(store.Position{Offset: 200, Line: 20}, nil))
	})
	reached, err := st.Reached(ctx)
	if err != nil || len(reached) != 1 || reached[0].End.Offset != 200 {
		t.Errorf("reached %+v, %v", reached, err)
	}
	cancel()
	for range cap(answers) {
		within(t, "a question", func() error {
			if err := <-answers; !errors.Is(err, context.Canceled) {
				return fmt.Errorf("ended with %w, want %w", err, context.Canceled)
			}
			return nil
		})
	}
	st.sender.cancel() // what it hangs at is not waited for
	if err := st.Close(); err != nil && !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// TestOpenWantsTheClusterOrMemory opens stores that are away.
func TestOpenWantsTheClusterOrMemory(t *testing.T) {
	f := func(host, spool string, want bool) {
		t.Helper()
		address := &Address{Hosts: []string{host}, Database: "x", Timeout: 50 * time.Millisecond}
		st, err := Open(context.Background(), address, Options{Spool: spool})
		if (err == nil) != want {
			t.Errorf("%s, spool %t: %v", host, spool != "", err)
		}
		if err != nil {
			if !Away(err) {
				t.Errorf("%v is not known as away", err)
			}
			return
		}
		st.sender.cancel()
		if err := st.Close(); err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}
	silent, _ := hanging(t, new(atomic.Bool))
	const refusing = "127.0.0.1:1"
	f(refusing, "", false)
	f(silent, "", false)
	f(refusing, t.TempDir(), false)
	f(refusing, remembering(t), true)
	f(silent, remembering(t), true)
}

// TestAskPassesOverHostsThatHang asks a host that hangs, and one that answers.
func TestAskPassesOverHostsThatHang(t *testing.T) {
	silent, _ := hanging(t, new(atomic.Bool))
	c, _ := fake(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "yes") })
	address := *c.Address
	address.Hosts, address.Timeout = []string{silent, c.Hosts[1]}, 50*time.Millisecond
	c = newClient(&address)
	answer, err := c.ask(context.Background(), &request{sql: "SELECT 1"})
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Close()
	if text, _ := io.ReadAll(answer); string(text) != "yes" || c.host.Load() != 1 {
		t.Errorf("%q, host %d answered last", text, c.host.Load())
	}
}

// TestAnswersThatStopAreAway reads an answer of which only the beginning comes.
func TestAnswersThatStopAreAway(t *testing.T) {
	over := make(chan struct{})
	c, _ := fake(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(make([]byte, 12))
		_ = http.NewResponseController(w).Flush() // what came is what is tested
		<-over
	})
	defer close(over)
	c.Timeout = 50 * time.Millisecond
	rows := 0
	err := c.query(context.Background(), "SELECT 1", func(r *rowReader) error { r.int64(); rows++; return nil })
	if !Away(err) || rows == 0 {
		t.Errorf("%v after %d rows", err, rows)
	}
}

// TestAskEndsInTime has all hosts refuse for longer than an answer may take.
func TestAskEndsInTime(t *testing.T) {
	c, waits := fake(t, func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "Code: 210, e.displayText() = DB::NetException: Connection refused", http.StatusInternalServerError)
	})
	now := time.Unix(0, 0)
	c.now = func() time.Time { now = now.Add(c.Timeout * 2 / 5); return now }
	_, err := c.ask(context.Background(), &request{sql: "SELECT 1"})
	if !Away(err) || waits(0) != 2 {
		t.Errorf("%v after %d waits, want 2", err, waits(0))
	}
}
