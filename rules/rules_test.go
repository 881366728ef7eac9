package rules

import (
	"path"
	"testing"
)

// The built-in rules must be without fault.
func TestBuiltInLint(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	byFile(t, Lint(c))
}

// Every example must come out as its rule says, every near miss otherwise.
func TestBuiltInExamples(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	byFile(t, CheckExamples(c))
}

// byFile fails one subtest for every file with problems.
func byFile(t *testing.T, problems Problems) {
	t.Helper()
	files := map[string]Problems{}
	for _, p := range problems {
		files[p.File] = append(files[p.File], p)
	}
	for file, problems := range files {
		t.Run(path.Base(file), func(t *testing.T) { t.Error(problems.Error()) })
	}
}
