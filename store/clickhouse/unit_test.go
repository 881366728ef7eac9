package clickhouse

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"culprit/store"
)

func TestParseAddress(t *testing.T) {
	f := func(text, hosts, database, user, password string) {
		t.Helper()
		a, err := ParseAddress(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if got := strings.Join(a.Hosts, " "); got != hosts || a.Database != database || a.User != user || a.Password != password {
			t.Errorf("%s: %q %q %q %q", text, got, a.Database, a.User, a.Password)
		}
		if password != "" && strings.Contains(a.String(), password) {
			t.Errorf("%s tells the password", a)
		}
	}
	f("clickhouse://ch1/logs", "ch1:8123", "logs", "", "")
	f("clickhouse://ch1,ch2:9/logs?tls=on", "ch1:8443 ch2:9", "logs", "", "")
	f("clickhouse://me:a%40b%2Fc@[::1]:8123/x_1", "[::1]:8123", "x_1", "me", "a@b/c")

	refused := func(text string) {
		t.Helper()
		if a, err := ParseAddress(text); err == nil {
			t.Errorf("%s: taken as %+v", text, a)
		}
	}
	for _, text := range []string{
		"http://ch1/x", "clickhouse://ch1", "clickhouse://ch1/", "clickhouse:///x", "clickhouse://ch1/x;DROP", "clickhouse://ch1/x?tls=maybe",
		"clickhouse://ch1/x?timeout=0", "clickhouse://ch1/x?colour=red", "clickhouse://ch1,/x", "clickhouse://%zz@ch1/x", "clickhouse://ch1/x?password-file=/no/such/file",
	} {
		refused(text)
	}
}

func FuzzParseAddress(f *testing.F) {
	f.Add("clickhouse://u:p@a:1,b/c?tls=on&timeout=3s")
	f.Fuzz(func(t *testing.T, text string) {
		a, err := ParseAddress(text)
		if err == nil && (len(a.Hosts) == 0 || len(a.Database) > longestName || !databaseName.MatchString(a.Database) || a.Timeout <= 0) {
			t.Errorf("%q: %+v", text, a)
		}
	})
}

// FuzzRowReader reads answers that are none: it must end, without holding more than the answer.
func FuzzRowReader(f *testing.F) {
	f.Add([]byte("\x03abc\x01\x02\x03\x04\x05\x06\x07\x08\x02"))
	f.Fuzz(func(t *testing.T, answer []byte) {
		r := newRowReader(bytes.NewReader(answer))
		for rows := 0; r.more(); rows++ {
			if rows > len(answer) {
				t.Fatal("more rows than bytes")
			}
			_, _, _, _ = r.text(), r.int64(), r.uint8(), r.array()
		}
	})
}

func TestBlockIsWholeOrRefused(t *testing.T) {
	var b block
	b.int64(colAt, 7)
	b.end()
	b.text(colHost, "web1")
	b.bytes(colBuckets, []byte{1, 2})
	b.end()
	var native bytes.Buffer
	if err := b.writeNative(&native); err != nil {
		t.Fatal(err)
	}
	want := slices.Concat([]byte{3, 2}, []byte("\x02at\x05Int64"), binary.LittleEndian.AppendUint64(nil, 7), make([]byte, 8),
		[]byte("\x04host\x06String\x00\x04web1"), []byte("\x07buckets\x0cArray(UInt8)"), make([]byte, 8), binary.LittleEndian.AppendUint64(nil, 2), []byte{1, 2})
	if !bytes.Equal(native.Bytes(), want) {
		t.Errorf("%q, want %q", native.Bytes(), want)
	}
	if got, want := b.insert("record"), "INSERT INTO record (at, host, buckets) FORMAT Native"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// fake answers as a server does.
func fake(t *testing.T, answer func(w http.ResponseWriter, r *http.Request)) (*client, func(d time.Duration) int) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(answer))
	t.Cleanup(server.Close)
	c := newClient(&Address{Hosts: []string{"127.0.0.1:1", strings.TrimPrefix(server.URL, "http://")}, Database: "x", Timeout: time.Second})
	waits := 0
	c.sleep = func(context.Context, time.Duration) error { waits++; return nil }
	return c, func(time.Duration) int { return waits }
}

