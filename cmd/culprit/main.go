// Command culprit reads the logs around a gateway and names the likely root cause of an incident.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	boundMemory()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends what the first cannot, such as opening a pipe that nobody writes to
	os.Exit(run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr}))
}
