package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"culprit/correlate"
	"culprit/ingest"
	"culprit/report"
	"culprit/rules"
	"culprit/store"
)

// analysis is one run of analyze.
type analysis struct {
	*globals
	output
	period
	db      string
	workers int
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
	a.period.flags(cmd, "zone of logs that name none, such as Europe/Madrid (default: inferred from logs that do)")
	f := cmd.Flags()
	f.StringVar(&a.db, "db", "", "keep the events in this SQLite file (default: one that is removed afterwards, or for more than 128 MB of logs \"none\"); \"none\" keeps only counts and samples in memory")
	storeFlag(f, &a.db)
	f.IntVar(&a.workers, "workers", 0, "how many logs to read at once (default: one a processor)")
	return cmd
}

func (a *analysis) run(ctx context.Context, paths []string) (err error) {
	collectLate()
	if len(paths) == 0 {
		return usageError("name a directory, files, an archive, or - for standard input: culprit analyze /var/log", "nothing to analyze")
	}
	if err := a.output.check(); err != nil {
		return err
	}
	if a.workers < 0 {
		return usageError("--workers 0 reads one a processor", "--workers: %d is negative", a.workers)
	}
	opts, err := a.options()
	if err != nil {
		return err
	}
	catalogue, err := a.catalogue()
	if err != nil {
		return err
	}
	st, done, err := openStore(a.storeFor(ctx, paths))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closing(done())) }()
	summary, err := a.read(ctx, paths, catalogue, st)
	if err != nil {
		return err
	}
	r, err := correlate.Analyze(ctx, st, catalogue, opts)
	if err != nil {
		return &failure{exitInternal, err, ""}
	}
	if err := understood(r); err != nil {
		return err
	}
	if err := within(r, opts); err != nil {
		return err
	}
	r.LeftAside = leftAside(&summary)
	if err := a.tell(a.globals, r, opts.Zone); err != nil {
		return err
	}
	return complete(r)
}

// complete fails where no incident was found and part of the input could not be read: "no incident" would be a guess. An incident that was
// found stands whatever else there is.
func complete(r *correlate.Report) error {
	if len(r.Incidents) > 0 {
		return nil
	}
	for i := range r.Inputs {
		if in := &r.Inputs[i]; in.Problem != "" {
			return &failure{exitInput, fmt.Errorf("part of the input could not be read (%s: %s)", in.Path, in.Problem), "no incident was found in the rest"}
		}
	}
	return nil
}

func closing(err error) error {
	if err == nil {
		return nil
	}
	return &failure{exitInternal, fmt.Errorf("close the database: %w", err), ""}
}

// storeFor says where events are kept, as openStore wants it. A database that nobody will look at is worth its time and room as long as it
// costs a second or two; of more logs, memory tells the same verdict in a quarter of the time.
func (a *analysis) storeFor(ctx context.Context, paths []string) string {
	if a.db == "" && ingest.Size(ctx, paths, mostThrownAway) > mostThrownAway {
		return noDatabase
	}
	return a.db
}

// mostThrownAway is how much text is stored in a database that is removed afterwards, in bytes.
const mostThrownAway = 128 << 20

// read brings the logs into the store.
func (a *analysis) read(ctx context.Context, paths []string, catalogue *rules.Catalogue, st recorder) (ingest.Summary, error) {
	matcher := rules.NewMatcher(catalogue)
	progress, stop := showProgress(a.err)
	options := ingest.Options{Paths: paths, Stdin: a.in, Matcher: matcher, Workers: a.workers, Progress: progress}
	if m, ok := st.(*store.Memory); ok {
		options.PieceLines = m.PieceLines()
	}
	summary, err := ingest.Run(ctx, options, &sink{store: st, matcher: matcher})
	stop()
	switch {
	case errors.Is(err, ingest.ErrInput):
		return summary, &failure{exitInput, err, "check the path, and that you may read it"}
	case err != nil:
		return summary, &failure{exitInternal, err, ""}
	case summary.Records == 0:
		return summary, a.nothingRead(ctx, &summary, st)
	}
	return summary, nil
}

const explainHint = "culprit explain LINE says what culprit takes a line for"

// nothingRead says why there is nothing to analyze.
func (a *analysis) nothingRead(ctx context.Context, s *ingest.Summary, st recorder) error {
	if reader, ok := st.(correlate.Clocks); ok && s.Problems > 0 {
		sources, err := reader.Sources(ctx)
		if err != nil {
			return &failure{exitInternal, err, ""}
		}
		for _, src := range sources {
			if src.Problem != "" {
				return &failure{exitInput, fmt.Errorf("no log line was found (%s: %s)", src.Path, src.Problem), explainHint}
			}
		}
	}
	if len(s.Notes) > 0 {
		return &failure{exitInput, fmt.Errorf("no log line was found (%s left aside; %s: %s)", report.Counted(int64(s.Skipped), "file"), s.Notes[0].Path, s.Notes[0].Text), explainHint}
	}
	return &failure{exitInput, errors.New("no log line was found"), explainHint}
}

// understood fails where no line of any log was: then there is no verdict, not even that all is well.
func understood(r *correlate.Report) error {
	for i := range r.Inputs {
		if r.Inputs[i].Parsed > 0 {
			return nil
		}
	}
	sample := ""
	for i := range r.Inputs {
		if in := &r.Inputs[i]; len(in.UnparsedSample) > 0 {
			sample = " (" + in.Path + ":" + report.Clean(in.UnparsedSample[0], 80) + ")"
			break
		}
	}
	return &failure{exitInput, fmt.Errorf("no line was understood%s", sample), explainHint}
}

// within fails where --since and --until leave nothing of the logs: "no incident" would be said of a time that nobody wrote about.
func within(r *correlate.Report, opts correlate.Options) error {
	var first, last time.Time
	for i := range r.Inputs {
		in := &r.Inputs[i]
		if in.First == nil || in.Last == nil {
			continue
		}
		if first.IsZero() || in.First.Before(first) {
			first = *in.First
		}
		if in.Last.After(last) {
			last = *in.Last
		}
	}
	early, late := opts.Until != 0 && first.UnixMicro() > opts.Until, opts.Since != 0 && last.UnixMicro() < opts.Since
	if first.IsZero() || !early && !late {
		return nil
	}
	return &failure{exitInput, errors.New("no log line lies between --since and --until"),
		fmt.Sprintf("the logs go from %s to %s UTC", first.UTC().Format(time.DateTime), last.UTC().Format(time.DateTime))}
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
