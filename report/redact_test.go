package report

import (
	"bytes"
	"io"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"culprit/correlate"
)

// leak is a line with what must not survive of it.
type leak struct {
	line    string
	secrets []string
}

func corpus(t *testing.T) []leak {
	t.Helper()
	text, err := os.ReadFile("testdata/secrets.txt")
	if err != nil {
		t.Fatal(err)
	}
	var leaks []leak
	for i, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		if s, ok := strings.CutPrefix(line, "- "); ok {
			leaks[len(leaks)-1].secrets = append(leaks[len(leaks)-1].secrets, s)
		} else if i > 0 {
			leaks = append(leaks, leak{line: line})
		}
	}
	return leaks
}

// filled sets every string that v leads to, outside of this program's own words, and gives empty lists an entry.
func filled(v reflect.Value, field, s string) {
	switch v.Kind() {
	case reflect.String:
		if !ours[field] {
			v.SetString(s)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			filled(v.Elem(), field, s)
		}
	case reflect.Slice:
		if v.Len() == 0 {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		}
		for i := range v.Len() {
			filled(v.Index(i), field, s)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				filled(v.Field(i), f.Name, s)
			}
		}
	}
}

var formats = map[string]func(io.Writer, *correlate.Report) error{
	"text": func(w io.Writer, r *correlate.Report) error { return Text(w, r, TextOptions{Details: true}) },
	"json": JSON, "markdown": Markdown,
	"html": func(w io.Writer, r *correlate.Report) error { return HTML(w, r, HTMLOptions{Shared: true}) },
}

// TestNoSecretSurvives puts all of the corpus into each field of a report, in each format.
func TestNoSecretSurvives(t *testing.T) {
	leaks := corpus(t)
	var all strings.Builder
	for _, l := range leaks {
		all.WriteString(l.line + "\n")
	}
	for _, l := range leaks {
		r := sample()
		filled(reflect.ValueOf(r), "", l.line)
		r.Notes = []string{all.String()} // so that names are learnt from other lines
		shared := Redact(r)
		for name, write := range formats {
			var b bytes.Buffer
			if err := write(&b, shared); err != nil {
				t.Fatal(err)
			}
			got := embedded.ReplaceAllString(b.String(), "")
			for _, s := range l.secrets {
				if i := strings.Index(got, s); i >= 0 {
					t.Errorf("%s: %q survives: %s", name, s, got[max(0, i-60):min(len(got), i+60)])
				}
			}
		}
	}
}

func TestRedactIsConsistent(t *testing.T) {
	f := func(in, want string) {
		t.Helper()
		r := Redact(&correlate.Report{Notes: []string{in}})
		if r.Notes[0] != want {
			t.Errorf("%s\n got %s\nwant %s", in, r.Notes[0], want)
		}
	}
	f("192.0.2.1 asked, 192.0.2.2 asked, 192.0.2.1 asked", "ip-1 asked, ip-2 asked, ip-1 asked")
	f(`user "anna-lena" and anna-lena@x.example`, `user "user-1" and email-1`)
	f("::ffff:192.0.2.1 192.0.2.1", "ip-1 ip-1")
	f("GET /cart?id=7 HTTP/1.1", "GET /cart?… HTTP/1.1")
	f(`upstream "http://10.0.0.5:8080/a"`, `upstream "http://ip-1:8080/a"`)
}

func TestRedactCutsBetweenWords(t *testing.T) {
	f := func(in, want string) {
		t.Helper()
		if got := Redact(&correlate.Report{Notes: []string{in}}).Notes[0]; got != want {
			t.Errorf("%d bytes: …%s, want …%s", len(in), got[max(0, len(got)-30):], want[max(0, len(want)-30):])
		}
	}
	words := strings.Repeat("slow page ", longest/10-2)
	f(words+"of 192.0.2.77", words+"of ip-1")
	f(words+"of us here 192.0.2.77", words+"of us here…")
	f(strings.Repeat("x", 1<<20), "…")
}

// TestRedactKeepsWhatHelps lists texts that tell of no one.
func TestRedactKeepsWhatHelps(t *testing.T) {
	f := func(s string) {
		t.Helper()
		r := Redact(&correlate.Report{Notes: []string{s}})
		if r.Notes[0] != s {
			t.Errorf("%s became %s", s, r.Notes[0])
		}
	}
	f("upstream timed out (110: Connection timed out) while reading response header from upstream")
	f("systemctl status php-fpm; journalctl -u php8.2-fpm --since '2026-11-21 07:26:03 UTC'")
	f("logs/php-fpm/php8.2-fpm.log:29")
	f("AH02454: FCGI: attempt to connect to Unix domain socket /run/php/php8.2-fpm.sock (localhost:8000) failed")
	f("connect() to 127.0.0.1:9000 failed, listen [::1]:80 and 0.0.0.0:443")
	f("Class Foo::bar not found, DB::connect() in /srv/app/releases/20261121/src/Db.php:17")
	f("about 693 requests on the affected paths went well in the 40 s between it and the first sign")
	f("no max_children warning and an empty listen queue for ten minutes")
	f("the share of 503 is back to what it was before 07:26:03")
	f("Is it up? Then wait.")
	f("mysql -e 'show full processlist; show engine innodb status\\G'")
	f("nginx/1.22.1 built with OpenSSL/3.0.22")
}

func TestRedactChangesNothingElse(t *testing.T) {
	r := sample()
	before := mapped(r, func(_, s string) string { return s })
	Redact(r)
	if !reflect.DeepEqual(r, before) {
		t.Error("the report itself was changed")
	}
	if got := Redact(sample()); !reflect.DeepEqual(got, before) {
		t.Error("a report without secrets was changed")
	}
}

func FuzzRedact(f *testing.F) {
	f.Add("user 'a'@'192.0.2.1' /x?y=z")
	address := regexp.MustCompile(`\b192\.0\.2\.\d{1,3}\b`)
	f.Fuzz(func(t *testing.T, s string) {
		r := Redact(&correlate.Report{Notes: []string{s + " 192.0.2.7 "}})
		if left := address.FindString(r.Notes[0]); left == "192.0.2.7" {
			t.Fatalf("%q left in %q", left, r.Notes[0])
		}
	})
}
