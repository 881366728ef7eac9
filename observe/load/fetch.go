package load

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// maxPage bounds what is read of a status page.
const maxPage = 4 << 20

// client asks status pages. It follows no redirection, for a status page has none, and keeps a connection between two readings.
var client = &http.Client{
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	Transport:     &http.Transport{MaxIdleConnsPerHost: 1, IdleConnTimeout: 2 * time.Minute, DisableCompression: true},
}

// shown is an address without the password that may stand in it: it names a source in reports.
func shown(address string) string {
	if u, err := url.Parse(address); err == nil && u.User != nil {
		return u.Redacted()
	}
	return address
}

// page fetches a status page.
func page(ctx context.Context, address string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, fmt.Errorf("ask %s: it is no address of a page", shown(address))
	}
	request.Header.Set("User-Agent", "culprit")
	answer, err := client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("ask for a status page: %w", err)
	}
	defer answer.Body.Close()
	text, err := bounded(answer.Body)
	switch {
	case err != nil:
		return nil, fmt.Errorf("read %s: %w", shown(address), err)
	case answer.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("%s answers %s (is the page open to this machine?)", shown(address), answer.Status)
	}
	return text, nil
}

var errLarge = errors.New("larger than any status page")

func bounded(in io.Reader) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(in, maxPage+1))
	if err == nil && len(text) > maxPage {
		err = errLarge
	}
	return text, err
}
