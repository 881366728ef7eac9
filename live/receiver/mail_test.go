package receiver

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/http/httptest"
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	gomail "github.com/wneessen/go-mail"

	"culprit/live"
	"culprit/live/delivery"
)

// postOffice takes mail for everybody but the addresses it does not know.
type postOffice struct {
	unknown string
	busy    bool
	user    string
	mails   [][]byte
	to      []string
}

type counter struct{ *postOffice }

func (p *postOffice) NewSession(*smtp.Conn) (smtp.Session, error) { return &counter{p}, nil }

func (c *counter) AuthMechanisms() []string { return []string{sasl.Plain} }

func (c *counter) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if password != "pass word" {
			return smtp.ErrAuthFailed
		}
		c.user = user
		return nil
	}), nil
}

func (c *counter) Mail(string, *smtp.MailOptions) error { return nil }

func (c *counter) Rcpt(to string, _ *smtp.RcptOptions) error {
	switch {
	case c.busy:
		return &smtp.SMTPError{Code: 451, Message: "come back later"}
	case to == c.unknown:
		return &smtp.SMTPError{Code: 550, Message: "no such user"}
	}
	c.to = append(c.to, to)
	return nil
}

func (c *counter) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	c.mails = append(c.mails, b)
	return err
}

func (c *counter) Reset()        { c.to = nil }
func (c *counter) Logout() error { return nil }

