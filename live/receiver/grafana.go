package receiver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strings"
	"time"

	"culprit/live"
	"culprit/live/delivery"
)

// Grafana is told by annotations: a region for each incident, from its first failure on, which grows and is closed as the incident does.
// Grafana itself remembers which one it is, by a tag: a notice that comes twice writes nothing twice, also after a restart.
type Grafana struct {
	to endpoint
}

// NewGrafana takes the address of a Grafana, with the prefix it is served under, if any, and the token of a service account that may
// write annotations.
func NewGrafana(address, token string) *Grafana {
	return &Grafana{endpoint{URL: address, Token: token, Client: &http.Client{}}}
}

// Name is the address without what may be secret in it.
func (g *Grafana) Name() string { return g.to.name("grafana") }

// region is an annotation as the API takes it; times are milliseconds since the epoch.
type region struct {
	Time int64    `json:"time"`
	End  int64    `json:"timeEnd"`
	Tags []string `json:"tags"`
	Text string   `json:"text"`
}

// grafanaTag marks what culprit wrote, so that it is not read as a change again.
const grafanaTag = "culprit"

// Tell brings the annotation of each incident up to date.
func (g *Grafana) Tell(ctx context.Context, group []*live.Notice) error {
	for _, n := range latest(group) {
		if err := g.tell(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

func (g *Grafana) tell(ctx context.Context, n *live.Notice) error {
	mark := "incident:" + n.ID
	id, err := g.find(ctx, mark)
	if err != nil {
		return err
	}
	method, path := http.MethodPost, "/api/annotations"
	if id != 0 {
		method, path = http.MethodPatch, fmt.Sprintf("/api/annotations/%d", id)
	}
	to, err := g.at(path, nil)
	if err != nil {
		return err
	}
	_, err = to.ask(ctx, method, annotation(n, mark))
	return err
}

// find returns the number of the annotation with a tag, 0 where there is none.
func (g *Grafana) find(ctx context.Context, mark string) (id int64, err error) {
	to, err := g.at("/api/annotations", url.Values{"tags": {grafanaTag, mark}, "type": {"annotation"}, "limit": {"1"}})
	if err != nil {
		return 0, err
	}
	said, err := to.ask(ctx, http.MethodGet, nil)
	if err != nil {
		return 0, err
	}
	var there []struct {
		ID int64 `json:"id"`
	}
	if err := json.Unmarshal(said, &there); err != nil {
		return 0, errors.New("it does not answer as Grafana does" + excerpt(said))
	}
	if len(there) == 0 {
		return 0, nil
	}
	return there[0].ID, nil
}

// at is the address of a part of the API.
func (g *Grafana) at(path string, query url.Values) (endpoint, error) {
	to := g.to
	address, err := url.Parse(to.URL)
	if err != nil {
		return to, &delivery.Refusal{Err: withoutURL(err)}
	}
	address.Path, address.RawQuery = strings.TrimRight(address.Path, "/")+path, query.Encode()
	to.URL = address.String()
	return to, nil
}

// annotation says what a notice says. Grafana shows texts as HTML: what comes from logs is escaped.
func annotation(n *live.Notice, mark string) region {
	from, to := n.Incident.Start, n.Time
	if n.Event == live.Ended && n.Incident.End != nil {
		to = *n.Incident.End
	}
	if to.Before(from) { // clocks that differ
		to = from.Add(time.Second)
	}
	r := region{from.UnixMilli(), to.UnixMilli(), []string{grafanaTag, n.Lead().Cause, mark}, html.EscapeString(live.Headline(n))}
	if s := n.Lead().Summary; s != "" {
		r.Text += "<br>" + html.EscapeString(plain(s, 500))
	}
	if n.Link != "" {
		r.Text += fmt.Sprintf(`<br><a href="%s">the incident</a>`, html.EscapeString(n.Link))
	}
	if n.Host != "" {
		r.Tags = append(r.Tags, "host:"+plain(n.Host, 100))
	}
	return r
}
