package report

import (
	"testing"
	"time"

	"culprit/correlate"
)

func TestGrouped(t *testing.T) {
	f := func(n int64, want string) {
		t.Helper()
		if got := grouped(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
	f(0, "0")
	f(999, "999")
	f(1000, "1,000")
	f(1234567, "1,234,567")
	f(-1234, "-1,234")
	f(-123, "-123")
}

func TestPercent(t *testing.T) {
	f := func(part, whole int64, want string) {
		t.Helper()
		if got := plainSpaces(percent(part, whole)); got != want {
			t.Errorf("%d of %d: %q, want %q", part, whole, got, want)
		}
	}
	f(0, 100, "0 %")
	f(1, 100000, "under 1 %")
	f(1, 100, "1 %")
	f(99999, 100000, "99 %")
	f(100, 100, "100 %")
	f(1, 3, "33 %")
	f(2, 3, "67 %")
	f(0, 0, "0 %")
	f(3, 0, "0 %")
}

func TestLasting(t *testing.T) {
	f := func(d time.Duration, want string) {
		t.Helper()
		if got := plainSpaces(lasting(d)); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
	f(0, "less than 1 s")
	f(59*time.Second, "59 s")
	f(60*time.Second, "1 min")
	f(125*time.Second, "2 min 5 s")
	f(time.Hour, "1 h")
	f(3*time.Hour+10*time.Minute, "3 h 10 min")
	f(50*time.Hour, "2 d 2 h")
}

func TestDamage(t *testing.T) {
	f := func(r correlate.Requests, want string) {
		t.Helper()
		if got := plainSpaces(damage(&r)); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	f(correlate.Requests{Total: 2211, Failed: 731, ByStatus: map[string]int64{"502": 20, "504": 700, "503": 20}},
		"731 of 2,211 requests (33 %): 504 ×700, 502 ×20, 503 ×20")
	f(correlate.Requests{Total: 5, Failed: 1, ByStatus: map[string]int64{"0": 1}}, "1 of 5 requests (20 %): no answer ×1")
	f(correlate.Requests{Failed: 12}, "12 requests")
	f(correlate.Requests{Failed: 12, Unlogged: true}, "12 failures logged; no access log was read, so the share of the requests is not known")
	f(correlate.Requests{Failed: 1, Unlogged: true}, "1 failure logged; no access log was read, so the share of the requests is not known")
	f(correlate.Requests{}, "not known: no log of requests was read")
}

func TestWhen(t *testing.T) {
	f := func(start, end time.Time, want string) {
		t.Helper()
		in := correlate.Incident{Start: start}
		if !end.IsZero() {
			in.End = &end
		}
		if got := plainSpaces(when(&in, time.FixedZone("+02:00", 7200))); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	f(at("06:13:02"), at("06:15:07"), "2026-03-08 06:13:02 – 06:15:07 UTC, for 2 min 5 s (08:13:02 – 08:15:07 +02:00)")
	f(at("06:13:02"), time.Time{}, "since 2026-03-08 06:13:02 UTC, still going on (since 08:13:02 +02:00)")
	f(at("23:59:00"), at("23:59:00").Add(time.Hour), "2026-03-08 23:59:00 – 2026-03-09 00:59:00 UTC, for 1 h (01:59:00 – 02:59:00 +02:00)")
}
