package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"culprit/correlate"
	"culprit/report"
)

// output says how a report is written.
type output struct {
	format   string
	file     string
	details  bool
	exitCode bool
	share    bool
	chosen   func() bool // whether --format was given
}

func (o *output) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.format, "format", "text", "how to write the report: text, json, md or html (default: by the name of the file of -o, else text)")
	f.StringVarP(&o.file, "output", "o", "", "write to this file instead of the terminal")
	f.BoolVar(&o.details, "details", false, "show everything: all evidence, hypotheses, changes, endpoints and logs")
	f.BoolVar(&o.share, "share", false, "replace addresses, names of users, query strings and secrets, to give the report to others")
	f.BoolVar(&o.exitCode, "exit-code", false, "exit with 1 if an incident was found")
	o.chosen = func() bool { return f.Changed("format") }
}

// formatsByName are the formats that the name of a file tells.
var formatsByName = map[string]string{".html": "html", ".htm": "html", ".json": "json", ".md": "md", ".markdown": "md", ".txt": "text"}

// check finds what would fail only after the work is done.
func (o *output) check() error {
	if ext := filepath.Ext(o.file); ext != "" && !o.chosen() {
		if o.format = formatsByName[strings.ToLower(ext)]; o.format == "" {
			return usageError("a name in .txt, .json, .md or .html says the format; else say --format text, json, md or html", "-o %s: no report is written as %s", o.file, ext)
		}
	}
	if !slices.Contains([]string{"text", "json", "md", "html"}, o.format) {
		return usageError("--format takes text, json, md or html", "unknown format %q", o.format)
	}
	if o.file == "" {
		return nil
	}
	if info, err := os.Stat(filepath.Dir(o.file)); err != nil || !info.IsDir() {
		return usageError("choose a place that can be written with -o", "there is no directory for %s", o.file)
	}
	return nil
}

// tell writes a report where the user wants it. The error says, if that is wanted, that there was an incident.
func (o *output) tell(g *globals, r *correlate.Report, zone *time.Location) error {
	if o.share {
		r = report.Redact(r)
	}
	if err := o.write(g, r, zone); err != nil {
		return err
	}
	if o.exitCode && r.Verdict == "incident" {
		return &failure{exitIncident, errors.New("an incident was found"), ""}
	}
	return nil
}

func (o *output) write(g *globals, r *correlate.Report, zone *time.Location) error {
	if o.file == "" {
		return o.render(g.out, r, zone)
	}
	f, err := os.Create(o.file)
	if err != nil {
		return &failure{exitUsage, fmt.Errorf("write the report: %w", err), "choose a place that can be written with -o"}
	}
	if err := errors.Join(o.render(f, r, zone), f.Close()); err != nil {
		return &failure{exitInternal, err, ""}
	}
	return nil
}

func (o *output) render(w io.Writer, r *correlate.Report, zone *time.Location) error {
	switch o.format {
	case "json":
		return report.JSON(w, r)
	case "md":
		return report.Markdown(w, r)
	case "html":
		return report.HTML(w, r, report.HTMLOptions{Zone: zone, Shared: o.share})
	}
	screen := terminal(w)
	return report.Text(w, r, report.TextOptions{Width: screen.width, Height: screen.height, Color: screen.color(), Details: o.details, Zone: zone})
}
