package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"culprit/correlate"
	"culprit/rules"
)

// spoiled are ways in which a timeline may be bad. file makes it of a good one; told says that the report must say so: the file has a
// problem, lines that nobody understood, or is left aside.
var spoiled = []struct {
	name string
	file func(text []byte) []byte
	told func(name string) bool
}{
	{"whole", func(text []byte) []byte { return text }, nothing},
	{"cut off", func(text []byte) []byte { return text[:len(text)*3/5] }, func(name string) bool { return strings.HasSuffix(name, ".json") }},
	{"with rubbish between", func(text []byte) []byte {
		var all []byte
		for i, line := range bytes.SplitAfter(text, []byte("\n")) {
			all = append(all, line...)
			if i > 2 && i%3 == 0 {
				all = append(all, "\x1b]0;owned\x07\x1b[2J\x00\xff\xfe<script>alert(1)</script>'; DROP TABLE change; --\n"...)
			}
		}
		return all
	}, nothing},
	{"with an endless line", func(text []byte) []byte {
		i := bytes.LastIndexByte(bytes.TrimRight(text, "\n"), '\n') + 1
		return bytes.Join([][]byte{text[:i], bytes.Repeat([]byte("x "), 150_000), []byte("\n"), text[i:]}, nil)
	}, func(name string) bool { return name != "certificate.pem" && !wordy[name] }},
	{"many times over", func(text []byte) []byte {
		text = append(bytes.TrimRight(text, "\n"), '\n')
		return bytes.Repeat(text, 1+200_000/len(text))
	}, nothing},
	{"of the future", func(text []byte) []byte {
		text = regexp.MustCompile(`202[56]`).ReplaceAll(text, []byte("2036"))
		text = regexp.MustCompile(`\b(\d\d[-/.]\d\d[-/.])2[56]\b`).ReplaceAll(text, []byte("${1}36"))
		return regexp.MustCompile(`\b179(\d{7})(\d{3})?\b`).ReplaceAll(text, []byte("210$1$2"))
	}, func(name string) bool { return !undated[name] }},
	{"of binary", func(text []byte) []byte { return append(bytes.Repeat([]byte{0, 0xff, 0x80, '\n'}, 2000), text...) }, nothing},
	{"empty", func([]byte) []byte { return nil }, nothing},
}

func nothing(string) bool { return false }

// wordy are samples of tools that put the output of others between their own lines.
var wordy = map[string]bool{"ansible.log": true, "pacman.log": true}

// undated are samples whose times carry no year, or are meant to lie ahead.
var undated = map[string]bool{"certificate.pem": true, "mysql-status.txt": true, "node_exporter.prom": true, "yum.log": true}

// TestBadTimelines: whatever is wrong with a timeline beside the logs, the report says so, and the verdict is the one without it.
func TestBadTimelines(t *testing.T) {
	catalogue, err := rules.Load()
	if err != nil {
		t.Fatal(err)
	}
	samples, err := filepath.Glob("../../parser/testdata/timelines/*")
	if err != nil || len(samples) < 20 {
		t.Fatalf("%d samples, %v", len(samples), err)
	}
	texts := map[string][]byte{
		"deploys.jsonl": []byte(strings.Repeat(`{"time":"2026-11-21T06:13:00Z","kind":"deploy","service":"shop","summary":"release v2"}`+"\n", 8)),
		"load.csv":      []byte("time,host,metric,value\n" + strings.Repeat("2026-11-21T06:13:00Z,web1,cpu_percent,42\n", 8)),
	}
	for _, path := range append(samples, "../../parser/testdata/sar.json") {
		if texts[filepath.Base(path)], err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
	}
	end := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	analyze := func(name string, text []byte) *correlate.Report {
		t.Helper()
		dir := t.TempDir()
		if err := writeOutage(filepath.Join(dir, "logs")); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, "shop", name)
		if name == "reflog" { // known by its place, too
			path = filepath.Join(dir, "shop", ".git", "logs", "HEAD")
		}
		for _, err := range []error{os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, text, 0o644), os.Chtimes(path, end, end)} {
			if err != nil {
				t.Fatal(err)
			}
		}
		r, err := analyzeDir(context.Background(), dir, catalogue)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return r
	}
	want := verdictOf(analyze("nothing.txt", nil))
	for name, text := range texts {
		for _, s := range spoiled {
			r := analyze(name, s.file(bytes.Clone(text)))
			if got := verdictOf(r); got != want {
				t.Errorf("%s %s: the verdict is %s, want %s", name, s.name, got, want)
			}
			if s.told(name) && !doubted(r) {
				t.Errorf("%s %s: nothing says so in %+v", name, s.name, r.Inputs)
			}
		}
	}
}

// verdictOf is what a report says of the incident.
func verdictOf(r *correlate.Report) string {
	if len(r.Incidents) != 1 {
		return fmt.Sprintf("%d incidents", len(r.Incidents))
	}
	in := &r.Incidents[0]
	lead := &in.Hypotheses[0]
	return fmt.Sprintf("%s–%s %v %d/%d: %s %.2f by %+v", in.Start, in.End, in.Ongoing, in.Requests.Failed, in.Requests.Total, lead.Cause, lead.Confidence, lead.Trigger)
}

// doubted reports whether a report tells of something that could not be read or believed beside the logs.
func doubted(r *correlate.Report) bool {
	seen := false
	for _, in := range r.Inputs {
		if strings.Contains(in.Path, "shop") {
			seen = true
			if in.Problem != "" || in.Unparsed > 0 {
				return true
			}
		}
	}
	return !seen // left aside, as no timeline
}
