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
	var suite accuracy.Suite
	cmd := &cobra.Command{
		Use: "accuracy DIR…", Short: "Score verdicts against incidents whose truth is known (folders with a truth.json)", Hidden: true, Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return g.accuracy(cmd.Context(), &suite, args) },
	}
	cmd.Flags().BoolVar(&suite.Variants, "variants", false, "score the incidents told differently, too")
	cmd.Flags().BoolVar(&suite.Abstain, "abstain", false, "score them without the files that tell the cause, too")
	cmd.Flags().StringSliceVar(&suite.Only, "only", nil, "only these variants and incidents (recorded, abstain, a variant's name, an id)")
	cmd.Flags().StringVar(&suite.Keep, "keep", "", "leave the variants in this folder")
	cmd.Flags().Uint64Var(&suite.Seed, "seed", 1, "make other variants of the same kinds")
	return cmd
}

func (g *globals) accuracy(ctx context.Context, suite *accuracy.Suite, dirs []string) error {
	catalogue, err := g.catalogue()
	if err != nil {
		return err
	}
	var truths []accuracy.Truth
	for _, dir := range dirs {
		found, err := accuracy.Load(dir)
		if err != nil {
			return &failure{exitInput, err, ""}
		}
		truths = append(truths, found...)
	}
	if len(truths) == 0 {
		return &failure{exitInput, fmt.Errorf("no incident with a truth.json below %v", dirs), "name a folder of recorded incidents"}
	}
	suite.Analyze = func(ctx context.Context, dir string) (*correlate.Report, error) {
		return analyzeDir(ctx, dir, catalogue)
	}
	board, err := suite.Run(ctx, truths)
	if err != nil {
		return &failure{exitInternal, err, ""}
	}
	board.Print(g.out)
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
