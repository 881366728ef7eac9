package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"culprit/correlate"
	"culprit/report"
)

func newIncidents(g *globals) *cobra.Command {
	v := &review{globals: g}
	cmd := &cobra.Command{
		Use:   "incidents --db FILE",
		Short: "List the incidents in a database",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return v.list(cmd.Context()) },
	}
	v.flags(cmd)
	cmd.Flags().StringVar(&v.format, "format", "text", "text, or jsonl for an object a line")
	return cmd
}

func (v *review) list(ctx context.Context) error {
	if !slices.Contains([]string{"text", "jsonl"}, v.format) {
		return usageError("--format takes text or jsonl", "unknown format %q", v.format)
	}
	r, _, err := v.correlate(ctx)
	if err != nil {
		return err
	}
	if v.format == "jsonl" {
		return v.listJSON(r.Incidents)
	}
	if len(r.Incidents) == 0 {
		_, err := fmt.Fprintln(v.out, "no incident")
		return err
	}
	_, err = fmt.Fprint(v.out, incidentTable(r.Incidents, terminal(v.out).columns()))
	return err
}

func incidentTable(incidents []correlate.Incident, width int) string {
	var rows [][]string
	for i := range incidents {
		in := &incidents[i]
		h := &in.Hypotheses[0]
		lasted := "going on"
		if in.End != nil {
			lasted = in.End.Sub(in.Start).Round(time.Second).String()
		}
		rows = append(rows, []string{fmt.Sprint(i + 1), in.ID, in.Start.Format("2006-01-02 15:04:05"), lasted, fmt.Sprint(in.Requests.Failed),
			h.Cause, fmt.Sprintf("%.0f %%", 100*h.Confidence), in.Hop})
	}
	return report.Table([]report.Column{{Name: "no", Kind: report.Number}, {Name: "id", Kind: report.Word}, {Name: "start (UTC)", Kind: report.Word},
		{Name: "lasted", Kind: report.Word}, {Name: "failed", Kind: report.Number}, {Name: "cause", Kind: report.Word},
		{Name: "sure", Kind: report.Number}, {Name: "where"}}, rows, width)
}

// brief is an incident in one line.
type brief struct {
	ID         string     `json:"id"`
	Start      time.Time  `json:"start"`
	End        *time.Time `json:"end"`
	Failed     int64      `json:"failed"`
	Total      int64      `json:"total"`
	Cause      string     `json:"cause"`
	Confidence float64    `json:"confidence"`
	Hop        string     `json:"hop"`
	Component  string     `json:"component"`
}

func (v *review) listJSON(incidents []correlate.Incident) error {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	for i := range incidents {
		in := &incidents[i]
		h := &in.Hypotheses[0]
		one := brief{in.ID, in.Start, in.End, in.Requests.Failed, in.Requests.Total, h.Cause, h.Confidence, in.Hop, in.Component}
		if err := enc.Encode(one); err != nil {
			return &failure{exitInternal, err, ""}
		}
	}
	_, err := v.out.Write(report.EscapeJSON([]byte(b.String())))
	return err
}
