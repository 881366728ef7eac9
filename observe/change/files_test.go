package change

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestFiles notices contents that differ, links that are switched, and files that come and go; a touch is none.
func TestFiles(t *testing.T) {
	root := t.TempDir()
	at := func(name string) string { return filepath.Join(root, name) }
	do := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	write := func(name, text string, modified time.Time) {
		t.Helper()
		do(os.MkdirAll(filepath.Dir(at(name)), 0o755))
		do(os.WriteFile(at(name), []byte(text), 0o644))
		do(os.Chtimes(at(name), modified, modified))
	}
	link := func(target string) {
		t.Helper()
		_ = os.Remove(at("srv/shop/current"))
		do(os.Symlink(target, at("srv/shop/current")))
	}
	do(os.MkdirAll(at("srv/shop/releases/1"), 0o755))
	do(os.MkdirAll(at("srv/shop/releases/2"), 0o755))
	link("releases/1")
	write("etc/nginx/nginx.conf", "a", noon.Add(-time.Hour))
	f := Files{Root: root, Watched: []Watched{{"nginx", []string{"/etc/nginx/*.conf"}}, {"", []string{"/srv/*/current"}}, {"", []string{"/srv/shop/*"}}}}
	now := noon
	look := func(want ...string) []Dated {
		t.Helper()
		now = now.Add(5 * time.Second)
		got := f.Look(now)
		for i, c := range got {
			if !strings.HasPrefix(c.Summary, c.Source+" ") {
				t.Errorf("%q was noticed at %q", c.Summary, c.Source)
			}
			if i >= len(want) || c.Kind+" "+c.Service+": "+c.Summary != want[i] {
				t.Errorf("noticed %s %s: %s, want %q", c.Kind, c.Service, c.Summary, want)
			}
		}
		if len(got) != len(want) {
			t.Errorf("%d changes, want %q", len(got), want)
		}
		return got
	}
	look()
	look()
	write("etc/nginx/nginx.conf", "b", now.Add(2*time.Second))
	if c := look("config nginx: /etc/nginx/nginx.conf was changed"); len(c) == 1 && (!c[0].At.Equal(noon.Add(12*time.Second)) || c[0].Early != 0) {
		t.Errorf("dated %v, %d µs early", c[0].At, c[0].Early)
	}
	write("etc/nginx/nginx.conf", "b", now.Add(time.Second))
	look()
	write("etc/nginx/nginx.conf", "c", noon.Add(-time.Hour)) // copied with its old time
	if c := look("config nginx: /etc/nginx/nginx.conf was changed"); len(c) == 1 && (!c[0].At.Equal(now) || c[0].Early != 5e6) {
		t.Errorf("dated %v, %d µs early", c[0].At, c[0].Early)
	}
	link("releases/2")
	if c := look("deploy shop: /srv/shop/current was switched to releases/2"); len(c) == 1 && (c[0].From != "1" || c[0].Version != "2") {
		t.Errorf("from %s to %s", c[0].From, c[0].Version)
	}
	write("etc/nginx/new.conf", "x", now)
	look("config nginx: /etc/nginx/new.conf is new")
	do(os.Remove(at("etc/nginx/new.conf")))
	look("config nginx: /etc/nginx/new.conf was removed")
}
