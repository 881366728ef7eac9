package syslog

import (
	"bufio"
	"errors"
	"io"
)

// framer cuts a stream into messages. Each may be framed in its own way: by a count of its octets in front (RFC 6587, 3.4.1), or by a line
// end or a NUL behind it.
type framer struct {
	in    *bufio.Reader
	limit int
	// cut says that the last message was longer than the limit.
	cut bool
}

func newFramer(in io.Reader, limit int) *framer {
	return &framer{in: bufio.NewReaderSize(in, 16<<10), limit: limit}
}

// maxCountDigits bounds an octet count: no message that is meant is longer than ten million.
const maxCountDigits = 7

// next returns the next message without its frame, at most limit bytes of it, in a slice of its own; io.EOF where there is none, also
// where the stream ends within a counted message.
func (f *framer) next() ([]byte, error) {
	f.cut = false
	for {
		size, counted, err := f.count()
		if err != nil {
			return nil, err
		}
		var text []byte
		if counted {
			text, err = f.octets(size)
		} else {
			text, err = f.line()
		}
		text = trimEnd(text)
		if len(text) > 0 && (err == nil || errors.Is(err, io.EOF) && !counted) {
			return text, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// count reads an octet count and the blank behind it, if that is what comes next.
func (f *framer) count() (size int, counted bool, err error) {
	first, err := f.in.Peek(1)
	if err != nil {
		return 0, false, err
	}
	if first[0] < '1' || first[0] > '9' {
		return 0, false, nil
	}
	for n := 1; n <= maxCountDigits+1; n++ {
		head, err := f.in.Peek(n + 1) // an error comes again
		if len(head) <= n {
			return 0, false, ignoreEnd(err)
		}
		digit := head[n-1]
		size = 10*size + int(digit-'0')
		switch c := head[n]; {
		case c == ' ' && n <= maxCountDigits && f.opens(n+1):
			_, err := f.in.Discard(n + 1)
			return size, true, err
		case c < '0' || c > '9':
			return 0, false, nil
		}
	}
	return 0, false, nil
}

// opens reports whether a message begins behind n bytes: with its priority. A line of a log without any envelope may begin with a number, too.
func (f *framer) opens(n int) bool {
	head, _ := f.in.Peek(n + 1) // an error comes again
	return len(head) > n && head[n] == '<'
}

func ignoreEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// octets reads a message of a known size.
func (f *framer) octets(size int) ([]byte, error) {
	text := make([]byte, min(size, f.limit))
	if _, err := io.ReadFull(f.in, text); err != nil {
		return nil, io.EOF
	}
	if rest := size - len(text); rest > 0 {
		f.cut = true
		if _, err := f.in.Discard(rest); err != nil {
			return nil, err
		}
	}
	return text, nil
}

// line reads up to a line end or a NUL.
func (f *framer) line() ([]byte, error) {
	var text []byte
	for {
		c, err := f.in.ReadByte()
		switch {
		case err != nil:
			return text, err
		case c == '\n' || c == 0:
			return text, nil
		case len(text) < f.limit:
			if text == nil {
				text = make([]byte, 0, 256)
			}
			text = append(text, c)
		default:
			f.cut = true
		}
	}
}

// trimEnd takes line ends and NULs off the end of a message.
func trimEnd(text []byte) []byte {
	for n := len(text); n > 0; n-- {
		if c := text[n-1]; c != '\n' && c != '\r' && c != 0 {
			return text[:n]
		}
	}
	return nil
}
