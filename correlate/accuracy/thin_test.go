package accuracy

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// busy is a recording with many requests: an access log, the errors of each second request, and what the application says of the others.
func busy(t *testing.T) *recording {
	t.Helper()
	var access, errors, app strings.Builder
	start := time.Date(2026, 11, 21, 7, 10, 0, 0, time.UTC)
	for i := range 1000 {
		at := start.Add(time.Duration(i) * 100 * time.Millisecond)
		client, path, status := fmt.Sprintf("198.51.100.%d", i%200), fmt.Sprintf("/orders/%d", i%37), 200
		if i%2 == 1 {
			status = 502
			fmt.Fprintf(&errors, "%s [error] 7#7: *%d connect() failed (111: Connection refused) while connecting to upstream, client: %s, server: a, request: \"GET %s HTTP/1.1\", upstream: \"http://10.0.0.1:80%s\", host: \"a\"\n", at.Format("2006/01/02 15:04:05"), i, client, path, path)
		} else {
			fmt.Fprintf(&app, "time=%s level=INFO msg=request method=GET path=%s status=200 dur_ms=3\n", at.Format("2006-01-02T15:04:05.000Z"), path)
		}
		fmt.Fprintf(&access, "%s - - [%s] \"GET %s HTTP/1.1\" %d 12 \"-\" \"x\"\n", client, at.Format("02/Jan/2006:15:04:05 -0700"), path, status)
	}
	end := start.Add(100 * time.Second)
	rec := &recording{zone: time.UTC, truth: Truth{ID: "busy", Cause: "backend-down", Symptoms: map[string]int{"502": 500}}}
	rec.truth.Window.Start, rec.truth.Window.End, rec.truth.Traffic.Start = &start, &end, &start
	rec.files = []file{
		{path: "access", records: split([]byte(access.String()))}, {path: "error", records: split([]byte(errors.String()))}, {path: "app", records: split([]byte(app.String()))},
	}
	rec.place()
	for i := range rec.files {
		rec.files[i].kind = kindOf(&rec.files[i])
	}
	return rec
}

func TestThinDropsWholeRequests(t *testing.T) {
	rec := busy(t)
	v := (&variant{name: "half", apply: thinned(2)}).vary(rec, nil, 1)
	failed, passed := map[string]int{}, map[string]int{}
	for i := range v.files[0].records {
		q, _ := requestOf(&v.files[0].records[i])
		if q.status == 502 {
			failed[q.client+q.path]++
		} else {
			passed[q.path]++
		}
	}
	if n := len(v.files[0].records); n < 400 || n > 600 {
		t.Errorf("%d of 1000 requests are left", n)
	}
	for i := range v.files[1].records {
		text := v.files[1].records[i].text
		failed[between(text, "client: ", ",")+between(text, "GET ", " ")]--
	}
	for i := range v.files[2].records {
		q, _ := requestOf(&v.files[2].records[i])
		passed[q.path]--
	}
	for name, n := range failed {
		if n != 0 {
			t.Errorf("%s: %+d in the access log against the error log", name, n)
		}
	}
	for name, n := range passed {
		if n != 0 {
			t.Errorf("%s: %+d in the access log against the application's", name, n)
		}
	}
}

func TestThinMovesTheWindowToWhatIsLeft(t *testing.T) {
	rec := busy(t)
	v := (&variant{name: "tenth", apply: thinned(10)}).vary(rec, nil, 1)
	var first time.Time
	for i := range v.files[0].records {
		if q, _ := requestOf(&v.files[0].records[i]); q.status == 502 && first.IsZero() {
			first = q.at
		}
	}
	// The recording's first failure is logged at its window's first second.
	if got := v.truths[0].Window.Start; !got.Equal(first) {
		t.Errorf("the window starts at %v, the first failure left is at %v", got, first)
	}
}

func TestThinNeedsFailures(t *testing.T) {
	rec := busy(t)
	rec.truth.Symptoms = map[string]int{"503": 1, "502": 500}
	if v := (&variant{name: "none", apply: thinned(400)}).vary(rec, nil, 1); v != nil {
		t.Errorf("%d requests are left, and still an outage", len(v.files[0].records))
	}
}

func TestThinKeepsWhatIsNoRequest(t *testing.T) {
	_, v := vary(t, "half")
	for path, wanted := range map[string][]string{
		"logs/nginx/error.log":        {"start worker process 20275"},
		"logs/haproxy/haproxy.log":    {"Server orders/a1 is DOWN"},
		"logs/php-fpm/php8.2-fpm.log": {"fpm is running", "server reached pm.max_children"},
		"logs/kern.log":               {"oom-kill", "UFW BLOCK"},
		"timeline/load.csv":           {"07:10:03Z", "07:10:43Z"},
	} {
		if m := missing(find(t, v.files, path).text(), wanted...); len(m) > 0 {
			t.Errorf("%s lost %q", path, m)
		}
	}
	slow, main := find(t, v.files, "logs/php-fpm/www-slow.log").text(), find(t, v.files, "logs/php-fpm/php8.2-fpm.log").text()
	if strings.Contains(slow, "pid 32736") != strings.Contains(main, "executing too slow") {
		t.Errorf("the slow log and the main log disagree:\n%s\n%s", slow, main)
	}
}
