package live

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// Webhook posts notices as JSON.
type Webhook struct {
	URL    string
	Client *http.Client
	// Body makes what is posted of a notice.
	Body func(n *Notice) any
}

// Name is the address without what may be secret in it.
func (w *Webhook) Name() string {
	u, err := url.Parse(w.URL)
	if err != nil {
		return "webhook"
	}
	return "webhook " + u.Scheme + "://" + u.Host
}

// Tell posts n. An answer of 4xx other than 408 and 429 is a Refusal.
func (w *Webhook) Tell(ctx context.Context, n *Notice) error {
	body, err := json.Marshal(w.Body(n))
	if err != nil {
		return &Refusal{err}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.URL, bytes.NewReader(body))
	if err != nil {
		return &Refusal{errors.New("not a URL that can be posted to")}
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "culprit")
	answer, err := w.Client.Do(req)
	if err != nil {
		return withoutURL(err)
	}
	defer answer.Body.Close()
	_, _ = io.CopyN(io.Discard, answer.Body, 64<<10) // so that the connection can be used again
	switch code := answer.StatusCode; {
	case code < 300:
		return nil
	case code >= 400 && code < 500 && code != http.StatusRequestTimeout && code != http.StatusTooManyRequests:
		return &Refusal{fmt.Errorf("it answered %s", answer.Status)}
	}
	return fmt.Errorf("it answered %s", answer.Status)
}

// withoutURL takes the address, which may hold a token, out of an error.
func withoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// alert is one of Alertmanager's.
type alert struct {
	Status       string            `json:"status"`
	Labels       map[string]string `json:"labels"`
	Annotations  map[string]string `json:"annotations"`
	StartsAt     time.Time         `json:"startsAt"`
	EndsAt       time.Time         `json:"endsAt"` // zero while firing
	GeneratorURL string            `json:"generatorURL"`
	Fingerprint  string            `json:"fingerprint"`
}

// alertmanagerMessage is the payload that Alertmanager's webhook receivers take, version 4.
type alertmanagerMessage struct {
	Version           string            `json:"version"`
	GroupKey          string            `json:"groupKey"`
	TruncatedAlerts   uint64            `json:"truncatedAlerts"`
	Status            string            `json:"status"`
	Receiver          string            `json:"receiver"`
	GroupLabels       map[string]string `json:"groupLabels"`
	CommonLabels      map[string]string `json:"commonLabels"`
	CommonAnnotations map[string]string `json:"commonAnnotations"`
	ExternalURL       string            `json:"externalURL"`
	Alerts            []alert           `json:"alerts"`
}

// Alertmanager makes the payload of Alertmanager's webhook, version 4. The labels of an incident stay the same as long as it lasts; what
// changes, the cause included, are annotations.
func Alertmanager(n *Notice) any {
	labels := map[string]string{"alertname": "CulpritIncident", "incident": n.ID, "severity": "critical"}
	if n.Host != "" {
		labels["instance"] = n.Host
	}
	status := "firing"
	var ends time.Time
	if n.Event == Ended {
		status, ends = "resolved", n.Time.UTC()
		if n.Incident.End != nil {
			ends = *n.Incident.End
		}
	}
	notes := annotations(n)
	return alertmanagerMessage{
		Version: "4", GroupKey: `{}:{alertname="CulpritIncident",incident="` + n.ID + `"}`, Status: status, Receiver: "culprit",
		GroupLabels:  map[string]string{"alertname": "CulpritIncident", "incident": n.ID},
		CommonLabels: labels, CommonAnnotations: notes,
		Alerts: []alert{{Status: status, Labels: labels, Annotations: notes, StartsAt: n.Incident.Start, EndsAt: ends, Fingerprint: n.ID}},
	}
}

func annotations(n *Notice) map[string]string {
	lead := n.Lead()
	notes := map[string]string{
		"event": string(n.Event), "summary": Headline(n), "description": lead.Summary,
		"cause": lead.Cause, "confidence": fmt.Sprintf("%.2f", lead.Confidence), "hop": n.Incident.Hop, "component": n.Incident.Component,
		"failed": fmt.Sprint(n.Incident.Requests.Failed), "requests": fmt.Sprint(n.Incident.Requests.Total),
	}
	if n.Before != "" {
		notes["previous_cause"] = n.Before
	}
	if len(lead.Checks) > 0 {
		notes["check"] = lead.Checks[0].Command
	}
	if len(lead.Fixes) > 0 {
		notes["fix"] = lead.Fixes[0].Text
	}
	return notes
}

// Slack makes the payload of Slack's incoming webhooks, which Mattermost, Rocket.Chat and others take too.
func Slack(n *Notice) any {
	mark := map[Event]string{Opened: ":rotating_light:", Changed: ":mag:", Ended: ":white_check_mark:"}[n.Event]
	text := mark + " *" + slackText(Headline(n)) + "*\n" + slackText(n.Lead().Summary)
	if checks := n.Lead().Checks; n.Event != Ended && len(checks) > 0 {
		text += "\nNext: `" + slackText(checks[0].Command) + "`"
	}
	return map[string]string{"text": text}
}

// slackText keeps log content from mentioning people or making links.
func slackText(s string) string {
	var b bytes.Buffer
	for _, r := range clean(s) {
		switch r {
		case '&':
			b.WriteString("&amp;")
		case '<':
			b.WriteString("&lt;")
		case '>':
			b.WriteString("&gt;")
		case '`', '*':
			b.WriteByte('\'')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
