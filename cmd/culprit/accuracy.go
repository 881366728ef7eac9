package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"culprit/correlate"
	"culprit/correlate/accuracy"
	"culprit/ingest"
	"culprit/rules"
	"culprit/store"
)

func newAccuracy(g *globals) *cobra.Command {
	return &cobra.Command{
		Use: "accuracy DIR…", Short: "Score verdicts against incidents whose truth is known (folders with a truth.json)", Hidden: true, Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return g.accuracy(cmd.Context(), args) },
	}
}

func (g *globals) accuracy(ctx context.Context, dirs []string) error {
	catalogue, err := g.catalogue()
	if err != nil {
		return err
	}
	var score accuracy.Score
	for _, dir := range dirs {
		truths, err := accuracy.Load(dir)
		if err != nil {
			return &failure{exitInput, err, ""}
		}
		for i := range truths {
			r, err := analyzeDir(ctx, truths[i].Dir, catalogue)
			if err != nil {
				return &failure{exitInternal, fmt.Errorf("%s: %w", truths[i].ID, err), ""}
			}
			score.Add(&truths[i], r)
		}
	}
	score.Print(g.out)
	return nil
}

// analyzeDir is analyze without keeping anything.
func analyzeDir(ctx context.Context, dir string, catalogue *rules.Catalogue) (*correlate.Report, error) {
	st, matcher := store.NewMemory(), rules.NewMatcher(catalogue)
	if _, err := ingest.Run(ctx, ingest.Options{Paths: []string{dir}, Stdin: io.LimitReader(nil, 0), Matcher: matcher}, &sink{store: st, matcher: matcher}); err != nil {
		return nil, err
	}
	return correlate.Analyze(ctx, st, catalogue, correlate.Options{})
}
