package main

import (
	"context"
	"path/filepath"
	"testing"

	"culprit/correlate"
	"culprit/correlate/accuracy"
	"culprit/rules"
)

// TestAccuracyOfFixtures runs the whole suite over a few of the recorded incidents: a change that breaks the engine for good shows here.
func TestAccuracyOfFixtures(t *testing.T) {
	truths, err := accuracy.Load(filepath.Join("..", "..", "fixtures"))
	if err != nil {
		t.Fatal(err)
	}
	if len(truths) == 0 {
		t.Skip("no incidents below fixtures: nothing to score")
	}
	if testing.Short() {
		truths = truths[:1]
	}
	catalogue, err := rules.Load()
	if err != nil {
		t.Fatal(err)
	}
	suite := accuracy.Suite{Variants: true, Abstain: true, Seed: 1}
	suite.Analyze = func(ctx context.Context, dir string) (*correlate.Report, error) {
		return analyzeDir(ctx, dir, catalogue)
	}
	board, err := suite.Run(t.Context(), truths[:min(3, len(truths))])
	if err != nil {
		t.Fatal(err)
	}
	if n := board.Variants().FalseAlarms(); n > 0 {
		t.Errorf("%d false alarms", n)
	}
	if got := board.Recorded().Top1(); got < 1 {
		t.Errorf("%.0f %% of the recorded incidents are named right", 100*got)
	}
	if got := board.Variants().Top1(); got < 0.8 {
		t.Errorf("%.0f %% of the variants are named right", 100*got)
	}
	if t.Failed() {
		board.Print(t.Output())
	}
}
