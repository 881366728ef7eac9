package load

import (
	"context"
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

	"culprit/parser"
)

// begin starts a daemon that is ended with the test. It skips the test where the daemon is not installed.
func begin(t *testing.T, names []string, args ...string) {
	t.Helper()
	for _, name := range names {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		cmd := exec.Command(path, args...)
		cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
		var said strings.Builder
		cmd.Stdout, cmd.Stderr = io.Discard, &said
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM)
			_ = cmd.Wait()
			if t.Failed() {
				t.Log(said.String())
			}
		})
		return
	}
	t.Skipf("%s is not installed", strings.Join(names, " and "))
}

// free returns an address of this machine that nobody listens at.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func file(t *testing.T, name, text string) string {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

// reads waits until a source answers, and returns its figures by metric.
func reads(t *testing.T, s Source) map[string]parser.Sample {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	for {
		samples, err := s.Read(ctx, time.Now())
		if err == nil && len(samples) > 0 {
			told := map[string]parser.Sample{}
			for _, m := range samples {
				told[m.Metric] = m
			}
			return told
		}
		select {
		case <-ctx.Done():
			t.Fatalf("%s: %v", s.Name(), err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// wants checks that some metrics are told.
func wants(t *testing.T, told map[string]parser.Sample, metrics ...string) {
	t.Helper()
	for _, m := range metrics {
		if _, ok := told[m]; !ok {
			t.Errorf("%s is missing in %v", m, told)
		}
	}
}

func TestRealNginx(t *testing.T) {
	dir, at := t.TempDir(), free(t)
	config := file(t, filepath.Join(dir, "nginx.conf"), fmt.Sprintf(`daemon off; pid %[1]s/pid; error_log %[1]s/error.log; events {}
		http { access_log off; client_body_temp_path %[1]s/b; proxy_temp_path %[1]s/p; fastcgi_temp_path %[1]s/f; uwsgi_temp_path %[1]s/u; scgi_temp_path %[1]s/s;
		server { listen %[2]s; location = /load { stub_status; } } }`, dir, at))
	begin(t, []string{"nginx"}, "-c", config, "-e", filepath.Join(dir, "error.log"))
	places := nginxPlaces(t, config)
	if len(places) != 1 || places[0].Address != "http://"+at+"/load" {
		t.Fatalf("found %v", places)
	}
	s := &Nginx{URL: places[0].Address, Hostname: "web1"}
	wants(t, reads(t, s), "nginx_active", "nginx_waiting")
	told := reads(t, s)
	wants(t, told, "nginx_dropped", "nginx_accepts")
	if told["nginx_active"].Value < 1 || told["nginx_dropped"].Value != 0 || told["nginx_accepts"].Span <= 0 {
		t.Errorf("told %v", told)
	}
}

// nginxPlaces finds the pages of one configuration.
func nginxPlaces(t *testing.T, config string) []Place {
	t.Helper()
	text, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	return Found(tree{"etc/nginx/nginx.conf": string(text)}.fs())
}

func TestRealApache(t *testing.T) {
	dir, at := t.TempDir(), free(t)
	modules := ""
	for _, m := range []string{"mpm_event", "authz_core", "status"} {
		for _, d := range []string{"/usr/lib/apache2/modules", "/usr/lib64/httpd/modules"} {
			if _, err := os.Stat(filepath.Join(d, "mod_"+m+".so")); err == nil {
				modules += "LoadModule " + m + "_module " + filepath.Join(d, "mod_"+m+".so") + "\n"
			}
		}
	}
	config := file(t, filepath.Join(dir, "httpd.conf"), fmt.Sprintf("ServerRoot %s\nServerName localhost\nListen %s\n%sPidFile %s/pid\nErrorLog %s/error.log\n"+
		"<Location \"/server-status\">\nSetHandler server-status\n</Location>\n", dir, at, modules, dir, dir))
	begin(t, []string{"apache2", "httpd"}, "-D", "FOREGROUND", "-f", config)
	text, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	places := Found(tree{"etc/apache2/apache2.conf": string(text)}.fs())
	if len(places) != 1 || places[0].Address != "http://"+at+"/server-status?auto" {
		t.Fatalf("found %v", places)
	}
	told := reads(t, &Apache{URL: places[0].Address, Hostname: "web1"})
	wants(t, told, "apache_busy_workers", "apache_idle_workers", "apache_workers_percent")
	if told["apache_busy_workers"].Value < 1 || told["apache_workers_percent"].Value > 100 {
		t.Errorf("told %v", told)
	}
}

func TestRealHAProxy(t *testing.T) {
	dir, at, dead := t.TempDir(), free(t), free(t)
	socket := filepath.Join(dir, "s")
	config := file(t, filepath.Join(dir, "haproxy.cfg"), fmt.Sprintf("global\n stats socket %s mode 600\ndefaults\n mode http\n timeout client 5s\n timeout server 5s\n timeout connect 1s\n"+
		"frontend www\n bind %s\n maxconn 50\n stats enable\n stats uri /load\n default_backend app\nbackend app\n server s1 %s check inter 100 fall 1\n", socket, at, dead))
	begin(t, []string{"haproxy"}, "-db", "-f", config)
	text, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	places := Found(tree{"etc/haproxy/haproxy.cfg": string(text)}.fs())
	if len(places) != 1 || places[0].Address != "unix:"+socket {
		t.Fatalf("found %v", places)
	}
	for _, address := range []string{places[0].Address, "http://" + at + "/load;csv"} {
		told := reads(t, &HAProxy{Address: address, Hostname: "lb1"})
		wants(t, told, "haproxy_queue", "haproxy_sessions", "haproxy_sessions_percent", "haproxy_servers_down", "haproxy_queue_ms", "haproxy_response_ms")
	}
	for deadline := time.Now().Add(10 * time.Second); ; {
		told := reads(t, &HAProxy{Address: places[0].Address, Hostname: "lb1"})
		if told["haproxy_servers_down"].Value == 1 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("a server that nobody listens for is not told to be down: %v", told)
		}
	}
}

func TestRealPHPFPM(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("a pool wants to change its user, which only root may")
	}
	dir := t.TempDir()
	socket := filepath.Join(dir, "s")
	config := file(t, filepath.Join(dir, "fpm.conf"), fmt.Sprintf("[global]\nerror_log = %s/error.log\n[www]\nuser = root\ngroup = root\nlisten = %s\npm = static\npm.max_children = 2\npm.status_path = /load\n", dir, socket))
	begin(t, []string{"php-fpm8.4", "php-fpm8.3", "php-fpm8.2", "php-fpm8.1", "php-fpm"}, "-F", "-R", "-y", config)
	text, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	places := Found(tree{"etc/php/8.2/fpm/pool.d/www.conf": string(text)}.fs())
	if len(places) != 1 || places[0].Address != "fcgi:unix:"+socket+"!/load" {
		t.Fatalf("found %v", places)
	}
	s := &PHPFPM{Address: places[0].Address, Hostname: "web1"}
	wants(t, reads(t, s), "fpm_listen_queue", "fpm_active_processes", "fpm_idle_processes")
	told := reads(t, s)
	wants(t, told, "fpm_max_children_reached", "fpm_slow_requests")
	// The child that answered last may not have come to rest yet.
	for deadline := time.Now().Add(10 * time.Second); told["fpm_active_processes"].Value != 0 && time.Now().Before(deadline); {
		told = reads(t, s)
	}
	if told["fpm_active_processes"].Value != 0 || told["fpm_listen_queue"].Host != "web1/www" {
		t.Errorf("told %v", told)
	}
	wrong := &PHPFPM{Address: "fcgi:unix:" + socket + "!/nothing"}
	if _, err := wrong.Read(t.Context(), time.Now()); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("a path that is no status page: %v", err)
	}
}

func TestRealPrometheus(t *testing.T) {
	dir, at := t.TempDir(), free(t)
	exporter := httpServer(t, "# TYPE node_load1 gauge\nnode_load1 1.5\n# TYPE haproxy_backend_current_queue gauge\nhaproxy_backend_current_queue{proxy=\"a\"} 3\nhaproxy_backend_current_queue{proxy=\"b\"} 4\n")
	config := file(t, filepath.Join(dir, "prometheus.yml"), "global: {scrape_interval: 1s}\nscrape_configs:\n- job_name: node\n  static_configs: [{targets: ['"+exporter+"']}]\n")
	begin(t, []string{"prometheus"}, "--config.file="+config, "--storage.tsdb.path="+filepath.Join(dir, "data"), "--web.listen-address="+at)
	s, err := NewPrometheus("http://" + at)
	if err != nil {
		t.Fatal(err)
	}
	told := reads(t, s)
	if told["load1"].Value != 1.5 || told["haproxy_queue"].Value != 7 || told["load1"].Host != "127.0.0.1" {
		t.Errorf("told %v", told)
	}
	// Every expression is one that Prometheus understands.
	for _, e := range s.expressions {
		if _, err := s.api.FormatQuery(t.Context(), e.Expr); err != nil {
			t.Errorf("%s: %v", e.Metric, err)
		}
	}
}

// httpServer answers everything with one text, and returns its address.
func httpServer(t *testing.T, text string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) })}
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })
	return l.Addr().String()
}
