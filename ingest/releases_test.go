package ingest

import (
	"archive/tar"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestReleases finds releases and the link that was switched to one, in a folder and in an archive.
func TestReleases(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"20261120101010", "20261121061300", "shared"} {
		write(t, dir, "shop/releases/"+name+"/app.log", []byte("2026-11-21T06:13:00Z info x\n"))
		if err := os.Chtimes(filepath.Join(dir, "shop/releases", name), time.Time{}, time.Date(2026, 11, 20, 10, 11, 0, 0, time.UTC)); err != nil {
			t.Fatal(err)
		}
	}
	link := filepath.Join(dir, "shop", "current")
	if err := os.Symlink("releases/20261121061300", link); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("releases", filepath.Join(dir, "shop", "other")); err != nil {
		t.Fatal(err)
	}
	m, _ := ingestAll(t, dir)
	s := m.source(t, "shop/current")
	if len(s.records) != 2 || !strings.Contains(s.records[0], "release 20261120101010") || !strings.Contains(s.records[1], "current was switched to release 20261121061300") {
		t.Errorf("records %q", s.records)
	}

	var archive bytes.Buffer
	w := tar.NewWriter(&archive)
	switched := time.Date(2026, 11, 21, 6, 13, 7, 0, time.UTC)
	if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeSymlink, Name: "srv/shop/current", Linkname: "/srv/shop/releases/42", ModTime: switched}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	m, _ = ingestAll(t, write(t, t.TempDir(), "logs.tar", archive.Bytes()))
	for path, s := range m.feeds {
		if !strings.HasSuffix(path, "logs.tar!srv/shop/current@0") || len(s.records) != 1 || !strings.Contains(s.records[0], "switched to release 42") {
			t.Errorf("%s: %q", path, s.records)
		}
	}
}

// TestPackedReleases tells of the releases beside the link as in a folder, wherever in the archive they stand, and of those that only
// files tell of.
func TestPackedReleases(t *testing.T) {
	finished := time.Date(2026, 11, 20, 10, 11, 0, 0, time.UTC)
	f := func(target, releases string) {
		t.Helper()
		var p packed
		for _, h := range []tar.Header{
			{Typeflag: tar.TypeSymlink, Name: "./srv/shop/current", Linkname: target, ModTime: finished.Add(time.Hour)},
			{Typeflag: tar.TypeDir, Name: releases + "/20261120101010/", ModTime: finished},
			{Typeflag: tar.TypeReg, Name: releases + "/20261120101010/log/app.log"},
			{Typeflag: tar.TypeReg, Name: releases + "/20261120090000/log/app.log"},
			{Typeflag: tar.TypeReg, Name: releases + "/20261121061300/log/app.log"},
			{Typeflag: tar.TypeDir, Name: "srv/other/releases/20261101000000", ModTime: finished},
		} {
			p.meet("logs.tar", &h)
		}
		all := p.swaps()
		if len(all) != 1 {
			t.Fatalf("%d links", len(all))
		}
		changes := all[0].changes()
		if len(changes) != 3 {
			t.Fatalf("%d changes of %+v", len(changes), all[0])
		}
		before, last := changes[1].Change, changes[2].Change
		if before.Version != "20261120101010" || before.From != "20261120090000" || before.Late != 80e6 || changes[0].Change.Late != 30e6 || last.From != "20261120101010" {
			t.Errorf("%+v, then %+v", before, last)
		}
	}
	f("releases/20261121061300", "srv/shop/releases")
	f("/srv/shop/releases/20261121061300", "./srv/shop/releases")
	f("../../data/releases/20261121061300", "data/releases")
}

// TestSwap dates what a link and the folders beside it tell.
func TestSwap(t *testing.T) {
	at := time.Date(2026, 11, 21, 6, 13, 7, 0, time.UTC)
	s := swap{link: "srv/shop/current", target: "releases/20261121061300", at: at, folders: []folder{
		{"20261120101010", time.Date(2026, 11, 20, 10, 10, 40, 0, time.UTC)}, {"20261121061300", at}, {"shared", at}}}
	all := s.changes()
	if len(all) != 2 {
		t.Fatalf("%d changes", len(all))
	}
	earlier, now := all[0].Change, all[1].Change
	if all[0].Time != time.Date(2026, 11, 20, 10, 10, 10, 0, time.UTC).UnixMicro() || earlier.Late != 60e6 || earlier.Service != "shop" || earlier.From != "" {
		t.Errorf("the release before: %+v", earlier)
	}
	if all[1].Time != at.UnixMicro() || now.Late != 0 || now.Version != "20261121061300" || now.From != "20261120101010" {
		t.Errorf("the live one: %+v", now)
	}
}

func TestIsSwap(t *testing.T) {
	f := func(name, target string, want bool) {
		t.Helper()
		if got := isSwap(name, target); got != want {
			t.Errorf("isSwap(%q, %q) = %v", name, target, got)
		}
	}
	f("current", "releases/20261121061300", true)
	f("www", "/srv/shop/releases/12", true)
	f("current", "/opt/shop-2.14", true)
	f("current", "/opt/shop", false)
	f("access.log", "/dev/stdout", false)
	f("latest.log", "app-20261121.log", false)
}
