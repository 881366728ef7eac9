package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/spf13/cobra"

	"culprit/correlate"
	"culprit/report"
	"culprit/store"
)

func newChange(g *globals) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "change",
		Args:  cobra.NoArgs,
		RunE:  showHelp,
		Short: "Note what was changed, and see what came of it",
		Long: "change keeps a timeline of deploys and other changes: in the database of culprit tail, whose verdicts know of it at once, or in a file that " +
			"analyze finds beside the logs. One line in a pipeline is enough:\nculprit change add \"release v2\" --service shop",
	}
	cmd.AddCommand(newChangeAdd(g), newChangeList(g))
	return cmd
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
	storeFlag(cmd.Flags(), &l.db)
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
	byID := map[int32]store.Source{}
	for _, s := range sources {
		byID[s.ID] = s
	}
	verdicts := map[string]judgedChange{}
	for i := range r.Incidents {
		for _, v := range r.Incidents[i].Changes {
			for _, key := range [...]string{v.Source + v.Summary, v.Source + v.Summary + v.Time.String()} {
				if before, ok := verdicts[key]; !ok || before.Verdict != "blamed" {
					verdicts[key] = judgedChange{v, r.Incidents[i].ID}
				}
			}
		}
	}
	all := make([]judgedChange, 0, len(changes))
	for _, c := range changes {
		from := byID[c.Source]
		source := correlate.PlaceOf(from.Format, from.Path, c.Line)
		key := source + c.Summary
		if source == from.Path { // several of one text may come from there
			key += time.UnixMicro(c.Time).UTC().String()
		}
		v := verdicts[key]
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
