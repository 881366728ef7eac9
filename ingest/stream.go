package ingest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// stream is a run of bytes that may be text, compressed, or an archive.
type stream struct {
	name string
	in   io.Reader
	// file is set where in is all of a plain file, which can then be read at any place; size is its size.
	file  *os.File
	size  int64
	mtime time.Time
	depth int // wrappings around it
}

// maxDepth bounds wrappings inside wrappings.
const maxDepth = 6

// dispatch has f read in a job of its own.
func (r *run) dispatch(f file) {
	r.start(func() { r.file(f) })
}

// file opens and reads one file.
func (r *run) file(f file) {
	if r.ended() {
		return
	}
	if f.stdin {
		r.stream(stream{name: f.name, in: r.interruptible(r.opts.Stdin)})
		return
	}
	in, err := os.Open(f.path)
	if err != nil {
		r.unreadable(f.name, explain(err))
		return
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		r.unreadable(f.name, explain(err))
		return
	}
	if f.stream {
		r.stream(stream{name: f.name, in: r.interruptible(in)})
		return
	}
	r.stream(stream{name: f.name, in: r.counted(in), file: in, size: info.Size(), mtime: info.ModTime()})
}

// stream finds out what s is and reads it.
func (r *run) stream(s stream) {
	if s.depth > maxDepth {
		r.note(s.name, "wrapped too many times, left aside")
		return
	}
	in := bufio.NewReaderSize(s.in, 4096)
	head, _ := in.Peek(headSize) // an error comes again on reading
	s.in = in
	c, why := recognise(head)
	switch c {
	case plain:
		r.plain(s, head)
	case foreign:
		r.note(s.name, why)
	case tarred:
		r.tar(s)
	case zipped:
		r.zip(s)
	default:
		r.compressed(c, in, s)
	}
}

// plain reads what is neither packed nor foreign: text, or what a program of its own prints as text.
func (r *run) plain(s stream, head []byte) {
	switch {
	case isSysstat(head):
		r.printed(s, &sadfPrinter)
	case isJournal(head):
		r.printed(s, &journalPrinter)
	case isJournalExport(head):
		r.text(stream{name: s.name, in: newJournalExport(s.in), mtime: s.mtime, depth: s.depth})
	default:
		r.text(s)
	}
}

func (r *run) compressed(c container, in *bufio.Reader, s stream) {
	out, err := decompress(c, in)
	if err != nil {
		r.unreadable(s.name, err)
		return
	}
	defer out.Close()
	r.stream(stream{name: s.name, in: out, mtime: s.mtime, depth: s.depth + 1})
}

// interruptible reads from a pipe, on which a read may wait for ever, so that the end of the run ends the reading. The
// goroutine that waits on in is left behind then.
func (r *run) interruptible(in io.Reader) io.Reader {
	if in == nil {
		return failing{errors.New("there is no standard input")}
	}
	out, to := io.Pipe()
	context.AfterFunc(r.ctx, func() { to.CloseWithError(r.ctx.Err()) })
	go func() {
		_, err := io.Copy(to, r.counted(in))
		to.CloseWithError(err)
	}()
	return out
}

// counted adds what is read from in to the progress.
func (r *run) counted(in io.Reader) io.Reader {
	if r.opts.Progress == nil {
		return in
	}
	return &counter{in, r.opts.Progress}
}

type counter struct {
	in       io.Reader
	progress *Progress
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	c.progress.Done.Add(int64(n))
	return n, err
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// reference is the moment a source was last written, as parser.Options wants it.
func (r *run) reference(s stream) int64 {
	if s.mtime.Year() < firstYear {
		return r.opts.Reference
	}
	return s.mtime.UnixMicro()
}

// firstYear is when dates of files begin to be believed: archives made reproducible carry 1970 or 1980.
const firstYear = 1995

// stored wraps an error of the sink.
func stored(name string, err error) error {
	return fmt.Errorf("store what was read of %s: %w", name, err)
}
