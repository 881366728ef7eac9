package clickhouse

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"
)

// client speaks HTTP to the hosts of a store. It may be used by many goroutines.
type client struct {
	*Address
	http  *http.Client
	host  atomic.Int32 // that answered last
	sleep func(ctx context.Context, d time.Duration) error
	now   func() time.Time
	// gathering says of each host whether it may gather blocks: see gathers.
	gathering sync.Map
}

// greeting is how long a host may take to be connected to: it does nothing else meanwhile.
const greeting = 10 * time.Second

func newClient(a *Address) *client {
	dialer := &net.Dialer{Timeout: min(greeting, a.Timeout)}
	transport := &http.Transport{
		DialContext: dialer.DialContext, TLSHandshakeTimeout: min(greeting, a.Timeout), TLSClientConfig: a.TLS,
		MaxIdleConnsPerHost: 8, IdleConnTimeout: 2 * time.Second, // below the server's keep_alive_timeout
		ResponseHeaderTimeout: a.Timeout, DisableCompression: a.Plain,
	}
	return &client{Address: a, http: &http.Client{Transport: transport}, sleep: sleep, now: time.Now}
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// request is one thing to ask of a server.
type request struct {
	sql      string
	id       string
	settings url.Values
	body     []byte // rows to be written; nil: the statement is a question, or has no rows
	gzip     bool   // the body is
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
	sent := r.body
	if sent == nil {
		sent = []byte(r.sql)
		// An error that shows up late is told as an error rather than in the middle of rows.
		params.Set("wait_end_of_query", "1")
		if end, ok := ctx.Deadline(); ok { // servers do not notice that nobody waits any more
			params.Set("max_execution_time", decimal(int64(max(time.Until(end), 0)/time.Second)+1))
		}
	} else {
		params.Set("query", r.sql)
		if err := c.writing(ctx, host, params); err != nil {
			return nil, err
		}
	}
	if !c.Plain {
		params.Set("enable_http_compression", "1")
	}
	target := url.URL{Scheme: "http", Host: host, Path: "/", RawQuery: params.Encode()}
	if c.TLS != nil {
		target.Scheme = "https"
	}
	ctx, cancel := context.WithCancel(ctx)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target.String(), bytes.NewReader(sent))
	if err != nil {
		cancel()
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
		cancel()
		c.gathering.Delete(host)
		return nil, unreached(host, err)
	}
	body := newFlow(host, answer.Body, c.Timeout, cancel)
	if answer.StatusCode == http.StatusOK {
		return body, nil
	}
	text, _ := io.ReadAll(io.LimitReader(body, 2000)) // what came is told
	_ = body.Close()                                  // nothing else is wanted of it
	return nil, newServerError(host, answer.StatusCode, string(text))
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

// ask asks the hosts in turn until one answers, and gives up after some rounds, or when they have taken all the time that an answer may.
func (c *client) ask(ctx context.Context, r *request) (io.ReadCloser, error) {
	var failures []error
	late := c.now().Add(c.Timeout)
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
			if failures = append(failures, err); ctx.Err() != nil || !passes(err) {
				return nil, err
			}
		}
		if c.now().After(late) {
			break
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
