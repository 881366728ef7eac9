package accuracy

import (
	"strings"
	"testing"
	"time"
)

func TestFleetHasAHealthyTwin(t *testing.T) {
	rec := busy(t)
	fault := rec.truth.Window.Start.Add(20 * time.Second)
	rec.truth.Window.Start, rec.truth.FaultInjected, rec.truth.Trigger.Time = &fault, nil, nil
	v := fleet(&material{recording: rec, rng: newRand()})
	if v == nil {
		t.Fatal("it does not apply")
	}
	twin, hurt := 0, 0
	for i := range v.files {
		f := &v.files[i]
		switch {
		case strings.HasPrefix(f.path, "east-2/"):
			twin++
			original := find(t, v.files, "east-1/"+strings.TrimPrefix(f.path, "east-2/"))
			last, _ := f.last()
			if f.kind.timeline() || f.kind != original.kind || last.Before(rec.end().Add(-20*time.Second)) {
				t.Errorf("%s ends at %v", f.path, last)
			}
			if n, healthy := len(f.records), len(original.records); n == 0 || contains([]file{*f}, "/orders/") != contains([]file{*original}, "/orders/") {
				t.Errorf("%s has %d records, %s %d", f.path, n, original.path, healthy)
			}
		case strings.HasPrefix(f.path, "east-1/"):
			hurt++
			same(t, find(t, rec.files, strings.TrimPrefix(f.path, "east-1/")), f, unmoved)
		case !f.kind.timeline():
			t.Errorf("%s is of no host", f.path)
		}
	}
	if twin == 0 || hurt == 0 {
		t.Errorf("%d files of the twin, %d of the other", twin, hurt)
	}
}
