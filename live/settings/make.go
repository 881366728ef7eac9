package settings

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"culprit/live"
	"culprit/live/delivery"
	"culprit/live/receiver"
)

// How receivers are told unless they say otherwise: at once, but no more than a few messages at a time.
const (
	usualPace  = 30 * time.Second
	usualBurst = 5
	usualGroup = 20
)

// Make builds a receiver, with the files that hold its secrets, and how it is to be told. Dir, Report and Open are left to the caller.
func (r *Receiver) Make() (delivery.Receiver, delivery.Options, error) {
	o := delivery.Options{Group: usualGroup, Pace: r.Pace, Burst: r.Burst}
	if o.Pace == 0 {
		o.Pace = usualPace
	}
	if o.Burst == 0 {
		o.Burst = usualBurst
	}
	for _, e := range r.Only {
		o.Only = append(o.Only, live.Event(e))
	}
	var to delivery.Receiver
	var err error
	switch {
	case r.Webhook != nil:
		to, err = r.Webhook.make(func(url, token string) delivery.Receiver { return receiver.NewWebhook(url, token, r.Webhook.Labels) })
	case r.Slack != nil:
		to, err = r.Slack.make(func(url, _ string) delivery.Receiver { return receiver.NewSlack(url) })
	case r.Alertmanager != nil:
		o.Repeat = receiver.Repeat
		to, err = r.Alertmanager.make(func(url, token string) delivery.Receiver {
			return receiver.NewAlertmanager(url, token, r.Alertmanager.Labels)
		})
	case r.Grafana != nil:
		to, err = r.Grafana.make(func(url, token string) delivery.Receiver { return receiver.NewGrafana(url, token) })
	case r.Mail != nil:
		to, err = r.Mail.make()
	default:
		o.Group = 1
		to = &receiver.Exec{Command: r.Exec.Command}
	}
	if err != nil {
		return nil, o, fmt.Errorf("receiver %q: %w", r.Name, err)
	}
	if r.Share {
		to = receiver.Redacted{Receiver: to}
	}
	return to, o, nil
}

func (w *Web) make(build func(url, token string) delivery.Receiver) (delivery.Receiver, error) {
	url, err := w.URL, error(nil)
	if w.URLFile != "" {
		if url, err = secret(w.URLFile); err == nil && !absolute(url) {
			err = fmt.Errorf("%s does not hold an address", w.URLFile)
		}
	}
	token := w.Token
	if w.TokenFile != "" && err == nil {
		token, err = secret(w.TokenFile)
	}
	if err != nil {
		return nil, err
	}
	return build(url, token), nil
}

func (m *Mail) make() (delivery.Receiver, error) {
	o := receiver.MailOptions{Server: m.Server, TLS: m.TLS, User: m.User, From: m.From, To: m.To, Attach: m.Attach}
	if m.PasswordFile != "" {
		password, err := secret(m.PasswordFile)
		if err != nil {
			return nil, err
		}
		o.Password = password
	}
	if m.CAFile != "" {
		authorities, err := os.ReadFile(m.CAFile)
		if err != nil {
			return nil, fmt.Errorf("read ca_file: %w", err)
		}
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(authorities) {
			return nil, fmt.Errorf("ca_file %s holds no certificate", m.CAFile)
		}
		host, _, _ := strings.Cut(m.Server, ":")
		o.Config = &tls.Config{RootCAs: pool, ServerName: host}
	}
	return receiver.NewMail(o)
}

// secret reads a file that holds one line.
func secret(path string) (string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("read a secret: %w", err)
	}
	s := strings.TrimSpace(string(data))
	if s == "" || strings.ContainsAny(s, "\r\n\x00") {
		return "", errors.New(path + " has to hold one line, the secret")
	}
	return s, nil
}

// Key is the same for receivers that are told the same thing in the same way. It holds no secrets of files, so that it does not change
// when they do.
func (r *Receiver) Key() string {
	text, err := json.Marshal(r)
	if err != nil {
		text = []byte(r.Name)
	}
	sum := sha256.Sum256(text)
	return r.Name + "-" + hex.EncodeToString(sum[:6])
}
