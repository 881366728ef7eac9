package receiver

import (
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"culprit/live"
	"culprit/live/delivery"
)

// MailOptions say how mail is sent.
type MailOptions struct {
	Server string // host or host:port; without port that of TLS
	// TLS is "starttls" (port 587, nothing is sent without it), "tls" (from the start, port 465) or "none" (port 25, for a server on this machine).
	TLS            string
	Config         *tls.Config // nil: the machine's authorities
	User, Password string      // "": no authentication
	From           string
	To             []string
	// Attach is what is attached of incidents that are over: "html", "markdown" or "none".
	Attach string
}

// Mail sends e-mail by SMTP.
type Mail struct {
	opts   MailOptions
	dialer []mail.Option
	host   string
}

// tlsPolicies are how TLS is asked for, with the port that goes with it.
var tlsPolicies = map[string]struct {
	port   int
	option mail.Option
}{
	"starttls": {587, mail.WithTLSPolicy(mail.TLSMandatory)},
	"tls":      {465, mail.WithSSL()},
	"none":     {25, mail.WithTLSPolicy(mail.NoTLS)},
}

// NewMail checks the options, as far as that is possible without asking the server.
func NewMail(o MailOptions) (*Mail, error) {
	o.TLS, o.Attach = cmp.Or(o.TLS, "starttls"), cmp.Or(o.Attach, "html")
	policy, known := tlsPolicies[o.TLS]
	if !known {
		return nil, fmt.Errorf("tls is starttls, tls or none, not %q", o.TLS)
	}
	if attachments[o.Attach] == nil {
		return nil, fmt.Errorf("attach is html, markdown or none, not %q", o.Attach)
	}
	if o.TLS == "none" && o.Password != "" {
		return nil, errors.New("a password is not sent without TLS: set tls to starttls or tls")
	}
	m := &Mail{opts: o, host: o.Server}
	port := policy.port
	if host, given, err := net.SplitHostPort(o.Server); err == nil {
		m.host = host
		if port, err = strconv.Atoi(given); err != nil {
			return nil, fmt.Errorf("%q is no port", given)
		}
	}
	m.dialer = []mail.Option{policy.option, mail.WithPort(port), mail.WithTimeout(15 * time.Second)}
	if o.Config != nil {
		m.dialer = append(m.dialer, mail.WithTLSConfig(o.Config))
	}
	if o.User != "" {
		m.dialer = append(m.dialer, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(o.User), mail.WithPassword(o.Password))
	}
	if _, err := m.client(); err != nil {
		return nil, err
	}
	if len(o.To) == 0 {
		return nil, errors.New("nobody to send mail to")
	}
	_, err := m.empty(o.To)
	return m, err
}

// Name is the server's.
func (m *Mail) Name() string { return "mail by " + plain(m.host, 0) }

// Tell sends one message to all. Where the server does not want one of several addresses, each gets a message of its own.
func (m *Mail) Tell(ctx context.Context, group []*live.Notice) error {
	err := m.send(ctx, group, m.opts.To)
	if err == nil || len(m.opts.To) == 1 || !unwanted(err) {
		return outcome(err)
	}
	var problems []error
	sent := 0
	for _, to := range m.opts.To {
		switch err := m.send(ctx, group, []string{to}); {
		case err == nil:
			sent++
		default:
			problems = append(problems, err)
		}
	}
	if sent > 0 {
		return &delivery.Partial{Err: errors.Join(problems...)}
	}
	return outcome(errors.Join(problems...))
}

func (m *Mail) client() (*mail.Client, error) {
	c, err := mail.NewClient(m.host, m.dialer...)
	if err != nil {
		return nil, fmt.Errorf("mail server %s: %w", plain(m.host, 0), err)
	}
	return c, nil
}

func (m *Mail) send(ctx context.Context, group []*live.Notice, to []string) error {
	client, err := m.client()
	if err != nil {
		return &delivery.Refusal{Err: err}
	}
	message, err := m.compose(group, to)
	if err != nil {
		return &delivery.Refusal{Err: err}
	}
	return client.DialAndSendWithContext(ctx, message)
}

// unwanted reports whether a server that took the connection did not want an address, for good.
func unwanted(err error) bool {
	sending := (*mail.SendError)(nil)
	return errors.As(err, &sending) && sending.Reason == mail.ErrSMTPRcptTo && !sending.IsTemp()
}

// outcome makes a Refusal of what the server does not want for good. A login that fails is none: it can be mended while notices wait.
func outcome(err error) error {
	sending := (*mail.SendError)(nil)
	if !errors.As(err, &sending) || sending.IsTemp() {
		return err
	}
	switch sending.Reason {
	case mail.ErrSMTPMailFrom, mail.ErrSMTPRcptTo, mail.ErrSMTPData, mail.ErrSMTPDataClose:
		return &delivery.Refusal{Err: err}
	}
	return err
}

// empty is a message with the addresses in it.
func (m *Mail) empty(to []string) (*mail.Msg, error) {
	message := mail.NewMsg()
	if err := message.From(m.opts.From); err != nil {
		return nil, fmt.Errorf("from: %w", err)
	}
	if err := message.To(to...); err != nil {
		return nil, fmt.Errorf("to: %w", err)
	}
	return message, nil
}

// identity names the message of an event, so that the messages of an incident are shown as one conversation, and one that is sent twice
// is known.
func (m *Mail) identity(n *live.Notice, e live.Event) string {
	of := sha256.Sum256([]byte(n.ID + "\x00" + n.Before + "\x00" + n.Host))
	if e == live.Opened {
		of = sha256.Sum256([]byte(n.ID + "\x00\x00" + n.Host))
	}
	domain := "culprit.invalid"
	if at := strings.LastIndexByte(m.opts.From, '@'); at >= 0 {
		domain = strings.TrimRight(m.opts.From[at+1:], "> ")
	}
	return fmt.Sprintf("%s.%s@%s", e, hex.EncodeToString(of[:12]), domain)
}
