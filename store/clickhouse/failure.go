package clickhouse

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// ServerError is what a server answered instead of what was asked for.
type ServerError struct {
	Host   string
	Status int // of HTTP
	Code   int // ClickHouse's, 0 where the answer names none
	Text   string
}

func (e *ServerError) Error() string {
	text := fmt.Sprintf("%s: %s", e.Host, e.Text)
	if hint := hints[e.Code]; hint != "" {
		text += " (" + hint + ")"
	}
	return text
}

const credentialsHint = "are user and password of the store right? clickhouse://USER@HOST/DATABASE?password-file=FILE"

// hints say what to do about a code.
var hints = map[int]string{
	60: "culprit store init makes the tables", 81: "culprit store init makes the database",
	192: credentialsHint, 193: credentialsHint, 194: credentialsHint, 516: credentialsHint,
	164: "the user may only read", 497: "the user lacks a right: GRANT it",
}

var errorCode = regexp.MustCompile(`^Code: (\d+)`)

func newServerError(host string, status int, text string) *ServerError {
	failure := &ServerError{Host: host, Status: status, Text: strings.TrimSpace(text)}
	if m := errorCode.FindStringSubmatch(failure.Text); m != nil {
		failure.Code, _ = strconv.Atoi(m[1])
	} else {
		failure.Text = strings.TrimSpace(fmt.Sprintf("%d %s %s", status, http.StatusText(status), failure.Text))
	}
	return failure
}

// passing are the codes of errors that may be over when the same is asked again, perhaps of another host: servers that are away,
// restarting, read-only for want of a coordinator, too busy, or without room on their disks or in their memory.
var passing = map[int]bool{
	3: true, 32: true, 33: true, 75: true, 90: true, 101: true, 102: true, 159: true, 198: true, 202: true, 203: true, 204: true, 209: true,
	210: true, 216: true, 225: true, 236: true, 241: true, 242: true, 243: true, 252: true, 279: true, 285: true, 286: true, 319: true, 394: true,
	425: true, 439: true, 574: true, 745: true, 749: true, 762: true, 777: true, 778: true, 904: true, 999: true,
}

// crowded are statuses of what stands before servers while these are away or busy.
var crowded = map[int]bool{
	http.StatusTooManyRequests: true, http.StatusBadGateway: true, http.StatusServiceUnavailable: true, http.StatusGatewayTimeout: true,
}

// AwayError says that a host could not be reached, or stopped answering.
type AwayError struct {
	Host string
	Err  error
}

func (e *AwayError) Error() string { return fmt.Sprintf("%s: %v", e.Host, e.Err) }
func (e *AwayError) Unwrap() error { return e.Err }

// Away reports whether an error means that a store cannot be asked now and may be later: its servers are away, restarting or too busy.
func Away(err error) bool { return passes(err) }

// passes reports whether an error may be over soon.
func passes(err error) bool {
	var answer *ServerError
	if errors.As(err, &answer) {
		return passing[answer.Code] || answer.Code == 0 && crowded[answer.Status]
	}
	var away *AwayError
	return errors.As(err, &away)
}

// unreached names an error of the transport, without its URL, which holds the whole statement. One that is about certificates does not
// pass.
func unreached(host string, err error) error {
	var failure *url.Error
	if errors.As(err, &failure) {
		err = failure.Err
	}
	if hint := certificateHint(err); hint != "" {
		return fmt.Errorf("%s: %w (%s)", host, err, hint)
	}
	if strings.Contains(err.Error(), "server gave HTTP response to HTTPS client") { // net/http has no value for it
		return fmt.Errorf("%s: %w (this port speaks plain HTTP: name the one of https_port, or leave tls=on away)", host, err)
	}
	if strings.Contains(err.Error(), "malformed HTTP response") {
		return fmt.Errorf("%s: %w (does this port want TLS? tls=on)", host, err)
	}
	if strings.Contains(err.Error(), "TLS handshake timeout") { // an old server may wait for more of what it takes for HTTP
		err = fmt.Errorf("%w (busy, or does this port speak plain HTTP? that of https_port wants tls=on, the other does not)", err)
	}
	return &AwayError{host, err}
}

// certificateHint says what to do where the certificates of the two sides do not suit each other, "" where that is not the matter.
func certificateHint(err error) string {
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	var told *net.OpError
	switch {
	case errors.As(err, &unknown):
		return "name a file with the certificate of its authority: ca=FILE"
	case errors.As(err, &name):
		return "call the host as its certificate does"
	case errors.As(err, &invalid):
		return "renew the certificate of the server, or set the clocks right"
	case errors.As(err, &told) && told.Op == "remote error":
		return "the server does not accept this side of TLS; its log says why"
	}
	return ""
}
