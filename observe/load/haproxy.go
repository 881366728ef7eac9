package load

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"culprit/parser"
)

// HAProxy reads its statistics as CSV, from the socket of "stats socket" or the page of "stats uri".
type HAProxy struct {
	// Address is "unix:/run/haproxy/admin.sock", "tcp:127.0.0.1:9999", or the URL of the page.
	Address, Hostname string
}

// Name is the address.
func (h *HAProxy) Name() string { return shown(h.Address) }

// Read tells of all proxies together how many requests wait, how many sessions there are, and how many servers are down; of the fullest
// frontend, how near its limit is; of the slowest backend, how long requests waited in its queue and for an answer.
func (h *HAProxy) Read(ctx context.Context, _ time.Time) ([]parser.Sample, error) {
	text, err := h.statistics(ctx)
	if err != nil {
		return nil, err
	}
	in := csv.NewReader(bytes.NewReader(bytes.TrimLeft(bytes.TrimSpace(text), "# ")))
	in.FieldsPerRecord, in.ReuseRecord, in.LazyQuotes = -1, true, true
	head, err := in.Read()
	columns := map[string]int{}
	for i, name := range head {
		columns[name] = i
	}
	if _, ok := columns["qcur"]; err != nil || !ok {
		return nil, fmt.Errorf("%s tells no statistics of HAProxy", h.Name())
	}
	var s haproxyFigures
	for {
		row, err := in.Read()
		if err != nil {
			break // the end, or the rest of a page that was cut
		}
		s.take(func(name string) string {
			if i, ok := columns[name]; ok && i < len(row) {
				return row[i]
			}
			return ""
		})
	}
	out := gathering{host: h.Hostname}
	s.tell(&out)
	return out.samples, nil
}

// haproxyFigures are sums over proxies.
type haproxyFigures struct {
	queue, sessions, nearest, down, servers, waited, answered float64
}

func (s *haproxyFigures) take(field func(name string) string) {
	number := func(name string) float64 {
		v, err := strconv.ParseFloat(field(name), 64)
		if err != nil {
			return 0
		}
		return v
	}
	switch field("svname") {
	case "FRONTEND":
		s.sessions += number("scur")
		if limit := number("slim"); limit > 0 {
			s.nearest = max(s.nearest, 100*number("scur")/limit)
		}
	case "BACKEND":
		s.queue += number("qcur")
		s.waited, s.answered = max(s.waited, number("qtime")), max(s.answered, number("rtime"))
	case "":
	default:
		s.servers++
		s.queue += number("qcur")
		if strings.HasPrefix(field("status"), "DOWN") {
			s.down++
		}
	}
}

func (s *haproxyFigures) tell(out *gathering) {
	out.gauge("haproxy_queue", s.queue)
	out.gauge("haproxy_sessions", s.sessions)
	out.gauge("haproxy_sessions_percent", s.nearest)
	out.gauge("haproxy_servers_down", s.down)
	out.gauge("haproxy_queue_ms", s.waited)
	out.gauge("haproxy_response_ms", s.answered)
}

func (h *HAProxy) statistics(ctx context.Context) ([]byte, error) {
	network, address, _ := strings.Cut(h.Address, ":")
	if network != "unix" && network != "tcp" {
		return page(ctx, h.Address)
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
	if err != nil {
		return nil, fmt.Errorf("ask HAProxy: %w (a user of the socket's group may)", err)
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	if _, err := conn.Write([]byte("show stat\n")); err != nil {
		return nil, fmt.Errorf("ask HAProxy: %w", err)
	}
	text, err := bounded(conn)
	if err != nil {
		return nil, fmt.Errorf("read HAProxy's statistics: %w", err)
	}
	return text, nil
}
