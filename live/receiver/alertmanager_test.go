package receiver

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"culprit/live"
)

func TestAlertmanagerStates(t *testing.T) {
	h := newHearing(t)
	a := NewAlertmanager(h.URL+"/prefix/", "", nil)
	f := func(now time.Time, group []*live.Notice, wantEnds ...time.Time) {
		t.Helper()
		a.now = func() time.Time { return now }
		if err := a.Tell(t.Context(), group); err != nil {
			t.Fatal(err)
		}
		var alerts []postable
		if err := json.Unmarshal([]byte(h.body), &alerts); err != nil || h.path != "/prefix/api/v2/alerts" || len(alerts) != len(wantEnds) {
			t.Fatalf("%s: %s, %v", h.path, h.body, err)
		}
		for i, p := range alerts {
			if !p.EndsAt.Equal(wantEnds[i]) || p.EndsAt.Before(p.StartsAt) {
				t.Errorf("from %s to %s, want to %s", p.StartsAt, p.EndsAt, wantEnds[i])
			}
		}
	}
	opened, ended, changed := notice(live.Opened, "x"), notice(live.Ended, "x"), notice(live.Changed, "y")
	other := notice(live.Opened, "x")
	other.ID = "def"
	f(noon.Add(time.Second), []*live.Notice{opened}, noon.Add(lapse+time.Second))
	f(noon.Add(time.Minute), []*live.Notice{opened, other, changed}, noon.Add(lapse+time.Minute), noon.Add(lapse+time.Minute))
	f(noon.Add(time.Hour), []*live.Notice{opened, ended}, noon.Add(time.Minute))
	f(noon.Add(-time.Hour), []*live.Notice{opened}, noon.Add(lapse-time.Hour)) // its clock is ahead of ours
}

// realAlertmanager starts one and returns its address.
func realAlertmanager(t *testing.T) string {
	t.Helper()
	program, err := exec.LookPath("prometheus-alertmanager")
	if err != nil {
		if program, err = exec.LookPath("alertmanager"); err != nil {
			t.Skip("Alertmanager is not installed: apt-get install prometheus-alertmanager to run this")
		}
	}
	dir := t.TempDir()
	config := filepath.Join(dir, "config.yml")
	if err := os.WriteFile(config, []byte("route: {receiver: nobody}\nreceivers: [{name: nobody}]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := l.Addr().String()
	l.Close()
	cmd := exec.Command(program, "--config.file", config, "--storage.path", dir, "--web.listen-address", at, "--cluster.listen-address=")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if answer, err := http.Get("http://" + at + "/-/ready"); err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return "http://" + at
			}
		}
	}
	t.Fatal("Alertmanager does not come up")
	return ""
}

func TestRealAlertmanager(t *testing.T) {
	address := realAlertmanager(t)
	a := NewAlertmanager(address, "", map[string]string{"team": "web"})
	opened := notice(live.Opened, "quoted \"x\" \x1b[31m and \xff")
	opened.Incident.Start = time.Now().Add(-time.Minute)
	f := func(n *live.Notice, wantAlerts int, wantEvent string) {
		t.Helper()
		if err := a.Tell(t.Context(), []*live.Notice{n}); err != nil {
			t.Fatal(err)
		}
		answer, err := http.Get(address + "/api/v2/alerts?filter=team=web&filter=alertname=CulpritIncident")
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		data, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		var alerts []struct {
			Annotations map[string]string
			Status      struct{ State string }
		}
		if err := json.Unmarshal(data, &alerts); err != nil || len(alerts) != wantAlerts {
			t.Fatalf("%s, %v; want %d alerts", data, err, wantAlerts)
		}
		if wantAlerts > 0 && (alerts[0].Annotations["event"] != wantEvent || alerts[0].Annotations["link"] != n.Link) {
			t.Errorf("%s", data)
		}
	}
	f(opened, 1, "opened")
	f(opened, 1, "opened")
	changed := *opened
	changed.Event, changed.Before = live.Changed, "x"
	f(&changed, 1, "changed") // the same alert, not a second one
	ended := changed
	ended.Event, ended.Time = live.Ended, time.Now()
	f(&ended, 0, "")
}
