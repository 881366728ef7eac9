package report

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"
	"time"

	"culprit/correlate"
)

//go:embed html/page.tmpl html/incident.tmpl html/reading.tmpl html/page.css html/page.js html/uplot.min.js html/uplot.min.css
var assets embed.FS

// HTMLOptions say how to write a page.
type HTMLOptions struct {
	Zone   *time.Location // shown beside UTC; nil takes the zone of the logs
	Shared bool           // the report has been redacted; the page says so
}

// bounds are what a page shows at most, so that it stays one file that opens at once, whatever the logs hold.
type bounds struct {
	text      int // characters of one text
	rows      int // of one list or table
	incidents int // told in full
	markdown  int // bytes of the annex
}

// narrower are the bounds to be tried one after the other until a page is no larger than largest.
var narrower = []bounds{{1000, 200, 20, 200_000}, {300, 60, 10, 60_000}, {120, 20, 3, 20_000}}

const largest = 1_400_000 // bytes

// HTML writes r as one file that needs nothing else: styles, scripts and data are inside, and its policy forbids all others. Texts from
// logs are made harmless as for a terminal, cut to a bound, and escaped where they stand.
func HTML(w io.Writer, r *correlate.Report, opts HTMLOptions) error {
	var b bytes.Buffer
	for _, most := range narrower {
		b.Reset()
		if err := writePage(&b, r, opts, most); err != nil {
			return fmt.Errorf("write the report: %w", err)
		}
		if b.Len() <= largest {
			break
		}
	}
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

func writePage(w io.Writer, r *correlate.Report, opts HTMLOptions, most bounds) error {
	p, err := newPage(r, opts, most)
	if err != nil {
		return err
	}
	t, err := template.New("page.tmpl").Funcs(phrases(most)).ParseFS(assets, "html/*.tmpl")
	if err != nil {
		return err
	}
	return t.Execute(w, p)
}

// page is what the templates show. All strings in Report and Incidents are clean.
type page struct {
	Report    *correlate.Report
	Incidents []incidentPage
	Untold    int // incidents beyond the bound
	Title     string
	Remarks   []string
	Lines     int64
	Shared    bool
	Markdown  string
	Policy    string
	Style     template.CSS
	Script    template.JS
}

func newPage(r *correlate.Report, opts HTMLOptions, most bounds) (*page, error) {
	style, err := joined("html/uplot.min.css", "html/page.css")
	if err != nil {
		return nil, err
	}
	script, err := joined("html/uplot.min.js", "html/page.js")
	if err != nil {
		return nil, err
	}
	clean := mapped(r, func(_, s string) string { return Clean(s, most.text) })
	if n := len(clean.Notes) - most.rows; n > 0 {
		clean.Notes = append(clean.Notes[:most.rows], "… and "+counted(int64(n), "more remark")+", in the report as JSON.")
	}
	told := clean.Incidents[:min(len(clean.Incidents), most.incidents)]
	markdown, err := annexed(clean, told, most)
	if err != nil {
		return nil, err
	}
	p := &page{Report: clean, Title: title(clean), Shared: opts.Shared, Markdown: markdown, Style: template.CSS(style), Script: template.JS(script)} //nolint:gosec // our own files
	p.Policy = fmt.Sprintf("default-src 'none'; style-src %s; script-src %s; base-uri 'none'; form-action 'none'", digest(style), digest(script))
	p.Remarks = (&text{report: clean, opts: TextOptions{Details: true}}).remarks()
	p.Lines = sum(clean.Inputs, func(in *correlate.Input) int64 { return in.Lines })
	p.Untold = len(clean.Incidents) - len(told)
	for i := range told {
		p.Incidents = append(p.Incidents, newIncidentPage(clean, i, opts.Zone, most))
	}
	return p, nil
}

// joined reads files of the page.
func joined(names ...string) (string, error) {
	var b strings.Builder
	for _, name := range names {
		text, err := assets.ReadFile(name)
		if err != nil {
			return "", err
		}
		b.Write(text)
		b.WriteByte('\n')
	}
	return b.String(), nil
}

// digest names a script or style in the page's policy.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

func title(r *correlate.Report) string {
	switch len(r.Incidents) {
	case 0:
		if broken(r.Inputs) > 0 {
			return "No incident found, but part of the input could not be read"
		}
		return "No incident"
	case 1:
		return "Incident of " + r.Incidents[0].Start.UTC().Format("2 January 2006, 15:04") + " UTC"
	}
	return counted(int64(len(r.Incidents)), "incident")
}

// annexed is the report as Markdown, to be edited into a post-mortem.
func annexed(r *correlate.Report, told []correlate.Incident, most bounds) (string, error) {
	short := *r
	short.Incidents = told
	var b strings.Builder
	if err := Markdown(&b, &short); err != nil {
		return "", err
	}
	if len(told) > 0 {
		b.WriteString(postmortem)
	}
	text := b.String()
	if len(text) > most.markdown {
		text = strings.ToValidUTF8(text[:most.markdown], "") + "\n\n… cut here; culprit report --format md writes all of it.\n"
	}
	return text, nil
}
