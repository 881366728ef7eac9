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
	look      string // where more is written
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
	statuses, err := rules.LoadStatuses()
	if err != nil {
		return &failure{exitInternal, err, ""}
	}
	reader := &explainer{rules.NewMatcher(catalogue), statuses}
	lines := bufio.NewReaderSize(in, 1<<16)
	out := bufio.NewWriter(g.out)
	for n := int64(1); ; n++ {
		line, err := readLine(lines)
		if len(line) > 0 {
			if err := write(out, reader.line(line, n), format); err != nil {
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

// explainer knows what lines mean.
type explainer struct {
	matcher  *rules.Matcher
	statuses *rules.Statuses
}

// line reads one line. A record of several lines that was flattened on its way, with \n for its line ends, is unfolded if
// nothing knows it as it stands.
func (e *explainer) line(line []byte, n int64) explanation {
	x := e.record(line, n)
	if x.Signature != "" || !bytes.Contains(line, []byte(`\n`)) {
		return x
	}
	if unfolded := e.record(bytes.ReplaceAll(line, []byte(`\n`), []byte("\n")), n); unfolded.Format != "" {
		return unfolded
	}
	return x
}

func (e *explainer) record(line []byte, n int64) explanation {
	x := explanation{Line: n, Causes: []string{}}
	var recs [8]parser.Record
	got, _ := parser.NewScanner(parser.Options{}).Scan(line, true, recs[:])
	for i := range recs[:got] {
		r := &recs[i]
		if r.Kind == parser.Unparsed {
			continue
		}
		x.Daemon, x.Format, x.text = r.Daemon.String(), r.Format.String(), string(r.Message)
		id := e.matcher.Match(r)
		if id == rules.None {
			e.request(&x, r)
			continue
		}
		s := e.matcher.Signature(id)
		x.Signature, x.Stage, x.Gateway, x.title = s.ID, string(s.Stage), s.Gateway, s.Title
		x.Causes = append(x.Causes, s.Causes...)
		break
	}
	return x
}

// request says of a request that no signature knows what its status means.
func (e *explainer) request(x *explanation, r *parser.Record) {
	if r.Kind != parser.Request {
		return
	}
	x.title = "a request" // one that TCP carried has no status
	if r.Status > 0 {
		x.title = fmt.Sprintf("a request answered with %d", r.Status)
	}
	if s := e.statuses.Status(r.Status); s != nil {
		x.title, x.look, x.Gateway = fmt.Sprintf("%d %s", s.Status, s.Title), s.Look, s.Gateway
		x.Causes = append(x.Causes, s.Causes...)
	}
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
	_, err := out.WriteString(x.words())
	return err
}

// words are the explanation for people.
func (x *explanation) words() string {
	if x.Format == "" {
		return fmt.Sprintf("%d: no known format\n", x.Line)
	}
	head := fmt.Sprintf("%d: %s (%s): ", x.Line, x.Daemon, x.Format)
	if x.title == "" {
		return head + "no signature; says: " + report.Clean(x.text, 120) + "\n"
	}
	head += x.title + "\n"
	if x.Signature != "" {
		head += fmt.Sprintf("   signature %s, stage %s\n", x.Signature, x.Stage)
	}
	if len(x.Causes) > 0 {
		head += "   can mean  " + strings.Join(x.Causes, ", ") + "\n"
	}
	if x.look != "" {
		head += "   look at   " + x.look + "\n"
	}
	return head
}
