package correlate

import (
	"testing"
	"time"
)

func TestNameOf(t *testing.T) {
	f := func(zone *time.Location, want string) {
		t.Helper()
		if got := nameOf(zone, time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC).UnixMicro()); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	f(time.UTC, "UTC")
	f(time.FixedZone("Local", 0), "UTC")
	f(time.FixedZone("Local", 5*3600+1800), "+05:30")
	f(time.FixedZone("Local", -8*3600), "-08:00")
	f(time.FixedZone("Asia/Kolkata", 5*3600+1800), "Asia/Kolkata")
}
