package accuracy

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"culprit/parser"
)

// TestRetoldTimelines: what other tools tell of the sample's changes and load is read as the same changes and load.
func TestRetoldTimelines(t *testing.T) {
	changesOf := func(files []file) (all []string, cpu []int) {
		for i := range files {
			f := &files[i]
			if !f.kind.timeline() {
				continue
			}
			text := []byte(f.text())
			take := func(r *parser.Record) error {
				at := time.UnixMicro(r.Time).UTC().Truncate(time.Second).Format(time.TimeOnly)
				switch {
				case r.Change != nil:
					all = append(all, fmt.Sprintf("%s %s %s", at, r.Change.Kind, r.Change.Service))
				case r.Sample != nil && r.Sample.Metric == "cpu_percent":
					cpu = append(cpu, int(r.Sample.Value+0.5))
				}
				return nil
			}
			last, _ := f.last()
			o := parser.TimelineOptions{Path: f.path, Reference: last.UnixMicro()}
			format := parser.TimelineFormat(text, true, o)
			if format != parser.NoFormat {
				if err := parser.ReadTimeline(format, bytes.NewReader(text), o, take); err != nil {
					t.Errorf("%s: %v", f.path, err)
				}
				continue
			}
			s, recs := parser.NewScanner(parser.Options{Reference: last.UnixMicro()}), make([]parser.Record, 16)
			for len(text) > 0 {
				n, used := s.Scan(text, true, recs)
				for j := range recs[:n] {
					_ = take(&recs[j]) // takes everything
				}
				text = text[used:]
			}
		}
		slices.Sort(all)
		slices.Sort(cpu)
		return all, cpu
	}
	rec := sample(t)
	want, load := changesOf(rec.files)
	if len(want) == 0 || len(load) == 0 {
		t.Fatal("the sample has no timelines")
	}
	for _, name := range []string{"tools", "reflogs", "exports"} {
		_, v := vary(t, name)
		got, cpu := changesOf(v.files)
		if len(got) != len(want) || !slices.Equal(times(got), times(want)) {
			t.Errorf("%s: changes %q, want %q", name, got, want)
		}
		if !slices.Equal(cpu, load) {
			t.Errorf("%s: CPU %v, want %v", name, cpu, load)
		}
		if slices.ContainsFunc(v.files, func(f file) bool { return strings.HasSuffix(f.path, "deploys.jsonl") }) {
			t.Errorf("%s keeps what it tells anew", name)
		}
	}
	_, v := vary(t, "bare")
	if slices.ContainsFunc(v.files, func(f file) bool { return f.kind.timeline() }) || !v.truths[0].untold || rec.truth.untold {
		t.Error("bare keeps timelines, or tells the recording so")
	}
}

// times are the first words of texts.
func times(all []string) []string {
	var first []string
	for _, s := range all {
		first = append(first, s[:8])
	}
	return first
}
