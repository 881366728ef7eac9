package receiver

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"culprit/live"
	"culprit/live/delivery"
)

// board is a Grafana as far as annotations go.
type board struct {
	*httptest.Server
	notes  []region
	asked  []string
	answer int // 0: as asked
	token  string
}

func newBoard(t *testing.T) *board {
	b := &board{}
	b.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b.token = r.Header.Get("Authorization")
		b.asked = append(b.asked, r.Method+" "+r.URL.Path)
		if b.answer != 0 {
			w.WriteHeader(b.answer)
			return
		}
		var n region
		switch id, ok := strings.CutPrefix(r.URL.Path, "/grafana/api/annotations/"); {
		case r.Method == http.MethodGet:
			for i, n := range b.notes {
				if !slices.ContainsFunc(r.URL.Query()["tags"], func(tag string) bool { return !slices.Contains(n.Tags, tag) }) {
					fmt.Fprintf(w, `[{"id":%d}]`, i+1)
					return
				}
			}
			fmt.Fprint(w, "[]")
		case json.NewDecoder(r.Body).Decode(&n) != nil:
			w.WriteHeader(http.StatusBadRequest)
		case r.Method == http.MethodPost && r.URL.Path == "/grafana/api/annotations":
			b.notes = append(b.notes, n)
		case r.Method == http.MethodPatch && ok:
			number, err := strconv.Atoi(id)
			if err != nil || number < 1 || number > len(b.notes) {
				w.WriteHeader(http.StatusNotFound)
				return
			}
			b.notes[number-1] = n
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	t.Cleanup(b.Close)
	return b
}

// TestGrafana writes one region an incident, however often it is told of, and closes it at its end.
func TestGrafana(t *testing.T) {
	b := newBoard(t)
	g := NewGrafana(b.URL+"/grafana/", "secret")
	tell := func(n ...*live.Notice) {
		t.Helper()
		if err := g.Tell(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
	tell(notice(live.Opened, "<script>x</script>"))
	tell(notice(live.Opened, "<script>x</script>")) // delivered twice
	if len(b.notes) != 1 || b.token != "Bearer secret" {
		t.Fatalf("wrote %+v with %q", b.notes, b.token)
	}
	n := b.notes[0]
	if n.Time != noon.UnixMilli() || n.End != noon.UnixMilli()+1000 || !slices.Equal(n.Tags, []string{"culprit", "backend-down", "incident:abc", "host:web1"}) ||
		strings.Contains(n.Text, "<script") || !strings.Contains(n.Text, "https://c.example.org/incidents/2026-1") {
		t.Errorf("wrote %+v", n)
	}
	other := notice(live.Opened, "x")
	other.ID = "def"
	tell(notice(live.Changed, "x"), notice(live.Ended, "x"), other)
	if len(b.notes) != 2 || b.notes[0].End != noon.UnixMilli()+60_000 || !strings.HasPrefix(b.notes[0].Text, "over after 1m0s") {
		t.Errorf("wrote %+v", b.notes)
	}
	late := notice(live.Ended, "x") // whose opening was never delivered
	late.ID = "ghi"
	if tell(late); len(b.notes) != 3 || b.notes[2].End != noon.UnixMilli()+60_000 {
		t.Errorf("wrote %+v", b.notes)
	}
}

// TestGrafanaAway tells what will never be taken from what may be tried again.
func TestGrafanaAway(t *testing.T) {
	b := newBoard(t)
	g := NewGrafana(b.URL, "")
	f := func(answer int, final bool) {
		t.Helper()
		b.answer = answer
		err := g.Tell(t.Context(), []*live.Notice{notice(live.Opened, "x")})
		var refusal *delivery.Refusal
		if err == nil || errors.As(err, &refusal) != final {
			t.Errorf("%d: %v", answer, err)
		}
	}
	f(http.StatusForbidden, true)
	f(http.StatusInternalServerError, false)
	f(http.StatusServiceUnavailable, false)
	f(http.StatusNoContent, false) // something that is no Grafana
	if len(b.notes) > 0 {
		t.Errorf("wrote %+v", b.notes)
	}
}
