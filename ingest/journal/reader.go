package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"

	"culprit/ingest/inflow"
)

// Prefix begins the paths of the journal's sources.
const Prefix = "journal"

// Reader runs journalctl again and again and puts entries into a queue.
type Reader struct {
	// Command is journalctl's path.
	Command string
	// Units whose entries are wanted; none: all.
	Units []string
	Queue *inflow.Queue
	// Complain is told why journalctl ended, and of entries that were left out.
	Complain func(error)
	// Wait is time.After, or what a test has instead.
	Wait func(time.Duration) <-chan time.Time

	cut int // entries that were left out since they are longer than a line may be
}

// Times between two runs of journalctl.
const (
	retryFirst = time.Second
	retryMost  = time.Minute
)

// Run reads from a place on until ctx ends. It ends the queue.
func (r *Reader) Run(ctx context.Context, from Place) {
	defer r.Queue.End()
	pause := retryFirst
	for ctx.Err() == nil {
		before := from.Cursor
		err := r.once(ctx, &from)
		if ctx.Err() != nil {
			return
		}
		if from.Cursor != before {
			pause = retryFirst
		}
		r.Complain(fmt.Errorf("journalctl ended: %w; it is started again in %s", err, pause))
		select {
		case <-ctx.Done():
		case <-r.Wait(pause):
		}
		pause = min(2*pause, retryMost)
	}
}

// once runs journalctl until it ends, and moves from on with each entry. The error says why it ended.
func (r *Reader) once(ctx context.Context, from *Place) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cmd := exec.CommandContext(ctx, r.Command, arguments(r.Units, from)...)
	cmd.WaitDelay = 5 * time.Second
	said := &beginning{}
	cmd.Stderr = said
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	readErr := r.entries(ctx, out, from)
	if !errors.Is(readErr, io.EOF) {
		cancel()
	}
	waitErr := cmd.Wait()
	switch {
	case readErr != nil && !errors.Is(readErr, io.EOF):
		return readErr
	case said.Len() > 0:
		return fmt.Errorf("%w: %s%s", ended(waitErr), strings.Join(strings.Fields(said.String()), " "), access(said.String()))
	}
	return ended(waitErr)
}

// ended is an error also where a program ended without one.
func ended(err error) error {
	if err == nil {
		return errors.New("without an error")
	}
	return err
}

// access says what an operator can do where the journal may not be read.
func access(said string) string {
	if strings.Contains(said, "permission") || strings.Contains(said, "systemd-journal") {
		return " (add culprit's user to the group systemd-journal)"
	}
	return ""
}

// entries puts what journalctl writes into the queue. The error is why it ended.
func (r *Reader) entries(ctx context.Context, out io.Reader, from *Place) error {
	lines := inflow.NewLines(out)
	for {
		line, err := lines.Next()
		if err != nil {
			return err
		}
		cursor := cursorOf(line)
		if lines.Cut || cursor == "" {
			r.leaveOut()
			continue
		}
		if err := r.Queue.Put(ctx, inflow.Message{Group: inflow.Group{Prefix: Prefix}, Text: line, Mark: cursor}); err != nil {
			return err
		}
		from.Cursor = cursor
	}
}

// leaveOut counts an entry that is not taken, and tells of them ever more rarely.
func (r *Reader) leaveOut() {
	if r.cut++; r.cut&(r.cut-1) == 0 {
		r.Complain(fmt.Errorf("entries of the journal that are longer than can be kept were left out: %d so far", r.cut))
	}
}

// cursorKey cannot occur in a value: there its quotes would be escaped.
var cursorKey = []byte(`"__CURSOR":"`)

// cursorOf finds the cursor of an entry, "" if it has none that could be given back to journalctl.
func cursorOf(line []byte) string {
	_, rest, found := bytes.Cut(line, cursorKey)
	if !found {
		_, rest, found = bytes.Cut(line, []byte(`"__CURSOR" : "`))
	}
	end := bytes.IndexByte(rest, '"')
	if !found || end <= 0 || end > 512 || bytes.IndexByte(rest[:end], '\\') >= 0 {
		return ""
	}
	return string(rest[:end])
}

// beginning keeps the first bytes of what a program says.
type beginning struct{ bytes.Buffer }

func (b *beginning) Write(p []byte) (int, error) {
	if room := 1024 - b.Len(); room > 0 {
		b.Buffer.Write(p[:min(len(p), room)])
	}
	return len(p), nil
}
