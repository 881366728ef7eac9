package main

import (
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
)

// nginxConfig is a gateway in front of an upstream that the test can take away.
const nginxConfig = `daemon off; master_process on; worker_processes 1; pid %[1]s/nginx.pid; error_log %[1]s/log/error.log;
events { worker_connections 64; }
http {
  access_log %[1]s/log/access.log combined;
  client_body_temp_path %[1]s/t1; proxy_temp_path %[1]s/t2; fastcgi_temp_path %[1]s/t3; uwsgi_temp_path %[1]s/t4; scgi_temp_path %[1]s/t5;
  server { listen %[2]s; location / { proxy_pass http://%[3]s; } }
}
`

// freeAddress is one on loopback on which nothing listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// eventually waits until something holds. Its deadline is for what never comes; how soon something came is not its matter.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if holds() {
			return
		}
	}
	t.Fatalf("in 2 min: %s", what)
}

func startNginx(t *testing.T, dir, at, upstream string) {
	t.Helper()
	program, err := exec.LookPath("nginx")
	if err != nil {
		if program = "/usr/sbin/nginx"; syscall.Access(program, 1) != nil {
			t.Skip("nginx is not installed: apt-get install nginx-core to run this")
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "log"), 0o755); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(config, fmt.Appendf(nil, nginxConfig, dir, at, upstream), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "-c", config, "-e", filepath.Join(dir, "log/error.log"))
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
	})
	eventually(t, "nginx listens", func() bool {
		c, err := net.Dial("tcp", at)
		if err == nil {
			c.Close()
		}
		return err == nil
	})
}

// TestTailOnRealNginx takes the upstream of a real nginx away while its logs are rotated, and wants one notice that says so, and every
// request counted.
func TestTailOnRealNginx(t *testing.T) {
	if testing.Short() {
		t.Skip("starts nginx")
	}
	dir := t.TempDir()
	for _, d := range []string{dir, filepath.Dir(dir)} { // its workers are another user and open the logs anew
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	gateway, upstream := freeAddress(t), freeAddress(t)
	startNginx(t, dir, gateway, upstream)
	l, err := net.Listen("tcp", upstream)
	if err != nil {
		t.Fatal(err)
	}
	app := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })}
	go func() { _ = app.Serve(l) }()
	db, told := filepath.Join(dir, "c.db"), filepath.Join(dir, "told")
	cmd := startTail(t, filepath.Join(dir, "log"), "--db", db, "--every", "300ms", "--exec", "cat >> "+told)
	requests := int64(0)
	ask := func(n int) {
		for range n {
			answer, err := http.Get("http://" + gateway + "/item")
			if err != nil {
				t.Fatal(err)
			}
			_, _ = io.Copy(io.Discard, answer.Body)
			answer.Body.Close()
			requests++
		}
	}
	rotate := func(suffix string) {
		for _, name := range []string{"access.log", "error.log"} {
			path := filepath.Join(dir, "log", name)
			if err := os.Rename(path, path+suffix); err != nil {
				t.Fatal(err)
			}
		}
		ask(20) // goes into the renamed files
		pid, err := os.ReadFile(filepath.Join(dir, "nginx.pid"))
		if err != nil {
			t.Fatal(err)
		}
		var n int
		if _, err := fmt.Sscan(string(pid), &n); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Kill(n, syscall.SIGUSR1); err != nil {
			t.Fatal(err)
		}
	}
	ask(300)
	rotate(".1")
	ask(100)
	app.Close()
	opened := func() bool {
		b, err := os.ReadFile(told)
		return err == nil && strings.Contains(string(b), `"event":"opened"`)
	}
	failed := time.Now()
	eventually(t, "an alert", func() bool { ask(10); return opened() })
	t.Logf("told %.1f s after the first failure", time.Since(failed).Seconds())
	rotate(".2")
	ask(10)
	eventually(t, "all requests are counted", func() bool { return requestsIn(t, db) >= requests })
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("SIGTERM: %v", err)
	}
	if got := requestsIn(t, db); got != requests {
		t.Errorf("%d requests counted of %d", got, requests)
	}
	b, err := os.ReadFile(told)
	if err != nil || strings.Count(string(b), `"event":"opened"`) != 1 {
		t.Errorf("told %s, %v", b, err)
	}
}
