package ingest

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
)

// container is what a stream is wrapped in, told by its first bytes. Names are not trusted.
type container uint8

const (
	plain container = iota
	gzipped
	bzipped
	zstded
	xzed
	tarred
	zipped
	foreign // something that cannot be opened here
)

var containerNames = [...]string{"", "gzip", "bzip2", "zstd", "xz", "tar", "zip", ""}

func (c container) String() string { return containerNames[c] }

// headSize is how much of a stream recognise wants to see.
const headSize = 512

// foreignMagic lists what is known and cannot be read, with what to do about it.
var foreignMagic = []struct{ magic, text string }{
	{"\x04\x22\x4d\x18", "lz4 archive; unpack it first"},
	{"\x1f\x9d", "file of compress(1); unpack it first"},
	{"7z\xbc\xaf\x27\x1c", "7-Zip archive; unpack it first"},
	{"Rar!\x1a\x07", "RAR archive; unpack it first"},
	{"SQLite format 3\x00", "SQLite database, left aside"},
	{"\x7fELF", "program, left aside"},
	{"\xff\xfe", "UTF-16 text; convert it by iconv -f UTF-16 -t UTF-8"},
	{"\xfe\xff", "UTF-16 text; convert it by iconv -f UTF-16 -t UTF-8"},
}

// recognise tells the container from the first headSize bytes; why says what a foreign one is.
func recognise(head []byte) (c container, why string) {
	is := func(magic string) bool { return bytes.HasPrefix(head, []byte(magic)) }
	switch {
	case is("\x1f\x8b\x08"):
		return gzipped, ""
	case is("BZh") && len(head) >= 10 && (string(head[4:10]) == "1AY&SY" || string(head[4:10]) == "\x17\x72\x45\x38\x50\x90"):
		return bzipped, ""
	case is("\x28\xb5\x2f\xfd"), len(head) >= 4 && head[0]&0xf0 == 0x50 && string(head[1:4]) == "\x2a\x4d\x18":
		return zstded, "" // the second is a skippable frame, which may come first
	case is("\xfd7zXZ\x00"):
		return xzed, ""
	case is("PK\x03\x04"), is("PK\x05\x06"):
		return zipped, ""
	case len(head) >= 262 && string(head[257:262]) == "ustar":
		return tarred, ""
	}
	for _, f := range foreignMagic {
		if is(f.magic) {
			return foreign, f.text
		}
	}
	return plain, ""
}

// decompress returns the text of a compressed stream, read ahead in a goroutine of its own. The caller must close it.
func decompress(c container, in *bufio.Reader) (io.ReadCloser, error) {
	switch c {
	case gzipped:
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, damaged(c, err)
		}
		return readAhead(labelled{z, c}, z.Close), nil
	case bzipped:
		return readAhead(labelled{bzip2.NewReader(in), c}, nil), nil
	case zstded:
		// One goroutine: others are busy with other sources. The window bounds memory.
		z, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxDictionary))
		if err != nil {
			return nil, damaged(c, err)
		}
		return readAhead(labelled{z, c}, func() error { z.Close(); return nil }), nil
	case xzed:
		if head, _ := in.Peek(headSize); xzDictionary(head) > maxDictionary {
			return nil, errors.New("xz stream with a dictionary beyond 256 MiB; unpack it first")
		}
		z, err := xz.NewReader(in)
		if err != nil {
			return nil, damaged(c, err)
		}
		return readAhead(labelled{z, c}, nil), nil
	}
	return nil, errors.New("not a compressed stream")
}

// maxDictionary bounds the memory that a compressed stream may ask for.
const maxDictionary = 256 << 20

// labelled names the container in errors.
type labelled struct {
	in io.Reader
	c  container
}

func (l labelled) Read(p []byte) (int, error) {
	n, err := l.in.Read(p)
	if err != nil && err != io.EOF { // a wrapped EOF is not the regular end
		err = damaged(l.c, err)
	}
	return n, err
}

func damaged(c container, err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return fmt.Errorf("truncated %s stream: the file was cut off or is still being written", c)
	}
	return fmt.Errorf("damaged %s stream: %w", c, err)
}

// xzDictionary reads from the head of an xz stream how much memory its first block wants, in bytes; 0 if it cannot tell.
// The layout is that of the .xz file format 1.1, sections 3.1 and 5.3.1.
func xzDictionary(head []byte) int64 {
	const streamHeader = 12
	if len(head) < streamHeader+2 {
		return 0
	}
	flags, rest := head[streamHeader+1], head[streamHeader+2:]
	for _, sizeGiven := range []byte{0x40, 0x80} {
		if flags&sizeGiven != 0 {
			_, rest = xzNumber(rest)
		}
	}
	for range flags&3 + 1 {
		var id, size uint64
		id, rest = xzNumber(rest)
		size, rest = xzNumber(rest)
		if uint64(len(rest)) < max(size, 1) {
			return 0
		}
		if id == 0x21 {
			bits := rest[0] & 63
			return int64(2|bits&1) << (bits/2 + 11)
		}
		rest = rest[size:]
	}
	return 0
}

// xzNumber reads a number in groups of seven bits, the lowest first.
func xzNumber(b []byte) (n uint64, rest []byte) {
	for i, c := range b[:min(len(b), 9)] {
		n |= uint64(c&0x7f) << (7 * i)
		if c&0x80 == 0 {
			return n, b[i+1:]
		}
	}
	return 0, nil
}
