package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"culprit/parser"
	"culprit/report"
	"culprit/rules"
)

// explanation is what one line turned out to be.
type explanation struct {
	Line      int64    `json:"line"`
	Daemon    string   `json:"daemon"`
	Format    string   `json:"format"`
	Signature string   `json:"signature"`
	Stage     string   `json:"stage"`
	Gateway   bool     `json:"gateway"`
	Causes    []string `json:"causes"`
	title     string
	text      string
}

func newExplain(g *globals) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use: "explain LINE|-", Short: "Say what a log line is and what it can mean", Args: someLine,
		Long: "explain reads one line from the command line, or lines from standard input (-), and says of each which daemon wrote it, what it means, and which causes it can have.",
		RunE: func(_ *cobra.Command, args []string) error {
			if !slices.Contains([]string{"text", "jsonl"}, format) {
				return usageError("--format takes text or jsonl", "unknown format %q", format)
			}
			in := g.in
			if len(args) != 1 || args[0] != "-" {
				in = strings.NewReader(strings.Join(args, " "))
			}
			return g.explain(in, format)
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text, or jsonl for an object a line")
	return cmd
}

func someLine(_ *cobra.Command, args []string) error {
	if len(args) == 0 {
		return usageError("culprit explain 'LINE', or - for lines on standard input", "nothing to explain")
	}
	return nil
}

// explain reads lines and says of each what it is. Every line is looked at by itself: what was explained before it does not matter.
func (g *globals) explain(in io.Reader, format string) error {
	catalogue, err := g.catalogue()
	if err != nil {
		return err
	}
	matcher := rules.NewMatcher(catalogue)
	lines := bufio.NewReaderSize(in, 1<<16)
	out := bufio.NewWriter(g.out)
	for n := int64(1); ; n++ {
		line, err := readLine(lines)
		if len(line) > 0 {
			if err := write(out, explainLine(matcher, line, n), format); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return out.Flush()
		}
		if err != nil {
			return &failure{exitInput, fmt.Errorf("read lines to explain: %w", err), ""}
		}
	}
}

// readLine returns the next line; of one longer than any record may be, the beginning.
func readLine(lines *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := lines.ReadSlice('\n')
		line = append(line, part[:min(len(part), max(0, parser.MaxLine-len(line)))]...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, err
		}
	}
}

// explainLine reads one line. A record of several lines that was flattened on its way, with \n for its line ends, is unfolded if
// nothing knows it as it stands.
func explainLine(matcher *rules.Matcher, line []byte, n int64) explanation {
	x := explainRecord(matcher, line, n)
	if x.Signature != "" || !bytes.Contains(line, []byte(`\n`)) {
		return x
	}
	if unfolded := explainRecord(matcher, bytes.ReplaceAll(line, []byte(`\n`), []byte("\n")), n); unfolded.Format != "" {
		return unfolded
	}
	return x
}

func explainRecord(matcher *rules.Matcher, line []byte, n int64) explanation {
	x := explanation{Line: n, Causes: []string{}}
	var recs [8]parser.Record
	got, _ := parser.NewScanner(parser.Options{}).Scan(line, true, recs[:])
	for i := range recs[:got] {
		r := &recs[i]
		if r.Kind == parser.Unparsed {
			continue
		}
		x.Daemon, x.Format, x.text = r.Daemon.String(), r.Format.String(), string(r.Message)
		id := matcher.Match(r)
		if id == rules.None {
			continue
		}
		s := matcher.Signature(id)
		x.Signature, x.Stage, x.Gateway, x.title = s.ID, string(s.Stage), s.Gateway, s.Title
		x.Causes = append(x.Causes, s.Causes...)
		break
	}
	return x
}

func write(out *bufio.Writer, x explanation, format string) error {
	if format == "jsonl" {
		text, err := json.Marshal(x)
		if err != nil {
			return &failure{exitInternal, err, ""}
		}
		_, err = out.Write(append(text, '\n'))
		return err
	}
	var err error
	switch {
	case x.Format == "":
		_, err = fmt.Fprintf(out, "%d: no known format\n", x.Line)
	case x.Signature == "":
		_, err = fmt.Fprintf(out, "%d: %s (%s): no signature; says: %s\n", x.Line, x.Daemon, x.Format, report.Clean(x.text, 120))
	default:
		_, err = fmt.Fprintf(out, "%d: %s (%s): %s\n   signature %s, stage %s\n", x.Line, x.Daemon, x.Format, x.title, x.Signature, x.Stage)
		if err == nil && len(x.Causes) > 0 {
			_, err = fmt.Fprintf(out, "   can mean  %s\n", strings.Join(x.Causes, ", "))
		}
	}
	return err
}
