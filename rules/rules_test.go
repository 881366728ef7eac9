package rules

import "testing"

// The built-in rules must be without fault, and every example must come out as its rule says.
func TestBuiltIn(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range Lint(c) {
		t.Errorf("lint: %s", p)
	}
	for _, p := range CheckExamples(c) {
		t.Errorf("example: %s", p)
	}
}
