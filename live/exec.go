package live

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"time"
)

// Exec runs a command of the user's with each notice as JSON on its standard input. Nothing of a log is put on a command line.
type Exec struct{ Command string }

// Name is the command.
func (e *Exec) Name() string { return "command " + clean(e.Command) }

// Tell runs the command through the shell and waits for it.
func (e *Exec) Tell(ctx context.Context, n *Notice) error {
	in, err := json.Marshal(n)
	if err != nil {
		return &Refusal{err}
	}
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", e.Command)
	cmd.WaitDelay = time.Second
	cmd.Stdin = bytes.NewReader(in)
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	cmd.Env = append(os.Environ(), "CULPRIT_EVENT="+string(n.Event), "CULPRIT_INCIDENT="+n.ID)
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("run it: %w", err)
	}
	return nil
}
