package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"culprit/correlate"
	"culprit/report"
)

func newChange(g *globals) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "change",
		Short: "Note what was changed, and see what came of it",
		Long: "change keeps a timeline of deploys and other changes in a file that analyze finds beside the logs. One line in a pipeline is enough:\n" +
			"culprit change add \"release v2\" --service shop --file /var/log/culprit/deploys.jsonl",
	}
	cmd.AddCommand(newChangeAdd(g), newChangeList(g))
	return cmd
}

// notedChange is an entry of deploys.jsonl.
type notedChange struct {
	Time    string `json:"time"`
	Kind    string `json:"kind"`
	Service string `json:"service,omitempty"`
	Version string `json:"version,omitempty"`
	Summary string `json:"summary"`
	Actor   string `json:"actor,omitempty"`
}

// changeAdd is one run of change add.
type changeAdd struct {
	*globals
	entry          notedChange
	at, zone, file string
}

func newChangeAdd(g *globals) *cobra.Command {
	a := &changeAdd{globals: g}
	cmd := &cobra.Command{
		Use:     "add SUMMARY",
		Short:   "Append a change to a file of changes",
		Example: "  culprit change add \"release v2.14\" --service shop --kind deploy --version v2.14",
		Args:    exactlyOne("a summary", `culprit change add "release v2" --service shop`),
		RunE: func(_ *cobra.Command, args []string) error {
			a.entry.Summary = args[0]
			return a.run(time.Now())
		},
	}
	f := cmd.Flags()
	f.StringVar(&a.entry.Kind, "kind", "deploy", "deploy, config, restart, reload, migration, cron, feature-flag, cert, dns, package or scale")
	f.StringVar(&a.entry.Service, "service", "", "what was changed: a service, a daemon, a host")
	f.StringVar(&a.entry.Version, "version", "", "the version it has now")
	f.StringVar(&a.entry.Actor, "actor", os.Getenv("USER"), "who did it")
	f.StringVar(&a.at, "at", "", "when (RFC 3339, or 2006-01-02 15:04:05 in --tz; default: now)")
	f.StringVar(&a.zone, "tz", "", "zone of --at (default: that of this machine)")
	f.StringVar(&a.file, "file", "deploys.jsonl", "the file to append to")
	return cmd
}

var changeKinds = []string{"deploy", "config", "restart", "reload", "migration", "cron", "feature-flag", "cert", "dns", "package", "scale", "start", "stop"}

func (a *changeAdd) run(now time.Time) error {
	if !slices.Contains(changeKinds, a.entry.Kind) {
		return usageError("culprit change add --help lists the kinds", "unknown kind %q", a.entry.Kind)
	}
	if a.entry.Summary == "" {
		return usageError(`culprit change add "release v2" --service shop`, "what was changed?")
	}
	zone := time.Local
	if a.zone != "" {
		named, err := time.LoadLocation(a.zone)
		if err != nil {
			return usageError("--tz takes a name of the IANA database, such as Europe/Madrid or UTC", "unknown zone %q", a.zone)
		}
		zone = named
	}
	at, err := moment("--at", a.at, zone)
	if err != nil {
		return err
	}
	if a.at != "" {
		now = time.UnixMicro(at)
	}
	a.entry.Time = now.UTC().Format("2006-01-02T15:04:05.000Z07:00")
	line, err := json.Marshal(a.entry)
	if err != nil {
		return &failure{exitInternal, err, ""}
	}
	return appendLine(a.file, append(line, '\n'))
}

// appendLine writes a line in one piece, so that others may append at the same time.
func appendLine(path string, line []byte) (err error) {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return &failure{exitInput, fmt.Errorf("open the file of changes: %w", err), "--file names another one"}
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, err := f.Write(line); err != nil {
		return &failure{exitInput, fmt.Errorf("note the change in %s: %w", path, err), "is the disk full?"}
	}
	return nil
}

// changeList is one run of change list.
type changeList struct {
	analysis
	format string
}

func newChangeList(g *globals) *cobra.Command {
	l := &changeList{analysis: analysis{globals: g}}
	cmd := &cobra.Command{
		Use:     "list [PATH… | --db FILE]",
		Short:   "List changes, with the verdict on each in the incidents beside it",
		Example: "  culprit change list /var/log\n  culprit change list --db kept.db --format jsonl",
		RunE:    func(cmd *cobra.Command, args []string) error { return l.run(cmd.Context(), args) },
	}
	l.period.flags(cmd, "zone of logs that name none")
	cmd.Flags().StringVar(&l.db, "db", "", "a database that culprit analyze --db made")
	cmd.Flags().StringVar(&l.format, "format", "text", "text, or jsonl for an object a line")
	return cmd
}

