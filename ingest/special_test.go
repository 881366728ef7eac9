//go:build unix

package ingest

import (
	"path/filepath"
	"syscall"
	"testing"
)

func TestSpecialFilesAreLeftAside(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
		t.Skip("no named pipes here:", err)
	}
	write(t, dir, ".git/objects/a", []byte("x"))
	m, summary := ingestAll(t, dir)
	if len(m.feeds) != 0 || summary.Skipped != 2 {
		t.Errorf("read %q, notes %q", m.paths(), summary.Notes)
	}
}
