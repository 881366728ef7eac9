package follow

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A link to a file that is followed by its own name is not followed, too: kubelet's logs have two and three names.
func TestOneFileOfSeveralNames(t *testing.T) {
	dir := t.TempDir()
	own, link, lone := filepath.Join(dir, "pods"), filepath.Join(dir, "x-links"), filepath.Join(dir, "elsewhere")
	uid := "prod_shop_" + strings.Repeat("5f0e4a0c", 4)
	log := filepath.Join(own, uid, "nginx", "0.log")
	line := "2026-11-21T06:13:00.123456789Z stdout F 192.0.2.1 - - [21/Nov/2026:06:13:00 +0000] \"GET / HTTP/1.1\" 200 5 \"-\" \"x\"\n"
	if err := errors.Join(os.MkdirAll(filepath.Dir(log), 0o755), os.Mkdir(link, 0o755), os.Mkdir(lone, 0o755), os.WriteFile(log, []byte(line), 0o600),
		os.Symlink(log, filepath.Join(link, "nginx.log"))); err != nil {
		t.Fatal(err)
	}
	f := func(want int, paths ...string) {
		t.Helper()
		follower := New(Options{Paths: paths, Ledger: newMemory(), Matcher: matcher})
		for range 3 {
			if _, err := follower.Step(time.Now()); err != nil {
				t.Fatal(err)
			}
		}
		if got := follower.Status().Files; len(got) != want {
			t.Errorf("%v: follows %v", paths, got)
		}
		if err := follower.Close(); err != nil {
			t.Error(err)
		}
	}
	f(1, filepath.Join(own, "*/*/*.log"), filepath.Join(link, "*.log"))
	f(1, filepath.Join(link, "*.log"))
	f(1, own, link)
}