func (l *changeList) run(ctx context.Context, paths []string) (err error) {
	if l.format != "text" && l.format != "jsonl" {
		return usageError("--format takes text or jsonl", "unknown format %q", l.format)
	}
	if (len(paths) == 0) == (l.db == "") {
		return usageError("culprit change list /var/log, or culprit change list --db FILE", "name either paths or a database")
	}
	if l.db != "" {
		if err := kept(l.db); err != nil {
			return err
		}
	}
	opts, err := l.options()
	if err != nil {
		return err
	}
	catalogue, err := l.catalogue()
	if err != nil {
		return err
	}
	st, done, err := openStore(l.db)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closing(done())) }()
	if len(paths) > 0 {
		if _, err := l.read(ctx, paths, catalogue, st); err != nil {
			return err
		}
	}
	r, err := correlate.Analyze(ctx, st, catalogue, opts)
	if err != nil {
		return &failure{exitInternal, err, ""}
	}
	changes, err := judged(ctx, st, r, opts)
	if err != nil {
		return &failure{exitInternal, err, ""}
	}
	return l.show(changes)
}

// judgedChange is a change with the verdict of the incident that speaks of it, "" where none does.
type judgedChange struct {
	correlate.ChangeVerdict
	Incident string `json:"incident,omitempty"`
}

// judged returns all changes in the order of time. One that several incidents speak of has the gravest verdict.
func judged(ctx context.Context, st correlate.Store, r *correlate.Report, opts correlate.Options) ([]judgedChange, error) {
	until := opts.Until
	if until == 0 {
		until = math.MaxInt64
	}
	changes, err := st.Changes(ctx, opts.Since, until)
	if err != nil {
		return nil, fmt.Errorf("read the changes: %w", err)
	}
	sources, err := st.Sources(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the sources: %w", err)
	}
	paths := map[int32]string{}
	for _, s := range sources {
		paths[s.ID] = s.Path
	}
	verdicts := map[string]judgedChange{}
	for i := range r.Incidents {
		for _, v := range r.Incidents[i].Changes {
			if before, ok := verdicts[v.Source+v.Summary]; !ok || before.Verdict != "blamed" {
				verdicts[v.Source+v.Summary] = judgedChange{v, r.Incidents[i].ID}
			}
		}
	}
	all := make([]judgedChange, 0, len(changes))
	for _, c := range changes {
		source := fmt.Sprintf("%s:%d", paths[c.Source], c.Line)
		v := verdicts[source+c.Summary]
		v.Time, v.Kind, v.Service, v.Source = time.UnixMicro(c.Time).UTC(), c.Kind, c.Service, source
		v.Summary = cmp.Or(c.Summary, c.Version)
		all = append(all, v)
	}
	return all, nil
}

func (l *changeList) show(changes []judgedChange) error {
	if l.format == "jsonl" {
		for _, c := range changes {
			line, err := json.Marshal(c)
			if err != nil {
				return &failure{exitInternal, err, ""}
			}
			if _, err := l.out.Write(report.EscapeJSON(append(line, '\n'))); err != nil {
				return err
			}
		}
		return nil
	}
	if len(changes) == 0 {
		_, err := fmt.Fprintln(l.out, "no change")
		return err
	}
	var rows [][]string
	for _, c := range changes {
		verdict := c.Verdict
		if verdict != "" {
			verdict += " (" + c.Incident + ")"
		}
		rows = append(rows, []string{c.Time.Format("2006-01-02 15:04:05"), c.Kind, report.Clean(c.Service, 30), verdict, report.Clean(c.Summary, 80), report.Clean(c.Source, 0)})
	}
	_, err := fmt.Fprint(l.out, report.Table([]report.Column{{Name: "time (UTC)", Kind: report.Word}, {Name: "kind", Kind: report.Word}, {Name: "service", Kind: report.Word},
		{Name: "verdict", Kind: report.Word}, {Name: "summary"}, {Name: "source"}}, rows, terminal(l.out).columns()))
	return err
}
