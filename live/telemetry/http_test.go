package telemetry

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"culprit/live"
	"culprit/live/delivery"
)

// busy is a snapshot in which everything is there, and nothing is harmless.
func busy() (*Snapshot, *Counts) {
	counts := &Counts{}
	counts.Add(1, "nginx", 100, 0, false)
	counts.Add(1, "nginx", 150, 2, false)
	counts.Add(2, "nginx", 10, 1, true)
	counts.Add(1, "nginx", 50, 0, false) // forgotten
	return &Snapshot{
		Time: time.Now(), Version: "v1", Notices: map[live.Event]int64{live.Opened: 2}, Open: []*live.Notice{{ID: "a"}},
		Sources: []Source{{Path: "/var/log/\"quoted\"\n\xff", Daemon: "nginx", Last: time.Now().Add(-time.Hour), Silent: true}, {Path: "empty"}},
		Waiting: []string{"x"}, ReadBytes: 7, Rounds: 3,
		Receivers: []Receiver{{"ops", delivery.State{Sent: 4, Problem: "away", Waiting: 2}}, {"mail", delivery.State{}}},
		Others:    []Metric{{Name: "culprit_syslog_messages_total", Help: "Syslog messages received.", Counter: true, Value: 5}},
	}, counts
}

func serve(t *testing.T, ready bool, alive time.Time) *httptest.Server {
	t.Helper()
	s, counts := busy()
	h, err := Handler(&Collector{Latest: func() *Snapshot { return s }, Counts: counts},
		Health{Ready: func() bool { return ready }, Alive: func() time.Time { return alive }, Patience: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server
}

func get(t *testing.T, address string) (int, string) {
	t.Helper()
	answer, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

func TestMetrics(t *testing.T) {
	code, body := get(t, serve(t, true, time.Now()).URL+"/metrics")
	for _, want := range []string{
		`culprit_lines_total{daemon="nginx"} 60`, `culprit_unparsed_lines_total{daemon="nginx"} 3`, `culprit_incidents_open 1`,
		`culprit_notices_total{receiver="ops",result="sent"} 4`, `culprit_receiver_up{receiver="ops"} 0`, `culprit_receiver_up{receiver="mail"} 1`,
		`culprit_source_lag_seconds{daemon="nginx",source="/var/log/\"quoted\"\n�"} 3600`, `culprit_syslog_messages_total 5`, `culprit_build_info{version="v1"} 1`,
		`culprit_sources{state="awaited"} 1`, `culprit_source_silent{daemon="nginx",source="/var/log/\"quoted\"\n�"} 1`, `culprit_incident_events_total{event="opened"} 2`,
	} {
		if code != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("%d, no %s in\n%s", code, want, body)
		}
	}
}

func TestHealth(t *testing.T) {
	f := func(path string, ready bool, idle time.Duration, want int) {
		t.Helper()
		if code, body := get(t, serve(t, ready, time.Now().Add(-idle)).URL+path); code != want {
			t.Errorf("%s: %d %s, want %d", path, code, body, want)
		}
	}
	f("/-/healthy", false, 0, 200)
	f("/-/healthy", true, time.Hour, 503)
	f("/-/ready", true, 0, 200)
	f("/-/ready", false, 0, 503)
	f("/else", true, 0, 404)
}

func TestPromtoolLikesMetrics(t *testing.T) {
	program, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("promtool is not installed: apt-get install prometheus to run this")
	}
	_, body := get(t, serve(t, true, time.Now()).URL+"/metrics")
	cmd := exec.Command(program, "check", "metrics")
	cmd.Stdin = strings.NewReader(body)
	if said, err := cmd.CombinedOutput(); err != nil || len(said) > 0 {
		t.Errorf("%v:\n%s", err, said)
	}
}

func TestRealPrometheusScrapes(t *testing.T) {
	program, err := exec.LookPath("prometheus")
	if err != nil {
		t.Skip("prometheus is not installed: apt-get install prometheus to run this")
	}
	target := strings.TrimPrefix(serve(t, true, time.Now()).URL, "http://")
	dir := t.TempDir()
	config := filepath.Join(dir, "p.yml")
	if err := os.WriteFile(config, []byte("scrape_configs: [{job_name: culprit, scrape_interval: 200ms, scrape_timeout: 200ms, static_configs: [{targets: ['"+target+"']}]}]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := l.Addr().String()
	l.Close()
	cmd := exec.Command(program, "--config.file", config, "--storage.tsdb.path", filepath.Join(dir, "data"), "--web.listen-address", at)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	said := ""
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		answer, err := http.Get("http://" + at + `/api/v1/query?query=culprit_notices_total%7Breceiver%3D%22ops%22%2Cresult%3D%22sent%22%7D`)
		if err != nil {
			continue
		}
		body, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		if said = string(body); strings.Contains(said, `"4"`) {
			return
		}
	}
	t.Errorf("in 30 s Prometheus knows only %s", said)
}
