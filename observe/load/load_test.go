package load

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"culprit/parser"
)

// tree is a file system by path.
type tree map[string]string

func (t tree) fs() fs.FS {
	m := fstest.MapFS{}
	for name, text := range t {
		m[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return m
}

func TestFound(t *testing.T) {
	f := func(in tree, want ...string) {
		t.Helper()
		var got []string
		for _, p := range Found(in.fs()) {
			got = append(got, p.Kind+"="+p.Address)
		}
		if !slices.Equal(got, want) {
			t.Errorf("found %q, want %q", got, want)
		}
	}
	f(tree{})
	f(tree{"etc/php/8.2/fpm/pool.d/www.conf": "; pm.status_path = /no\n[www]\nlisten = /run/php/$pool.sock\npm.status_path = /status\n[api]\nlisten = 9001\npm.status_path=/s\n[none]\nlisten = 9002\n"},
		"php-fpm=fcgi://127.0.0.1:9001/s", "php-fpm=fcgi:unix:/run/php/www.sock!/status")
	f(tree{"etc/php-fpm.d/www.conf": "[www]\nlisten = /run/a.sock\npm.status_path = /status\npm.status_listen = [::]:9100\n"}, "php-fpm=fcgi://127.0.0.1:9100/status")
	f(tree{"etc/haproxy/haproxy.cfg": "global\n stats socket /run/haproxy/admin.sock mode 660 level admin\n stats socket ipv4@127.0.0.1:9999\n"},
		"haproxy=tcp:127.0.0.1:9999", "haproxy=unix:/run/haproxy/admin.sock")
	f(tree{"etc/haproxy/haproxy.cfg": "listen stats\n bind *:8404\n stats uri /stats\n"}, "haproxy=http://127.0.0.1:8404/stats;csv")
	f(tree{"etc/nginx/conf.d/a.conf": "# stub_status;\nserver { listen 443 ssl; listen [::]:8080; location /nginx_status { stub_status on; allow 127.0.0.1; } location / { } }"},
		"nginx=http://127.0.0.1:8080/nginx_status")
	f(tree{"etc/nginx/nginx.conf": `http { server { location ~ "^/x{2}$" { stub_status; } } server { server_name "a;b"; location = /s { stub_status; } } }`}, "nginx=http://127.0.0.1:80/s")
	f(tree{"etc/apache2/ports.conf": "Listen 8080\n<IfModule ssl_module>\n Listen 443\n</IfModule>\n",
		"etc/apache2/mods-enabled/status.conf": "<Location /server-status>\n SetHandler server-status\n Require local\n</Location>\n"}, "apache=http://127.0.0.1:8080/server-status?auto")
	f(tree{"etc/nginx/nginx.conf": "}}}} server { listen; location"})
}

func TestNamesHoldNoPasswords(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		p, err := ParsePlace(text)
		if err != nil {
			t.Fatal(err)
		}
		s, err := Open(p, "web1")
		if err != nil || s.Name() != want {
			t.Errorf("%s: %q, %v, want %q", text, s.Name(), err, want)
		}
	}
	for _, kind := range []string{"nginx", "apache", "haproxy", "prometheus"} {
		f(kind+"=http://me:s3cret@127.0.0.1:1/s;csv", "http://me:xxxxx@127.0.0.1:1/s;csv")
		f(kind+"=http://127.0.0.1:1/s;csv", "http://127.0.0.1:1/s;csv")
	}
	f("haproxy=unix:/run/admin.sock", "unix:/run/admin.sock")
}

func TestParsePlace(t *testing.T) {
	f := func(text string, good bool) {
		t.Helper()
		if _, err := ParsePlace(text); (err == nil) != good {
			t.Errorf("%q: %v", text, err)
		}
	}
	f("proc", true)
	f("nginx=http://127.0.0.1/s", true)
	f("php-fpm=fcgi://127.0.0.1:9000/status", true)
	f("php-fpm=http://127.0.0.1/status", false)
	f("tomcat=http://127.0.0.1/s", false)
	f("nginx", false)
	f("nginx=", false)
}

// TestPages reads captured answers, and says what is wrong with others.
func TestPages(t *testing.T) {
	f := func(s Source, want string) {
		t.Helper()
		samples, err := s.Read(t.Context(), time.Unix(1795241580, 0))
		got := fmt.Sprint(err)
		if err == nil {
			got = ""
			for _, m := range samples {
				got += fmt.Sprintf("%s=%g ", m.Metric, m.Value)
			}
		}
		if !strings.Contains(got, want) {
			t.Errorf("%s: %s, want %s", s.Name(), got, want)
		}
	}
	page := func(text string) string { return "http://" + httpServer(t, text) + "/" }
	f(&Nginx{URL: page("Active connections: 291 \nserver accepts handled requests\n 16630948 16630940 31070465 \nReading: 6 Writing: 179 Waiting: 106 \n")},
		"nginx_active=291 nginx_reading=6 nginx_writing=179 nginx_waiting=106 ")
	f(&Nginx{URL: page("<html>")}, "no page of stub_status")
	f(&Apache{URL: page("Total Accesses: 12\nBusyWorkers: 3\nIdleWorkers: 47\nScoreboard: ___W..K.\n")}, "apache_busy_workers=3 apache_idle_workers=47 apache_workers_percent=37.5 ")
	f(&Apache{URL: page("<h1>It works</h1>")}, "no page of server-status")
	f(&HAProxy{Address: page("# pxname,svname,qcur,qmax,scur,smax,slim,status,qtime,rtime\nwww,FRONTEND,,,40,50,50,OPEN,,\napp,s1,3,9,1,2,,UP,1,2\napp,s2,0,0,0,0,,DOWN 1/2,1,2\napp,BACKEND,4,9,1,2,,UP,120,900\n")},
		"haproxy_queue=7 haproxy_sessions=40 haproxy_sessions_percent=80 haproxy_servers_down=1 haproxy_queue_ms=120 haproxy_response_ms=900 ")
	f(&HAProxy{Address: page("hello")}, "no statistics of HAProxy")
	f(&HAProxy{Address: "unix:" + t.TempDir() + "/none"}, "ask HAProxy")
	huge := page(strings.Repeat("x", maxPage+1))
	f(&Nginx{URL: huge}, "larger than")
}

// TestFastCGI reads answers that come in pieces, and refuses those that lie.
func TestFastCGI(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		body, err := answer(strings.NewReader(text))
		if got := string(body) + fmt.Sprint(err); !strings.Contains(got, want) {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	record := func(kind byte, text string) string { return string(appendRecord(nil, kind, []byte(text))) }
	f(record(fcgiStdout, "Content-Type: a\r\n")+record(fcgiStdout, "\r\n{}")+record(fcgiEnd, "12345678"), "{}<nil>")
	f(record(fcgiStderr, "oops\n")+record(fcgiStdout, "Status: 404 Not Found\r\n\r\nx")+record(fcgiEnd, "12345678"), "404 Not Found: oops")
	f(record(fcgiStdout, "half"), "EOF")
	f("HTTP/1.1 400", "does not speak FastCGI")
	f("\x01\x06\x00\x01\xff\xff\x00\x00short", "EOF")
	endless := strings.Repeat(record(fcgiStdout, strings.Repeat("x", fcgiMost)), maxPage/fcgiMost+2)
	f(endless, "larger than")
}

// TestHost measures this machine twice; rates come with the second reading.
func TestHost(t *testing.T) {
	h := &Host{Hostname: "web1", Proc: "/proc"}
	now := time.Unix(1795241580, 0)
	first, err := h.Read(t.Context(), now)
	if err != nil {
		t.Fatal(err)
	}
	has := func(all []parser.Sample, metric string) bool {
		return slices.ContainsFunc(all, func(s parser.Sample) bool { return s.Metric == metric && s.Host == "web1" })
	}
	if !has(first, "mem_used_percent") || !has(first, "load1") || has(first, "tcp_retrans") {
		t.Errorf("first %v", first)
	}
	second, err := h.Read(t.Context(), now.Add(10*time.Second))
	if err != nil || !has(second, "tcp_retrans") || !has(second, "tcp_listen_overflows") {
		t.Errorf("second %v, %v", second, err)
	}
	for _, s := range second {
		if strings.HasSuffix(s.Metric, "_percent") && (s.Value < 0 || s.Value > 100) {
			t.Errorf("%+v", s)
		}
		if s.Metric == "tcp_retrans" && s.Span != 10e6 {
			t.Errorf("a rate over %d µs", s.Span)
		}
	}
}

// steps is a source that says what it is told to.
type steps struct {
	name string
	say  []error
	n    int
}

func (s *steps) Name() string { return s.name }

func (s *steps) Read(ctx context.Context, _ time.Time) ([]parser.Sample, error) {
	if s.n == len(s.say) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	s.n++
	return []parser.Sample{{Metric: "m", Value: float64(s.n) * 100}}, s.say[s.n-1]
}

// TestObserver asks a source that fails less often, tells of it once, and is not held up by one that hangs.
func TestObserver(t *testing.T) {
	broken := errors.New("broken")
	ctx, cancel := context.WithCancel(t.Context())
	var mu sync.Mutex
	var told []string
	note := func(text string) {
		mu.Lock()
		defer mu.Unlock()
		told = append(told, text)
	}
	rounds := make(chan time.Time)
	waits := make(chan time.Duration, 16)
	s := &steps{name: "a", say: []error{nil, broken, broken, nil}}
	hung := &steps{name: "b"}
	o := &Observer{Sources: []Source{s, hung}, Every: time.Second, Timeout: time.Hour, Now: func() time.Time { return time.Unix(1795241580, 0) },
		After: func(d time.Duration) <-chan time.Time { waits <- d; return rounds },
		Sink: func(source string, _ time.Time, samples []parser.Sample) error {
			note(fmt.Sprintf("%s %g", source, samples[0].Value))
			return nil
		},
		Complain: func(source string, err error) { note(fmt.Sprintf("%s %v", source, err)) }}
	done := make(chan error)
	go func() { done <- o.Run(ctx) }()
	var waited []time.Duration
	for range 4 {
		waited = append(waited, <-waits)
		rounds <- time.Time{}
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if want := []string{"a 100", "a broken", "a <nil>", "a 400"}; !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
	if want := []time.Duration{time.Second, 2 * time.Second, 4 * time.Second, time.Second}; !slices.Equal(waited, want) {
		t.Errorf("waited %v, want %v", waited, want)
	}
	full := errors.New("the disk is full")
	o = &Observer{Sources: []Source{&steps{name: "a", say: []error{nil}}, hung}, Timeout: time.Hour, Now: time.Now, After: time.After,
		Sink: func(string, time.Time, []parser.Sample) error { return full }}
	if err := o.Run(t.Context()); !errors.Is(err, full) {
		t.Errorf("a sink that fails: %v", err)
	}
}

// TestThinner leaves out what says nothing new.
func TestThinner(t *testing.T) {
	last := thinner{}
	at := time.Unix(1795241580, 0)
	f := func(after time.Duration, metric string, value float64, want bool) {
		t.Helper()
		got := last.fresh(at.Add(after), []parser.Sample{{Metric: metric, Value: value}})
		if (len(got) == 1) != want {
			t.Errorf("%s=%g after %v: %v", metric, value, after, got)
		}
	}
	f(0, "cpu_percent", 10, true)
	f(10*time.Second, "cpu_percent", 11, false)
	f(20*time.Second, "cpu_percent", 13, true)
	f(80*time.Second, "cpu_percent", 13, true)
	f(0, "haproxy_queue", 0, true)
	f(10*time.Second, "haproxy_queue", 1, true)
	f(20*time.Second, "haproxy_queue", 2, true)
	f(30*time.Second, "haproxy_queue", 2, false)
	f(40*time.Second, "haproxy_queue", 0, true)
}

func FuzzFastCGI(f *testing.F) {
	f.Add([]byte(appendRecord(nil, fcgiStdout, []byte("A: b\r\n\r\n{}"))))
	f.Fuzz(func(_ *testing.T, text []byte) { _, _ = answer(strings.NewReader(string(text))) })
}

func FuzzNginxStatements(f *testing.F) {
	f.Add("server { listen 80; location /s { stub_status; } }")
	f.Fuzz(func(_ *testing.T, text string) { _ = Found(tree{"etc/nginx/nginx.conf": text}.fs()) })
}
