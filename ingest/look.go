package ingest

import (
	"bufio"
	"io"

	"culprit/parser"
)

// Unpack returns the text of what may be compressed by gzip, bzip2, xz or zstd; plain text comes as it is. packed tells which it
// was. The caller must close it.
func Unpack(in io.Reader) (text io.ReadCloser, packed bool, err error) {
	buffered := bufio.NewReaderSize(in, 4096)
	head, _ := buffered.Peek(headSize) // an error comes again on reading
	c, _ := recognise(head)
	switch c {
	case gzipped, bzipped, zstded, xzed:
		text, err = decompress(c, buffered)
		return text, true, err
	}
	return io.NopCloser(buffered), false, nil
}

// LooksLikeLog reports whether a file that begins with head is one to be followed, and if not, why. eof says that head is all there is;
// an empty file may become one.
func LooksLikeLog(head []byte, eof bool, name string) (ok bool, why string) {
	c, why := recognise(head[:min(len(head), headSize)])
	switch {
	case c == foreign:
		return false, why
	case c != plain:
		return false, c.String() + ", does not grow"
	}
	kind, why := sniff(head, eof, name, make([]parser.Record, 16))
	return kind == log, why
}

// Rotated reports whether a name is one that rotation gives, and the name of the live file it was once.
func Rotated(name string) (live string, is bool) {
	live, _ = splitRotated(name)
	return live, live != name
}
