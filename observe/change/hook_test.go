package change

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func sign(secret, body string) string {
	sum := hmac.New(sha256.New, []byte(secret))
	sum.Write([]byte(body))
	return "sha256=" + hex.EncodeToString(sum.Sum(nil))
}

// TestHook hears those who may tell of changes, and nobody else.
func TestHook(t *testing.T) {
	f := func(secret, body string, prepare func(r *http.Request), status int, want string) {
		t.Helper()
		told := ""
		h := &Hook{Secret: secret, Now: func() time.Time { return noon }, Sink: func(changes []Dated) error {
			for _, c := range changes {
				told += fmt.Sprintf("%s: %s %s %s>%s %s %s %s;", c.Source, c.At.UTC().Format("15:04:05"), c.Kind, c.From, c.Version, c.Service, c.Summary, c.Actor)
			}
			return nil
		}}
		r := httptest.NewRequest(http.MethodPost, "http://127.0.0.1:9753/v1/changes", strings.NewReader(body))
		r.RemoteAddr = "127.0.0.1:4711"
		if prepare != nil {
			prepare(r)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != status || told != want {
			t.Errorf("%s: %d %q, %s; want %d %s", body[:min(len(body), 80)], w.Code, told, w.Body, status, want)
		}
	}
	header := func(pairs ...string) func(r *http.Request) {
		return func(r *http.Request) {
			r.RemoteAddr = "203.0.113.9:4711"
			for i := 0; i < len(pairs); i += 2 {
				r.Header.Set(pairs[i], pairs[i+1])
			}
		}
	}
	own := `{"summary":"release v2","service":"shop","version":"v2","from":"v1","actor":"ci","time":"2026-11-21T11:59:00Z"}`
	told := "POST /v1/changes: 11:59:00 deploy v1>v2 shop release v2 ci;"
	f("", own, nil, 202, told)
	f("", own, header(), 401, "")
	f("", own, func(r *http.Request) { r.Header.Set("Origin", "http://example.com") }, 401, "")
	f("", own, func(r *http.Request) { r.Header.Set("X-Forwarded-For", "203.0.113.9") }, 401, "")
	f("", own, func(r *http.Request) { r.Host = "evil.example.com" }, 401, "")
	f("s3", own, nil, 401, "")
	f("s3", own, header("Authorization", "Bearer s3"), 202, told)
	f("s3", own, header("Authorization", "Bearer s4"), 401, "")
	f("s3", own, header("X-Hub-Signature-256", sign("s3", own)), 202, told)
	f("s3", own, header("X-Hub-Signature-256", sign("s3", own+" ")), 401, "")
	f("s3", own, header("X-Hub-Signature-256", "sha256=zz"), 401, "")
	push := `{"ref":"refs/heads/main","before":"0123456789abcdef","after":"fedcba9876543210","compare":"https://x","head_commit":{"message":"fix\nmore"},"repository":{"name":"shop"},"sender":{"login":"alice"}}`
	f("s3", push, header("X-Github-Event", "push", "X-Hub-Signature-256", sign("s3", push)), 200, "") // it changes nothing that runs
	f("s3", push, header("X-Github-Event", "star", "X-Hub-Signature-256", sign("s3", push)), 200, "")
	f("s3", push, header("X-Github-Event", "push"), 401, "")
	status := `{"deployment":{"sha":"abc","ref":"main","environment":"prod"},"deployment_status":{"state":"success","created_at":"2026-11-21T11:58:00Z"},"repository":{"name":"shop","html_url":"https://github.example/acme/shop"}}`
	f("s3", status, header("X-Github-Event", "deployment_status", "X-Hub-Signature-256", sign("s3", status)), 202, "https://github.example/acme/shop: 11:58:00 deploy >abc shop deployed main to prod ;")
	lab := `{"status":"success","status_changed_at":"2026-11-21 12:57:00 +0100","short_sha":"abc","environment":"prod","commit_title":"fix","project":{"name":"shop"},"user":{"username":"bob"}}`
	f("s3", lab, header("X-Gitlab-Event", "Deployment Hook", "X-Gitlab-Token", "s3"), 202, "GitLab: 11:57:00 deploy >abc shop deployment to prod: fix bob;")
	f("s3", lab, header("X-Gitlab-Event", "Deployment Hook", "X-Gitlab-Token", "s"), 401, "")
	labPush := `{"after":"fedcba9876543210","ref":"refs/heads/main","project":{"name":"shop"}}`
	f("s3", labPush, header("X-Gitlab-Event", "Push Hook", "X-Gitlab-Token", "s3"), 200, "")
	release := `{"action":"published","release":{"tag_name":"v2","published_at":"2026-11-21T11:58:00Z"},"repository":{"name":"shop"}}`
	f("s3", release, header("X-Github-Event", "release", "X-Hub-Signature-256", sign("s3", release)), 202, "GitHub: 11:58:00 deploy >v2 shop release v2 ;")
	f("", `{"summary":"back to v1","kind":"Rollback","service":"shop"}`, nil, 202, "POST /v1/changes: 12:00:00 deploy > shop back to v1 ;")
	f("", `{"summary":"two fewer","kind":"autoscale","service":"shop"}`, nil, 202, "POST /v1/changes: 12:00:00 scale > shop two fewer ;")
	// What cannot be read.
	for _, body := range []string{"", "hello", "[1]", "{}", `{"summary":"x","time":"yesterday"}`, `{"summary":"x","time":"2036-01-01T00:00:00Z"}`, "[" + strings.Repeat("{},", 200) + "{}]"} {
		f("", body, nil, 400, "")
	}
	f("", strings.Repeat(" ", maxBody+1), nil, 413, "")
}

func TestHookUnkept(t *testing.T) {
	h := &Hook{Now: func() time.Time { return noon }, Sink: func([]Dated) error { return errors.New("no database") }}
	for method, want := range map[string]int{http.MethodPost: 503, http.MethodGet: 405} {
		r := httptest.NewRequest(method, "http://localhost/v1/changes", strings.NewReader(`{"summary":"x"}`))
		r.RemoteAddr = "[::1]:4711"
		w := httptest.NewRecorder()
		if h.ServeHTTP(w, r); w.Code != want {
			t.Errorf("%s: %d, want %d", method, w.Code, want)
		}
	}
}

// TestHookReadsNothingOfStrangers: who is refused in any case cannot have a body kept in memory.
func TestHookReadsNothingOfStrangers(t *testing.T) {
	f := func(secret, peer, signature string, want bool) {
		t.Helper()
		h := &Hook{Secret: secret, Now: func() time.Time { return noon }, Sink: func([]Dated) error { return nil }}
		body := strings.NewReader(`{"summary":"x"}`)
		size := body.Len()
		r := httptest.NewRequest(http.MethodPost, "http://127.0.0.1/v1/changes", body)
		r.RemoteAddr = peer
		r.Header.Set("X-Hub-Signature-256", signature)
		h.ServeHTTP(httptest.NewRecorder(), r)
		if read := body.Len() < size; read != want {
			t.Errorf("secret %q, from %s, signed %q: read %v, want %v", secret, peer, signature, read, want)
		}
	}
	f("", "203.0.113.9:4711", "", false)
	f("", "127.0.0.1:4711", "", true)
	f("s3", "127.0.0.1:4711", "", false)
	f("s3", "203.0.113.9:4711", "sha256=00", true)
}

func FuzzPosted(f *testing.F) {
	f.Add("push", "", []byte(`{"after":"1","ref":"x"}`))
	f.Add("", "Release Hook", []byte(`{"action":"create","tag":"v1"}`))
	f.Add("", "", []byte(`[{"summary":"x"}]`))
	f.Fuzz(func(t *testing.T, github, gitlab string, body []byte) {
		header := http.Header{}
		header.Set("X-Github-Event", github)
		header.Set("X-Gitlab-Event", gitlab)
		changes, err := posted(header, body, noon)
		for _, c := range changes {
			if err != nil || len(c.Summary) > 600 || c.At.IsZero() {
				t.Errorf("%q: %+v, %v", body, c, err)
			}
		}
	})
}
