package receiver

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"culprit/live"
	"culprit/live/delivery"
)

// Exec runs a command of the user's for each notice, with it as JSON on its standard input. Nothing of a log is put on a command line.
// Of a group each notice gets a run of its own: let groups be of one.
type Exec struct{ Command string }

// Name is the program: what follows it, and variables set before it, may hold secrets.
func (e *Exec) Name() string {
	for _, word := range strings.Fields(e.Command) {
		switch {
		case strings.ContainsAny(word, "\"'`$"):
			return "command" // what is quoted may go on behind a blank
		case !strings.Contains(word, "="):
			return "command " + plain(word, 60)
		}
	}
	return "command"
}

// Tell runs the command through the shell and waits for it. Besides the notice there is "report" in the JSON, the report of an
// incident that is over as Markdown.
func (e *Exec) Tell(ctx context.Context, group []*live.Notice) error {
	for _, n := range group {
		in, err := json.Marshal(struct {
			*live.Notice
			Headline string `json:"headline"`
			Report   string `json:"report,omitempty"`
		}{n, live.Headline(n), markdown(n)})
		if err != nil {
			return &delivery.Refusal{Err: err}
		}
		if err := e.run(ctx, n, in); err != nil {
			return err
		}
	}
	return nil
}

func (e *Exec) run(ctx context.Context, n *live.Notice, in []byte) error {
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", e.Command)
	cmd.WaitDelay = time.Second
	cmd.Stdin = bytes.NewReader(in)
	said := &opening{}
	cmd.Stdout, cmd.Stderr = said, said
	cmd.Env = append(os.Environ(), "CULPRIT_EVENT="+string(n.Event), "CULPRIT_INCIDENT="+n.ID)
	err := cmd.Run()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return fmt.Errorf("run it: %w%s", err, excerpt(said.text))
	}
	return nil
}

// opening keeps the first of what a command says, for messages: it may run under a full-screen view, and say more than anyone wants.
type opening struct{ text []byte }

func (t *opening) Write(p []byte) (int, error) {
	t.text = append(t.text, p[:min(len(p), 4<<10-min(len(t.text), 4<<10))]...)
	return len(p), nil
}
