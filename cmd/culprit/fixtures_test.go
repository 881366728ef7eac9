package main

import (
	"bytes"
	"context"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden reports anew")

const fixtures = "../../fixtures"

// TestFixtures analyses every recorded incident, and compares what is said with fixtures/golden.
func TestFixtures(t *testing.T) {
	time.Local = time.UTC
	dirs, err := filepath.Glob(filepath.Join(fixtures, "*", "truth.json"))
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	for _, truth := range dirs {
		dir := filepath.Dir(truth)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			t.Parallel()
			logs := recorded(t, dir)
			golden := filepath.Join(fixtures, "golden", filepath.Base(dir))
			compareGolden(t, golden+".json", analyzed(t, logs, "--format", "json"))
			compareGolden(t, golden+".txt", analyzed(t, logs))
		})
	}
}

// recorded is a copy of an incident with files as old as the recording: a clone's are new, and stamps without a year are taken to be
// from the time of their file.
func recorded(t *testing.T, dir string) string {
	t.Helper()
	to, when := filepath.Join(t.TempDir(), filepath.Base(dir)), time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(to, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		return os.Chtimes(path, when, when)
	})
	if err != nil {
		t.Fatal(err)
	}
	return to
}

// analyzed is what analyze prints, one log read after the other: which of two equal pieces of evidence is named first depends on it.
func analyzed(t *testing.T, dir string, flags ...string) string {
	t.Helper()
	var out, problems bytes.Buffer
	args := append([]string{"analyze", "--workers", "1", dir}, flags...)
	if code := run(context.Background(), args, streams{strings.NewReader(""), &out, &problems}); code != exitOK {
		t.Fatalf("exit code %d: %s", code, problems.String())
	}
	return out.String()
}

func compareGolden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got; go test ./cmd/culprit -run Fixtures -update, after looking at it):\n%s", filepath.Base(path), diff)
	}
}

// TestFixturesInReadme holds the screen in the README to what the demo says.
func TestFixturesInReadme(t *testing.T) {
	const path = "../../README.md"
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	screen, err := os.ReadFile(filepath.Join(fixtures, "golden", "shop-database-stall.txt"))
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(text), "<!-- demo -->\n```text\n")
	shown, tail, closed := strings.Cut(rest, "```\n")
	if !ok || !closed {
		t.Fatal("the README has no screen")
	}
	if *update {
		shown = string(screen)
		anew := head + "<!-- demo -->\n```text\n" + shown + "```\n" + tail
		if err := os.WriteFile(path, []byte(anew), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(string(screen), shown); diff != "" {
		t.Errorf("README (-want +got; go test ./cmd/culprit -update):\n%s", diff)
	}
}
