package receiver

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"culprit/live"
	"culprit/live/delivery"
)

// hearing is a server that keeps what it is told and answers as wanted.
type hearing struct {
	*httptest.Server
	path, body, token string
	answer            int
}

func newHearing(t *testing.T) *hearing {
	h := &hearing{answer: http.StatusOK}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		h.path, h.body, h.token = r.URL.Path, string(body), r.Header.Get("Authorization")
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(h.answer)
		_, _ = io.WriteString(w, "because \x1b[31mof this\n")
	}))
	t.Cleanup(h.Close)
	return h
}

func TestWebhooks(t *testing.T) {
	h := newHearing(t)
	f := func(to delivery.Receiver, n *live.Notice, want ...string) {
		t.Helper()
		if err := to.Tell(t.Context(), []*live.Notice{n}); err != nil {
			t.Error(err)
		}
		for _, w := range want {
			if !strings.Contains(h.body, w) {
				t.Errorf("no %s in %s", w, h.body)
			}
		}
	}
	hook := NewWebhook(h.URL+"/hook", "secret", map[string]string{"team": "web", "incident": "mine"})
	f(hook, notice(live.Opened, "x"), `"version":"4"`, `"status":"firing"`, `"alertname":"CulpritIncident"`, `"endsAt":"0001-01-01T00:00:00Z"`, `"instance":"web1"`,
		`"team":"web"`, `"incident":"abc"`, `"generatorURL":"https://c.example.org/incidents/2026-1"`, `"owner":"operations"`)
	if h.token != "Bearer secret" {
		t.Errorf("token %q", h.token)
	}
	f(hook, notice(live.Ended, "x"), `"status":"resolved"`, `"endsAt":"2026-11-21T12:01:00Z"`, `"report":"#`)
	f(hook, live.NewTest("web1", noon), `"alertname":"CulpritTest"`, `"severity":"info"`)
	f(NewSlack(h.URL), notice(live.Opened, "<!channel> *x*\n`y`\x1b[31m"), `\u0026lt;!channel\u0026gt; 'x' 'y'\\x1b`, "Next: `systemctl status php-fpm`", `https://c.example.org/incidents/2026-1|The incident`)
	f(NewSlack(h.URL), notice(live.Opened, "@channel"), "@\u200bchannel")
	f(NewSlack(h.URL), notice(live.Ended, "```<@U123>"), "\\n```\\n", `'''\u0026lt;@U123`)
	f(Redacted{hook}, notice(live.Opened, "someone@example.net"), `email-1`)
}

func TestWebhookGroup(t *testing.T) {
	h := newHearing(t)
	other := notice(live.Ended, "y")
	other.ID = "def"
	if err := NewWebhook(h.URL, "", nil).Tell(t.Context(), []*live.Notice{notice(live.Opened, "x"), other}); err != nil {
		t.Fatal(err)
	}
	var m message
	if err := json.Unmarshal([]byte(h.body), &m); err != nil {
		t.Fatal(err)
	}
	if len(m.Alerts) != 2 || m.Status != "firing" || m.Alerts[1].Status != "resolved" || m.CommonLabels["instance"] != "web1" || m.CommonLabels["incident"] != "" ||
		m.CommonAnnotations["owner"] != "operations" || m.CommonAnnotations["event"] != "" {
		t.Errorf("%+v", m)
	}
}

func TestWebhookAnswers(t *testing.T) {
	h := newHearing(t)
	f := func(answer int, wantRefusal bool, wantAfter time.Duration) {
		t.Helper()
		h.answer = answer
		err := NewSlack(h.URL+"/token").Tell(t.Context(), []*live.Notice{notice(live.Opened, "x")})
		refusal, later := (*delivery.Refusal)(nil), &delivery.Later{}
		if err == nil || errors.As(err, &refusal) != wantRefusal || errors.As(err, &later) && later.After != wantAfter {
			t.Errorf("%d: %v", answer, err)
		}
		if strings.Contains(err.Error(), "token") || !strings.Contains(err.Error(), `because \x1b[31mof this`) {
			t.Errorf("%d: says %q", answer, err)
		}
	}
	f(400, true, 0)
	f(404, true, 0)
	f(408, false, 0)
	f(429, false, 7*time.Second)
	f(500, false, 0)
	f(503, false, 7*time.Second)
	h.Close()
	if err := NewSlack(h.URL+"/token").Tell(t.Context(), []*live.Notice{notice(live.Opened, "x")}); err == nil || strings.Contains(err.Error(), "token") {
		t.Errorf("not there: %v", err)
	}
}

func TestRetryAfter(t *testing.T) {
	f := func(header string, want time.Duration) {
		t.Helper()
		if got := retryAfter(header, noon); got != want {
			t.Errorf("%q: %s, want %s", header, got, want)
		}
	}
	f("", 0)
	f("120", 2*time.Minute)
	f("-1", 0)
	f("99999999999999999999", 0)
	f("Sat, 21 Nov 2026 12:00:30 GMT", 30*time.Second)
	f("Sat, 21 Nov 2026 11:00:30 GMT", 0)
}
