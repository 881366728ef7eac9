package clickhouse

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// client speaks HTTP to the hosts of a store. It may be used by many goroutines.
type client struct {
	*Address
	http  *http.Client
	host  atomic.Int32 // that answered last
	sleep func(ctx context.Context, d time.Duration) error
}

func newClient(a *Address) *client {
	transport := &http.Transport{
		TLSClientConfig: a.TLS, MaxIdleConnsPerHost: 8, IdleConnTimeout: 2 * time.Second, // below the server's keep_alive_timeout
		ResponseHeaderTimeout: a.Timeout, DisableCompression: a.Plain,
	}
	return &client{Address: a, http: &http.Client{Transport: transport}, sleep: sleep}
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// ServerError is what a server answered instead of what was asked for.
type ServerError struct {
	Host string
	Code int // ClickHouse's
	Text string
}

func (e *ServerError) Error() string { return fmt.Sprintf("%s: %s", e.Host, e.Text) }

var errorCode = regexp.MustCompile(`^Code: (\d+)`)

// passing are the codes of errors that may be over when the same is asked again, perhaps of another host: servers that are away,
// restarting, read-only for want of a coordinator, or too busy.
var passing = map[int]bool{
	3: true, 32: true, 33: true, 90: true, 101: true, 102: true, 159: true, 198: true, 202: true, 203: true, 204: true, 209: true, 210: true, 216: true,
	225: true, 236: true, 242: true, 252: true, 279: true, 285: true, 286: true, 319: true, 394: true, 425: true, 999: true,
}

// passes reports whether an error may be over soon.
func passes(err error) bool {
	var answer *ServerError
	if errors.As(err, &answer) {
		return passing[answer.Code]
	}
	return err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded)
}

// request is one thing to ask of a server.
type request struct {
	sql      string
	id       string
	settings url.Values
	body     []byte
	gzip     bool // the body is
}

// once asks one host. The caller closes the answer.
func (c *client) once(ctx context.Context, host string, r *request) (io.ReadCloser, error) {
	params := url.Values{"database": {c.Database}}
	for name, values := range r.settings {
		params[name] = values
	}
	if r.id != "" {
		params.Set("query_id", r.id)
	}
	body := r.body
	if body == nil {
		body = []byte(r.sql)
		// An error that shows up late is told as an error rather than in the middle of rows.
		params.Set("wait_end_of_query", "1")
	} else {
		params.Set("query", r.sql)
	}
	if !c.Plain {
		params.Set("enable_http_compression", "1")
	}
	target := url.URL{Scheme: "http", Host: host, Path: "/", RawQuery: params.Encode()}
	if c.TLS != nil {
		target.Scheme = "https"
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target.String(), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if c.User != "" {
		req.SetBasicAuth(c.User, c.Password)
	}
	if r.gzip {
		req.Header.Set("Content-Encoding", "gzip")
	}
	answer, err := c.http.Do(req)
	if err != nil {
		return nil, withoutQuery(err)
	}
	if answer.StatusCode == http.StatusOK {
		return answer.Body, nil
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(io.LimitReader(answer.Body, 2000)) // what came is told
	failure := &ServerError{Host: host, Text: strings.TrimSpace(string(text))}
	if m := errorCode.FindStringSubmatch(failure.Text); m != nil {
		failure.Code, _ = strconv.Atoi(m[1])
	} else {
		failure.Text = fmt.Sprintf("%s %s", answer.Status, failure.Text)
	}
	return nil, failure
}

// withoutQuery shortens an error of the transport: its URL holds the whole statement.
func withoutQuery(err error) error {
	var failure *url.Error
	if errors.As(err, &failure) {
		return failure.Err
	}
	return err
}

// Waiting between attempts.
const (
	firstWait = 50 * time.Millisecond
	longWait  = 5 * time.Second
	attempts  = 6
)

// backoff is how long to wait before an attempt, in part by chance, so that hosts do not come back all at once.
func backoff(attempt int) time.Duration {
	wait := min(firstWait<<min(attempt, 10), longWait)
	return wait/2 + rand.N(wait/2+1)
}

// ask asks the hosts in turn until one answers, and gives up after some rounds.
func (c *client) ask(ctx context.Context, r *request) (io.ReadCloser, error) {
	var failures []error
	for attempt := range attempts {
		first := int(c.host.Load())
		failures = failures[:0]
		for i := range c.Hosts {
			n := (first + i) % len(c.Hosts)
			answer, err := c.once(ctx, c.Hosts[n], r)
			if err == nil {
				c.host.Store(int32(n))
				return answer, nil
			}
			if failures = append(failures, err); !passes(err) {
				return nil, err
			}
		}
		if err := c.sleep(ctx, backoff(attempt)); err != nil {
			return nil, err
		}
	}
	return nil, errors.Join(failures...)
}

// run asks for something that has no answer.
func (c *client) run(ctx context.Context, host, sql string) error {
	answer, err := c.once(ctx, host, &request{sql: sql})
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, answer)
	return errors.Join(err, answer.Close())
}

// query asks for rows and hands each to row, which reads its columns.
func (c *client) query(ctx context.Context, sql string, row func(r *rowReader) error) error {
	answer, err := c.ask(ctx, &request{sql: sql + " FORMAT RowBinary", settings: c.reading()})
	if err != nil {
		return err
	}
	return c.each(answer, row)
}

// queryHost is query of one host.
func (c *client) queryHost(ctx context.Context, host, sql string, row func(r *rowReader) error) error {
	answer, err := c.once(ctx, host, &request{sql: sql + " FORMAT RowBinary", settings: c.reading()})
	if err != nil {
		return err
	}
	return c.each(answer, row)
}

func (c *client) each(answer io.ReadCloser, row func(r *rowReader) error) error {
	r := newRowReader(answer)
	for r.more() {
		if err := row(r); err != nil {
			return errors.Join(err, answer.Close())
		}
	}
	return errors.Join(r.err, answer.Close())
}

// reading are the settings of questions: long lists of sources may be in them.
func (c *client) reading() url.Values {
	settings := url.Values{"max_query_size": {"67108864"}, "max_ast_elements": {"10000000"}}
	if c.Partial {
		settings.Set("skip_unavailable_shards", "1")
	}
	return settings
}
