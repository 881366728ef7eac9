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

// isJournal reports whether head begins a file of systemd's journal.
func isJournal(head []byte) bool { return bytes.HasPrefix(head, []byte("LPKSHHRH")) }

// printer is a program that prints a binary file which it alone can read: the formats of such files change from version to version.
type printer struct {
	program string
	what    string // the file is
	byHand  string // how to print it elsewhere
	args    func(file string) []string
}

var (
	sadfPrinter = printer{"sadf", "binary file of sar", "sadf -j FILE -- -A",
		func(file string) []string {
			return []string{"-j", file, "--", "-u", "-r", "-S", "-q", "-F", "-d", "-n", "DEV,SOCK,TCP,ETCP"}
		}}
	journalPrinter = printer{"journalctl", "systemd journal in its binary form", "journalctl --file FILE -o json",
		func(file string) []string { return []string{"--file", file, "-o", "export", "--no-pager", "-q"} }}
)

// Bounds of a printer's run.
const (
	printTime   = 5 * time.Minute
	printOutput = 1 << 30
)

// printed has a program, if it is installed, print a binary file, and reads what it prints.
func (r *run) printed(s stream, by *printer) {
	program, err := exec.LookPath(by.program)
	switch {
	case err != nil:
		r.note(s.name, by.what+", and "+by.program+" is not installed here; on its host, print it by "+by.byHand)
		return
	case s.file == nil:
		r.note(s.name, by.what+" inside an archive; unpack it, or print it by "+by.byHand)
		return
	}
	ctx, cancel := context.WithTimeout(r.ctx, printTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, by.args(s.file.Name())...)
	var said strings.Builder
	cmd.Stderr = &limitedWriter{&said, 1000}
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		r.unreadable(s.name, fmt.Errorf("run %s: %w", by.program, err))
		return
	}
	in := bufio.NewReader(&limitedReader{out, printOutput})
	if _, err := in.Peek(1); err != nil {
		_ = cmd.Wait() // its words say more than its code
		r.unreadable(s.name, fmt.Errorf("%s cannot read it: %s", by.program, orElse(strings.TrimSpace(said.String()), "it prints nothing")))
		return
	}
	r.stream(stream{name: s.name, in: in, mtime: s.mtime, depth: s.depth + 1})
	cancel()
	_ = cmd.Wait() // what it printed has been judged as a text
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

var errTooMuch = errors.New("more is printed than is read; print a part of it by hand")

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
