package inflow

import (
	"bufio"
	"context"
	"errors"
	"io"
)

// LineMost bounds a line of a pipe, in bytes; the rest of a longer one is passed over.
const LineMost = 1 << 20

// Lines cuts a pipe into lines.
type Lines struct {
	in *bufio.Reader
	// Cut says that the last line was longer than LineMost.
	Cut bool
}

// NewLines returns the lines of in.
func NewLines(in io.Reader) *Lines { return &Lines{in: bufio.NewReaderSize(in, 64<<10)} }

// Next returns the next line without its end, in a slice of its own. The last one may have none; then comes io.EOF, or what else ended the
// reading.
func (l *Lines) Next() ([]byte, error) {
	l.Cut = false
	var line []byte
	for {
		part, err := l.in.ReadSlice('\n')
		room := max(LineMost-len(line), 0)
		l.Cut = l.Cut || len(part) > room
		line = append(line, part[:min(len(part), room)]...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil && len(line) == 0:
			return nil, err
		}
		if n := len(line); n > 0 && line[n-1] == '\n' {
			line = line[:n-1]
		}
		if line == nil {
			line = []byte{}
		}
		return line, nil
	}
}

// ReadLines puts the lines of a pipe into a queue, which it ends behind the last one. It waits where the queue is full, so that whoever writes
// waits, too. The error is that of the reading.
func ReadLines(ctx context.Context, in io.Reader, from Group, q *Queue) error {
	defer q.End()
	lines := NewLines(in)
	for {
		line, err := lines.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = q.Put(ctx, Message{Group: from, Text: line})
		}
		if err != nil {
			return err
		}
	}
}
