package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"strings"

	"github.com/spf13/cobra"

	"culprit/report"
	"culprit/rules"
)

// Exit codes.
const (
	exitOK       = 0
	exitIncident = 1 // an incident was found, and --exit-code was given
	exitUsage    = 2
	exitInput    = 3
	exitInternal = 4
	exitTooEarly = 5 // verify cannot tell yet
)

// streams are where a command reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// failure is an error with the exit code it deserves, and a hint for the operator.
type failure struct {
	code int
	err  error
	hint string
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

func usageError(hint, format string, args ...any) error {
	return &failure{exitUsage, fmt.Errorf(format, args...), hint}
}

// run executes one command line and returns its exit code.
func run(ctx context.Context, args []string, std streams) int {
	root := newRoot(std)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	var f *failure
	if !errors.As(err, &f) {
		f = &failure{exitUsage, err, "culprit --help lists the commands and flags"}
	}
	if f.code == exitIncident || f.code == exitTooEarly { // the output says it
		return f.code
	}
	if errors.Is(err, context.Canceled) {
		f = &failure{exitInternal, errors.New("interrupted"), ""}
	}
	fmt.Fprintf(std.err, "culprit: %s\n", sentences(f.err))
	if f.hint != "" {
		fmt.Fprintf(std.err, "hint: %s\n", report.Clean(f.hint, 0))
	}
	return f.code
}

// sentences makes an error harmless for a terminal: paths and lines of rules may be in it. Its lines stay.
func sentences(err error) string {
	lines := strings.Split(err.Error(), "\n")
	for i, l := range lines {
		lines[i] = report.Clean(l, 0)
	}
	return strings.Join(lines, "\n")
}

// globals are the flags of every command.
type globals struct {
	streams
	ruleDirs []string
}

func newRoot(std streams) *cobra.Command {
	g := &globals{streams: std}
	root := &cobra.Command{
		Use:   "culprit",
		Short: "Name the root cause of a 502, 503 or 504 from the logs a server left behind",
		Long: "culprit reads the logs of nginx, Apache, HAProxy and PHP-FPM, and of what surrounds them, puts them on one timeline with deploys and load, " +
			"and names the likely root cause of an incident: with its evidence, its doubts, and the next command to run.",
		SilenceUsage: true, SilenceErrors: true,
		Version: versionLine(),
	}
	root.SetVersionTemplate("{{.Version}}\n")
	root.SetIn(std.in)
	root.SetOut(std.out)
	root.SetErr(std.err)
	root.PersistentFlags().StringSliceVar(&g.ruleDirs, "rules", nil, "directory of your own rules, laid over the built-in ones (repeatable)")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usageError(cmd.CommandPath()+" --help lists the flags", "%w", err)
	})
	root.AddCommand(newAnalyze(g), newTail(g), newReport(g), newIncidents(g), newChange(g), newQuery(g), newServe(g), newExplain(g), newRules(g), newVersion(g), newAccuracy(g), newMan(), newStore(g))
	root.AddCommand(newVerify(g))
	return root
}

// catalogue loads the rules.
func (g *globals) catalogue() (*rules.Catalogue, error) {
	c, err := rules.Load(g.ruleDirs...)
	if err != nil {
		return nil, &failure{exitUsage, err, "culprit rules lint --rules DIR shows every problem of your rules"}
	}
	return c, nil
}
