package report

import (
	"strings"
	"testing"

	"github.com/clipperhouse/displaywidth"
	"github.com/google/go-cmp/cmp"
)

func TestTable(t *testing.T) {
	f := func(columns []Column, rows [][]string, width int, want string) {
		t.Helper()
		if diff := cmp.Diff(strings.TrimPrefix(want, "\n"), Table(columns, rows, width)); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	}
	columns := []Column{{"time", Word}, {"count", Number}, {"what", Prose}}
	f(columns, nil, 40, "time  count  what\n")
	f(columns, [][]string{{"06:13:02", "17", "a short text"}, {"06:14", "1,204", "another"}}, 40, `
time      count  what
06:13:02     17  a short text
06:14     1,204  another
`)
	f(columns, [][]string{{"06:13:02", "17", "a text that does not fit into its column\nand a second line"}}, 40, `
time      count  what
06:13:02     17  a text that does not
                 fit into its column
                 and a second line
`)
	f(columns, [][]string{{"注文", "2", "ページ"}, {"x", "3"}}, 40, `
time  count  what
注文      2  ページ
x         3
`)
	f(columns, [][]string{{"\x1b[1m", "\x00", "tab\there"}}, 60, `
time     count  what
\x1b[1m   \x00  tab here
`)
}

func TestTableKeepsItsWidth(t *testing.T) {
	long := strings.Repeat("path/to/somewhere/", 6)
	for _, width := range []int{60, 80, 100} {
		got := Table([]Column{{"a", Prose}, {"b", Word}, {"c", Prose}}, [][]string{{long, "word", strings.Repeat("text ", 60)}, {"x", long, "y"}}, width)
		for line := range strings.Lines(got) {
			if n := displaywidth.String(strings.TrimSuffix(line, "\n")); n > width {
				t.Errorf("%d columns of %d: %s", n, width, line)
			}
		}
	}
}

func TestListing(t *testing.T) {
	columns := []Column{{"id", Number}, {"message", Prose}, {"empty", Prose}}
	rows := [][]string{{"1", "one two three four five six seven eight"}, {"2", "\x1b[2J"}}
	want := `row 1
  id       1
  message  one two three
           four five six
           seven eight
row 2
  id       2
  message  \x1b[2J
`
	if diff := cmp.Diff(want, Listing(columns, rows, 27)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if Fits(columns, rows, 20) {
		t.Error("fits into 20 columns, although 23 are the least")
	}
	if !Fits(columns, rows, 60) {
		t.Error("does not fit into 60 columns")
	}
}

func TestWrap(t *testing.T) {
	f := func(s string, width int, want ...string) {
		t.Helper()
		if diff := cmp.Diff(want, wrap(s, width)); diff != "" {
			t.Errorf("%q at %d (-want +got):\n%s", s, width, diff)
		}
	}
	f("", 10, "")
	f("one two three", 8, "one two", "three")
	f("  spaces   go ", 20, "spaces go")
	f("0123456789abc", 10, "0123456789", "abc")
	f("logs/nginx/error.log", 12, "logs/nginx/", "error.log")
	f("注文ページ", 8, "注文ペー", "ジ")
}
