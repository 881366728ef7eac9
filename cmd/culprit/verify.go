package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"culprit/correlate"
	"culprit/report"
)

// verification is one run of verify.
type verification struct {
	*globals
	db, zone, since, format string
}

func newVerify(g *globals) *cobra.Command {
	v := &verification{globals: g}
	cmd := &cobra.Command{
		Use:   "verify [INCIDENT] [PATH…]",
		Short: "After a fix, tell whether an incident is over, or has only changed its shape",
		Long: "verify compares the time after a fix with the time before an incident, for the sites or endpoints that it hurt: how many requests fail, with which " +
			"status, what gateways complain about, how long requests take, how large pages are, and whether clients still come. INCIDENT is the number or the id " +
			"that culprit incidents shows; without it, the last one that began before the fix. Logs are those that culprit tail keeps, those of --db, or those at " +
			"PATH.\n\nExit codes: 0 fixed; 1 not fixed, or in another shape; 5 too early to tell.",
		Example: "  culprit verify --since '2026-11-21 06:20'\n  culprit verify 2 --db night.db\n  culprit verify --since 2026-11-21T06:20:00Z logs.tar.gz\n" +
			"  while culprit verify; [ $? = 5 ]; do sleep 30; done",
		RunE: func(cmd *cobra.Command, args []string) error { return v.run(cmd.Context(), args) },
	}
	f := cmd.Flags()
	f.StringVar(&v.db, "db", "", "database with the incident (default: that of culprit tail; with PATH one that is removed afterwards)")
	storeFlag(f, &v.db)
	f.StringVar(&v.since, "since", "", "when the fix was made (RFC 3339, or 2006-01-02 15:04:05 in --tz; default: the end of the incident)")
	f.StringVar(&v.zone, "tz", "", "zone of --since and of logs that name none (default: the local one)")
	f.StringVar(&v.format, "format", "text", "text or json")
	return cmd
}

// incidentName is how incidents are called: by number or id.
var incidentName = regexp.MustCompile(`^[0-9a-f]{1,40}$`)

// arguments parts INCIDENT from the paths.
func (v *verification) arguments(args []string) (name string, paths []string) {
	if len(args) == 0 {
		return "", nil
	}
	if _, err := os.Stat(args[0]); err != nil && args[0] != "-" && incidentName.MatchString(args[0]) {
		return args[0], args[1:]
	}
	return "", args
}

func (v *verification) run(ctx context.Context, args []string) (err error) {
	if !slices.Contains([]string{"text", "json"}, v.format) {
		return usageError("--format takes text or json", "unknown format %q", v.format)
	}
	opts, err := (&period{zone: v.zone}).options()
	if err != nil {
		return err
	}
	zone := opts.Local
	if opts.Zone != nil {
		zone = opts.Zone
	}
	micros, err := moment("--since", v.since, zone)
	if err != nil {
		return err
	}
	fix := time.Time{}
	if micros != 0 {
		fix = time.UnixMicro(micros)
	}
	catalogue, err := v.catalogue()
	if err != nil {
		return err
	}
	name, paths := v.arguments(args)
	db := v.db
	if len(paths) == 0 {
		if db == "" {
			if db, err = (&tailing{globals: v.globals}).database(); err != nil {
				return err
			}
		}
		if err := kept(db); err != nil {
			return err
		}
	}
	st, done, err := openStore(db)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closing(done())) }()
	if len(paths) > 0 {
		if _, err := (&analysis{globals: v.globals}).read(ctx, paths, catalogue, st); err != nil {
			return err
		}
	}
	r, err := correlate.Analyze(ctx, st, catalogue, opts)
	if err != nil {
		return &failure{exitInternal, err, ""}
	}
	in, err := chosen(r.Incidents, name, fix)
	if err != nil {
		return err
	}
	out, err := correlate.Verify(ctx, st, catalogue, r, in, fix)
	if err != nil {
		return &failure{exitInternal, err, ""}
	}
	return v.tell(out)
}

// chosen is the incident that is meant: by name, or the last that began before the fix.
func chosen(incidents []correlate.Incident, name string, fix time.Time) (*correlate.Incident, error) {
	if name != "" {
		return pick(incidents, name)
	}
	var last *correlate.Incident
	for i := range incidents {
		in := &incidents[i]
		if (fix.IsZero() || in.Start.Before(fix)) && (last == nil || in.Start.After(last.Start)) {
			last = in
		}
	}
	if last == nil {
		return nil, &failure{exitInput, errors.New("no incident began before the fix"), "culprit incidents lists them; --since is in the zone of --tz"}
	}
	return last, nil
}

// tell writes the outcome. The error is that of the exit code.
func (v *verification) tell(out *correlate.Verification) error {
	write := func() error { return report.Verification(v.out, out, terminal(v.out).columns()) }
	if v.format == "json" {
		write = func() error { return report.VerificationJSON(v.out, out) }
	}
	if err := write(); err != nil {
		return &failure{exitInternal, err, ""}
	}
	switch out.Outcome {
	case correlate.NotFixed, correlate.ChangedShape:
		return &failure{exitIncident, fmt.Errorf("the incident is not over: %s", out.Outcome), ""}
	case correlate.TooEarly:
		return &failure{exitTooEarly, errors.New("too early to tell"), ""}
	}
	return nil
}
