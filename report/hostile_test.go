package report

import (
	"bytes"
	"encoding/json"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"culprit/correlate"
)

// hostile is what an attacker can bring into a log.
const hostile = "\x1b[2J\x1b]0;owned\x07\x00\x7f\u009b31m\r\n\u202egnp.exe\u2066\ufeff\xff\xc3 <b>|`x`|[a](http://x) @all\U000e0041"

// poison sets every string that v leads to.
func poison(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(hostile)
	case reflect.Pointer:
		if v.IsNil() && v.CanSet() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		poison(v.Elem())
	case reflect.Slice:
		if v.Len() == 0 {
			v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		}
		for i := range v.Len() {
			poison(v.Index(i))
		}
	case reflect.Map:
		v.Set(reflect.ValueOf(map[string]int64{hostile: 3, "502": 2}))
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			poison(v.Field(i))
		}
	case reflect.Int64, reflect.Int:
		v.SetInt(3)
	}
}

func poisoned() *correlate.Report {
	r := &correlate.Report{}
	poison(reflect.ValueOf(r))
	return r
}

func TestNothingSteersTheTerminal(t *testing.T) {
	f := func(name string, write func(io.Writer, *correlate.Report) error) {
		t.Helper()
		var b bytes.Buffer
		if err := write(&b, poisoned()); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		text := b.String()
		for _, own := range []string{bold, red, green, faint, reset} {
			text = strings.ReplaceAll(text, own, "")
		}
		if !utf8.ValidString(text) {
			t.Errorf("%s: invalid UTF-8", name)
		}
		for i, r := range text {
			if r != '\n' && unicode.Is(unicode.Cc, r) || unseen(r) {
				t.Errorf("%s: %U in %q", name, r, text[max(0, i-20):min(len(text), i+20)])
				return
			}
		}
	}
	f("text", func(w io.Writer, r *correlate.Report) error { return Text(w, r, TextOptions{}) })
	f("colour", func(w io.Writer, r *correlate.Report) error { return Text(w, r, TextOptions{Color: true}) })
	f("details", func(w io.Writer, r *correlate.Report) error { return Text(w, r, TextOptions{Details: true}) })
	f("markdown", Markdown)
	f("json", JSON)
}

func TestMarkdownStaysText(t *testing.T) {
	f := func(in, wantPlain, wantCode string) {
		t.Helper()
		if got := plain(in); got != wantPlain {
			t.Errorf("plain %q: %q, want %q", in, got, wantPlain)
		}
		if got := code(in); got != wantCode {
			t.Errorf("code %q: %q, want %q", in, got, wantCode)
		}
	}
	f("GET /a 502", "GET /a 502", "`GET /a 502`")
	f("<b> & |", "&lt;b&gt; &amp; \\|", "`<b> & |`")
	f("[x](http://y)", `\[x\](http\://y)`, "`[x](http://y)`")
	f("@all #1 *b* _i_", `\@all \#1 \*b\* \_i\_`, "`@all #1 *b* _i_`")
	f("a`b``c", "a\\`b\\`\\`c", "``` a`b``c ```")
	f("a\nb\x1b", `a b\\x1b`, "`a b\\x1b`")
}

func TestJSONMeansTheSame(t *testing.T) {
	r := poisoned()
	plain, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := JSON(&b, r); err != nil {
		t.Fatal(err)
	}
	var want, got any
	if err := json.Unmarshal(plain, &want); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(want, got) {
		t.Error("escaping changed the meaning")
	}
}

func TestClean(t *testing.T) {
	f := func(in string, limit int, want string) {
		t.Helper()
		if got := Clean(in, limit); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	f("plain ünïcödé 注文", 0, "plain ünïcödé 注文")
	f("a\tb\nc", 0, "a b c")
	f("\x1b[31m", 0, `\x1b[31m`)
	f("\u009b31m", 0, `\x9b31m`)
	f("\xff", 0, `\xff`)
	f("a\u202eb", 0, "a\ufffdb")
	f("abcdef", 3, "abc…")
	f("abc", 3, "abc")
}

func FuzzClean(f *testing.F) {
	f.Add(hostile, 10)
	f.Fuzz(func(t *testing.T, s string, limit int) {
		for _, r := range Clean(s, limit) {
			if unicode.Is(unicode.Cc, r) || unseen(r) {
				t.Fatalf("%U left in %q", r, s)
			}
		}
		for _, line := range wrap(Clean(s, 0), 20) {
			if !utf8.ValidString(line) {
				t.Fatalf("wrapped into invalid UTF-8: %q", line)
			}
		}
	})
}