// openPostOffice serves p, with TLS from the start or after STARTTLS, and returns what a client needs.
func openPostOffice(t *testing.T, p *postOffice, secure string) MailOptions {
	t.Helper()
	certified := httptest.NewTLSServer(nil) // for its certificate, which is for example.com and 127.0.0.1
	t.Cleanup(certified.Close)
	authorities := x509.NewCertPool()
	authorities.AddCert(certified.Certificate())
	s := smtp.NewServer(p)
	s.TLSConfig = &tls.Config{Certificates: certified.TLS.Certificates}
	if secure == "none" {
		s.TLSConfig = nil
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if secure == "tls" {
		l = tls.NewListener(l, s.TLSConfig)
	}
	go func() { _ = s.Serve(l) }()
	t.Cleanup(func() { s.Close() })
	return MailOptions{Server: l.Addr().String(), TLS: secure, Config: &tls.Config{RootCAs: authorities, ServerName: "127.0.0.1"},
		From: "culprit <culprit@example.org>", To: []string{"ops@example.org"}}
}

func tellMail(t *testing.T, o MailOptions, group ...*live.Notice) error {
	t.Helper()
	m, err := NewMail(o)
	if err != nil {
		t.Fatal(err)
	}
	return m.Tell(t.Context(), group)
}

func TestMailIsDelivered(t *testing.T) {
	f := func(secure, user, password, wantErr string) {
		t.Helper()
		p := &postOffice{}
		o := openPostOffice(t, p, secure)
		o.User, o.Password = user, password
		err := tellMail(t, o, notice(live.Opened, "x"))
		if wantErr == "" && (err != nil || len(p.mails) != 1 || p.user != user) || wantErr != "" && (err == nil || !strings.Contains(err.Error(), wantErr)) {
			t.Errorf("%s as %q: %v, %d mails by %q", secure, user, err, len(p.mails), p.user)
		}
		if refusal := (*delivery.Refusal)(nil); errors.As(err, &refusal) {
			t.Errorf("%s as %q: not tried again: %v", secure, user, err)
		}
	}
	f("none", "", "", "")
	f("starttls", "", "", "")
	f("starttls", "culprit", "pass word", "")
	f("tls", "culprit", "pass word", "")
	f("tls", "culprit", "wrong", "535")
	p := &postOffice{}
	o := openPostOffice(t, p, "none")
	o.TLS = "starttls"
	if err := tellMail(t, o, notice(live.Opened, "x")); err == nil || len(p.mails) > 0 {
		t.Errorf("mail without TLS where TLS is demanded: %v", err)
	}
}

func TestMailToSeveral(t *testing.T) {
	p := &postOffice{unknown: "gone@example.org"}
	o := openPostOffice(t, p, "none")
	f := func(busy bool, to []string, wantMails int, wantPartial, wantRefusal bool) {
		t.Helper()
		p.busy, p.mails, o.To = busy, nil, to
		err := tellMail(t, o, notice(live.Opened, "x"))
		partial, refusal := (*delivery.Partial)(nil), (*delivery.Refusal)(nil)
		if len(p.mails) != wantMails || errors.As(err, &partial) != wantPartial || errors.As(err, &refusal) != wantRefusal || busy != (err != nil && !wantPartial && !wantRefusal) {
			t.Errorf("%q: %d mails, %v", to, len(p.mails), err)
		}
	}
	f(false, []string{"a@example.org", "b@example.org"}, 1, false, false)
	f(false, []string{"a@example.org", "gone@example.org"}, 1, true, false)
	f(false, []string{"gone@example.org"}, 0, false, true)
	f(true, []string{"a@example.org"}, 0, false, false)
}

func TestMailContent(t *testing.T) {
	f := func(attach string, group []*live.Notice, wantSubject string, wantParts ...string) *mail.Message {
		t.Helper()
		p := &postOffice{}
		o := openPostOffice(t, p, "none")
		o.Attach = attach
		if err := tellMail(t, o, group...); err != nil {
			t.Fatal(err)
		}
		m, err := mail.ReadMessage(bytes.NewReader(p.mails[0]))
		if err != nil {
			t.Fatal(err)
		}
		subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
		if err != nil || !strings.HasPrefix(subject, wantSubject) || strings.ContainsAny(subject, "\r\n\x1b") {
			t.Errorf("subject %q, %v; want %q", subject, err, wantSubject)
		}
		for key := range m.Header {
			switch key {
			case "Subject", "From", "To", "Date", "Message-Id", "Mime-Version", "User-Agent", "X-Mailer", "Content-Type", "Content-Transfer-Encoding", "Auto-Submitted", "In-Reply-To", "References":
			default:
				t.Errorf("header %s: %s", key, m.Header.Get(key))
			}
		}
		if got := kinds(t, m); strings.Join(got, ", ") != strings.Join(wantParts, ", ") {
			t.Errorf("parts %q, want %q", got, wantParts)
		}
		return m
	}
	hostile := "x\r\nBcc: everybody@example.org\r\n\r\nbody \x1b[31m\xff =?utf-8?q?=0aBcc:_a@example.org?="
	opened := f("html", []*live.Notice{notice(live.Opened, hostile)}, "[INCIDENT] web1 nginx → php-fpm: x", "text/plain")
	ended := f("html", []*live.Notice{notice(live.Ended, hostile)}, "[OVER] web1 over after 1m0s: x", "text/plain", "text/html culprit-2026-11-21T120000Z.html")
	if ended.Header.Get("In-Reply-To") != opened.Header.Get("Message-Id") || opened.Header.Get("Message-Id") == ended.Header.Get("Message-Id") {
		t.Errorf("opened is %s, ended answers %s", opened.Header.Get("Message-Id"), ended.Header.Get("In-Reply-To"))
	}
	f("markdown", []*live.Notice{notice(live.Ended, "x")}, "[OVER] web1 over", "text/plain", "text/markdown culprit-2026-11-21T120000Z.md")
	f("none", []*live.Notice{notice(live.Opened, "x"), notice(live.Ended, "y")}, "[INCIDENT] web1 (and 1 more) nginx", "text/plain")
	f("html", []*live.Notice{live.NewTest("web1", noon)}, "[TEST] web1 test notice", "text/plain")
}

// kinds reads the parts of a message: type and name of each.
func kinds(t *testing.T, m *mail.Message) (all []string) {
	t.Helper()
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	if kind != "multipart/mixed" {
		text, err := io.ReadAll(quotedprintable.NewReader(m.Body))
		if err != nil || bytes.ContainsRune(text, 0x1b) {
			t.Errorf("text %q, %v", text, err)
		}
		return []string{kind}
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for p, err := parts.NextPart(); err == nil; p, err = parts.NextPart() {
		kind, _, err := mime.ParseMediaType(p.Header.Get("Content-Type"))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, strings.TrimSpace(kind+" "+p.FileName()))
	}
	return all
}

func TestMailOptions(t *testing.T) {
	f := func(o MailOptions, want string) {
		t.Helper()
		if _, err := NewMail(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", o, err, want)
		}
	}
	good := MailOptions{Server: "mail.example.org", From: "a@example.org", To: []string{"b@example.org"}}
	with := func(change func(o *MailOptions)) MailOptions { o := good; change(&o); return o }
	f(with(func(o *MailOptions) { o.TLS = "maybe" }), "tls is starttls, tls or none")
	f(with(func(o *MailOptions) { o.Attach = "pdf" }), "attach is html, markdown or none")
	f(with(func(o *MailOptions) { o.From = "nobody" }), "from:")
	f(with(func(o *MailOptions) { o.From = "a@example.org\r\nBcc: b@example.org" }), "from:")
	f(with(func(o *MailOptions) { o.To = []string{"b@example.org\r\nX: y"} }), "to:")
	f(with(func(o *MailOptions) { o.To = nil }), "nobody")
	f(with(func(o *MailOptions) { o.TLS, o.User, o.Password = "none", "u", "p" }), "not sent without TLS")
	f(with(func(o *MailOptions) { o.Server = "mail.example.org:smtp" }), "no port")
	f(with(func(o *MailOptions) { o.Server = "" }), "mail server")
	if _, err := NewMail(good); err != nil {
		t.Error(err)
	}
}

func TestMailServerThatHangs(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	m, err := NewMail(MailOptions{Server: l.Addr().String(), TLS: "none", From: "a@example.org", To: []string{"b@example.org"}})
	if err != nil {
		t.Fatal(err)
	}
	m.dialer = append(m.dialer, shortPatience)
	if err := m.Tell(t.Context(), []*live.Notice{notice(live.Opened, "x")}); err == nil {
		t.Error("a server that says nothing was taken for one that takes mail")
	}
}

// shortPatience is how long the test waits for a server that never answers.
var shortPatience = gomail.WithTimeout(50 * time.Millisecond)
