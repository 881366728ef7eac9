package load

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"

	"culprit/parser"
)

// PHPFPM reads the status page of a pool over FastCGI, where the pool itself listens; no web server takes part.
type PHPFPM struct {
	// Address is "fcgi:unix:/run/php/www.sock!/status" or "fcgi://127.0.0.1:9000/status": the socket and pm.status_path.
	Address, Hostname string

	last fpmStatus
	at   time.Time
}

// fpmStatus is what the page tells.
type fpmStatus struct {
	Pool        string  `json:"pool"`
	Manager     string  `json:"process manager"`
	StartTime   int64   `json:"start time"`
	Queue       float64 `json:"listen queue"`
	QueueLength float64 `json:"listen queue len"`
	Idle        float64 `json:"idle processes"`
	Active      float64 `json:"active processes"`
	Total       float64 `json:"total processes"`
	MaxReached  float64 `json:"max children reached"`
	Slow        float64 `json:"slow requests"`
}

// Name is the address.
func (p *PHPFPM) Name() string { return p.Address }

// fpmAddress parts an address into what is dialled and the path asked for.
func fpmAddress(address string) (network, at, path string, err error) {
	if socket, ok := strings.CutPrefix(address, "fcgi:unix:"); ok {
		at, path, _ = strings.Cut(socket, "!")
		return "unix", at, path, nil
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "fcgi" || u.Host == "" {
		return "", "", "", fmt.Errorf("%q is no address of a pool; fcgi://127.0.0.1:9000/status or fcgi:unix:/run/php/www.sock!/status", address)
	}
	return "tcp", u.Host, u.Path, nil
}

// Read tells how many requests wait for a worker, how many workers work, and how often there were none left.
func (p *PHPFPM) Read(ctx context.Context, now time.Time) ([]parser.Sample, error) {
	network, at, path, err := fpmAddress(p.Address)
	if err != nil {
		return nil, err
	}
	text, err := ask(ctx, network, at, [][2]string{
		{"GATEWAY_INTERFACE", "CGI/1.1"}, {"REQUEST_METHOD", "GET"}, {"SCRIPT_NAME", path}, {"SCRIPT_FILENAME", path}, {"REQUEST_URI", path + "?json"},
		{"QUERY_STRING", "json"}, {"SERVER_PROTOCOL", "HTTP/1.1"}, {"SERVER_SOFTWARE", "culprit"}, {"REMOTE_ADDR", "127.0.0.1"},
	})
	if err != nil {
		return nil, err
	}
	var s fpmStatus
	if err := json.Unmarshal(text, &s); err != nil || s.Pool == "" {
		return nil, fmt.Errorf("%s is no status page of a pool (pm.status_path names it)", p.Address)
	}
	out := gathering{host: p.Hostname + "/" + s.Pool}
	if !p.at.IsZero() && s.StartTime == p.last.StartTime {
		out.span = now.Sub(p.at)
	}
	out.gauge("fpm_listen_queue", s.Queue)
	// The page itself is served by a worker.
	out.gauge("fpm_active_processes", max(0, s.Active-1))
	out.gauge("fpm_idle_processes", s.Idle)
	if s.QueueLength > 0 {
		out.gauge("fpm_listen_queue_percent", 100*s.Queue/s.QueueLength)
	}
	out.rate("fpm_max_children_reached", p.last.MaxReached, s.MaxReached)
	out.rate("fpm_slow_requests", p.last.Slow, s.Slow)
	p.last, p.at = s, now
	return out.samples, nil
}
