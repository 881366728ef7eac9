package load

import (
	"context"
	"fmt"
	"time"

	"culprit/parser"
)

// Nginx reads the page of ngx_http_stub_status_module.
type Nginx struct {
	URL, Hostname string

	at                time.Time
	accepted, handled float64
}

// Name is the page's address.
func (n *Nginx) Name() string { return shown(n.URL) }

// Read tells how many connections there are, and how many were dropped for want of worker_connections.
func (n *Nginx) Read(ctx context.Context, now time.Time) ([]parser.Sample, error) {
	text, err := page(ctx, n.URL)
	if err != nil {
		return nil, err
	}
	var active, accepted, handled, requests, reading, writing, waiting float64
	_, err = fmt.Sscanf(string(text), "Active connections: %g \nserver accepts handled requests\n %g %g %g \nReading: %g Writing: %g Waiting: %g",
		&active, &accepted, &handled, &requests, &reading, &writing, &waiting)
	if err != nil {
		return nil, fmt.Errorf("%s is no page of stub_status", n.Name())
	}
	out := gathering{host: n.Hostname}
	if !n.at.IsZero() {
		out.span = now.Sub(n.at)
	}
	out.gauge("nginx_active", active)
	out.gauge("nginx_reading", reading)
	out.gauge("nginx_writing", writing)
	out.gauge("nginx_waiting", waiting)
	if accepted >= n.accepted && handled >= n.handled {
		out.rate("nginx_accepts", n.accepted, accepted)
		out.rate("nginx_dropped", n.accepted-n.handled, accepted-handled)
	}
	n.at, n.accepted, n.handled = now, accepted, handled
	return out.samples, nil
}
