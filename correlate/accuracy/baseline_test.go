package accuracy

import (
	"strings"
	"testing"
	"time"
)

func TestShortBaselineBeginsTenSecondsBeforeTheFault(t *testing.T) {
	rec, v := vary(t, "short")
	cut := rec.truth.FaultInjected.Add(-10 * time.Second)
	for i := range v.files {
		f := &v.files[i]
		for j := range f.records {
			if r := &f.records[j]; !f.kind.timeline() && r.at().Before(cut) {
				t.Errorf("%s still begins with %s", f.path, r.text)
			}
		}
		if f.kind.timeline() && f.text() != rec.files[i].text() {
			t.Errorf("%s was cut", f.path)
		}
	}
	if got := find(t, v.files, "logs/nginx/error.log").text(); !strings.HasPrefix(got, "2026/11/21 08:10:31 [error]") || !strings.Contains(got, "thrown in /var/www/shop/cart.php on line 4\" while") {
		t.Errorf("nginx's errors are now\n%s", got)
	}
}

func TestLateLogsBeginInMidOutage(t *testing.T) {
	rec := busy(t)
	v := (&variant{name: "late", apply: noBaseline}).vary(rec, nil, 1)
	first, last := v.files[0].records[0].at(), *v.truths[0].Window.Start
	if first.Before(rec.begin().Add(33*time.Second)) || last.Before(first) || last.Sub(first) > time.Second {
		t.Errorf("the log begins at %v, the window at %v", first, last)
	}
	if !v.truths[0].TriggerOpen {
		t.Error("the trigger is scored, though nothing healthy is left to tell it by")
	}
}

func TestLongBaselineRepeatsOnlyWhatIsHealthy(t *testing.T) {
	rec, v := vary(t, "long")
	for i := range v.files {
		f := &v.files[i]
		last := time.Time{}
		for j := range f.records {
			if r := &f.records[j]; r.timed() {
				if r.at().Before(last) && f.kind != database {
					t.Fatalf("%s goes back in time with %s", f.path, r.text)
				}
				last = r.at()
			}
		}
	}
	main := find(t, v.files, "logs/php-fpm/php8.2-fpm.log").text()
	if !strings.HasPrefix(main, "[21-Nov-2026 07:5") || strings.Count(main, "fpm is running") != 1 || strings.Count(main, "max_children") != 1 {
		t.Errorf("PHP-FPM says now\n%.300s", main)
	}
	access := find(t, v.files, "logs/nginx/access.log")
	if first := access.records[0].at(); rec.begin().Sub(first) < 19*time.Minute {
		t.Errorf("the access log begins at %v", first)
	}
	if n := len(find(t, v.files, "timeline/load.csv").records); n < 20 {
		t.Errorf("the load has %d samples", n)
	}
	if got := strings.Count(access.text(), "\" 502 "); got != 8 {
		t.Errorf("%d failures, not the recording's 8", got)
	}
	if got := find(t, v.files, "timeline/deploys.jsonl").text(); got != find(t, rec.files, "timeline/deploys.jsonl").text() {
		t.Errorf("the changes are now\n%s", got)
	}
}
