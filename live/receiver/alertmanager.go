package receiver

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"culprit/live"
)

// Alertmanager is told by its API, version 2, as Prometheus tells it. It forgets an alert that is not repeated: tell it what is open
// every Repeat.
type Alertmanager struct {
	to     endpoint
	labels map[string]string
	now    func() time.Time
}

// Repeat is how often an Alertmanager is to hear what is open.
const Repeat = time.Minute

// lapse is after how long without repetition an alert is taken for resolved: as with Prometheus, four repetitions.
const lapse = 4 * Repeat

// NewAlertmanager takes the address of an Alertmanager, with the prefix it is served under, if any, and labels to put on every alert.
func NewAlertmanager(address, token string, labels map[string]string) *Alertmanager {
	return &Alertmanager{to: endpoint{URL: address, Token: token, Client: &http.Client{}}, labels: labels, now: time.Now}
}

// Name is the address without what may be secret in it.
func (a *Alertmanager) Name() string { return a.to.name("alertmanager") }

// postable is an alert as the API takes it.
type postable struct {
	Labels       map[string]string `json:"labels"`
	Annotations  map[string]string `json:"annotations"`
	StartsAt     time.Time         `json:"startsAt"`
	EndsAt       time.Time         `json:"endsAt"`
	GeneratorURL string            `json:"generatorURL,omitempty"`
}

// Tell posts the state of each incident.
func (a *Alertmanager) Tell(ctx context.Context, group []*live.Notice) error {
	var alerts []postable
	for _, n := range latest(group) {
		alerts = append(alerts, a.alert(n))
	}
	to := a.to
	address, err := url.Parse(to.URL)
	if err != nil {
		return withoutURL(err)
	}
	address.Path = strings.TrimRight(address.Path, "/") + "/api/v2/alerts"
	to.URL = address.String()
	return to.post(ctx, alerts)
}

func (a *Alertmanager) alert(n *live.Notice) postable {
	p := postable{Labels: labels(n, a.labels), Annotations: annotations(n), StartsAt: n.Incident.Start.UTC(), EndsAt: ends(n), GeneratorURL: n.Link}
	switch now := a.now().UTC(); {
	case n.Event == live.Test:
		p.EndsAt = now.Add(lapse / 4)
	case n.Event != live.Ended:
		p.EndsAt = now.Add(lapse)
	}
	if p.EndsAt.Before(p.StartsAt) { // clocks that differ
		p.StartsAt = p.EndsAt
	}
	return p
}
