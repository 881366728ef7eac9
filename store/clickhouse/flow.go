package clickhouse

import (
	"errors"
	"fmt"
	"io"
	"time"
)

// flow is the body of an answer. Reading fails where nothing comes for too long; nothing else would end it, as the time that a long
// answer may take is not limited.
type flow struct {
	host   string
	body   io.ReadCloser
	most   time.Duration // between two reads
	cancel func()
	late   *time.Timer
}

func newFlow(host string, body io.ReadCloser, most time.Duration, cancel func()) *flow {
	f := &flow{host: host, body: body, most: most, cancel: cancel, late: time.AfterFunc(most, cancel)}
	f.late.Stop() // it runs while somebody reads
	return f
}

// Read reads on. An end that comes early is an AwayError.
func (f *flow) Read(p []byte) (int, error) {
	f.late.Reset(f.most)
	n, err := f.body.Read(p)
	inTime := f.late.Stop()
	switch {
	case err == nil || errors.Is(err, io.EOF):
		return n, err
	case !inTime:
		err = fmt.Errorf("no more of the answer came for %s: %w", f.most, err)
	}
	return n, &AwayError{f.host, err}
}

// Close ends the answer, also where there is more of it.
func (f *flow) Close() error {
	f.late.Stop()
	defer f.cancel()
	return f.body.Close()
}
