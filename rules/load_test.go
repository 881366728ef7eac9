package rules

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Every file in testdata/bad begins with what must be said about it.
func TestLoadRefuses(t *testing.T) {
	files, err := filepath.Glob("testdata/bad/*.yaml")
	if err != nil || len(files) < 20 {
		t.Fatal("the files of bad rules are missing", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			copied := filepath.Join(dir, "rules.yaml")
			if err := os.WriteFile(copied, data, 0o600); err != nil {
				t.Fatal(err)
			}
			_, err = Load(dir)
			if err == nil {
				t.Fatal("loaded without complaint")
			}
			for line := range strings.Lines(string(data)) {
				want, ok := strings.CutPrefix(strings.TrimSpace(line), "# want: ")
				if ok && !strings.Contains(err.Error(), copied+want) {
					t.Errorf("got:\n%v\nwant in it: %s%s", err, copied, want)
				}
			}
		})
	}
}

func TestLoadOverlayReplaces(t *testing.T) {
	lower, upper := t.TempDir(), t.TempDir()
	write := func(dir, name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	signature := func(id, title string) string {
		return "kind: signatures\nsignatures:\n- {id: " + id + ", daemons: [nginx], match: {all: [some text]}, stage: connect, title: " + title + ", examples: [x]}\n"
	}
	write(lower, "a.yaml", signature("test-one", "Low")+"---\n"+signature("test-two", "Low"))
	write(upper, "b.yml", signature("test-two", "High"))
	write(upper, "notes.txt", "no rules")
	c, err := Load(lower, upper)
	if err != nil {
		t.Fatal(err)
	}
	f := func(id, title string) {
		t.Helper()
		if s := c.Signature(id); s == nil || s.Title != title {
			t.Errorf("%s is %+v, want the title %s", id, s, title)
		}
	}
	f("test-one", "Low")
	f("test-two", "High")
	if s := c.Signature("test-two"); s.File != filepath.Join(upper, "b.yml") || s.LineNo != 3 {
		t.Errorf("defined at %s:%d", s.File, s.LineNo)
	}
	if c.Signature("test-three") != nil || c.Cause("test-three") != nil {
		t.Error("found what is not there")
	}
}

func TestLoadWithoutRules(t *testing.T) {
	f := func(dir, want string) {
		t.Helper()
		if _, err := Load(dir); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	f(t.TempDir(), "no *.yaml file there")
	f(filepath.Join(t.TempDir(), "missing"), "read rules from")
}
