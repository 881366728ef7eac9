package change

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"culprit/parser"
)

// Grafana reads annotations, but for those that culprit wrote itself. It is used by one goroutine.
type Grafana struct {
	URL, Token string
	// Since is from when on annotations are read; it moves on as they are.
	Since time.Time

	seen map[string]bool
}

// grafanaTimeout bounds one question.
const grafanaTimeout = 5 * time.Second

// Annotations returns those that were not returned before, up to a moment.
func (g *Grafana) Annotations(ctx context.Context, now time.Time) ([]Dated, error) {
	query := url.Values{"from": {strconv.FormatInt(g.Since.UnixMilli(), 10)}, "to": {strconv.FormatInt(now.UnixMilli(), 10)}, "type": {"annotation"}, "limit": {"1000"}}
	text, err := g.ask(ctx, "/api/annotations?"+query.Encode())
	if err != nil {
		return nil, err
	}
	shown := g.URL
	if u, err := url.Parse(shown); err == nil {
		shown = u.Redacted() // it names a source in reports
	}
	var all []Dated
	err = parser.ReadTimeline(parser.ChangesJSON, bytes.NewReader(text), parser.TimelineOptions{}, func(rec *parser.Record) error {
		if rec.Change != nil {
			d := Dated{time.UnixMicro(rec.Time), *rec.Change, shown}
			if key := d.At.String() + d.Summary; !g.seen[key] {
				if g.seen == nil || len(g.seen) > 10_000 {
					g.seen = map[string]bool{}
				}
				g.seen[key] = true
				all = append(all, d)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read Grafana's annotations: %w", err)
	}
	if from := now.Add(-10 * time.Minute); from.After(g.Since) {
		g.Since = from // some are dated back
	}
	return all, nil
}

func (g *Grafana) ask(ctx context.Context, path string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, grafanaTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(g.URL, "/")+path, nil)
	if err != nil {
		return nil, fmt.Errorf("ask Grafana: %w", err)
	}
	if g.Token != "" {
		request.Header.Set("Authorization", "Bearer "+g.Token)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, fmt.Errorf("ask Grafana: %w", err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxBody))
	switch {
	case err != nil:
		return nil, fmt.Errorf("ask Grafana: %w", err)
	case answer.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("Grafana answers %s (CULPRIT_GRAFANA_TOKEN wants a service account that may read annotations)", answer.Status)
	}
	return text, nil
}
