package follow

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"time"

	"culprit/ingest"
)

// unpack reads what a copy of the generation, packed or not, holds behind what was read. A copy does not grow.
func (g *generation) unpack(s *sibling, now time.Time) error {
	text, err := s.text(g.read)
	if err != nil {
		return err
	}
	defer text.Close()
	if g.head.size == 0 {
		g.head = s.head
	}
	for {
		before := len(g.buf)
		g.buf = slices.Grow(g.buf, chunk)[:before+chunk]
		n, err := io.ReadFull(text, g.buf[before:])
		g.buf = g.buf[:before+n]
		if n > 0 {
			if err := g.accept(int64(n), now); err != nil {
				return err
			}
		}
		switch err {
		case nil:
		case io.EOF, io.ErrUnexpectedEOF:
			g.size = g.read
			return nil
		default:
			return fmt.Errorf("unpack %s: %w", s.file.Name(), err)
		}
	}
}

// text returns what the sibling holds behind offset at. It has that much.
func (s *sibling) text(at int64) (io.ReadCloser, error) {
	if !s.packed { // it may have grown since it was found
		return io.NopCloser(io.NewSectionReader(s.file, at, math.MaxInt64-at)), nil
	}
	text, _, err := ingest.Unpack(io.NewSectionReader(s.file, 0, s.info.Size()))
	if err != nil {
		return nil, err
	}
	if _, err := io.CopyN(io.Discard, text, at); err != nil {
		return nil, errors.Join(fmt.Errorf("unpack %s: %w", s.file.Name(), err), text.Close())
	}
	return text, nil
}
