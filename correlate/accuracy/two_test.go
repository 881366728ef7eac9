package accuracy

import (
	"strings"
	"testing"
	"time"
)

func TestTwoIncidentsLieHoursApart(t *testing.T) {
	other := busy(t)
	other.zone = sample(t).zone
	rec, v := vary(t, "two", other)
	if len(v.truths) != 2 || len(v.files) != len(rec.files)+len(other.files) {
		t.Fatalf("%d truths in %d files", len(v.truths), len(v.files))
	}
	apart := v.truths[1].Window.Start.Sub(*v.truths[0].Window.Start)
	if apart < time.Hour || v.truths[1].ID != "busy" {
		t.Errorf("%s is %v later", v.truths[1].ID, apart)
	}
	same(t, &other.files[0], find(t, v.files, "second/access"), movedBy(v.truths[1].Traffic.Start.Sub(*other.truth.Traffic.Start)))
	same(t, &rec.files[0], find(t, v.files, "first/"+rec.files[0].path), unmoved)
}

func TestMixAddsOnlyHealthyStrangers(t *testing.T) {
	other := busy(t)
	fault := other.truth.Window.Start.Add(20 * time.Second)
	other.truth.Window.Start = &fault
	rec, v := vary(t, "mix", other)
	added := 0
	for i := range v.files {
		f := &v.files[i]
		if !strings.HasPrefix(f.path, "neighbour/") {
			continue
		}
		added++
		if last, _ := f.last(); last.Before(rec.end().Add(-20*time.Second)) || f.records[0].at().Before(rec.begin().Add(-time.Second)) {
			t.Errorf("%s goes from %v to %v", f.path, f.records[0].at(), last)
		}
		if strings.Contains(f.text(), "198.51.100.") || strings.Contains(f.text(), "/orders/") || f.kind.timeline() {
			t.Errorf("%s says %.200s", f.path, f.text())
		}
	}
	if added == 0 || len(v.truths) != 1 || v.truths[0].ID != "sample" {
		t.Errorf("%d files added, %d truths", added, len(v.truths))
	}
}
