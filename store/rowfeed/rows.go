// Package rowfeed hands rows to SQLite by the thousand: packed into one blob, which the table-valued function rowfeed unpacks within the
// library. A value at a time, crossing into C costs as much as storing.
package rowfeed

// int rowfeed_register(void);
import "C"

import (
	"encoding/binary"
	"fmt"
	"math"
	"sync"

	// SQLite itself is in here.
	_ "github.com/mattn/go-sqlite3"
)

// Register makes the function rowfeed known to every connection that is opened from now on:
//
//	INSERT INTO t (a, b) SELECT c0, c1 FROM rowfeed(?)
//
// with a Chunk for an argument. It has the columns c0 to c31. Calling it again does nothing.
func Register() error { return register() }

var register = sync.OnceValue(func() error {
	if code := C.rowfeed_register(); code != 0 {
		return fmt.Errorf("register with SQLite: error %d", code)
	}
	return nil
})

// MaxColumns is how many columns a row may have.
const MaxColumns = 32

// chunkSize is when a chunk is closed, in bytes. The C library takes larger pieces of memory from the system each time: see store/allocator.
const chunkSize = 96 << 10

// Rows collects rows of one width. Begin starts a row; its values follow in order. It keeps its memory.
type Rows struct {
	width  byte
	packed []byte
	ends   []int // of the chunks in packed, but for the last
	count  int
	whole  bool // one chunk, however long
}

// NewRows returns room for rows of width values, 1 to MaxColumns.
func NewRows(width int) *Rows {
	return &Rows{width: byte(min(width, MaxColumns))}
}

// NewChunk is NewRows for rows that are to be one chunk, and have to be fewer than a value of SQLite has room for: see Packed.
func NewChunk(width int) *Rows {
	r := NewRows(width)
	r.whole, r.packed = true, append(r.packed, r.width)
	return r
}

// Packed returns the rows of NewChunk as an argument for rowfeed. It is borrowed.
func (r *Rows) Packed() []byte { return r.packed }

// A chunk is a byte that says how many values make a row, and the values: a tag each, and what it says
// follows, numbers as this machine keeps them.
const (
	tagNull = iota
	tagInteger
	tagReal
	tagText
	tagBlob
	tagSmall = 32 // and above: an integer, less tagSmall
)

// Int adds an integer.
func (r *Rows) Int(v int64) {
	if uint64(v) <= math.MaxUint8-tagSmall {
		r.packed = append(r.packed, byte(v)+tagSmall)
		return
	}
	r.packed = binary.NativeEndian.AppendUint64(append(r.packed, tagInteger), uint64(v))
}

// Null adds NULL.
func (r *Rows) Null() { r.packed = append(r.packed, tagNull) }

// Real adds a floating-point number.
func (r *Rows) Real(v float64) {
	r.packed = binary.NativeEndian.AppendUint64(append(r.packed, tagReal), math.Float64bits(v))
}

// Text adds a text, "" for an empty one; Blob bytes, never NULL. Both copy.
func (r *Rows) Text(v string) {
	r.size(tagText, len(v))
	r.packed = append(r.packed, v...)
}

func (r *Rows) Blob(v []byte) {
	r.size(tagBlob, len(v))
	r.packed = append(r.packed, v...)
}

func (r *Rows) size(tag byte, n int) {
	r.packed = binary.NativeEndian.AppendUint32(append(r.packed, tag), uint32(n))
}

// Begin starts a row.
func (r *Rows) Begin() {
	from := 0
	if n := len(r.ends); n > 0 {
		from = r.ends[n-1]
	}
	switch {
	case len(r.packed) == from:
		r.packed = append(r.packed, r.width)
	case len(r.packed)-from >= chunkSize && !r.whole:
		r.ends = append(r.ends, len(r.packed))
		r.packed = append(r.packed, r.width)
	}
	r.count++
}

// Len is how many rows were begun.
func (r *Rows) Len() int { return r.count }

// Chunks calls yield with one argument for rowfeed after the other, each some of the rows, and stops at the first error. They are borrowed.
func (r *Rows) Chunks(yield func(chunk []byte) error) error {
	from := 0
	for _, end := range r.ends {
		if err := yield(r.packed[from:end]); err != nil {
			return err
		}
		from = end
	}
	if from == len(r.packed) {
		return nil
	}
	return yield(r.packed[from:])
}

// keptRoom is how much memory Reset keeps, in bytes.
const keptRoom = 4 << 20

// Reset forgets all rows.
func (r *Rows) Reset() {
	if cap(r.packed) > keptRoom {
		r.packed = nil
	}
	r.packed, r.ends, r.count = r.packed[:0], r.ends[:0], 0
}
