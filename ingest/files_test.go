package ingest

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func TestLinksAreFollowedOnce(t *testing.T) {
	dir, elsewhere := t.TempDir(), t.TempDir()
	line := errorLog(1)
	write(t, dir, "pods/a.log", line)
	write(t, elsewhere, "b.log", line)
	write(t, elsewhere, "deep/c.log", line)
	link := func(to, name string) {
		t.Helper()
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Skip("no symbolic links here:", err)
		}
	}
	link(filepath.Join(dir, "pods", "a.log"), "inside.log")
	link(filepath.Join(elsewhere, "b.log"), "outside.log")
	link(filepath.Join(elsewhere, "b.log"), "outside-again.log")
	link(filepath.Join(elsewhere, "deep"), "deep")
	link(dir, "loop")
	link(filepath.Dir(dir), "up")
	link("itself", "itself")
	link(filepath.Join(dir, "gone"), "broken")
	link(os.DevNull, "null")
	m, summary := ingestAll(t, dir)
	got := m.paths()
	if len(got) != 3 || !slices.Contains(got, "pods/a.log") || !slices.Contains(got, "deep/c.log") ||
		!slices.Contains(got, "outside.log") && !slices.Contains(got, "outside-again.log") {
		t.Errorf("read %q", got)
	}
	if summary.Skipped != 4 { // up, itself, broken, null; the loop and the file inside are read anyway
		t.Errorf("notes %q", summary.Notes)
	}
}

func TestUnreadableFile(t *testing.T) {
	if os.Getuid() == 0 || runtime.GOOS == "windows" {
		t.Skip("every file can be read by this user")
	}
	dir := t.TempDir()
	path := write(t, dir, "secret.log", errorLog(1))
	if err := os.Chmod(path, 0); err != nil {
		t.Fatal(err)
	}
	m, summary := ingestAll(t, dir)
	if p := m.source(t, "secret.log").problem; p == nil || !strings.Contains(p.Error(), "group adm") || summary.Problems != 1 {
		t.Errorf("problem %v, summary %+v", p, summary)
	}
}

func TestDisplay(t *testing.T) {
	f := func(in, want string) {
		t.Helper()
		if got := display(in); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	f("a/b.log", "a/b.log")
	f("a\x1b[31m\nb", "a?[31m?b")
}
