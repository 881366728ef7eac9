package ingest

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"
)

// isSysstat reports whether head begins a binary file of sysstat's sar (/var/log/sysstat/sa21), in either byte order.
func isSysstat(head []byte) bool {
	return bytes.HasPrefix(head, []byte("\x96\xd5\x75\x21")) || bytes.HasPrefix(head, []byte("\xd5\x96\x21\x75")) ||
		bytes.HasPrefix(head, []byte("\x96\xd5\x71\x21")) || bytes.HasPrefix(head, []byte("\x96\xd5\x73\x21"))
}

// Bounds of a run of sadf.
const (
	sadfTime   = time.Minute
	sadfOutput = 256 << 20
)

// sysstat has sadf, if it is installed, print a binary file of sar, and reads what it prints. The format of these files changes from
// version to version, and sadf alone knows them all.
func (r *run) sysstat(s stream) {
	program, err := exec.LookPath("sadf")
	switch {
	case err != nil:
		r.note(s.name, "binary file of sar, and sadf is not installed here; on its host, print it by sadf -j FILE -- -A")
		return
	case s.file == nil:
		r.note(s.name, "binary file of sar inside an archive; unpack it, or print it by sadf -j FILE -- -A")
		return
	}
	ctx, cancel := context.WithTimeout(r.ctx, sadfTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, "-j", s.file.Name(), "--", "-u", "-r", "-S", "-q", "-F", "-d", "-n", "DEV,SOCK")
	var said strings.Builder
	cmd.Stderr = &limitedWriter{&said, 1000}
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		r.unreadable(s.name, fmt.Errorf("run sadf: %w", err))
		return
	}
	in := bufio.NewReader(&limitedReader{out, sadfOutput})
	if _, err := in.Peek(1); err != nil {
		_ = cmd.Wait() // its words say more than its code
		r.unreadable(s.name, fmt.Errorf("sadf cannot read it: %s", orElse(strings.TrimSpace(said.String()), "it prints nothing")))
		return
	}
	r.text(stream{name: s.name, in: in, mtime: s.mtime, depth: s.depth + 1})
	cancel()
	_ = cmd.Wait() // what it printed has been judged as a document
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

var errTooMuch = errors.New("sadf prints more than is read; print fewer statistics by hand")

type limitedReader struct {
	in interface{ Read([]byte) (int, error) }
	n  int64
}

func (l *limitedReader) Read(p []byte) (int, error) {
	if l.n <= 0 {
		return 0, errTooMuch
	}
	n, err := l.in.Read(p)
	l.n -= int64(n)
	return n, err
}

// limitedWriter keeps the first n bytes and takes the rest as written.
type limitedWriter struct {
	to *strings.Builder
	n  int
}

func (l *limitedWriter) Write(p []byte) (int, error) {
	if room := l.n - l.to.Len(); room > 0 {
		l.to.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}
