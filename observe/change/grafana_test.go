package change

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// TestAnnotations are read once each, without those that culprit wrote of incidents.
func TestAnnotations(t *testing.T) {
	answer, token := http.StatusOK, ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token = r.Header.Get("Authorization")
		w.WriteHeader(answer)
		fmt.Fprintf(w, `[{"id":3,"time":%d,"timeEnd":%d,"tags":["backend-down","culprit","incident:abc"],"text":"x"},
			{"id":2,"time":%d,"tags":["config","nginx"],"text":"smaller <b>pool</b>"},{"id":1,"time":%d,"tags":["kind:deploy","service:shop"],"text":"v2"}]`,
			noon.UnixMilli(), noon.UnixMilli()+5000, noon.UnixMilli(), noon.Add(-time.Minute).UnixMilli())
	}))
	defer server.Close()
	g := &Grafana{URL: server.URL, Token: "secret", Since: noon.Add(-time.Hour)}
	f := func(want string) {
		t.Helper()
		all, err := g.Annotations(t.Context(), noon)
		got := ""
		for _, c := range all {
			got += fmt.Sprintf("%s %s %s %s;", c.At.UTC().Format("15:04"), c.Kind, c.Service, c.Summary)
			if c.Source != server.URL {
				t.Errorf("noticed at %q", c.Source)
			}
		}
		if err != nil || got != want {
			t.Errorf("got %q, %v; want %q", got, err, want)
		}
	}
	f("12:00 config nginx smaller pool;11:59 deploy shop v2;")
	f("")
	answer = http.StatusForbidden
	if _, err := g.Annotations(t.Context(), noon); err == nil || !strings.Contains(err.Error(), "403") || token != "Bearer secret" {
		t.Errorf("403 is %v, asked with %q", err, token)
	}
}
