package parser

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
)

var update = flag.Bool("update", false, "write testdata/timelines.golden anew")

// timelineFiles says what each file under testdata/timelines is.
var timelineFiles = map[string]Format{
	"ansible.log": AnsibleLog, "apt-history.log": AptHistory, "argocd.json": ChangesJSON, "atop.txt": AtopText, "certificate.pem": Certificate,
	"dnf.rpm.log": PackageLog, "dpkg.log": DpkgLog, "events.json": ChangesJSON, "github.json": ChangesJSON, "gitlab.json": ChangesJSON,
	"grafana.json": ChangesJSON, "helm.json": ChangesJSON, "helm.txt": HelmHistory, "mysql-status.txt": MySQLStatus, "node_exporter.prom": ExporterText,
	"pacman.log": PackageLog, "prometheus-cpu.json": PrometheusJSON, "prometheus.json": PrometheusJSON, "reflog": GitReflog, "releases_log": DeployerLog,
	"revisions.log": CapistranoLog, "sadf-d.csv": SadfText, "sadf-p.tsv": SadfText, "sar-12h.txt": SysstatText, "sar.txt": SysstatText, "vmstat.txt": VmstatText,
	"yum.log": PackageLog, "zypp-history": PackageLog,
}

// timelineOptions are those of every test: a file in the folder of a service, written an hour behind its entries.
func timelineOptions(name string) TimelineOptions {
	return TimelineOptions{Path: "srv/shop/.git/logs/" + name, Reference: 1795260000e6}
}

// timelineSays reads a file at once and renders what it gives, a line each.
func timelineSays(f Format, text []byte, o TimelineOptions) (out []string, err error) {
	err = ReadTimeline(f, bytes.NewReader(text), o, func(rec *Record) error {
		r := *rec
		r.Message = nil
		out = append(out, fmt.Sprintf("%d %s", rec.Line, told(r)))
		return nil
	})
	return out, err
}

