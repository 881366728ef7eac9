package receiver

import (
	"time"

	"culprit/live"
)

// alert is one of a message.
type alert struct {
	Status       string            `json:"status"`
	Labels       map[string]string `json:"labels"`
	Annotations  map[string]string `json:"annotations"`
	StartsAt     time.Time         `json:"startsAt"`
	EndsAt       time.Time         `json:"endsAt"` // zero while firing
	GeneratorURL string            `json:"generatorURL"`
	Fingerprint  string            `json:"fingerprint"`
}

// message is the payload that Alertmanager's webhook receivers take, version 4.
type message struct {
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

func payload(group []*live.Notice, own map[string]string) message {
	m := message{Version: "4", Status: "resolved", Receiver: "culprit", GroupLabels: map[string]string{}}
	for _, n := range group {
		a := alert{Status: "firing", Labels: labels(n, own), Annotations: annotations(n), StartsAt: n.Incident.Start.UTC(), EndsAt: ends(n), GeneratorURL: n.Link, Fingerprint: n.ID}
		if n.Event == live.Ended {
			a.Status = "resolved"
		} else {
			m.Status = "firing"
		}
		m.Alerts = append(m.Alerts, a)
		m.CommonLabels, m.CommonAnnotations = common(m.CommonLabels, a.Labels), common(m.CommonAnnotations, a.Annotations)
	}
	m.GroupLabels["alertname"] = m.Alerts[0].Labels["alertname"]
	m.GroupKey = `{}:{alertname="` + m.GroupLabels["alertname"] + `"}`
	if id := m.CommonLabels["incident"]; id != "" {
		m.GroupLabels["incident"] = id
		m.GroupKey = `{}:{alertname="` + m.GroupLabels["alertname"] + `",incident="` + id + `"}`
	}
	return m
}

// common are the pairs that both hold; nil is the set before the first.
func common(all, next map[string]string) map[string]string {
	both := map[string]string{}
	for k, v := range next {
		if old, ok := all[k]; all == nil || ok && old == v {
			both[k] = v
		}
	}
	return both
}
