package clickhouse

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// rowReader reads an answer in the format RowBinary. The first error stays: until it is looked at, columns are zero.
type rowReader struct {
	in  *bufio.Reader
	err error
}

func newRowReader(in io.Reader) *rowReader {
	return &rowReader{in: bufio.NewReaderSize(in, 64<<10)}
}

// Bounds of what is believed of an answer.
const (
	maxText  = 64 << 20
	maxArray = 1 << 22
)

// more reports whether there is another row. A row that was cut off is an error.
func (r *rowReader) more() bool {
	if r.err != nil {
		return false
	}
	_, err := r.in.Peek(1)
	if err != nil && !errors.Is(err, io.EOF) {
		r.err = err
	}
	return err == nil
}

func (r *rowReader) fail(err error) {
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	if r.err == nil {
		r.err = fmt.Errorf("read the answer of the store: %w", err)
	}
}

func (r *rowReader) fixed(n int) []byte {
	if r.err != nil {
		return make([]byte, 8)
	}
	b, err := r.in.Peek(n)
	if err != nil {
		r.fail(err)
		return make([]byte, 8)
	}
	_, _ = r.in.Discard(n) // it was peeked at
	return b
}

func (r *rowReader) uint8() uint8     { return r.fixed(1)[0] }
func (r *rowReader) int32() int32     { return int32(binary.LittleEndian.Uint32(r.fixed(4))) }
func (r *rowReader) uint64() uint64   { return binary.LittleEndian.Uint64(r.fixed(8)) }
func (r *rowReader) int64() int64     { return int64(r.uint64()) }
func (r *rowReader) float64() float64 { return math.Float64frombits(r.uint64()) }
func (r *rowReader) bool() bool       { return r.uint8() != 0 }

func (r *rowReader) length(limit uint64) int {
	if r.err != nil {
		return 0
	}
	n, err := binary.ReadUvarint(r.in)
	if err != nil {
		r.fail(err)
		return 0
	}
	if n > limit {
		r.fail(fmt.Errorf("a length of %d", n))
		return 0
	}
	return int(n)
}

func (r *rowReader) text() string {
	n := r.length(maxText)
	if n == 0 {
		return ""
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(r.in, b); err != nil {
		r.fail(err)
		return ""
	}
	return string(b)
}

// array reads the length of an array, whose elements the caller reads.
func (r *rowReader) array() int { return r.length(maxArray) }
