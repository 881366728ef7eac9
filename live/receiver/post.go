package receiver

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"culprit/live/delivery"
)

// endpoint is where JSON is posted to.
type endpoint struct {
	URL    string
	Token  string // sent as bearer, if any
	Client *http.Client
}

// name is the address without what may be secret in it.
func (e *endpoint) name(kind string) string {
	u, err := url.Parse(e.URL)
	if err != nil || u.Host == "" {
		return kind
	}
	return kind + " " + u.Scheme + "://" + u.Host
}

// post sends body. An answer of 4xx other than 408 and 429 is a Refusal.
func (e *endpoint) post(ctx context.Context, body any) error {
	_, err := e.ask(ctx, http.MethodPost, body)
	return err
}

// ask sends body by a method, nothing where it is nil, and returns what is answered, the first 64 KiB of it.
func (e *endpoint) ask(ctx context.Context, method string, body any) ([]byte, error) {
	var data []byte
	if body != nil {
		var err error
		if data, err = json.Marshal(body); err != nil {
			return nil, &delivery.Refusal{Err: err}
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, e.URL, bytes.NewReader(data))
	if err != nil {
		return nil, &delivery.Refusal{Err: errors.New("not a URL that can be posted to")}
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "culprit")
	if e.Token != "" {
		req.Header.Set("Authorization", "Bearer "+e.Token)
	}
	answer, err := e.Client.Do(req)
	if err != nil {
		return nil, withoutURL(err)
	}
	defer answer.Body.Close()
	said, _ := io.ReadAll(io.LimitReader(answer.Body, 64<<10)) // read, so that the connection can be used again
	if answer.StatusCode < 300 {
		return said, nil
	}
	err = fmt.Errorf("it answered %s%s", answer.Status, excerpt(said))
	switch code := answer.StatusCode; {
	case code == http.StatusTooManyRequests, code == http.StatusServiceUnavailable:
		return nil, &delivery.Later{Err: err, After: retryAfter(answer.Header.Get("Retry-After"), time.Now())}
	case code >= 400 && code < 500 && code != http.StatusRequestTimeout:
		return nil, &delivery.Refusal{Err: err}
	}
	return nil, err
}

// excerpt is the first line of an answer, for messages.
func excerpt(said []byte) string {
	line, _, _ := strings.Cut(strings.TrimSpace(string(said)), "\n")
	if line == "" || strings.HasPrefix(line, "<") {
		return ""
	}
	return ": " + plain(line, 120)
}

// retryAfter understands both forms of the header; 0 where it says nothing.
func retryAfter(header string, now time.Time) time.Duration {
	if seconds, err := strconv.Atoi(header); err == nil && seconds > 0 && seconds < 1<<20 {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(header); err == nil && at.After(now) {
		return at.Sub(now)
	}
	return 0
}

// withoutURL takes the address, which may hold a token, out of an error.
func withoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}
