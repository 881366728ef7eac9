package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"culprit/correlate"
)

// review reports on what a database holds.
type review struct {
	*globals
	output
	period
	db string
}

func newReport(g *globals) *cobra.Command {
	v := &review{globals: g}
	cmd := &cobra.Command{
		Use:   "report [INCIDENT] --db FILE",
		Short: "Report on the logs kept in a database",
		Long:  "report looks anew at what culprit analyze --db FILE has kept. INCIDENT is the number or the id that culprit incidents shows; without it, all are told.",
		Args:  atMostOne("an incident"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return v.run(cmd.Context(), strings.Join(args, ""))
		},
	}
	v.output.flags(cmd)
	v.flags(cmd)
	return cmd
}

func (v *review) flags(cmd *cobra.Command) {
	v.period.flags(cmd, "zone of --since and --until, shown beside UTC")
	cmd.Flags().StringVar(&v.db, "db", "", "the database that analyze --db has made")
	storeFlag(cmd.Flags(), &v.db)
}

func (v *review) run(ctx context.Context, name string) error {
	if err := v.output.check(); err != nil {
		return err
	}
	r, opts, err := v.correlate(ctx)
	if err != nil {
		return err
	}
	if name != "" {
		in, err := pick(r.Incidents, name)
		if err != nil {
			return err
		}
		r.Incidents = []correlate.Incident{*in}
	}
	return v.tell(v.globals, r, opts.Zone)
}

// correlate looks at what the database holds.
func (v *review) correlate(ctx context.Context) (r *correlate.Report, opts correlate.Options, err error) {
	if opts, err = v.options(); err != nil {
		return nil, opts, err
	}
	if err := kept(v.db); err != nil {
		return nil, opts, err
	}
	catalogue, err := v.catalogue()
	if err != nil {
		return nil, opts, err
	}
	st, done, err := openKept(v.db)
	if err != nil {
		return nil, opts, err
	}
	defer func() { err = errors.Join(err, closing(done())) }()
	if r, err = correlate.Analyze(ctx, st, catalogue, opts); err != nil {
		return nil, opts, &failure{exitInternal, err, ""}
	}
	return r, opts, nil
}

// pick finds an incident by its number, or by the beginning of its id.
func pick(incidents []correlate.Incident, name string) (*correlate.Incident, error) {
	if n, err := strconv.Atoi(name); err == nil && n >= 1 && n <= len(incidents) {
		return &incidents[n-1], nil
	}
	var found *correlate.Incident
	for i := range incidents {
		if !strings.HasPrefix(incidents[i].ID, name) {
			continue
		}
		if found != nil {
			return nil, usageError("write more of the id", "several incidents begin with %q", name)
		}
		found = &incidents[i]
	}
	if found == nil {
		return nil, usageError("culprit incidents lists them", "no incident %q among %d", name, len(incidents))
	}
	return found, nil
}

// atMostOne refuses more than one argument.
func atMostOne(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > 1 {
			return usageError(cmd.CommandPath()+" --help", "%s takes %s at most", cmd.CommandPath(), what)
		}
		return nil
	}
}

// exactlyOne wants one argument.
func exactlyOne(what, example string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != 1 {
			return usageError(example, "%s takes one %s, not %s", cmd.CommandPath(), what, fmt.Sprint(len(args)))
		}
		return nil
	}
}
