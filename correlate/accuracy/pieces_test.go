package accuracy

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRotatedPiecesMakeUpTheLog(t *testing.T) {
	rec := busy(t)
	v := (&variant{name: "rotate", apply: rotate}).vary(rec, nil, 3)
	dir := t.TempDir()
	if err := write(dir, v.files); err != nil {
		t.Fatal(err)
	}
	pieces := map[string]int{}
	for _, f := range rec.files {
		var whole strings.Builder
		for _, suffix := range []string{".3.gz", ".3.xz", ".3.zst", ".2.gz", ".1", ""} {
			for i := range v.files {
				if v.files[i].path != f.path+suffix {
					continue
				}
				pieces[f.path]++
				whole.WriteString(v.files[i].text())
				packed, err := openFile(filepath.Join(dir, v.files[i].path))
				if err != nil || packed.gzipped != strings.HasSuffix(suffix, ".gz") || packed.gzipped && packed.text() != v.files[i].text() {
					t.Errorf("%s was not packed as its name says: %v", v.files[i].path, err)
				}
			}
		}
		if diff := cmp.Diff(f.text(), whole.String()); diff != "" {
			t.Errorf("the pieces of %s are another text: %s", f.path, diff)
		}
	}
	if pieces["access"] < 2 {
		t.Errorf("the access log is in %d pieces", pieces["access"])
	}
}

func TestScatterKeepsTheTexts(t *testing.T) {
	rec, v := vary(t, "scatter")
	seen := map[string]bool{}
	for i := range rec.files {
		now := &v.files[i]
		if now.text() != rec.files[i].text() || seen[now.path] || strings.ContainsAny(now.path, ".") || strings.Contains(now.path, "nginx") {
			t.Errorf("%s became %s", rec.files[i].path, now.path)
		}
		seen[now.path] = true
	}
}

func TestLoseTakesNothingThatTells(t *testing.T) {
	rec, v := vary(t, "lose")
	if len(v.files) != len(rec.files)-1 {
		t.Fatalf("%d of %d files are left", len(v.files), len(rec.files))
	}
	for i := range rec.files {
		f := &rec.files[i]
		if !slices.ContainsFunc(v.files, func(left file) bool { return left.path == f.path }) && (rec.tells(f) || f.kind != samples) {
			t.Errorf("%s is lost", f.path)
		}
	}
}

func TestMuteTakesWhatTells(t *testing.T) {
	rec := sample(t)
	v := (&variant{name: Abstain, apply: mute}).vary(rec, nil, 1)
	for i := range v.files {
		if k := v.files[i].kind; k == databaseSlow || k == database || k == fpmSlow {
			t.Errorf("%s tells of a slow database, and is left", v.files[i].path)
		}
	}
	find(t, v.files, "logs/nginx/access.log")
	rec.truth.Cause = "none"
	if (&variant{name: Abstain, apply: mute}).vary(rec, nil, 1) != nil {
		t.Error("there is nothing to tell in a healthy recording")
	}
}

func TestSyslogWrapsEveryLine(t *testing.T) {
	rec, v := vary(t, "syslog")
	f := find(t, v.files, "logs/syslog")
	for line := range strings.Lines(f.text()) {
		if !strings.HasPrefix(line, "Nov 21 08:1") || len(missing(line, "web-12 ")) > 0 && len(missing(line, "lb-40 haproxy[1802]: ")) > 0 {
			t.Errorf("no envelope: %s", line)
		}
	}
	if m := missing(f.text(), `web-12 nginx: 2026/11/21 08:10:41 [error] 20274#20274: *1115 connect() failed`, "web-12 nginx:   thrown in /var/www",
		"web-12 apache2: [Sat Nov 21 08:10:44.670259 2026]", "web-12 php-fpm: [21-Nov-2026 08:10:42] WARNING: [pool www] server reached", "web-12 mariadbd: # User@Host",
		"lb-40 haproxy[1802]: Server orders/a1 is DOWN", "web-12 kernel: oom-kill"); len(m) > 0 {
		t.Errorf("missing %q in\n%s", m, f.text())
	}
	count := func(files []file, paths ...string) map[string]int {
		n := map[string]int{}
		for i := range files {
			if !slices.Contains(paths, files[i].path) {
				continue
			}
			for _, p := range parse(t, &files[i]) {
				// A trace that syslog cuts into lines is told another way, and access formats are learnt from their neighbours.
				switch what := strings.Fields(p.what); what[1] {
				case "apache-error", "php-fpm", "kernel", "haproxy-message":
					n[p.what]++
				case "nginx-error":
					if what[2] != "critical" && what[0] != "5" {
						n[p.what]++
					}
				}
			}
		}
		return n
	}
	before := count(rec.files, "logs/nginx/error.log", "logs/apache2/error.log", "logs/apache2/iso.log", "logs/php-fpm/php8.2-fpm.log", "logs/kern.log", "logs/haproxy/haproxy.log")
	if diff := cmp.Diff(before, count(v.files, f.path)); diff != "" {
		t.Errorf("the parser reads something else: %s", diff)
	}
}
