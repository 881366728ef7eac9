package syslog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	sys "github.com/leodido/go-syslog/v4"
	"github.com/leodido/go-syslog/v4/rfc3164"
	"github.com/leodido/go-syslog/v4/rfc5424"

	"culprit/ingest/inflow"
	"culprit/parser"
)

func TestParseAddress(t *testing.T) {
	f := func(in, want string, open, ok bool) {
		t.Helper()
		a, err := ParseAddress(in)
		if (err == nil) != ok || ok && (a.String() != want || a.Open() != open) || err != nil && !errors.Is(err, ErrAddress) {
			t.Errorf("%s: %s, open %v, %v", in, a, a.Open(), err)
		}
	}
	f("udp://127.0.0.1:5514", "udp://127.0.0.1:5514", false, true)
	f("udp://:514", "udp://127.0.0.1:514", false, true)
	f("tcp://[::1]:601", "tcp://[::1]:601", false, true)
	f("tcp://0.0.0.0:601", "tcp://0.0.0.0:601", true, true)
	f("tcp://[::]:601", "tcp://[::]:601", true, true)
	f("tcp://logs.example:601", "tcp://logs.example:601", true, true)
	f("unix:///run/a/../b.sock", "unix:///run/b.sock", false, true)
	f("unixstream:///run/b.sock", "unixstream:///run/b.sock", false, true)
	f("unix://run/b.sock", "", false, false)
	f("unix:///"+strings.Repeat("x", 120), "", false, false)
	f("udp://127.0.0.1", "", false, false)
	f("tls://127.0.0.1:6514", "", false, false)
	f("127.0.0.1:9753", "", false, false)
}

// framed are streams with the messages in them.
var framed = []struct {
	in   string
	want []string
	cut  int
}{
	{"<13>a\n<13>b\n", []string{"<13>a", "<13>b"}, 0},
	{"<13>a\r\n\n\x00<13>b", []string{"<13>a", "<13>b"}, 0},
	{"5 <13>a6 <13>bc", []string{"<13>a", "<13>bc"}, 0},
	{"7 <13>a\nb\n<13>c\n6 <13>d\n", []string{"<13>a\nb", "<13>c", "<13>d"}, 0},
	{"192.0.2.1 - - [x]\n8 tests\n", []string{"192.0.2.1 - - [x]", "8 tests"}, 0},
	{"12345678901 <13>a\n", []string{"12345678901 <13>a"}, 0},
	{"40 <13>" + strings.Repeat("y", 36) + "5 <13>a", []string{"<13>" + strings.Repeat("y", 16), "<13>a"}, 1},
	{"<13>" + strings.Repeat("y", 50) + "\n<13>a\n", []string{"<13>" + strings.Repeat("y", 16), "<13>a"}, 1},
	{"9 <13>a", nil, 0},
	{"5", []string{"5"}, 0},
	{"", nil, 0},
}

func TestFrames(t *testing.T) {
	for _, c := range framed {
		for _, in := range []io.Reader{strings.NewReader(c.in), iotest.OneByteReader(strings.NewReader(c.in))} {
			f := newFramer(in, 20)
			var got []string
			cut := 0
			for {
				text, err := f.next()
				if err != nil {
					break
				}
				if f.cut {
					cut++
				}
				got = append(got, string(text))
			}
			if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", c.want) || cut != c.cut {
				t.Errorf("%q: got %q, want %q; %d cut", c.in, got, c.want, cut)
			}
		}
	}
}

func FuzzFrames(f *testing.F) {
	for _, c := range framed {
		f.Add([]byte(c.in))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		fr := newFramer(bytes.NewReader(in), 64)
		total := 0
		for {
			text, err := fr.next()
			if err != nil {
				break
			}
			if total += len(text); len(text) == 0 || len(text) > 64 || total > len(in) {
				t.Fatalf("%q: message %q", in, text)
			}
		}
	})
}

// What culprit takes for host and program is what go-syslog, a parser after the letter of the RFCs, takes for them.
func TestOriginAgreesWithGoSyslog(t *testing.T) {
	old, fresh := rfc3164.NewParser(rfc3164.WithYear(rfc3164.CurrentYear{})), rfc5424.NewParser()
	f := func(m sys.Machine, line string) {
		t.Helper()
		var host, program *string
		parsed, err := m.Parse([]byte(line))
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		switch p := parsed.(type) {
		case *rfc3164.SyslogMessage:
			host, program = p.Hostname, p.Appname
		case *rfc5424.SyslogMessage:
			host, program = p.Hostname, p.Appname
		}
		gotHost, gotProgram := parser.NewScanner(parser.Options{}).Origin([]byte(line))
		if host == nil || program == nil || string(gotHost) != *host || string(gotProgram) != *program {
			t.Errorf("%s: host %q, program %q, go-syslog says %v, %v", line, gotHost, gotProgram, host, program)
		}
	}
	f(old, "<190>Nov 21 06:13:00 web1 nginx: 192.0.2.1 - - [21/Nov/2026:06:13:00 +0000] \"GET / HTTP/1.1\" 200 5")
	f(old, "<134>Nov  1 06:13:00 lb haproxy[123]: Connect from 10.0.0.1")
	f(old, "<30>Nov 21 06:13:00 db1.example.org mariadbd[4]: ready")
	f(fresh, "<165>1 2026-11-21T06:13:00.003Z web1.example.org nginx 7 ID47 [a@1 b=\"c\"] text")
	f(fresh, "<134>1 2026-11-21T06:13:00+01:00 lb haproxy 12 - - text")
}

