package ingest

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"culprit/parser"
	"culprit/rules"
)

// swap is a symbolic link that says which release is live: "current", leading to "releases/20261121061300".
type swap struct {
	link    string // its name as a user would write it
	target  string // what it leads to, as written in it
	at      time.Time
	folders []folder // the releases beside it, where they are known
}

// folder is a release that lies there.
type folder struct {
	name string
	at   time.Time // when something in it was added or taken away last
}

// Bounds of what is told of one application.
const maxReleases = 50

// isSwap reports whether a link has the making of one that is switched with each release: it leads to a folder below one of releases, or
// to one whose name is that of a release.
func isSwap(name, target string) bool {
	target = path.Clean(filepath.ToSlash(target))
	above := path.Base(path.Dir(target))
	switch {
	case isShelf(above):
		return true
	case name == "current" || name == "live" || name == "active" || name == "release":
		return strings.ContainsAny(path.Base(target), "0123456789")
	}
	return false
}

// isShelf reports whether a folder's name says that it holds releases.
func isShelf(name string) bool { return name == "releases" || name == "versions" || name == "deploys" }

// releases are the folders a link of dir chooses among, with when they were changed.
func releases(dir, target string) []folder {
	parent := path.Dir(filepath.ToSlash(target))
	if !path.IsAbs(parent) {
		parent = filepath.Join(dir, filepath.FromSlash(parent))
	}
	entries, err := os.ReadDir(parent)
	if err != nil {
		return nil
	}
	var all []folder
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && e.IsDir() {
			all = append(all, folder{e.Name(), info.ModTime()})
		}
	}
	slices.SortFunc(all, func(a, b folder) int { return strings.Compare(a.name, b.name) })
	return all[max(0, len(all)-maxReleases):]
}

// linked tells of a link as the walker meets it.
func (w *walker) linked(dir, name, shown string) {
	target, err := os.Readlink(filepath.Join(dir, name))
	if err != nil || !isSwap(name, target) {
		return
	}
	info, err := os.Lstat(filepath.Join(dir, name))
	if err != nil {
		return
	}
	w.swapped(swap{link: display(shown), target: filepath.ToSlash(target), at: info.ModTime(), folders: releases(dir, target)})
}

// swapped hands the sink what a link of releases tells: when it was switched to the release that is live, and when those before it
// were begun.
func (r *run) swapped(s swap) {
	feed, err := r.sink.Open(Piece{Path: s.link})
	if err != nil {
		r.fail(stored(s.link, err))
		return
	}
	b := Batch{End: Position{Offset: int64(len(s.target)), Line: 1}}
	for _, c := range s.changes() {
		b.Records, b.Signatures = append(b.Records, c), append(b.Signatures, rules.None)
	}
	err = feed.Append(&b)
	if closeErr := feed.Close(b.End, nil); err == nil {
		err = closeErr
	}
	if err != nil {
		r.fail(stored(s.link, err))
		return
	}
	r.count(tally{sources: 1, records: int64(len(b.Records)), lines: 1, bytes: b.End.Offset})
}

// changes are the deploys that a link and the folders beside it tell of, the eldest first.
func (s *swap) changes() (all []parser.Record) {
	live := path.Base(path.Clean(s.target))
	service := parser.ServiceOf(s.link)
	before := ""
	for _, f := range s.folders {
		at, dated := parser.ReleaseTime(f.name)
		if f.name != live && dated {
			c := parser.Change{Kind: "deploy", Service: service, Version: f.name, From: before, Summary: "release " + f.name, Late: doneWithin(at, f.at)}
			all = append(all, deployed(c, at, time.Second))
		}
		if f.name < live {
			before = f.name
		}
	}
	if s.at.Year() < firstYear {
		return all
	}
	c := parser.Change{Kind: "deploy", Service: service, Version: live, From: before, Summary: path.Base(s.link) + " was switched to release " + live}
	return append(all, deployed(c, s.at, time.Microsecond))
}

// doneWithin is how long after its beginning a release may have been switched to, µs: its folder was finished until then.
func doneWithin(begun, finished time.Time) int64 {
	const least, most = 30 * time.Second, 10 * time.Minute
	return min(max(finished.Sub(begun)+least, least), most).Microseconds()
}

func deployed(c parser.Change, at time.Time, resolution time.Duration) parser.Record {
	var rec parser.Record
	rec.Reset()
	rec.Kind, rec.Format, rec.Daemon = parser.ChangeNote, parser.ReleaseLink, parser.Timeline
	rec.Time, rec.Resolution, rec.Zoned = at.UnixMicro(), resolution.Microseconds(), true
	rec.Line, rec.Lines = 1, 1
	rec.Change, rec.Message = &c, []byte(c.Summary)
	rec.Raw = rec.Message
	return rec
}
