package rules

import (
	"os"
	"strings"
	"testing"
)

func TestLint(t *testing.T) {
	good := func() Signature {
		return Signature{ID: "test-one", Daemons: []string{"nginx"}, Match: Match{All: []string{"some text"}}, Stage: "connect", Title: "T", Examples: []string{"x"}}
	}
	f := func(want string, sigs ...Signature) {
		t.Helper()
		got := Lint(&Catalogue{Signatures: sigs, Causes: []Cause{{ID: "known"}}})
		if want == "" && len(got) > 0 || want != "" && !strings.Contains(got.Error(), want) {
			t.Errorf("got %q, want %q", got.Error(), want)
		}
	}
	with := func(change func(*Signature)) Signature {
		s := good()
		change(&s)
		return s
	}
	f("", good())
	f("", with(func(s *Signature) { s.Match.Regexp = `some text \[error\] [a-z]+` }))
	f(`regexp: "[error]" is a set of letters`, with(func(s *Signature) { s.Match.Regexp = `[error] some text` }))
	f("no title", with(func(s *Signature) { s.Title = " " }))
	f("full stop", with(func(s *Signature) { s.Title = "It broke." }))
	f("no examples", with(func(s *Signature) { s.Examples = nil }))
	f("too short", with(func(s *Signature) { s.Match.Any = []string{"x"} }))
	f("", with(func(s *Signature) { s.Causes = []string{"known"} }))
	f(`unknown cause "unknown-one"`, with(func(s *Signature) { s.Causes = []string{"unknown-one"} }))
	second := func(change func(*Signature)) Signature {
		s := with(change)
		s.ID = "test-two"
		return s
	}
	f("test-two: never wins: test-one", good(), second(func(*Signature) {}))
	f("test-two: never wins: test-one", with(func(s *Signature) { s.Match.Priority = 1; s.Daemons = []string{"any"} }),
		second(func(s *Signature) {
			s.Match.All = []string{"and some text", "more"}
			s.Match.Regexp = "x"
			s.Match.None = []string{"no"}
		}))
	f("test-two: never wins: test-one", with(func(s *Signature) { s.Match = Match{Any: []string{"aa", "bb"}, Priority: 1} }),
		second(func(s *Signature) { s.Match = Match{Any: []string{"xaax", "xbbx"}} }))
	f("", with(func(s *Signature) { s.Match = Match{Any: []string{"aa", "bb"}, Priority: 1} }),
		second(func(s *Signature) { s.Match = Match{Any: []string{"xaax", "xccx"}} }))
	f("", good(), second(func(s *Signature) { s.Daemons = []string{"apache"} }))
	f("", good(), second(func(s *Signature) { s.Match.Fields = map[string]string{"errno": "5"} }))
	f("", with(func(s *Signature) { s.Match.Fields = map[string]string{"errno": "5"}; s.Match.Priority = 1 }),
		second(func(s *Signature) { s.Match.Fields = map[string]string{"errno": "6"} }))
	f("", with(func(s *Signature) { s.Match.None = []string{"other"}; s.Match.Priority = 1 }), second(func(*Signature) {}))
}

// The README is where authors look words up: each must be there with its meaning.
func TestVocabularyIsDocumented(t *testing.T) {
	data, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]bool{}
	for line := range strings.Lines(string(data)) {
		cells := strings.Split(line, "|")
		if len(cells) < 4 || len(strings.TrimSpace(cells[2])) < 3 {
			continue
		}
		for name := range strings.SplitSeq(cells[1], ",") {
			documented[strings.Trim(name, " `")] = true
		}
	}
	f := func(kind, word string) {
		if !documented[word] {
			t.Errorf("%s %q is not explained in README.md", kind, word)
		}
	}
	for word := range tags {
		f("tag", word)
	}
	for word := range stages {
		f("stage", word)
	}
	for _, word := range fieldNames() {
		f("field", word)
	}
	for word := range changeKinds {
		if !strings.Contains(string(data), word) {
			t.Errorf("change %q is not explained in README.md", word)
		}
	}
}
