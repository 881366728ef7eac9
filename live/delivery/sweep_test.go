package delivery

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestSweep(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"here", "gone"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	f := func(now time.Time, want int) {
		t.Helper()
		if err := Sweep(dir, []string{"here"}, now); err != nil {
			t.Fatal(err)
		}
		if left, err := os.ReadDir(dir); err != nil || len(left) != want {
			t.Errorf("left %v, %v; want %d", left, err, want)
		}
	}
	f(time.Now(), 2)
	f(time.Now().Add(25*time.Hour), 1)
	if err := Sweep(filepath.Join(dir, "none"), nil, time.Now()); err != nil {
		t.Error(err)
	}
}
