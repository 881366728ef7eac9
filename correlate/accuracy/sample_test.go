package accuracy

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"culprit/parser"
)

// sample opens the recording that holds a few real lines of every kind.
func sample(t *testing.T) *recording {
	t.Helper()
	truths, err := Load(filepath.Join("testdata", "sample"))
	if err != nil {
		t.Fatal(err)
	}
	if len(truths) != 1 {
		t.Fatalf("testdata/sample holds %d truths", len(truths))
	}
	rec, err := open(truths[0])
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

// vary applies the variant of a name to the sample.
func vary(t *testing.T, name string, others ...*recording) (*recording, *variation) {
	t.Helper()
	rec := sample(t)
	for i := range variants {
		if variants[i].name == name {
			v := variants[i].vary(rec, append([]*recording{rec}, others...), 1)
			if v == nil {
				t.Fatalf("%s does not apply to the sample", name)
			}
			return rec, v
		}
	}
	t.Fatalf("no variant %s", name)
	return nil, nil
}

// find returns the file of a path.
func find(t *testing.T, files []file, path string) *file {
	t.Helper()
	for i := range files {
		if files[i].path == path {
			return &files[i]
		}
	}
	t.Fatalf("no file %s", path)
	return nil
}

func (f *file) text() string {
	var text strings.Builder
	for i := range f.records {
		text.Write(f.records[i].text)
	}
	return text.String()
}

// parsed is what the parser makes of a record; what and when are kept apart.
type parsed struct {
	what  string
	when  time.Time
	zoned bool
}

// parse reads a file as the program does.
func parse(t *testing.T, f *file) []parsed {
	t.Helper()
	text := []byte(f.text())
	var out []parsed
	keep := func(r *parser.Record) {
		what := fmt.Sprintf("%v %v %v %s %s %s %s %s %s %s %d %d %s", r.Kind, r.Format, r.Severity, r.Client, r.VHost, r.Method, r.Path, r.Upstream, r.Backend, r.Server, r.Status, r.Duration, r.Pool)
		out = append(out, parsed{what, time.UnixMicro(r.Time).UTC(), r.Zoned})
	}
	if parser.IsSadf(text) {
		err := parser.ReadSadf(bytes.NewReader(text), func(r *parser.Record) error { keep(r); return nil })
		if err != nil {
			t.Errorf("%s: %v", f.path, err)
		}
		return out
	}
	reference := time.Time{}
	if last, ok := f.last(); ok {
		reference = last
	}
	s := parser.NewScanner(parser.Options{Reference: reference.UnixMicro()})
	recs := make([]parser.Record, 16)
	for len(text) > 0 {
		n, used := s.Scan(text, true, recs)
		if used == 0 {
			break
		}
		for i := range recs[:n] {
			keep(&recs[i])
		}
		text = text[used:]
	}
	return out
}

// same checks that the parser reads the same in two files but for the times, which when checks for each record.
func same(t *testing.T, was, now *file, when func(was, now parsed) bool) {
	t.Helper()
	before, after := parse(t, was), parse(t, now)
	if len(before) != len(after) {
		t.Errorf("%s: %d records became %d", was.path, len(before), len(after))
		return
	}
	for i := range before {
		if before[i].what != after[i].what || before[i].zoned != after[i].zoned || !when(before[i], after[i]) {
			t.Errorf("%s, record %d:\n was %v\n now %v", was.path, i, before[i], after[i])
		}
	}
}

func unmoved(was, now parsed) bool { return was.when.Equal(now.when) }

func movedBy(d time.Duration) func(was, now parsed) bool {
	return func(was, now parsed) bool {
		return was.when.UnixMicro() == 0 && now.when.UnixMicro() == 0 || was.when.Add(d).Equal(now.when)
	}
}

// fingerprint tells whether files changed.
func fingerprint(files []file) uint64 {
	h := fnv.New64a()
	for i := range files {
		fmt.Fprintln(h, files[i].path, files[i].kind)
		h.Write([]byte(files[i].text()))
		for j := range files[i].records {
			for _, s := range files[i].records[j].stamps {
				fmt.Fprintln(h, s.from, s.to, s.at.UnixNano())
			}
		}
	}
	return h.Sum64()
}

func TestKinds(t *testing.T) {
	rec := sample(t)
	f := func(path string, want kind) {
		t.Helper()
		if got := find(t, rec.files, path).kind; got != want {
			t.Errorf("%s is of kind %d, want %d", path, got, want)
		}
	}
	f("logs/nginx/access.log", access)
	f("logs/nginx/plain.log", access)
	f("logs/nginx/json.log", access)
	f("logs/nginx/error.log", nginxError)
	f("logs/apache2/error.log", apacheError)
	f("logs/apache2/iso.log", apacheError)
	f("logs/apache2/access.log", access)
	f("logs/haproxy/haproxy.log", haproxy)
	f("logs/php-fpm/php8.2-fpm.log", fpm)
	f("logs/php-fpm/www-slow.log", fpmSlow)
	f("logs/php/php_errors.log", phpErrors)
	f("logs/mysql/error.log", database)
	f("logs/mysql/mariadb-slow.log", databaseSlow)
	f("logs/app/orders-api.log", application)
	f("logs/app/storefront.log", application)
	f("logs/kern.log", kernel)
	f("timeline/deploys.jsonl", changes)
	f("timeline/load.csv", samples)
	f("timeline/sar.json", samples)
}

func TestVariantsAreRepeatableAndLeaveTheRecordingAlone(t *testing.T) {
	rec, other := sample(t), sample(t)
	other.truth.ID = "other"
	all := []*recording{rec, other}
	before := fingerprint(rec.files)
	for i := range variants {
		v := &variants[i]
		first, second := v.vary(rec, all, 7), v.vary(rec, all, 7)
		if first == nil || second == nil {
			continue
		}
		if fingerprint(first.files) != fingerprint(second.files) {
			t.Errorf("%s is another one each time", v.name)
		}
		if fingerprint(rec.files) != before {
			t.Fatalf("%s changed the recording", v.name)
		}
	}
}

func TestEveryRecordKeepsItsPlaceAndTime(t *testing.T) {
	rec := sample(t)
	for _, f := range rec.files {
		for i := range f.records {
			r := &f.records[i]
			if !r.timed() {
				continue
			}
			again := r.retime(func(s *stamp) (time.Time, *time.Location) { return s.at, s.clock(rec.zone) })
			if string(again.text) != string(r.text) {
				t.Errorf("%s: rewriting the same times\nturned %s  into %s", f.path, r.text, again.text)
			}
		}
	}
}

func newRand() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

// missing lists which of the texts a file's text lacks.
func missing(text string, wanted ...string) []string {
	return slices.DeleteFunc(wanted, func(w string) bool { return strings.Contains(text, w) })
}
