package delivery

import (
	"os"
	"path/filepath"
	"testing"
)

func FuzzReadLetter(f *testing.F) {
	f.Add([]byte(`{"queued":"2026-11-21T12:00:00Z","notice":{"event":"opened","id":"a","incident":{"hypotheses":[{"cause":"x"}]}}}`))
	f.Add([]byte(`{"queued":"2026-11-21T12:00:00Z","notice":null}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "0000000000000000001.json")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if l, err := read(path); err == nil {
			_ = l.Notice.Lead().Cause
		}
	})
}