func listen(t *testing.T, l Limits, addresses ...string) *Server {
	t.Helper()
	var all []Address
	for _, a := range addresses {
		parsed, err := ParseAddress(a)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, parsed)
	}
	s, err := Listen(all, l)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// until waits for something that another goroutine does.
func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("in 20 s: %s", what)
		}
	}
}

func send(t *testing.T, network, address, text string) net.Conn {
	t.Helper()
	c, err := net.Dial(network, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestReceives(t *testing.T) {
	dir := t.TempDir()
	f := func(address, network, text string, want ...string) {
		t.Helper()
		s := listen(t, Limits{Message: 100}, address)
		bound := s.Status().Listening[0]
		send(t, network, bound.Place, text)
		until(t, "messages from "+address, func() bool { return s.Queue().Waiting() == len(want) })
		for i, m := range s.Queue().Take(nil) {
			if string(m.Text) != want[i] || m.Group.Prefix != bound.String() {
				t.Errorf("%s: %q from %v, want %q", address, m.Text, m.Group, want[i])
			}
			if local := network == "unix" || network == "unixgram"; (m.Group.Host == "127.0.0.1") == local {
				t.Errorf("%s: from %q", address, m.Group.Host)
			}
		}
	}
	f("udp://:0", "udp", "<13>one\n", "<13>one")
	f("udp://:0", "udp", "<13>one\nand a trace\n", "<13>one\nand a trace")
	f("udp://:0", "udp", strings.Repeat("x", 200), strings.Repeat("x", 100))
	f("tcp://:0", "tcp", "<13>one\n<13>two\n8 <13>more", "<13>one", "<13>two", "<13>more"[:8])
	f("unix://"+filepath.Join(dir, "a"), "unixgram", "<13>one\x00", "<13>one")
	f("unixstream://"+filepath.Join(dir, "b"), "unix", "<13>one\n", "<13>one")
}

func TestRefusesAddresses(t *testing.T) {
	f := func(want string, addresses ...string) {
		t.Helper()
		var all []Address
		for _, text := range addresses {
			a, err := ParseAddress(text)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, a)
		}
		s, err := Listen(all, Limits{})
		if err == nil {
			t.Errorf("listens on %v", addresses)
			_ = s.Close()
			return
		}
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want something with %q", addresses, err, want)
		}
	}
	s := listen(t, Limits{}, "udp://:0", "tcp://:0", "unix://"+filepath.Join(t.TempDir(), "s"))
	for _, a := range s.Status().Listening {
		f("another process listens there", a.String())
	}
	f("make the directory", "unix://"+filepath.Join(t.TempDir(), "gone", "s"))
	f("no interface", "tcp://198.51.100.200:0")
	f("is no socket", "unix://"+t.TempDir())
}

// A full queue costs datagrams, which are counted, and makes streams wait, which lose nothing.
func TestFullQueue(t *testing.T) {
	s := listen(t, Limits{Queued: 10}, "udp://:0")
	c := send(t, "udp", s.Status().Listening[0].Place, "<13>0")
	for i := 1; i < 50; i++ {
		fmt.Fprintf(c, "<13>%d", i)
	}
	until(t, "all are received", func() bool { return s.Status().Messages+s.Status().Kernel == 50 })
	until(t, "drops are counted", func() bool { st := s.Status(); return st.Dropped+st.Kernel+int64(st.Waiting) == 50 })

	s = listen(t, Limits{Queued: 10}, "tcp://:0")
	var all strings.Builder
	for i := range 500 {
		fmt.Fprintf(&all, "<13>%d\n", i)
	}
	send(t, "tcp", s.Status().Listening[0].Place, all.String())
	next := 0
	var spare []inflow.Message
	until(t, "all are there, in order", func() bool {
		spare = s.Queue().Take(spare)
		for _, m := range spare {
			if want := fmt.Sprintf("<13>%d", next); string(m.Text) != want {
				t.Fatalf("%q, want %q", m.Text, want)
			}
			next++
		}
		return next == 500
	})
	if st := s.Status(); st.Dropped != 0 || st.Messages != 500 {
		t.Errorf("%+v", st)
	}
}

func TestConnectionLimits(t *testing.T) {
	s := listen(t, Limits{PerPeer: 2, Idle: time.Hour}, "tcp://:0")
	place := s.Status().Listening[0].Place
	first := send(t, "tcp", place, "<13>a\n")
	send(t, "tcp", place, "<13>b\n")
	until(t, "two connections", func() bool { return s.Status().Connections == 2 })
	send(t, "tcp", place, "")
	until(t, "the third is refused", func() bool { return s.Status().Refused == 1 })
	first.Close()
	until(t, "one is over", func() bool { return s.Status().Connections == 1 })

	idle := listen(t, Limits{Idle: time.Millisecond}, "tcp://:0")
	send(t, "tcp", idle.Status().Listening[0].Place, "")
	until(t, "an idle one is closed", func() bool { return idle.Status().Idle == 1 && idle.Status().Connections == 0 })
}

// A stream that waits for room does not keep a server from closing.
func TestClosesWhileFull(t *testing.T) {
	s := listen(t, Limits{Queued: 1}, "tcp://:0")
	send(t, "tcp", s.Status().Listening[0].Place, strings.Repeat("<13>a\n", 100))
	until(t, "the queue is full", func() bool { return s.Queue().Waiting() == 1 })
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if err := s.Queue().Put(context.Background(), inflow.Message{}); err == nil {
		t.Error("a closed queue takes more")
	}
}
