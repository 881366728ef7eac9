package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"culprit/correlate"
	"culprit/store"
)

// daemon runs a real one in the foreground until the test ends, or skips where it is not installed.
func daemon(t *testing.T, name, hint string, args ...string) {
	t.Helper()
	program, err := exec.LookPath(name)
	if err != nil {
		if program = "/usr/sbin/" + name; syscall.Access(program, 1) != nil {
			t.Skip(name + " is not installed: apt-get install " + hint + " to run this")
		}
	}
	cmd := exec.Command(program, args...)
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("%s said %.1500s", name, &said)
		}
	})
}

// shortDir is a directory that daemons of other users may enter, with a path short enough for a socket.
func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "c")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func listens(t *testing.T, network, at string) {
	t.Helper()
	eventually(t, "something listens at "+at, func() bool {
		c, err := net.Dial(network, at)
		if err == nil {
			c.Close()
		}
		return err == nil
	})
}

const nginxToSyslog = `daemon off; worker_processes 1; pid %[1]s/nginx.pid; error_log syslog:server=unix:%[1]s/log,tag=nginx error;
events { worker_connections 64; }
http {
  log_format told '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" rt=$request_time ua="$upstream_addr"';
  access_log syslog:server=%[4]s,tag=nginx told;
  client_body_temp_path %[1]s/t1; proxy_temp_path %[1]s/t2; fastcgi_temp_path %[1]s/t3; uwsgi_temp_path %[1]s/t4; scgi_temp_path %[1]s/t5;
  server { listen %[2]s; location / { proxy_pass http://%[3]s; } }
}
`

const haproxyToSyslog = `global
  log %[1]s local0
defaults
  mode http
  log global
  option httplog
  timeout client 5s
  timeout server 5s
  timeout connect 5s
frontend web
  bind %[2]s
  default_backend nginx
backend nginx
  server one %[3]s
`

// TestTailOnSyslogOfDaemons has a real HAProxy before a real nginx log over UDP and a unix socket, to no file at all, takes what is behind them
// away, and wants the backend named.
func TestTailOnSyslogOfDaemons(t *testing.T) {
	if testing.Short() {
		t.Skip("starts daemons")
	}
	dir := shortDir(t)
	edge, gateway, upstream, udp := freeAddress(t), freeAddress(t), freeAddress(t), freeAddress(t)
	db, told := filepath.Join(dir, "c.db"), filepath.Join(dir, "told")
	cmd := startTail(t, "--listen", "udp://"+udp, "--listen", "unix://"+filepath.Join(dir, "log"), "--db", db, "--every", "300ms", "--exec", "cat >> "+told)
	listens(t, "unixgram", filepath.Join(dir, "log"))
	l, err := net.Listen("tcp", upstream)
	if err != nil {
		t.Fatal(err)
	}
	app := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })}
	go func() { _ = app.Serve(l) }()
	put(t, filepath.Join(dir, "nginx.conf"), fmt.Sprintf(nginxToSyslog, dir, gateway, upstream, udp))
	put(t, filepath.Join(dir, "haproxy.cfg"), fmt.Sprintf(haproxyToSyslog, udp, edge, gateway))
	daemon(t, "nginx", "nginx-core", "-c", filepath.Join(dir, "nginx.conf"), "-e", filepath.Join(dir, "start.log"))
	listens(t, "tcp", gateway)
	daemon(t, "haproxy", "haproxy", "-db", "-f", filepath.Join(dir, "haproxy.cfg"))
	listens(t, "tcp", edge)
	requests := int64(0)
	ask := func(n int) {
		for range n {
			answer, err := http.Get("http://" + edge + "/item")
			if err != nil {
				t.Fatal(err)
			}
			_, _ = io.Copy(io.Discard, answer.Body)
			answer.Body.Close()
			requests++
			time.Sleep(4 * time.Millisecond) // an outage of a few requests in no time could be many things
		}
	}
	ask(400)
	app.Close()
	eventually(t, "an alert that names the backend", func() bool {
		ask(20)
		b, err := os.ReadFile(told)
		return err == nil && strings.Contains(string(b), `"event":"opened"`) && leadingCause(t, db) == "backend-down"
	})
	eventually(t, "both daemons' requests are counted", func() bool { return requestsIn(t, db) >= 2*requests })
	stopTail(t, cmd)
	if got := requestsIn(t, db); got < 2*requests {
		t.Errorf("%d requests counted, %d asked of each", got, requests)
	}
}

// emptyDatabase makes one, so that it can be opened from two sides at once.
func emptyDatabase(t *testing.T, path string) {
	t.Helper()
	st, err := store.OpenSQLite(path)
	if err == nil {
		err = st.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}

// leadingCause is what a report on a database blames, "" where it tells of no incident.
func leadingCause(t *testing.T, db string) string {
	t.Helper()
	var out, problems bytes.Buffer
	if code := run(context.Background(), []string{"report", "--db", db, "--format", "json"}, streams{os.Stdin, &out, &problems}); code != exitOK {
		t.Fatalf("report: %s", &problems)
	}
	var r correlate.Report
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Incidents) == 0 {
		return ""
	}
	return r.Incidents[0].Hypotheses[0].Cause
}

func stopTail(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("SIGTERM: %v", err)
	}
}

const rsyslogForwarding = `module(load="imuxsock" SysSock.Use="off")
input(type="imuxsock" Socket="%[1]s/in" UseSpecialParser="on" RateLimit.Interval="0")
global(workDirectory="%[1]s")
action(type="omfwd" Target="127.0.0.1" Port="%[2]s" Protocol="tcp" TCP_Framing="%[3]s" Template="%[4]s" action.resumeRetryCount="-1" action.resumeInterval="1")
`

// TestTailOnRsyslog has a real rsyslogd forward over TCP in both framings and both formats, and wants every line counted, also those from
// before somebody listened.
func TestTailOnRsyslog(t *testing.T) {
	if testing.Short() {
		t.Skip("starts rsyslogd")
	}
	f := func(framing, template string) {
		t.Helper()
		dir := shortDir(t)
		tcp := freeAddress(t)
		_, port, err := net.SplitHostPort(tcp)
		if err != nil {
			t.Fatal(err)
		}
		put(t, filepath.Join(dir, "rsyslog.conf"), fmt.Sprintf(rsyslogForwarding, dir, port, framing, template))
		daemon(t, "rsyslogd", "rsyslog", "-n", "-f", filepath.Join(dir, "rsyslog.conf"), "-i", filepath.Join(dir, "pid"))
		listens(t, "unixgram", filepath.Join(dir, "in"))
		c, err := net.Dial("unixgram", filepath.Join(dir, "in"))
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		const lines = 300
		for i := range lines {
			now := time.Now()
			if _, err := fmt.Fprintf(c, "<190>%s web1 nginx: 192.0.2.%d - - [%s] \"GET /%d HTTP/1.1\" 200 512 \"-\" \"curl/8\"", now.Format(time.Stamp), i%200,
				now.Format("02/Jan/2006:15:04:05 -0700"), i); err != nil {
				t.Fatal(err)
			}
		}
		db := filepath.Join(dir, "c.db")
		emptyDatabase(t, db)
		cmd := startTail(t, "--listen", "tcp://"+tcp, "--db", db, "--every", "300ms")
		listens(t, "tcp", tcp)
		eventually(t, framing+", "+template+": every line is counted", func() bool {
			return requestsIn(t, db) == lines
		})
		stopTail(t, cmd)
	}
	f("traditional", "RSYSLOG_TraditionalForwardFormat")
	f("octet-counted", "RSYSLOG_SyslogProtocol23Format")
}
