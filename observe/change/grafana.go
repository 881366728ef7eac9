package change

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"culprit/parser"
)

// ownTag marks the annotations that culprit wrote, so that it does not take them for changes.
const ownTag = "culprit"

// Grafana reads annotations and writes them. It is used by one goroutine.
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
	text, err := g.ask(ctx, http.MethodGet, "/api/annotations?"+query.Encode(), nil)
	if err != nil {
		return nil, err
	}
	var all []Dated
	err = parser.ReadTimeline(parser.ChangesJSON, bytes.NewReader(text), parser.TimelineOptions{}, func(rec *parser.Record) error {
		if rec.Change != nil && rec.Change.Service != ownTag {
			d := Dated{time.UnixMicro(rec.Time), *rec.Change}
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

// Annotate writes an annotation over a span; a zero end makes it one of a moment.
func (g *Grafana) Annotate(ctx context.Context, from, to time.Time, text string, tags ...string) error {
	note := map[string]any{"time": from.UnixMilli(), "tags": append([]string{ownTag}, tags...), "text": text}
	if !to.IsZero() {
		note["timeEnd"] = to.UnixMilli()
	}
	body, err := json.Marshal(note)
	if err != nil {
		return fmt.Errorf("write an annotation: %w", err)
	}
	_, err = g.ask(ctx, http.MethodPost, "/api/annotations", body)
	return err
}

func (g *Grafana) ask(ctx context.Context, method, path string, body []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, grafanaTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(g.URL, "/")+path, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("ask Grafana: %w", err)
	}
	request.Header.Set("Content-Type", "application/json")
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
		return nil, fmt.Errorf("Grafana answers %s (CULPRIT_GRAFANA_TOKEN wants a service account that may write annotations)", answer.Status)
	}
	return text, nil
}