// TestTimelines reads samples of every format and compares all they say with what was checked by eye.
func TestTimelines(t *testing.T) {
	files, err := filepath.Glob("testdata/timelines/*")
	if err != nil || len(files) != len(timelineFiles) {
		t.Fatalf("%d files, %d expected, %v", len(files), len(timelineFiles), err)
	}
	var all strings.Builder
	for _, path := range files {
		name := filepath.Base(path)
		text := []byte(sample(t, "timelines/"+name))
		o := timelineOptions(name)
		if got := TimelineFormat(text, true, o); got != timelineFiles[name] {
			t.Errorf("%s: taken for %q, want %q", name, got, timelineFiles[name])
			continue
		}
		said, err := timelineSays(timelineFiles[name], text, o)
		if err != nil || len(said) == 0 {
			t.Errorf("%s: %d records, %v", name, len(said), err)
		}
		fmt.Fprintf(&all, "== %s\n%s\n", name, strings.Join(said, "\n"))
		err = ReadTimeline(timelineFiles[name], iotest.OneByteReader(bytes.NewReader(text)), o, func(*Record) error { return nil })
		if err != nil {
			t.Errorf("%s, byte by byte: %v", name, err)
		}
	}
	if *update {
		if err := os.WriteFile("testdata/timelines.golden", []byte(all.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want := strings.Split(sample(t, "timelines.golden"), "\n")
	for i, got := range strings.Split(all.String(), "\n") {
		if i >= len(want) || got != want[i] {
			t.Fatalf("line %d of timelines.golden: got %s", i+1, got)
		}
	}
}

// TestTimelinesAreStrict holds every grammar to its own files: it takes none of the others, and no log.
func TestTimelinesAreStrict(t *testing.T) {
	logs, err := filepath.Glob("testdata/*.*")
	if err != nil || len(logs) < 10 {
		t.Fatal(logs, err)
	}
	for _, path := range logs {
		name := filepath.Base(path)
		if strings.HasSuffix(name, ".golden") || name == "sar.json" {
			continue
		}
		if got := TimelineFormat([]byte(sample(t, name)), true, timelineOptions(name)); got != NoFormat {
			t.Errorf("%s: a log was taken for %s", name, got)
		}
	}
	for name, own := range timelineFiles {
		text := []byte(sample(t, "timelines/"+name))
		for f := CapistranoLog; f < SadfJSON; f++ {
			if g := grammarOf(f); g != nil && f != own && probe(f, g, text, timelineOptions(name)) {
				t.Errorf("%s: %s takes it too", name, f)
			}
		}
	}
}

// TestNoTimeline lists what is near a timeline and none.
func TestNoTimeline(t *testing.T) {
	f := func(text string) {
		t.Helper()
		if got := TimelineFormat([]byte(text), true, timelineOptions("x.log")); got != NoFormat {
			t.Errorf("%.60q: taken for %s", text, got)
		}
	}
	f("")
	f("Branch main was deployed\n")
	f("Branch main (at abc) deployed as release 20261399061300 by alice\n")
	f("Branch main (at abc) deployed as release 20261121061300 by \n")
	f("alice rolled back to release yesterday\n")
	f(`{"time":"2026-11-21T06:13:00Z","kind":"deploy","service":"shop","summary":"x"}` + "\n")
	f(`{"created_at":"2026-11-21T06:13:00Z","release_name":"1","level":"info"}` + "\n")
	f(`{"created_at":"yesterday","release_name":"1"}` + "\n")
	f("2026-11-21 06:13:00 upgrade of the shop is done now\n")
	f("2026-11-21 06:13:00.123 install nginx:amd64 <none> 1.2\n")
	f("2026-11-21 06:13:00 ERROR install nginx:amd64 <none> 1.2\n")
	f("Start-Date: yesterday\nCommandline: apt\nEnd-Date: today\n")
	f("2026-11-21 06:13:00,123 INFO p=1 said TASK [x]\nchanged: [web1]\n")
	f("[2026-11-21T06:13:00+0000] [php:error] upgraded nginx (1 -> 2)\n")
	f("Nov 21 06:13:00 web1 nginx: Updated: x\n")
	f("time,host,metric,value\n2026-11-21T07:10:03Z,web1,cpu_percent,1\n")
	f("node_load1 0.5\n")
	f("up 1\n")
	f("Threads_running\t12\n")
	f("06:13:00        all     67.16      0.00     32.84      0.00      0.00      0.00\n")
	f("a 1 1795241580 2026/11/21 06:13:00 1 2 3\n")
	f("[1,2,3]\n")
	f(`[{"created_at":"2026-11-21T06:13:00Z","status":500,"path":"/"}]`)
	f(`{"status":"success","data":{"x":1}}`)
	f(`{"items":[{"kind":"Pod","metadata":{"name":"x"}}]}`)
	f("-----BEGIN RSA PRIVATE KEY-----\nx\n")
	f(strings.Repeat("0", 40) + " " + strings.Repeat("0", 40) + " alice at noon\n")
	f(strings.Repeat("x", 1<<17))
}

// TestTimelineErrors says clearly what is wrong with a file, and keeps what was read before.
func TestTimelineErrors(t *testing.T) {
	f := func(format Format, text, problem string, records, unparsed int) {
		t.Helper()
		said, err := timelineSays(format, []byte(text), timelineOptions("x"))
		bad := strings.Count("\n"+strings.Join(said, "\n"), " unparsed ")
		if (problem == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), problem) || len(said)-bad != records || bad != unparsed {
			t.Errorf("%.50q: %d records, %d unparsed, error %v; want %d, %d, %q", text, len(said)-bad, bad, err, records, unparsed, problem)
		}
	}
	dpkg := "2026-11-21 06:13:00 upgrade nginx:amd64 1.0 1.1\n"
	f(DpkgLog, dpkg+"garbage\n\n\x00\xff\n"+dpkg, "", 1, 2)
	f(DpkgLog, dpkg+strings.Repeat("y", 3<<20)+"\n2026-11-21 06:13:00 upgrade haproxy:amd64 1.0 1.1\n", "", 2, 1)
	f(DpkgLog, "9999-12-31 23:59:59 upgrade nginx:amd64 1.0 1.1\n", "", 1, 0)
	f(ChangesJSON, `[{"sha":"a84d88e7554fc1","environment":"p","created_at":"2026-11-21T06:13:00Z"},{"x":1},`, "unexpected EOF", 1, 1)
	f(ChangesJSON, `[{"sha":"a84d88e7554fc1","environment":"p","created_at":"2026-11-21T06:13:00Z"},{"sha":`+strings.Repeat("[", 20000)+`}]`, "exceeded max depth", 1, 0)
	f(PrometheusJSON, `{"data":{"result":[{"metric":{"__name__":"node_load1"},"values":[[1795241580,"1"],["x",7],[1795241590,"NaN"]]},`, "unexpected EOF", 1, 0)
	f(PrometheusJSON, `{"data":{"result":{}}}`, "expected", 0, 0)
	f(Certificate, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "certificate at line 1", 0, 0)
	f(LoadCSV, "", "no timeline", 0, 0)

	full := errors.New("no room")
	err := ReadTimeline(DpkgLog, strings.NewReader(dpkg), TimelineOptions{}, func(*Record) error { return full })
	if !errors.Is(err, full) {
		t.Errorf("got %v, want the error of yield", err)
	}
	err = ReadTimeline(DpkgLog, iotest.ErrReader(full), TimelineOptions{}, func(*Record) error { return nil })
	if !errors.Is(err, full) {
		t.Errorf("got %v, want the error of the reader", err)
	}
}

func TestServiceOf(t *testing.T) {
	f := func(path, usual, want string) {
		t.Helper()
		if got := (&TimelineOptions{Path: path}).serviceOf(usual); got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
	f("var/www/shop/revisions.log", "revisions.log", "shop")
	f("timeline/shop-revisions.log", "revisions.log", "shop")
	f("/srv/shop/.dep/releases_log", "releases_log", "shop")
	f("srv/orders-api/current/.git/logs/HEAD", "HEAD", "orders-api")
	f("web1.tar.gz!etc/.git/logs/HEAD", "HEAD", "etc")
	f("logs/revisions.log", "revisions.log", "")
	f("revisions.log", "revisions.log", "")
}

func FuzzReadTimeline(f *testing.F) {
	for name, format := range timelineFiles {
		f.Add(uint8(format), []byte(sample(f, "timelines/"+name)))
	}
	f.Fuzz(func(t *testing.T, format uint8, text []byte) {
		TimelineFormat(text, true, TimelineOptions{})
		_ = ReadTimeline(Format(format)%(SadfJSON+1), bytes.NewReader(text), timelineOptions("x"), func(rec *Record) error {
			if rec.Kind != Unparsed && rec.Sample == nil && rec.Change == nil || rec.Line < 1 {
				t.Fatalf("%+v", rec)
			}
			return nil
		})
	})
}
