package accuracy

import (
	"testing"
	"time"
)

func TestShiftMovesEverythingAlike(t *testing.T) {
	rec, v := vary(t, "shift")
	d := v.truths[0].Window.Start.Sub(*rec.truth.Window.Start)
	if d.Abs() < time.Hour {
		t.Fatalf("moved by %v only", d)
	}
	for i := range rec.files {
		same(t, &rec.files[i], &v.files[i], movedBy(d))
	}
	if got := v.truths[0].Trigger.Time.Sub(*rec.truth.Trigger.Time); got != d {
		t.Errorf("the trigger moved by %v, the window by %v", got, d)
	}
}

func TestZoneMovesOnlyWhatNamesNone(t *testing.T) {
	rec, v := vary(t, "zone")
	var move time.Duration
	for i := range rec.files {
		same(t, &rec.files[i], &v.files[i], func(was, now parsed) bool {
			d := now.when.Sub(was.when)
			if was.zoned {
				return d == 0
			}
			if move == 0 {
				move = d
			}
			return d == move || was.when.UnixMicro() == 0
		})
	}
	if move == 0 {
		t.Error("nothing moved")
	}
	if !v.truths[0].Window.Start.Equal(*rec.truth.Window.Start) {
		t.Error("the truth moved")
	}
}

func TestSkewMovesOneMachine(t *testing.T) {
	rec, v := vary(t, "skew")
	moved := map[string]time.Duration{}
	for i := range rec.files {
		same(t, &rec.files[i], &v.files[i], func(was, now parsed) bool {
			machine := rec.machine(&rec.files[i])
			if was.when.UnixMicro() == 0 {
				return true
			}
			if d, ok := moved[machine]; ok && d != now.when.Sub(was.when) {
				return false
			}
			moved[machine] = now.when.Sub(was.when)
			return true
		})
	}
	skewed := 0
	for machine, d := range moved {
		if d == 0 {
			continue
		}
		skewed++
		if d.Abs() != 90*time.Second || machine == "haproxy" || machine == "" {
			t.Errorf("%s is off by %v", machine, d)
		}
	}
	if skewed != 1 {
		t.Errorf("%d machines are off: %v", skewed, moved)
	}
}
