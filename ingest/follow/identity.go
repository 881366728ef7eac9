package follow

import (
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
)

// Identity is by what a generation of a log is known again.
type Identity struct {
	Device, Inode uint64
	Fingerprint   string // of its beginning: "length:hash"
}

// Checkpoint is how far a generation was read by an earlier run.
type Checkpoint struct {
	Path string
	File Identity
	// Offset counts bytes, Line lines.
	Offset, Line int64
}

// headSize is how much of a file's beginning tells it from others, in bytes.
const headSize = 256

// head is the beginning of a file: the hash of its first size bytes. A head of size 0 fits any file.
type head struct {
	size int
	sum  uint64
}

func headOf(beginning []byte) head {
	beginning = beginning[:min(len(beginning), headSize)]
	h := fnv.New64a()
	_, _ = h.Write(beginning) // a hash takes anything
	return head{len(beginning), h.Sum64()}
}

// readHead hashes what there is of the beginning of a file.
func readHead(file io.ReaderAt) (head, []byte, error) {
	beginning := make([]byte, headSize)
	n, err := file.ReadAt(beginning, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return head{}, nil, err
	}
	return headOf(beginning[:n]), beginning[:n], nil
}

// fits reports whether a file with this beginning may be the one the head was taken from.
func (h head) fits(beginning []byte) bool {
	return h.size == 0 || len(beginning) >= h.size && headOf(beginning[:h.size]) == h
}

func (h head) String() string { return fmt.Sprintf("%d:%016x", h.size, h.sum) }

// parseHead reads what String wrote. A text it cannot read is a head that fits nothing.
func parseHead(s string) head {
	var h head
	if n, err := fmt.Sscanf(s, "%d:%x", &h.size, &h.sum); n != 2 || err != nil || h.size < 0 || h.size > headSize {
		return head{size: headSize + 1}
	}
	return h
}

// fileID tells apart the files that exist at one moment, and, where the system tells when a file was born, also those that get the
// inode of one that is gone.
type fileID struct {
	device, inode uint64
	born          int64 // ns since the epoch, 0 where unknown
}

// sameFile reports whether two descriptions are of one file.
func sameFile(a, b os.FileInfo) bool { return a != nil && b != nil && os.SameFile(a, b) }
