package main

import (
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// newMan is for packaging: it writes what --help knows as manual pages, and completions.
func newMan() *cobra.Command {
	return &cobra.Command{
		Use:    "man DIR",
		Short:  "Write the manual pages and the completions of shells to a directory",
		Args:   cobra.ExactArgs(1),
		Hidden: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := writeManual(cmd.Root(), args[0]); err != nil {
				return &failure{exitUsage, err, "culprit man DIR wants a directory that can be written"}
			}
			return nil
		},
	}
}

// manualDate is on every page, so that the same program makes the same pages.
var manualDate = time.Date(2026, time.November, 1, 0, 0, 0, 0, time.UTC)

func writeManual(root *cobra.Command, dir string) error {
	pages := filepath.Join(dir, "man1")
	if err := os.MkdirAll(pages, 0o755); err != nil {
		return err
	}
	root.DisableAutoGenTag = true
	return errors.Join(
		doc.GenManTree(root, &doc.GenManHeader{Section: "1", Source: "culprit", Manual: "culprit", Date: &manualDate}, pages),
		root.GenBashCompletionFileV2(filepath.Join(dir, "culprit.bash"), true),
		root.GenZshCompletionFile(filepath.Join(dir, "_culprit")),
		root.GenFishCompletionFile(filepath.Join(dir, "culprit.fish"), true),
	)
}
