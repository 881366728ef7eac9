package report

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/clipperhouse/displaywidth"
	"github.com/google/go-cmp/cmp"

	"culprit/correlate"
)

var update = flag.Bool("update", false, "write the golden files anew")

func written(t *testing.T, r *correlate.Report, opts TextOptions) string {
	t.Helper()
	var b strings.Builder
	if err := Text(&b, r, opts); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTextGolden(t *testing.T) {
	f := func(name string, r *correlate.Report, opts TextOptions) {
		t.Helper()
		got, path := written(t, r, opts), filepath.Join("testdata", name+".txt")
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s (-want +got; go test ./report -update after looking at it):\n%s", name, diff)
		}
	}
	f("sure", sample(), TextOptions{})
	f("sure-narrow", sample(), TextOptions{Width: 60})
	f("sure-short", sample(), TextOptions{Width: 80, Height: 24})
	f("sure-details", sample(), TextOptions{Details: true})
	f("doubtful", doubt(sample()), TextOptions{})
	f("unknown", ignorance(sample()), TextOptions{})
	f("several", several(), TextOptions{})
	f("healthy", healthy(), TextOptions{})
}

func TestFirstScreenFits(t *testing.T) {
	f := func(r *correlate.Report, width, height int) {
		t.Helper()
		got := written(t, r, TextOptions{Width: width, Height: height, Color: true})
		if n := strings.Count(got, "\n"); n >= height {
			t.Errorf("%d lines at %d×%d:\n%s", n, width, height, got)
		}
	}
	f(sample(), 100, 30)
	f(sample(), 80, 25)
	f(doubt(sample()), 100, 30)
	f(ignorance(sample()), 80, 24)
	f(healthy(), 80, 24)
}

func TestLinesStayWithinTheWidth(t *testing.T) {
	f := func(r *correlate.Report, opts TextOptions) {
		t.Helper()
		for line := range strings.Lines(written(t, r, opts)) {
			if n := displaywidth.String(strings.TrimSuffix(line, "\n")); n > opts.Width {
				t.Errorf("%d columns of %d: %s", n, opts.Width, line)
			}
		}
	}
	wide := sample()
	in := &wide.Incidents[0]
	in.Hypotheses[0].Summary = strings.Repeat("注文ページが遅い ", 40)
	in.Hypotheses[0].EvidenceFor[0].Source = strings.Repeat("very/long/path/", 20) + "error.log:1"
	in.Hypotheses[0].EvidenceFor[1].Text = strings.Repeat("x", 250)
	in.Hop = strings.Repeat("🚀", 90)
	for _, width := range []int{40, 60, 80, 100, 120} {
		f(wide, TextOptions{Width: width})
		f(several(), TextOptions{Width: width})
		f(healthy(), TextOptions{Width: width})
	}
	f(wide, TextOptions{Width: 100, Details: true})
	f(wide, TextOptions{Width: 80, Details: true})
}

func TestColor(t *testing.T) {
	if s := written(t, sample(), TextOptions{}); strings.Contains(s, "\x1b") {
		t.Error("escapes without colour")
	}
	colored := written(t, sample(), TextOptions{Color: true})
	if !strings.Contains(colored, red+"INCIDENT"+reset) {
		t.Errorf("no colour:\n%s", colored)
	}
	bare := colored
	for _, escape := range []string{bold, red, green, faint, reset} {
		bare = strings.ReplaceAll(bare, escape, "")
	}
	if diff := cmp.Diff(written(t, sample(), TextOptions{}), bare); diff != "" {
		t.Errorf("colour changes the text:\n%s", diff)
	}
}

func TestEvidenceIsNotRepeated(t *testing.T) {
	got := written(t, sample(), TextOptions{})
	f := func(s string, want int) {
		t.Helper()
		if n := strings.Count(got, s); n != want {
			t.Errorf("%q stands there %d times, want %d:\n%s", s, n, want, got)
		}
	}
	f("app/slow.log.gz:17", 1)            // two pieces rest on this line
	f("deploys.jsonl:2", 1)               // the trigger has been told
	f("same statement", 0)                //
	f("no stop, start or crash", 1)       // so that there is room for this one
	f("The upstream took the request", 1) //
}

func TestZone(t *testing.T) {
	f := func(zone *time.Location, inputs []correlate.Input, want string) {
		t.Helper()
		r := sample()
		r.Inputs = inputs
		got := written(t, r, TextOptions{Zone: zone})
		if !strings.Contains(got, "  when        2026-03-08 06:13:02 – 06:15:07 UTC, for 2 min 5 s"+want+"\n") {
			t.Errorf("want %q in\n%s", want, got)
		}
	}
	madrid, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Skip("no zone database:", err)
	}
	inferred := correlate.Input{Timezone: "-05:00", TimezoneFrom: "inferred", Lines: 10}
	utc := correlate.Input{Timezone: "UTC", TimezoneFrom: "inferred", Lines: 30}
	f(nil, nil, "")
	f(nil, []correlate.Input{utc}, "")
	f(nil, []correlate.Input{inferred}, " (01:13:02 – 01:15:07 -05:00)")
	f(nil, []correlate.Input{inferred, utc}, "")
	f(nil, []correlate.Input{{Timezone: "Asia/Kolkata", TimezoneFrom: "local", Lines: 1}}, " (11:43:02 – 11:45:07 Asia/Kolkata)")
	f(nil, []correlate.Input{{Timezone: "-05:00", TimezoneFrom: "log", Lines: 10}}, "")
	f(nil, []correlate.Input{{Timezone: "../../etc/passwd", TimezoneFrom: "inferred", Lines: 10}}, "")
	f(madrid, []correlate.Input{inferred}, " (07:13:02 – 07:15:07 Europe/Madrid)")
	f(time.UTC, []correlate.Input{inferred}, "")
}
