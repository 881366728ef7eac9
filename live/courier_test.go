package live

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func notice(e Event, cause string) *Notice {
	end := 0
	if e == Ended {
		end = 60
	}
	return &Notice{Event: e, Time: noon, ID: "abc", Incident: seen(cause, 0, end), Host: "web1"}
}

// flaky fails as often as it is told to.
type flaky struct {
	failures int
	err      error
	told     []string
	times    []time.Time
}

func (f *flaky) Name() string { return "flaky" }

func (f *flaky) Tell(_ context.Context, n *Notice) error {
	f.times = append(f.times, time.Now())
	if f.failures > 0 {
		f.failures--
		return f.err
	}
	f.told = append(f.told, string(n.Event))
	return nil
}

func TestCourierRetriesInOrder(t *testing.T) {
	f := func(failures int, err error, want []string, wantLast time.Duration) {
		t.Helper()
		synctest.Test(t, func(t *testing.T) {
			to := &flaky{failures: failures, err: err}
			begun := time.Now()
			c := NewCourier(to, func(error) {})
			c.Send(notice(Opened, "x"))
			c.Send(notice(Ended, "x"))
			time.Sleep(3 * time.Hour) // of the bubble
			c.Close(time.Second)
			if !slices.Equal(to.told, want) || to.times[len(to.times)-1].Sub(begun) != wantLast {
				t.Errorf("told %q, the last after %s; want %q after %s", to.told, to.times[len(to.times)-1].Sub(begun), want, wantLast)
			}
		})
	}
	away := errors.New("away")
	f(0, nil, []string{"opened", "ended"}, 0)
	f(3, away, []string{"opened", "ended"}, 7*time.Second)
	f(1, &Refusal{away}, []string{"ended"}, 0)
	f(10000, away, nil, 2*(58*time.Minute+7*time.Second))
}

func TestCourierNeverBlocks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		to := &flaky{failures: 1 << 30, err: errors.New("away")}
		c := NewCourier(to, func(error) {})
		for range 10 * queued {
			c.Send(notice(Opened, "x"))
		}
		if c.Dropped.Load() == 0 {
			t.Error("nothing was dropped")
		}
		c.Close(time.Second)
	})
}

func TestWebhookPayloads(t *testing.T) {
	var got string
	code := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = string(body)
		w.WriteHeader(code)
	}))
	defer server.Close()
	f := func(body func(*Notice) any, n *Notice, answer int, want ...string) {
		t.Helper()
		code = answer
		err := (&Webhook{URL: server.URL + "/token", Client: server.Client(), Body: body}).Tell(t.Context(), n)
		var refusal *Refusal
		if (err != nil) != (answer >= 300) || errors.As(err, &refusal) != (answer == 400) || err != nil && strings.Contains(err.Error(), "token") {
			t.Errorf("answer %d: error %v", answer, err)
		}
		for _, w := range want {
			if !strings.Contains(got, w) {
				t.Errorf("no %s in %s", w, got)
			}
		}
	}
	f(Alertmanager, notice(Opened, "x"), 200, `"version":"4"`, `"status":"firing"`, `"alertname":"CulpritIncident"`, `"endsAt":"0001-01-01T00:00:00Z"`, `"instance":"web1"`)
	f(Alertmanager, notice(Ended, "x"), 200, `"status":"resolved"`, `"endsAt":"2026-11-21T12:01:00Z"`)
	f(Slack, notice(Opened, "<!channel>"), 200, `"text":`, `\u0026lt;!channel\u0026gt;`)
	f(Slack, notice(Opened, "x"), 400)
	f(Slack, notice(Opened, "x"), 429)
	f(Slack, notice(Opened, "x"), 503)
}

func TestExec(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	e := &Exec{Command: fmt.Sprintf("cat > '%s'; test \"$CULPRIT_EVENT\" = opened", out)}
	if err := e.Tell(t.Context(), notice(Opened, "$(touch x)")); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(out); err != nil || !strings.Contains(string(b), `"event":"opened"`) {
		t.Errorf("%s, %v", b, err)
	}
	if err := (&Exec{Command: "exit 3"}).Tell(t.Context(), notice(Opened, "x")); err == nil {
		t.Error("a failing command was taken for a success")
	}
}

func TestMetrics(t *testing.T) {
	var b strings.Builder
	err := Metrics(&b, []Metric{{Name: "a_total", Help: "A.", Counter: true, Labels: Label("x", "q\"\n\\"), Value: 3}, {Name: "a_total", Value: 4}, {Name: "b", Help: "B.", Value: 0.5}})
	want := "# HELP a_total A.\n# TYPE a_total counter\na_total{x=\"q\\\"\\n\\\\\"} 3\na_total 4\n# HELP b B.\n# TYPE b gauge\nb 0.5\n"
	if err != nil || b.String() != want {
		t.Errorf("%q, %v", b.String(), err)
	}
}
