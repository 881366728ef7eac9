package live

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
)

// Metric is one number that is told to Prometheus.
type Metric struct {
	Name, Help string
	Counter    bool
	Labels     string // as Prometheus writes them, without braces; "" for none
	Value      float64
}

// Metrics writes metrics in Prometheus' text format, version 0.0.4. Those of one name must stand together.
func Metrics(w io.Writer, all []Metric) error {
	var b strings.Builder
	last := ""
	for _, m := range all {
		if m.Name != last {
			kind := "gauge"
			if m.Counter {
				kind = "counter"
			}
			fmt.Fprintf(&b, "# HELP %s %s\n# TYPE %s %s\n", m.Name, m.Help, m.Name, kind)
			last = m.Name
		}
		labels := m.Labels
		if labels != "" {
			labels = "{" + labels + "}"
		}
		fmt.Fprintf(&b, "%s%s %v\n", m.Name, labels, m.Value)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Label writes one label.
func Label(name, value string) string {
	return name + `="` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(value) + `"`
}

// Handler serves /metrics, /-/healthy and /-/ready.
func Handler(metrics func() []Metric, ready *atomic.Bool) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		_ = Metrics(w, metrics()) // whoever asked has gone
	})
	mux.HandleFunc("GET /-/healthy", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "culprit is healthy.") })
	mux.HandleFunc("GET /-/ready", func(w http.ResponseWriter, _ *http.Request) {
		if !ready.Load() {
			http.Error(w, "culprit is still reading what was there before it started.", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "culprit is ready.")
	})
	return mux
}
