package rules

import "testing"

func TestStatuses(t *testing.T) {
	s, err := LoadStatuses()
	if err != nil {
		t.Fatal(err)
	}
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range s.Statuses {
		if e.Title == "" || e.Look == "" || len(e.Causes) == 0 {
			t.Errorf("%d: title, look or causes are missing", e.Status)
		}
		for _, id := range e.Causes {
			if c.Cause(id) == nil {
				t.Errorf("%d: unknown cause %q", e.Status, id)
			}
		}
	}
	for _, status := range []int32{502, 503, 504} {
		if e := s.Status(status); e == nil || !e.Gateway {
			t.Errorf("%d: %v", status, e)
		}
	}
	if s.Status(200) != nil {
		t.Error("200 points at a cause")
	}
}
