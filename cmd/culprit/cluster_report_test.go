package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"culprit/store/clickhouse/servertest"
)

// CULPRIT_INCIDENTS names a collection of incidents to compare the reports of, in place of a few that come with the sources.
const incidentsDir = "CULPRIT_INCIDENTS"

func TestClusterReportsTheSame(t *testing.T) { reportsTheSame(t, servertest.Shards(t, 2)) }

// TestModernEngineReportsTheSame does so with a recent ClickHouse.
func TestModernEngineReportsTheSame(t *testing.T) { reportsTheSame(t, servertest.Engine(t)) }

// reportsTheSame analyzes incidents into a database and into a cluster, and compares what is told: at once, and by another process.
func reportsTheSame(t *testing.T, c *servertest.Cluster) {
	t.Helper()
	dirs := []string{"../../fixtures/release-segfaults", "../../fixtures/three-hops-php-fpm-gone"}
	if all := os.Getenv(incidentsDir); all != "" {
		dirs, _ = filepath.Glob(filepath.Join(all, "*")) // the pattern is proper
	}
	if len(dirs) == 0 {
		t.Fatal("there is no incident to compare")
	}
	for i, dir := range dirs {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			url := c.URL(fmt.Sprint("incident", i), i)
			tell(t, "store", "init", "--store", url, "--cluster", c.Name)
			db := filepath.Join(t.TempDir(), "kept.db")
			// Of clients that are many, which are told apart depends on the order they come in.
			want := tell(t, "analyze", "--workers", "1", "--format", "json", "--db", db, dir)
			got := tell(t, "analyze", "--workers", "1", "--format", "json", "--store", url, dir)
			compareReports(t, want, got)
			compareReports(t, tell(t, "report", "--format", "json", "--db", db), tell(t, "report", "--format", "json", "--store", url))
			for _, command := range [][]string{{"verify", "--format", "json"}, {"change", "list", "--format", "jsonl"}, {"incidents"}} {
				code, want := outcome(append(command, "--db", db)...)
				if gotCode, got := outcome(append(command, "--store", url)...); gotCode != code || got != want || got == "" && code == 0 { // verify has nothing to say of a healthy day
					t.Errorf("%s: %d %s\nwant %d %s", command[0], gotCode, got, code, want)
				}
			}
			once := tell(t, "incidents", "--format", "jsonl", "--store", url)
			tell(t, "analyze", "--workers", "1", "--format", "json", "--store", url, dir)
			if twice := tell(t, "incidents", "--format", "jsonl", "--store", url); twice != once {
				t.Errorf("what was read twice counts twice:\n%s\n%s", once, twice)
			}
		})
	}
}

func compareReports(t *testing.T, want, got string) {
	t.Helper()
	if want == got {
		return
	}
	var a, b any
	if json.Unmarshal([]byte(want), &a) != nil || json.Unmarshal([]byte(got), &b) != nil {
		t.Fatalf("no reports: %.200s\n%.200s", want, got)
	}
	t.Errorf("(-database +cluster)\n%.4000s", cmp.Diff(a, b))
}

// outcome runs a command and returns its exit code and what it wrote.
func outcome(args ...string) (code int, out string) {
	var text bytes.Buffer
	code = run(context.Background(), args, streams{strings.NewReader(""), &text, io.Discard})
	return code, text.String()
}

// tell runs a command and returns what it wrote.
func tell(t *testing.T, args ...string) string {
	t.Helper()
	var out, complaint bytes.Buffer
	if code := run(context.Background(), args, streams{strings.NewReader(""), &out, &complaint}); code != exitOK {
		t.Fatalf("culprit %s: %d %s", strings.Join(args, " "), code, complaint.String())
	}
	return out.String()
}
