package telemetry

import (
	"fmt"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Health is asked on /-/healthy and /-/ready.
type Health struct {
	// Ready reports whether what was there before the start has been read.
	Ready func() bool
	// Alive is when work last went on; it is healthy that it did within Patience.
	Alive    func() time.Time
	Patience time.Duration
}

// Handler serves /metrics, /-/healthy and /-/ready.
func Handler(c *Collector, h Health) (http.Handler, error) {
	registry := prometheus.NewRegistry()
	for _, one := range []prometheus.Collector{c, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{})} {
		if err := registry.Register(one); err != nil {
			return nil, fmt.Errorf("prepare /metrics: %w", err)
		}
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError, MaxRequestsInFlight: 4}))
	mux.HandleFunc("GET /-/healthy", func(w http.ResponseWriter, _ *http.Request) {
		if idle := time.Since(h.Alive()); idle > h.Patience {
			http.Error(w, fmt.Sprintf("culprit has not looked for incidents for %s.", idle.Round(time.Second)), http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "culprit is healthy.")
	})
	mux.HandleFunc("GET /-/ready", func(w http.ResponseWriter, _ *http.Request) {
		if !h.Ready() {
			http.Error(w, "culprit is still reading what was there before it started.", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "culprit is ready.")
	})
	return mux, nil
}
