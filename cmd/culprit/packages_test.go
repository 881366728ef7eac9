package main

import (
	"bytes"
	"compress/gzip"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestManual wants a page for every command, and completions that name tail.
func TestManual(t *testing.T) {
	dir := t.TempDir()
	if code := run(t.Context(), []string{"man", dir}, streams{strings.NewReader(""), &bytes.Buffer{}, &bytes.Buffer{}}); code != exitOK {
		t.Fatalf("exit code %d", code)
	}
	f := func(name, want string) {
		t.Helper()
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s: no %q, %v", name, want, err)
		}
	}
	f("man1/culprit.1", "culprit-tail(1)")
	f("man1/culprit-tail.1", "--test-alert")
	f("culprit.bash", "complete")
	f("_culprit", "#compdef culprit")
	f("culprit.fish", "complete -c culprit")
}

// TestDebInstalls builds the deb around the test's own program, unpacks it, and looks at what is where.
func TestDebInstalls(t *testing.T) {
	nfpm, err := exec.LookPath("nfpm")
	if err != nil {
		t.Skip("nfpm is not installed: go install github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.43.0 to run this")
	}
	if _, err := exec.LookPath("dpkg-deb"); err != nil {
		t.Skip("dpkg-deb is not installed")
	}
	work, root := t.TempDir(), t.TempDir()
	gather(t, work)
	build := exec.Command(nfpm, "package", "--config", "packaging/nfpm.yaml", "--packager", "deb", "--target", "culprit.deb")
	build.Dir = work
	build.Env = append(os.Environ(), "ARCH=amd64", "PACKAGE_VERSION=1.2.3")
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	deb := filepath.Join(work, "culprit.deb")
	if said, err := exec.Command("dpkg-deb", "-x", deb, root).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	info, err := exec.Command("dpkg-deb", "-f", deb, "Package", "Version", "Architecture").Output()
	if err != nil || string(info) != "Package: culprit\nVersion: 1.2.3\nArchitecture: amd64\n" {
		t.Errorf("%s, %v", info, err)
	}
	f := func(path string, mode fs.FileMode) {
		t.Helper()
		if got, err := os.Stat(filepath.Join(root, path)); err != nil || got.Mode().Perm() != mode || got.Size() == 0 {
			t.Errorf("%s: %v, %v", path, got, err)
		}
	}
	f("usr/bin/culprit", 0o755)
	f("usr/lib/systemd/system/culprit.service", 0o644)
	f("usr/lib/sysusers.d/culprit.conf", 0o644)
	f("etc/default/culprit", 0o644)
	f("etc/culprit/tail.yaml", 0o644)
	f("usr/share/man/man1/culprit-tail.1.gz", 0o644)
	f("usr/share/bash-completion/completions/culprit", 0o644)
	f("usr/share/zsh/vendor-completions/_culprit", 0o644)
	f("usr/share/fish/vendor_completions.d/culprit.fish", 0o644)
	scripts := t.TempDir()
	if said, err := exec.Command("dpkg-deb", "-e", deb, scripts).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	kept, err := os.ReadFile(filepath.Join(scripts, "conffiles"))
	if err != nil || !strings.Contains(string(kept), "/etc/culprit/tail.yaml") || !strings.Contains(string(kept), "/etc/default/culprit") {
		t.Errorf("configuration files %q, %v", kept, err)
	}
	for _, script := range []string{"postinst", "prerm"} {
		if said, err := exec.Command("sh", "-n", filepath.Join(scripts, script)).CombinedOutput(); err != nil {
			t.Errorf("%s: %v: %s", script, err, said)
		}
	}
}

// gather puts what a package is made of where make would.
func gather(t *testing.T, work string) {
	t.Helper()
	source := filepath.Join("..", "..")
	for _, name := range []string{"packaging", "docs"} {
		if err := os.CopyFS(filepath.Join(work, name), os.DirFS(filepath.Join(source, name))); err != nil {
			t.Fatal(err)
		}
	}
	license, err := os.ReadFile(filepath.Join(source, "LICENSE"))
	if err != nil {
		t.Fatal(err)
	}
	write := func(name string, data []byte) {
		if err := os.WriteFile(filepath.Join(work, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("LICENSE", license)
	if err := writeManual(newRoot(streams{}), filepath.Join(work, "bin", "man")); err != nil {
		t.Fatal(err)
	}
	write("bin/culprit", []byte("a program"))
	pages, err := filepath.Glob(filepath.Join(work, "bin/man/man1/*.1"))
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		if _, err := z.Write(text); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(page+".gz", b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