func TestAskTriesAgain(t *testing.T) {
	asked := 0
	c, waits := fake(t, func(w http.ResponseWriter, r *http.Request) {
		if asked++; asked < 3 {
			http.Error(w, "Code: 202, e.displayText() = DB::Exception: Too many simultaneous queries", http.StatusInternalServerError)
			return
		}
		_, _ = io.WriteString(w, "yes") // the test sees what came
	})
	answer, err := c.ask(context.Background(), &request{sql: "SELECT 1"})
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Close()
	if text, _ := io.ReadAll(answer); string(text) != "yes" || asked != 3 || waits(0) != 2 {
		t.Errorf("%q after %d questions and %d waits", text, asked, waits(0))
	}
}

func TestAskTakesNoForAnAnswer(t *testing.T) {
	asked := 0
	c, _ := fake(t, func(w http.ResponseWriter, r *http.Request) {
		asked++
		http.Error(w, "Code: 60, e.displayText() = DB::Exception: Table x.record doesn't exist", http.StatusNotFound)
	})
	_, err := c.ask(context.Background(), &request{sql: "SELECT 1"})
	var refusal *ServerError
	if !errors.As(err, &refusal) || refusal.Code != 60 || asked != 1 {
		t.Errorf("%v after %d questions", err, asked)
	}
}

func TestSpoolOutlivesTheProcess(t *testing.T) {
	dir := t.TempDir()
	ctx := context.Background()
	open := func() *spool {
		t.Helper()
		s, err := openSpool(ctx, dir, 0, osDisk{})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	s := open()
	if _, err := openSpool(ctx, dir, 0, osDisk{}); !errors.Is(err, ErrSpoolBusy) {
		t.Errorf("opened twice: %v", err)
	}
	for i := range 3 {
		span := store.Span{Begin: store.Position{Offset: int64(i) * 10}, End: store.Position{Offset: int64(i)*10 + 10, Line: int64(i) + 1}}
		b := &sealed{id: uint64(i), key: 5, insert: "INSERT", body: fmt.Appendf(nil, "body\n%d", i), part: part{Key: 5, Path: "a.log", Spans: []store.Span{span}}}
		if err := s.put(ctx, b); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 3 {
		b, err := s.next(ctx)
		if err != nil || b.id != uint64(i) || string(b.body) != fmt.Sprintf("body\n%d", i) || !b.uncertain {
			t.Fatalf("block %d: %+v, %v", i, b, err)
		}
		if i < 1 {
			if err := s.drop(b); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.close(); err != nil {
			t.Fatal(err)
		}
		s = open()
		r := newRegistry()
		if !s.knows() {
			t.Error("knows nothing")
		}
		if s.remember(&r); len(r.list) != 1 || r.list[0].parts()[0] != (store.Span{End: store.Position{Offset: 30, Line: 3}}) {
			t.Errorf("remembered %+v", r.list)
		}
		if i >= 1 {
			if b, err = s.next(ctx); err == nil {
				err = s.drop(b)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if n := len(s.files); n != 0 {
		t.Errorf("%d blocks are left", n)
	}
	if err := s.close(); err != nil {
		t.Fatal(err)
	}
}

func TestDialect(t *testing.T) {
	f := func(version string, recent bool) {
		t.Helper()
		if d := dialectOf(version); d.codecs != recent || strings.Contains(createLocal("logs", "record", d, Layout{Keep: time.Hour}), "LowCardinality") != recent {
			t.Errorf("%s: %+v", version, d)
		}
	}
	f("18.16.1", false)
	f("19.17.2.4", true)
	f("26.7.3.1", true)
	f("", false)
}
