package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestLocalZone(t *testing.T) {
	old := time.Local
	t.Cleanup(func() { time.Local = old })
	f := func(local *time.Location, target, want string) {
		t.Helper()
		time.Local = local
		link := filepath.Join(t.TempDir(), "localtime")
		if err := os.Symlink(target, link); err != nil {
			t.Skip("no symbolic links here")
		}
		if got := localZone(link).String(); got != want {
			t.Errorf("a link to %s: %q, want %q", target, got, want)
		}
	}
	unnamed := time.FixedZone("Local", 3600)
	f(unnamed, "/usr/share/zoneinfo/Europe/Madrid", "Europe/Madrid")
	f(unnamed, "/usr/share/zoneinfo/No/Where", "Local")
	f(unnamed, "/usr/share/zoneinfo/Etc/UTC", "UTC")
	f(unnamed, "/etc/elsewhere", "Local")
	f(time.UTC, "/usr/share/zoneinfo/Europe/Madrid", "UTC")
}
