package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"culprit/correlate"
	"culprit/report"
)

// output says how a report is written.
type output struct {
	format  string
	file    string
	details bool
	zone    *time.Location // of --tz, nil without
}

func (o *output) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.format, "format", "text", "how to write the report: text, json or md")
	cmd.Flags().StringVarP(&o.file, "output", "o", "", "write to this file instead of the terminal")
	cmd.Flags().BoolVar(&o.details, "details", false, "show everything: all hypotheses, changes, endpoints and logs")
}

func (o *output) check() error {
	if !slices.Contains([]string{"text", "json", "md"}, o.format) {
		return usageError("one of text, json, md", "unknown format %q", o.format)
	}
	return nil
}

// write renders a report where the user wants it.
func (o *output) write(g *globals, r *correlate.Report) error {
	w := g.out
	if o.file != "" {
		f, err := os.Create(o.file)
		if err != nil {
			return &failure{exitUsage, fmt.Errorf("write the report: %w", err), "choose a place that can be written with -o"}
		}
		if err := o.render(f, r); err != nil {
			f.Close()
			return err
		}
		return f.Close()
	}
	return o.render(w, r)
}

func (o *output) render(w io.Writer, r *correlate.Report) error {
	switch o.format {
	case "json":
		return report.JSON(w, r)
	case "md":
		return report.Markdown(w, r)
	}
	screen := terminal(w)
	return report.Text(w, r, report.TextOptions{Width: screen.width, Height: screen.height, Color: screen.color(), Details: o.details, Zone: o.zone})
}
