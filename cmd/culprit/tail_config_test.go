package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestGrafanaIsTold: --grafana makes a receiver of incidents, with the token of the environment.
func TestGrafanaIsTold(t *testing.T) {
	asked := ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked += r.Method + " " + r.URL.Path + " " + r.Header.Get("Authorization") + ";"
		_, _ = w.Write([]byte("[]"))
	}))
	defer server.Close()
	t.Setenv(grafanaVariable, "secret")
	var out, said bytes.Buffer
	if code := run(t.Context(), []string{"tail", "--grafana", server.URL, "--test-alert"}, streams{strings.NewReader(""), &out, &said}); code != 0 {
		t.Errorf("exit code %d: %s", code, said.String())
	}
	if want := "GET /api/annotations Bearer secret;POST /api/annotations Bearer secret;"; asked != want || !strings.Contains(out.String(), "heard it") || strings.Contains(out.String(), "secret") {
		t.Errorf("asked %q, said %q", asked, out.String())
	}
	if code := run(t.Context(), []string{"tail", "--grafana", "grafana:3000", "--test-alert"}, streams{strings.NewReader(""), &out, &said}); code != exitUsage {
		t.Errorf("an address without http:// gives %d", code)
	}
}
