package load

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/prometheus/client_golang/api"
	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"
	"go.yaml.in/yaml/v3"

	"culprit/parser"
)

//go:embed prometheus.yaml
var expressionsFile []byte

// expression is one question to Prometheus.
type expression struct {
	Metric string `yaml:"metric"`
	Expr   string `yaml:"expr"`
	Span   int64  `yaml:"span"` // seconds
}

// Prometheus asks a server of that API for the figures of the common exporters.
type Prometheus struct {
	url         string
	api         v1.API
	expressions []expression
}

// NewPrometheus returns the source at a URL such as http://127.0.0.1:9090.
func NewPrometheus(url string) (*Prometheus, error) {
	c, err := api.NewClient(api.Config{Address: url})
	if err != nil {
		return nil, fmt.Errorf("the address of Prometheus: %w", err)
	}
	p := &Prometheus{url: url, api: v1.NewAPI(c)}
	if err := yaml.Unmarshal(expressionsFile, &p.expressions); err != nil {
		return nil, fmt.Errorf("read the expressions: %w", err)
	}
	return p, nil
}

// Name is the server's address.
func (p *Prometheus) Name() string { return shown(p.url) }

// mostAnswers bounds the series that one expression may answer with.
const mostAnswers = 500

// Read asks for the figures of this moment.
func (p *Prometheus) Read(ctx context.Context, now time.Time) ([]parser.Sample, error) {
	var samples []parser.Sample
	for _, e := range p.expressions {
		value, _, _, err := p.api.Query(ctx, e.Expr, now)
		var failure *v1.Error
		switch {
		case errors.As(err, &failure) && failure.Type == v1.ErrExec:
			continue // labels that do not fit one another here
		case err != nil:
			return nil, fmt.Errorf("ask Prometheus for %s: %w", e.Metric, err)
		}
		answers, ok := value.(model.Vector)
		if !ok {
			continue
		}
		for _, a := range answers[:min(len(answers), mostAnswers)] {
			out := gathering{host: hostOf(a.Metric), span: time.Duration(e.Span) * time.Second}
			out.mean(e.Metric, float64(a.Value))
			samples = append(samples, out.samples...)
		}
	}
	return samples, nil
}

// hostOf is the machine a series is of, without the exporter's port.
func hostOf(labels model.Metric) string {
	for _, name := range [...]model.LabelName{"nodename", "hostname", "host", "instance"} {
		if v := string(labels[name]); v != "" {
			if host, _, err := net.SplitHostPort(v); err == nil {
				return host
			}
			return v
		}
	}
	return ""
}
