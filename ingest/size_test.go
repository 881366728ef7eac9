package ingest

import (
	"os"
	"path/filepath"
	"testing"
)

func TestSize(t *testing.T) {
	dir := t.TempDir()
	for name, size := range map[string]int64{"error.log": 1000, "old/error.log.1.gz": 200, "old/access.log": 30} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, make([]byte, size), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	f := func(want int64, paths ...string) {
		t.Helper()
		if got := Size(t.Context(), paths, 1<<20); got != want {
			t.Errorf("%v: %d bytes, want %d", paths, got, want)
		}
	}
	f(1000+packing*200+30, dir)
	f(packing*200+30, filepath.Join(dir, "old"))
	f(1000, filepath.Join(dir, "error.log"), "-")
	f(0, filepath.Join(dir, "missing.log"))
}
