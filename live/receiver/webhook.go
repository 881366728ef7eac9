package receiver

import (
	"context"
	"net/http"

	"culprit/live"
)

// Webhook posts notices as JSON.
type Webhook struct {
	to endpoint
	// body makes what is posted of a group.
	body func(group []*live.Notice) any
}

// NewWebhook posts what Alertmanager posts to its webhooks, version 4, so that whatever takes those takes these. labels are put on
// every alert.
func NewWebhook(address, token string, labels map[string]string) *Webhook {
	return &Webhook{endpoint{address, token, &http.Client{}}, func(group []*live.Notice) any { return payload(group, labels) }}
}

// NewSlack posts to Slack's incoming webhooks, or to Mattermost, Rocket.Chat and others that take the same.
func NewSlack(address string) *Webhook {
	return &Webhook{endpoint{URL: address, Client: &http.Client{}}, slack}
}

// Name is the address without what may be secret in it.
func (w *Webhook) Name() string { return w.to.name("webhook") }

// Tell posts a group as one message.
func (w *Webhook) Tell(ctx context.Context, group []*live.Notice) error {
	return w.to.post(ctx, w.body(group))
}
